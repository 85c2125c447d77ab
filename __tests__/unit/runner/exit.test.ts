import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exit, exitNow, ignoreBrokenPipes } from '../../../src/runner/exit.ts'

type Written = (text: unknown, done?: () => void) => boolean

const { exitCode, execve } = process
const calls: string[] = []
let resources: string[] = []

beforeEach(() => {
  calls.length = 0
  process.exitCode = 0
  resources = []
  jest.spyOn(process, 'exit').mockImplementation(((code: number) => calls.push(`exit ${code}`)) as never)
  jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    calls.push(`${pid} ${signal}`)
    return true
  })
  jest.spyOn(process, 'getActiveResourcesInfo').mockImplementation(() => resources)
})
afterEach(() => {
  jest.restoreAllMocks()
  jest.useRealTimers()
  Object.assign(process, { exitCode, execve })
})

/** Replaces the writing to a stream. */
function writing(stream: NodeJS.WriteStream, write: Written): void {
  jest.spyOn(stream, 'write').mockImplementation(write as never)
}

test('the process ends once what was printed is with its reader', async () => {
  let done = (): void => {}
  writing(process.stderr, (_, then) => {
    then?.()
    return true
  })
  writing(process.stdout, (_, then) => {
    done = () => {
      calls.push('flushed')
      then?.()
    }
    return false
  })
  const exiting = exit()
  await new Promise(setImmediate)
  expect(calls).toEqual([])
  done()
  await exiting
  expect(calls).toEqual(['flushed', 'exit 0'])
})

test('a pipe that is never read does not hold it up', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  writing(process.stdout, () => false)
  const exiting = exit()
  await jest.advanceTimersByTimeAsync(1_000)
  await exiting
  expect(calls).toEqual(['exit 0'])
})

describe('a resolver that hangs on its thread', () => {
  const ended = (code: number, shell?: string, execve?: typeof process.execve): string[] => {
    Object.assign(process, { execve })
    resources = ['GetAddrInfoReqWrap']
    exitNow(code, shell)
    return calls
  }
  const execve = ((...command: unknown[]) => calls.push(JSON.stringify(command))) as never

  test.each([0, 1, 130])('is dropped by a program that takes the place of this one and exits with %i', code => {
    expect(ended(code, undefined, execve)[0]).toBe(`["/bin/sh",["sh","-c","exit ${code}"],{}]`)
  })

  test.each([
    ['without a shell, as on Windows', '/bin/none', execve],
    ['in an old Node.js', undefined, undefined]
  ])('has a failed step killed %s', (_, shell, execve) => {
    expect(ended(1, shell, execve)[0]).toBe(`${process.pid} SIGKILL`)
  })

  test('holds up a success there', () => {
    expect(ended(0, '/bin/none', execve)).toEqual(['exit 0'])
  })
})

test('nothing else that hangs is waited for', async () => {
  for (const stream of [process.stdout, process.stderr])
    writing(stream, (_, then) => {
      then?.()
      return true
    })
  process.exitCode = 1
  resources = ['TCPSocketWrap', 'Timeout']
  await exit()
  expect(calls).toEqual(['exit 1'])
})

test('a reader that has gone away is not an error', () => {
  const streams = [process.stdout, process.stderr]
  const before = streams.map(stream => stream.listeners('error'))
  ignoreBrokenPipes()
  try {
    for (const stream of streams) expect(() => stream.emit('error', new Error('EPIPE'))).not.toThrow()
  } finally {
    streams.forEach((stream, index) => {
      for (const listener of stream.listeners('error'))
        if (!before[index]?.includes(listener)) stream.off('error', listener as () => void)
    })
  }
})
