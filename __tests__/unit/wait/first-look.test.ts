import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/jobs/job.ts'
import { HOLDING, waited } from '../../support/a-wait.ts'
import { over } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('the first look', () => {
  test('goes out at once and without a hold, and shows what is already over', async () => {
    const { ending, asked, took } = await waited(inTurn(over('ERROR')), HOLDING)
    expect(ending).toMatchObject({ outcome: 'error', job: { verdict: 'ERROR' } })
    expect(asked).toEqual([{ at: 0, keys: ['one'], hold: null, settling: null, index: 0 }])
    expect(took).toBe(0)
  })

  test.each<[Verdict, string]>([
    ['NORMAL', 'success'],
    ['WARNING', 'warning'],
    ['PARTIAL_FAILURES', 'partial-failures'],
    ['ERROR', 'error']
  ])('ends a job that is %s as %s', async (verdict, outcome) => {
    const { all } = await waited(inTurn(over(verdict)))
    expect(all).toMatchObject([{ ending: { outcome, job: { verdict } }, elapsed: 0, requests: 1 }])
  })

  test('of no job at all ends at once', async () => {
    const clock = virtualClock()
    await expect(waited(inTurn(over()), { references: [], clock }).catch(() => clock.elapsed())).resolves.toBe(0)
  })
})
