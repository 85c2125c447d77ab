import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { HOLDING, type Setting, waited } from '../../support/a-wait.ts'
import { BUSY, CUT, MISSING, over, reference, running, UNAUTHORIZED, undated } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'

describe('a state', () => {
  test('that is unknown is polled to the deadline and then unrecognized', async () => {
    const odd = running({ state: 'SUCCESSISH', recognized: false })
    const { ending, took } = await waited(inTurn(odd), { rules: { timeout: 60_000 } })
    expect(ending).toMatchObject({ outcome: 'unrecognized', reason: expect.stringContaining('"SUCCESSISH"') })
    expect(took).toBe(60_000)
  })

  test('that is unknown only for a time costs nothing', async () => {
    const { ending } = await waited(inTurn(running({ state: 'odd', recognized: false }), running(), over()))
    expect(ending.outcome).toBe('success')
  })

  test('that is terminal without an end time counts when a second reading a second later says the same', async () => {
    const { ending, times } = await waited(inTurn(running(), undated(), undated()), HOLDING)
    expect(ending.outcome).toBe('success')
    expect(times).toEqual([0, 0, 1_000])
  })

  test('that is terminal for half a second only, and without an end time, is pending', async () => {
    const { ending } = await waited(
      ({ at }) => (at < 2_000 ? running() : at < 2_500 ? undated() : at < 9_000 ? running() : over('ERROR')),
      { rules: { pollInterval: 1_000 } }
    )
    expect(ending.outcome).toBe('error')
  })

  test('that is terminal counts at once where the API never shows the time of an end', async () => {
    const { ending, asked } = await waited(inTurn(undated()), { references: [reference('one', 'ontap-select')] })
    expect([ending.outcome, asked.length]).toEqual(['success', 1])
  })

  test('that is terminal and then runs again is pending', async () => {
    const { ending } = await waited(inTurn(undated('NORMAL'), running(), undated('ERROR'), undated('ERROR')))
    expect(ending.outcome).toBe('error')
  })

  test('that is terminal and keeps changing its verdict does not cause a hot loop', async () => {
    const { ending, asked } = await waited(({ index }) => undated(index % 2 === 0 ? 'NORMAL' : 'ERROR'), {
      rules: { timeout: 60_000 }
    })
    expect(ending).toMatchObject({ outcome: 'timeout', reason: 'no second reading confirmed its end' })
    expect(asked.length).toBeLessThan(40)
  })

  test.each<[string, Answer, string, Setting]>([
    ['the server is never reached again', CUT, 'unreachable', {}],
    ['the permission is gone', UNAUTHORIZED, 'unauthorized', {}],
    ['the server has forgotten the job', MISSING, 'lost', {}],
    ['the deadline strikes', BUSY, 'timeout', { rules: { timeout: 30_000 } }]
  ])('that is terminal does not count where %s before it is confirmed', async (_, then, outcome, setting) => {
    const { ending } = await waited(inTurn(undated('WARNING'), then), setting)
    expect(ending).toMatchObject({ outcome, job: { verdict: 'WARNING' } })
  })
})
