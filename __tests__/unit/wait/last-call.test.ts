import { describe, expect, test } from '@jest/globals'
import { waited } from '../../support/a-wait.ts'
import { BUSY, CUT, over, reference, running, UNLISTED, undated } from '../../support/answers.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('at the deadline', () => {
  test('a job that a list leaves out is asked about by itself before it is called a time-out', async () => {
    const { all } = await waited(
      ({ at, keys, hold }) => {
        if (keys.length > 1 && at > 0) return { after: 20, answer: UNLISTED, filtered: false }
        return { after: (hold?.seconds ?? 0) * 1_000 + 20, answer: at > 10_500 ? over() : running() }
      },
      {
        references: ['one', 'two'].map(key => reference(key, 'unified-manager')),
        rules: { timeout: 10_500, longPoll: 10_000 }
      }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'success'])
  })

  test('a request in flight that fails is made once more', async () => {
    const { ending, times } = await waited(
      ({ at }) => {
        if (at < 9_000) return { after: 20, answer: running() }
        return at < 10_000 ? { after: 1_500, answer: BUSY } : { after: 20, answer: over() }
      },
      { rules: { timeout: 10_000 } }
    )
    expect(ending.outcome).toBe('success')
    expect(times.slice(-2)).toEqual([9_180, 10_680])
  })

  test('a request that was made at the deadline and fails is not made again', async () => {
    const { ending, times } = await waited(({ at }) => ({ after: 20, answer: at < 10_000 ? running() : BUSY }), {
      rules: { timeout: 10_000 }
    })
    expect(ending.outcome).toBe('timeout')
    expect(times.filter(at => at >= 10_000)).toEqual([10_000])
  })

  test('a verdict without an end time is confirmed within the overtime', async () => {
    const { ending, times } = await waited(({ at }) => ({ after: 20, answer: at < 10_000 ? running() : undated() }), {
      rules: { timeout: 10_000 }
    })
    expect(ending.outcome).toBe('success')
    expect(times.filter(at => at >= 10_000)).toEqual([10_000, 10_020])
  })

  test('a verdict without an end time that no second reading confirms is not believed', async () => {
    const { ending, took } = await waited(
      ({ at }) => ({ after: at > 10_000 ? 5_000 : 20, answer: at < 10_000 ? running() : undated() }),
      { rules: { timeout: 10_000 } }
    )
    expect([ending.outcome, took]).toEqual(['timeout', 12_000])
  })
})

describe('a machine that sleeps across the deadline', () => {
  test('asks about every job once more on waking', async () => {
    const clock = virtualClock()
    clock.suspend(30_000, 3_600_000)
    const { all, asked } = await waited(({ at }) => ({ after: 20, answer: at < 60_000 ? running() : over() }), {
      references: ['one', 'two'].map(key => reference(key)),
      clock,
      rules: { timeout: 60_000 }
    })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'success'])
    expect(asked.filter(({ at }) => at >= 60_000).map(({ keys }) => keys)).toEqual([['one', 'two']])
  })

  test('asks again about a job whose answer is from before the sleep', async () => {
    const clock = virtualClock()
    clock.suspend(200, 61_000)
    const { ending, times } = await waited(({ at }) => ({ after: 500, answer: at < 60_000 ? running() : over() }), {
      clock,
      rules: { timeout: 60_000 }
    })
    expect(ending.outcome).toBe('success')
    expect(times).toEqual([0, 61_200])
  })

  test('does not take the sleep for an outage of the server', async () => {
    const clock = virtualClock()
    clock.suspend(36_000, 3_600_000)
    const { ending } = await waited(
      ({ at }) => {
        if (at < 30_000) return { after: 20, answer: running() }
        return at < 60_000 ? { after: 10_000, answer: CUT } : { after: 20, answer: over() }
      },
      { clock, rules: { timeout: 36_000_000, unreachableTimeout: 60_000 } }
    )
    expect(ending.outcome).toBe('success')
  })
})
