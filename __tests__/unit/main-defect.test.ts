import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, jest, test } from '@jest/globals'
import { runHere } from '../support/in-process.ts'

const wait = jest.fn<() => Promise<never>>()
jest.unstable_mockModule('../../src/wait/wait.ts', () => ({ wait }))
const { main } = await import('../../src/main.ts')

const inputs = () => ({ 'job-key': '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3', password: 'hunter22', username: 'admin' })
const DEFECT = { outcome: 'unrecognized', message: expect.stringMatching(/^Await Job stopped without knowing/) }
const listeners = process.listeners('exit')

afterEach(() => {
  for (const listener of process.listeners('exit')) if (!listeners.includes(listener)) process.off('exit', listener)
})

/** Lets the process end with this code while the step waits for what never comes. */
async function exitDuringStep(code: number): Promise<void> {
  wait.mockReturnValue(new Promise(() => {}))
  void main()
  await setImmediate()
  const [onExit] = process.listeners('exit').filter(listener => !listeners.includes(listener))
  onExit?.call(process, code)
}

test.each<[string, unknown]>([
  ['an error', new TypeError('undefined is not a job, says hunter22')],
  ['anything else', 'no job, says hunter22']
])('%s in the program fails the step, says that it is a defect, and where in the debug log', async (_, thrown) => {
  wait.mockRejectedValue(thrown as never)
  const step = await runHere(main, inputs)
  expect([step.exitCode, step.outputs]).toEqual([1, DEFECT])
  expect(step.stdout).toMatch(/^::error title=Await Job%3A a defect::/m)
  expect(step.stdout).toMatch(/^::debug::.*job, says \*\*\*/m)
  expect(process.listeners('exit')).toEqual(listeners)
})

test('a step whose promise never settles is red, and says that it is a defect', async () => {
  const step = await runHere(() => exitDuringStep(13), inputs)
  expect([step.exitCode, step.outputs]).toEqual([1, DEFECT])
})

test('the second signal is no defect: the exit code and the outputs are left alone', async () => {
  const step = await runHere(() => exitDuringStep(130), inputs)
  expect([step.exitCode, step.outputs, step.stdout]).toEqual([1, {}, expect.not.stringContaining('a defect')])
})
