import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { exit, ignoreBrokenPipes } from '../../../src/runner/exit.ts'

type Written = (text: unknown, done?: () => void) => boolean

const exitCode = process.exitCode
const calls: string[] = []
let resources: string[] = []

beforeEach(() => {
  calls.length = 0
  resources = []
  jest.spyOn(process, 'exit').mockImplementation((() => calls.push('exit')) as never)
  jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    calls.push(`${pid} ${signal}`)
    return true
  })
  jest.spyOn(process, 'getActiveResourcesInfo').mockImplementation(() => resources)
})
afterEach(() => {
  jest.restoreAllMocks()
  jest.useRealTimers()
  process.exitCode = exitCode
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
  expect(calls).toEqual(['flushed', 'exit'])
})

test('a pipe that is never read does not hold it up', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  writing(process.stdout, () => false)
  const exiting = exit()
  await jest.advanceTimersByTimeAsync(1_000)
  await exiting
  expect(calls).toEqual(['exit'])
})

test.each<[string, number, string[], string[]]>([
  ['nothing hangs', 1, ['TCPSocketWrap', 'Timeout'], ['exit']],
  ['a resolver hangs after an interruption', 130, ['GetAddrInfoReqWrap'], [`${process.pid} SIGINT`, 'exit']],
  ['a resolver hangs after a failure', 1, ['GetAddrInfoReqWrap'], [`${process.pid} SIGKILL`, 'exit']],
  ['a resolver hangs after a success, which is never killed', 0, ['GetAddrInfoReqWrap'], ['exit']]
])('%s', async (_, code, active, expected) => {
  process.exitCode = code
  resources = active
  await exit()
  expect(calls).toEqual(expected)
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
