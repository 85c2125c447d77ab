import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { waited } from '../../support/a-wait.ts'
import { BUSY, over, running } from '../../support/answers.ts'
import { inTurn, type Said } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('what is observed', () => {
  test('is each answer with what was known before and after, and each ending, in order', async () => {
    const { events } = await waited(inTurn(running(), BUSY, over('WARNING')))
    expect(events).toMatchObject([
      {
        kind: 'answer',
        elapsed: 0,
        before: { phase: { kind: 'unseen' } },
        after: { phase: { job: { state: 'running' } }, requests: 1 }
      },
      { kind: 'replied', elapsed: 0 },
      {
        kind: 'answer',
        elapsed: 1_000,
        before: { errors: { faults: 0 } },
        after: { errors: { faults: 1, last: BUSY } }
      },
      { kind: 'replied', elapsed: 1_000 },
      { kind: 'answer', elapsed: 2_000, before: { errors: { faults: 1 } }, after: null },
      { kind: 'ended', awaited: { ending: { outcome: 'warning' }, elapsed: 2_000, requests: 3, seenAt: 0 } },
      { kind: 'replied', elapsed: 2_000 }
    ])
  })
})

describe('a defect', () => {
  test('of the asking ends the wait with its error, and not with an ending', async () => {
    const defect = (): Said => {
      throw new Error('a defect')
    }
    await expect(waited(defect)).rejects.toThrow('a defect')
  })

  test('of the asking that has no reason ends the wait all the same', async () => {
    const defect = (): Said => {
      throw undefined
    }
    await expect(waited(defect)).rejects.toThrow('the request failed without a reason')
  })

  test('of an observer ends the wait with its error, and leaves no rejection unhandled', async () => {
    const observe = () => {
      throw new Error('a defect')
    }
    await expect(waited(inTurn(running(), over()), { observe })).rejects.toThrow('a defect')
  })

  test('of an asking that never settles is bounded by the deadline', async () => {
    const { ending, took } = await waited(() => ({ after: Number.POSITIVE_INFINITY }), { rules: { timeout: 5_000 } })
    expect([ending.outcome, took]).toEqual(['timeout', 7_000])
  })
})

test('a thousand polls leave no timer and no listener more than one', async () => {
  const stop = new AbortController()
  const clock = virtualClock()
  let most = 0
  const { asked } = await waited(
    ({ index }) => {
      most = Math.max(most, getEventListeners(stop.signal, 'abort').length + clock.sleeping())
      return { after: 50, answer: index < 1_000 ? running() : over() }
    },
    { clock, stop: stop.signal, rules: { timeout: 1e9 } }
  )
  expect(asked).toHaveLength(1_001)
  expect(most).toBeLessThanOrEqual(2)
  expect([getEventListeners(stop.signal, 'abort').length, clock.sleeping()]).toEqual([0, 0])
})
