import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { HOLDING, type Setting, waited } from '../../support/a-wait.ts'
import { aJob, BUSY, CUT, MISSING, over, reference, running } from '../../support/answers.ts'
import { type Asked, inTurn, type Said } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('a machine that sleeps', () => {
  const HOUR = 3_600_000

  test.each<[string, Setting]>([
    ['between two polls', {}],
    ['during a long poll', HOLDING]
  ])('across the deadline, %s, polls once on waking before it calls that a time-out', async (_, setting) => {
    const asleep = (end: Answer) => {
      const clock = virtualClock()
      clock.suspend(30_500, HOUR)
      const say = ({ at, hold }: Asked): Said =>
        at >= HOUR ? end : { answer: running(), after: (hold?.seconds ?? 0) * 1_000 }
      return waited(say, { ...setting, clock, rules: { timeout: 60_000 } })
    }
    const ended = await asleep(over('ERROR'))
    expect(ended.ending.outcome).toBe('error')
    const still = await asleep(running())
    expect(still.ending.outcome).toBe('timeout')
    expect(still.times.filter(time => time >= HOUR)).toHaveLength(1)
  })

  test('with a request in flight that breaks on waking still has its poll', async () => {
    const clock = virtualClock()
    clock.suspend(20_000, HOUR)
    const { ending } = await waited(
      ({ at }) => (at >= HOUR ? over() : at < 15_000 ? running() : { after: 10_000, answer: CUT }),
      { clock, rules: { timeout: 60_000 } }
    )
    expect(ending.outcome).toBe('success')
  })

  test('with a request in flight that hangs on waking has its poll, and two seconds for it', async () => {
    const clock = virtualClock()
    clock.suspend(20_000, HOUR)
    const hung = ({ at }: Asked): Said =>
      at < 15_000 ? running() : { after: Number.POSITIVE_INFINITY, answer: running() }
    const { ending, times, took } = await waited(hung, { clock, rules: { timeout: 60_000 } })
    expect(ending.outcome).toBe('timeout')
    expect(times.filter(time => time >= HOUR)).toHaveLength(1)
    expect(took - (times.at(-1) ?? 0)).toBe(2_000)
  })

  test('keeps the verdict of a request in flight that is answered on waking', async () => {
    const clock = virtualClock()
    clock.suspend(20_000, HOUR)
    const { ending } = await waited(
      ({ at }) => (at >= HOUR ? MISSING : at < 15_000 ? running() : { after: 10_000, answer: over() }),
      { clock, rules: { timeout: 60_000 } }
    )
    expect(ending.outcome).toBe('success')
  })

  test('keeps the details of an end that come on waking', async () => {
    const clock = virtualClock()
    clock.suspend(15_000, HOUR)
    const bulk = over('NORMAL', { source: { _links: { results: { href: '/api/cluster/jobs/one/results' } } } })
    const { ending, asked } = await waited(
      inTurn(
        { after: 10_000, answer: bulk },
        { after: 10_000, answer: { kind: 'details', job: aJob({ verdict: 'NORMAL' }) } }
      ),
      { clock, rules: { timeout: 60_000 } }
    )
    expect([ending.outcome, asked.length]).toEqual(['success', 2])
  })

  test('in the middle of an outage does not count its sleep as part of it', async () => {
    const clock = virtualClock()
    clock.suspend(15_000, HOUR)
    const { ending } = await waited(
      ({ at }) => (at >= HOUR ? over() : at < 10_000 ? running() : { after: 3_000, answer: BUSY }),
      { clock, rules: { timeout: 60_000 } }
    )
    expect(ending.outcome).toBe('success')
  })

  test.each([
    ['for no more than an alarm may be late', [[59_500, 1_000]], []],
    ['just beyond that', [[59_500, 1_001]], [60_501]],
    ['until the very deadline', [[20_500, 39_500]], [60_000]],
    [
      'until the very deadline, and again after it',
      [
        [20_500, 39_500],
        [60_500, HOUR]
      ],
      [60_000]
    ],
    [
      'across the deadline, and again after it',
      [
        [30_500, HOUR],
        [HOUR + 31_000, HOUR]
      ],
      [HOUR + 30_500]
    ]
  ])('%s puts a hanging request once more, or not at all', async (_, sleeps, again) => {
    const clock = virtualClock()
    for (const [at, ms] of sleeps) clock.suspend(at as number, ms as number)
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { asked } = await waited(
      ({ at, keys }) => (keys[0] === 'one' && at > 1_000 ? { after: Number.POSITIVE_INFINITY } : running()),
      { references, clock, rules: { timeout: 60_000, longPoll: 0, pollInterval: 1_000 } }
    )
    expect(asked.filter(({ at, keys }) => keys[0] === 'one' && at > 3_000).map(({ at }) => at)).toEqual(again)
  })

  test('and wakes before the deadline simply continues, with the request in progress', async () => {
    const clock = virtualClock()
    clock.suspend(20_500, 30_000)
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { asked, all } = await waited(
      ({ at, keys }) => (at < 10_000 ? running() : keys[0] === 'one' ? { after: 45_000, answer: over() } : running()),
      { references, clock, rules: { timeout: 60_000, longPoll: 0, pollInterval: 1_000 } }
    )
    expect(all[0]?.ending.outcome).toBe('success')
    expect(asked.filter(({ at, keys }) => keys[0] === 'one' && at >= 10_000)).toHaveLength(1)
  })

  test('and wakes long before the deadline simply continues', async () => {
    const clock = virtualClock()
    clock.suspend(20_000, HOUR)
    const { ending } = await waited(({ at }) => (at > HOUR + 60_000 ? over() : running()), {
      clock,
      rules: { timeout: 2 * HOUR }
    })
    expect(ending.outcome).toBe('success')
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
