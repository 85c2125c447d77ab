import { expect, test } from '@jest/globals'
import { runHere } from '../support/in-process.ts'

test('the entry point is the whole step: it is over when the module is loaded', async () => {
  const step = await runHere(
    () => import('../../src/index.ts'),
    simulator => ({
      'job-key': simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'success' }] }).key
    })
  )
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
})
