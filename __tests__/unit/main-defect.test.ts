import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { runHere } from '../support/in-process.ts'

const wait = jest.fn<() => Promise<never>>()
jest.unstable_mockModule('../../src/wait/wait.ts', () => ({ wait }))
const { main } = await import('../../src/main.ts')

const KEY = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
const inputs = () => ({ 'job-key': KEY, password: 'hunter22', username: 'admin' })
const EVENTS = ['exit', 'uncaughtException'] as const
const listenersNow = () => EVENTS.map(event => process.listeners(event as 'exit'))
const listeners = listenersNow()

afterEach(() => {
  jest.restoreAllMocks()
  EVENTS.forEach((event, index) => {
    for (const listener of process.listeners(event as 'exit'))
      if (!listeners[index]?.includes(listener)) process.off(event, listener)
  })
})

/** Calls the listener that the step has added to an event of the process, while it waits for what never comes. */
async function during(event: (typeof EVENTS)[number], value: unknown): Promise<void> {
  wait.mockReturnValue(new Promise(() => {}))
  void main()
  await setImmediate()
  const [added] = process
    .listeners(event as 'exit')
    .filter(listener => !listeners[EVENTS.indexOf(event)]?.includes(listener))
  added?.call(process, value as number)
}

const STOPPED = 'Await Job stopped without knowing how the job ended:'

test.each<[string, unknown, RegExp]>([
  ['an error', new TypeError('no job, says hunter22'), /: TypeError: no job, says \*\*\*\. This is a defect/],
  ['anything else', { no: 'job, says hunter22' }, /: \{ no: 'job, says \*\*\*' \}\. This is a defect/]
])('%s in the program fails the step, and is shown with where to report it', async (_, thrown, message) => {
  wait.mockRejectedValue(thrown as never)
  const step = await runHere(main, inputs)
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unrecognized'])
  expect(step.outputs.message).toMatch(message)
  expect(step.outputs.message).toContain('https://github.com/await-job/await-job/issues/new/choose')
  expect(step.stdout).toMatch(/^::error title=Await Job%3A a defect::/m)
  expect(step.stdout).toMatch(/^::debug::.*job, says \*\*\*/m)
  expect(step.stdout.replace('::add-mask::hunter22', '')).not.toContain('hunter22')
  expect(listenersNow()).toEqual(listeners)
})

test('a step that breaks off still names its jobs', async () => {
  wait.mockRejectedValue(new Error('no job') as never)
  const { outputs } = await runHere(main, inputs)
  expect(outputs.key).toBe(KEY)
  expect(JSON.parse(outputs.jobs ?? '')).toEqual([
    { key: KEY, api: 'ontap', url: expect.stringMatching(/^http:.*\/api\/cluster\/jobs\//), outcome: 'unrecognized' }
  ])
})

describe('the process ends', () => {
  test.each<[string, unknown, string]>([
    ['that nothing caught', new RangeError('too far'), `${STOPPED} RangeError: too far.`],
    ['of no value', undefined, `${STOPPED} Error: undefined was thrown.`]
  ])('by an exception %s: it is red, and the exception is shown', async (_, thrown, message) => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(((code: number) => {
      const [added] = process.listeners('exit').filter(listener => !listeners[0]?.includes(listener))
      added?.call(process, code)
    }) as never)
    const step = await runHere(() => during('uncaughtException', thrown), inputs)
    expect([exit.mock.calls, step.exitCode]).toEqual([[[1]], 1])
    expect(step.outputs.message).toContain(message)
  })

  test('while a promise never settles: it is red, and the step says that it is a defect', async () => {
    const step = await runHere(() => during('exit', 13), inputs)
    expect([step.exitCode, step.outputs.key]).toEqual([1, KEY])
    expect(step.outputs.message).toContain(`${STOPPED} Error: the process ended early, with exit code 13.`)
  })

  test('by a second signal, which is not a defect: the exit code and the outputs are left alone', async () => {
    const step = await runHere(() => during('exit', 130), inputs)
    expect([step.exitCode, step.outputs, step.stdout]).toEqual([1, {}, expect.not.stringContaining('a defect')])
  })
})
