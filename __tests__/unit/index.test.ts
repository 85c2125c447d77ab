import { expect, jest, test } from '@jest/globals'
import { runHere } from '../support/in-process.ts'

test('the entry point is the whole step, and ends the process', async () => {
  const exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never)
  jest.spyOn(process, 'getActiveResourcesInfo').mockReturnValue([])
  const step = await runHere(
    () => import('../../src/index.ts'),
    simulator => ({
      'job-key': simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'success' }] }).key
    })
  )
  expect([step.exitCode, step.outputs.outcome, exit.mock.calls]).toEqual([0, 'success', [[0]]])
})
