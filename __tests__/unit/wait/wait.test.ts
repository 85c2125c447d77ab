import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/jobs/job.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { type Setting, type Waited, waited } from '../../support/a-wait.ts'
import {
  ACCEPTED,
  aJob,
  BUSY,
  CUT,
  FORBIDDEN,
  MISSING,
  over,
  REDIRECTED,
  REFUSED,
  reference,
  running,
  UNAUTHORIZED,
  UNLISTED,
  UNRESOLVED,
  undated
} from '../../support/answers.ts'
import { type Asked, inTurn, type Said } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const holding: Setting = { references: [reference('one', 'unified-manager')] }

/** The seconds of each request's hold, 0 for a plain one. */
const holdsOf = ({ asked }: Waited): number[] => asked.map(({ hold }) => hold?.seconds ?? 0)
const seconds = (times: readonly number[]): number[] => times.map(time => Math.round(time) / 1_000)

/** A server that holds to the end of each hold, for a job that is over after `ms`; it takes `latency` to answer. */
function holdsUntil(ms: number, latency = 10, end: Answer = over()) {
  return ({ at, hold }: Asked): Said => {
    const wait = hold === null ? 0 : Math.max(0, Math.min(hold.seconds * 1_000, ms - at))
    return { after: wait + latency, answer: at + wait >= ms ? end : running() }
  }
}

describe('the first look', () => {
  test('goes out at once and without a hold, and shows what is already over', async () => {
    const { ending, asked, took } = await waited(inTurn(over('ERROR')), holding)
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

describe('long polling', () => {
  test('follows the first look at once and goes on without a pause, with the last stamp', async () => {
    const stamp = (lastModified: string) => running({ lastModified })
    const waiting = await waited(
      inTurn(stamp('t1'), { after: 30_000, answer: stamp('t1') }, { after: 12_000, answer: stamp('t2') }, over()),
      holding
    )
    expect(waiting.asked.map(({ at, hold }) => [at, hold])).toEqual([
      [0, null],
      [0, { seconds: 30, lastModified: 't1' }],
      [30_000, { seconds: 30, lastModified: 't1' }],
      [42_000, { seconds: 30, lastModified: 't2' }]
    ])
  })

  test('hears of the end as soon as the server tells it', async () => {
    const { ending, took } = await waited(holdsUntil(700_000), holding)
    expect(ending.outcome).toBe('success')
    expect(took - 700_000).toBe(10)
  })

  test.each([
    ['the API has none', { references: [reference('one', 'ontap')] }],
    ['it is set to 0s', { ...holding, rules: { longPoll: 0 } }],
    ['more than 6 jobs are awaited', { references: [...'abcdefg'].map(key => reference(key, 'ontap-select')) }]
  ] satisfies [string, Setting][])('is not tried where %s', async (_, setting) => {
    const waiting = await waited(({ at }) => (at < 60_000 ? running() : over()), setting)
    expect(new Set(holdsOf({ ...waiting, asked: waiting.asked.filter(({ at }) => at < 60_000) }))).toEqual(new Set([0]))
  })

  test('is off for the rest of the wait once the server refuses the parameter, and asks plainly at once', async () => {
    const waiting = await waited(
      ({ at, hold }) => (hold !== null ? REFUSED : at < 60_000 ? running() : over()),
      holding
    )
    expect(waiting.ending.outcome).toBe('success')
    expect(waiting.times.slice(0, 5)).toEqual([0, 0, 0, 1_000, 2_000])
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30])
    expect(waiting.events).toContainEqual(
      expect.objectContaining({ kind: 'long-poll', elapsed: 0, longPoll: { seconds: 0, unheld: 0 } })
    )
  })

  test('is off after two early answers in a row that told nothing new, and polls no faster for it', async () => {
    const waiting = await waited(({ at }) => (at < 20_000 ? running() : over()), holding)
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30, 30])
    expect(seconds(waiting.times).slice(0, 7)).toEqual([0, 0, 1, 2, 3, 4, 5])
  })

  test('stays on when one early answer is followed by a held one', async () => {
    const waiting = await waited(
      ({ at, index }) => ({ after: index % 2 === 0 ? 30_000 : 100, answer: at > 600_000 ? over() : running() }),
      holding
    )
    expect(holdsOf(waiting).slice(1)).not.toContain(0)
    expect(waiting.events.map(({ kind }) => kind)).not.toContain('long-poll')
  })

  test('takes an early answer for news where it is nested too deeply to compare', async () => {
    const deep = () =>
      running({ source: Array.from({ length: 100_000 }).reduce<object>(part => ({ part }), {}) as never })
    const waiting = await waited(({ at }) => (at < 20_000 ? deep() : over()), holding)
    expect(holdsOf(waiting).slice(1)).not.toContain(0)
  })

  test('stays on while early answers tell of changes, at a pace that slows to the standard one', async () => {
    let step = 0
    const waiting = await waited(({ at }) => {
      step += 1
      return at > 120_000 ? over() : running({ message: `step ${step}` })
    }, holding)
    expect(holdsOf(waiting).slice(1)).not.toContain(0)
    const pauses = waiting.times.slice(2).map((time, index) => time - (waiting.times[index + 1] ?? 0))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000)
    expect(waiting.asked.length).toBeLessThan(60)
  })

  test.each([
    ['a reset', CUT],
    ['a 504', { ...CUT, what: 'the server answered 504' }]
  ] as [string, Answer][])(
    'that a proxy cuts near the hold by %s goes on at once with a shorter hold',
    async (_, cut) => {
      const waiting = await waited(
        inTurn(running(), { after: 29_000, answer: cut }, { after: 15_000, answer: running() }, over()),
        holding
      )
      expect(waiting.asked.map(({ at, hold }) => [at, hold?.seconds])).toEqual([
        [0, undefined],
        [0, 30],
        [29_000, 15],
        [44_000, 15]
      ])
      expect(waiting.events.filter(event => event.kind === 'answer' && (event.after?.faults ?? 0) > 0)).toEqual([])
    }
  )

  test('is given up where every hold is cut, however short', async () => {
    const waiting = await waited(
      ({ at, hold }) =>
        hold === null ? (at > 200_000 ? over() : running()) : { after: hold.seconds * 900, answer: CUT },
      holding
    )
    expect(waiting.ending.outcome).toBe('success')
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30, 15, 7])
  })

  test('that is off for one job stays off when the hold of another is cut later', async () => {
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const waiting = await waited(
      ({ at, keys, hold }) => {
        if (hold === null) return at > 120_000 ? over() : running()
        return keys[0] === 'one' ? { after: 100, answer: REFUSED } : { after: 29_000, answer: CUT }
      },
      { references }
    )
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30, 30])
  })

  test('keeps its hold through a short overload', async () => {
    const waiting = await waited(
      inTurn(
        running(),
        { after: 30_000, answer: running() },
        { after: 50, answer: BUSY },
        running(),
        { after: 30_000, answer: running() },
        over()
      ),
      holding
    )
    expect(holdsOf(waiting)).toEqual([0, 30, 30, 0, 30, 30])
  })

  test('never asks for more than what is left of the wait', async () => {
    const waiting = await waited(holdsUntil(Number.POSITIVE_INFINITY), { ...holding, rules: { timeout: 44_500 } })
    expect(holdsOf(waiting)).toEqual([0, 30, 14, 0])
    expect(waiting.ending.outcome).toBe('timeout')
  })

  test('is for jobs that were seen: one that a list leaves out is first looked at plainly', async () => {
    const references = ['one', 'two'].map(key => reference(key, 'unified-manager'))
    const { asked } = await waited(
      ({ keys, hold }) => (keys.length > 1 ? UNLISTED : hold === null && keys[0] === 'one' ? running() : over()),
      { references }
    )
    expect(asked.map(({ keys, hold }) => [keys.join(), hold?.seconds])).toEqual([
      ['one,two', undefined],
      ['one', undefined],
      ['two', undefined],
      ['one', 30]
    ])
  })

  test('is not tried on a server that answers 202, and never becomes a hot loop there', async () => {
    const waiting = await waited(({ at }) => (at < 30_000 ? ACCEPTED : over()), holding)
    expect(waiting.ending.outcome).toBe('success')
    expect(waiting.asked.length).toBeLessThan(30)
  })
})

describe('standard polling', () => {
  test('pauses for a tenth of the time waited, at least 1 s, at most the interval', async () => {
    const { times } = await waited(({ at }) => (at < 300_000 ? running() : over()))
    expect(seconds(times).slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(seconds(times).slice(12, 18)).toEqual([12.1, 13.31, 14.641, 16.105, 17.716, 19.487])
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(pauses.slice(-8).map(Math.round)).toEqual(Array(8).fill(15_000))
  })

  test('goes by the age of the job on the server, not by that of the step', async () => {
    const startedAt = Date.UTC(2026, 0, 1)
    const { times } = await waited(({ at, index }) => ({
      answer: index < 4 ? running({ startedAt }) : over(),
      serverNow: startedAt + 40_000 + at
    }))
    expect(times).toEqual([0, 4_000, 8_400, 13_240, 18_564])
  })

  test.each([
    ['the server says no time', null, -100_000],
    ['the job began in the future of the server', 1_000, 5_000],
    ['the job says no start', 100_000, null]
  ])('goes by the time waited where %s', async (_, serverNow, startedAt) => {
    const { times } = await waited(({ index }) => ({
      answer: index < 3 ? running({ startedAt }) : over(),
      serverNow
    }))
    expect(times).toEqual([0, 1_000, 2_000, 3_000])
  })

  test('never pauses for longer than ONTAP remembers a job that is over, whatever the interval', async () => {
    const startedAt = Date.UTC(2026, 0, 1)
    const { times } = await waited(
      ({ at, index }) => ({
        answer: index < 2 ? running({ startedAt }) : over(),
        serverNow: startedAt + 36_000_000 + at
      }),
      { rules: { pollInterval: 3_600_000 } }
    )
    expect(times).toEqual([0, 240_000, 480_000])
  })

  test('jitters downwards only', async () => {
    const { times } = await waited(inTurn(running(), running(), over()), { random: () => 0 })
    expect(times).toEqual([0, 900, 1_800])
  })

  test('does not notice that the wall clock jumps', async () => {
    const clock = virtualClock()
    const { times } = await waited(
      ({ index }) => {
        clock.stepWall(index % 2 === 0 ? 3_600_000 : -7_200_000)
        return index < 3 ? running() : over()
      },
      { clock, rules: { timeout: 10_000 } }
    )
    expect(times).toEqual([0, 1_000, 2_000, 3_000])
  })

  test('is late by no more than a tenth of the age and a second', async () => {
    for (const end of [500, 7_300, 61_000, 149_999]) {
      const { took } = await waited(holdsUntil(end, 0))
      expect(took - end).toBeLessThanOrEqual(end * 0.1 + 1_000)
    }
  })

  test('takes 202 for pending, whatever was known before', async () => {
    const { ending, times } = await waited(inTurn(ACCEPTED, running(), ACCEPTED, over()))
    expect([ending.outcome, times]).toEqual(['success', [0, 1_000, 2_000, 3_000]])
  })
})

describe('Retry-After', () => {
  test.each<[string, Answer, number]>([
    ['a fault', BUSY, 42_000],
    ['a good answer', running(), 42_000],
    ['a 404 just after the start', MISSING, 8_000],
    ['a 403', FORBIDDEN, 42_000],
    ['a 202', ACCEPTED, 42_000],
    ['a terminal answer that wants confirming', undated(), 42_000]
  ])('is a floor for the next request after %s', async (_, answer, retryAfter) => {
    const { times } = await waited(inTurn({ answer, retryAfter }, over()))
    expect(times).toEqual([0, retryAfter])
  })

  test('is a floor for the next long poll too', async () => {
    const { times } = await waited(inTurn({ answer: running(), retryAfter: 20_000 }, over()), holding)
    expect(times).toEqual([0, 20_000])
  })

  test('never shortens a pause', async () => {
    const { times } = await waited(inTurn({ answer: BUSY, retryAfter: 0 }, { answer: BUSY, retryAfter: 100 }, over()))
    expect(times).toEqual([0, 1_000, 3_000])
  })

  test.each([99_999_999_999_000, Number.POSITIVE_INFINITY])(
    'of %p ms waits for the deadline and no longer: the last poll is still made',
    async retryAfter => {
      const { ending, times } = await waited(inTurn({ answer: BUSY, retryAfter }, over()), {
        rules: { timeout: 90_000 }
      })
      expect([ending.outcome, times]).toEqual(['success', [0, 90_000]])
    }
  )
})

describe('a fault', () => {
  test('backs off on its own, 1 s doubled to 30 s, and is forgotten after one good answer', async () => {
    const faults = Array<Answer>(7).fill(BUSY)
    const { times } = await waited(inTurn(BUSY, ...faults, running(), BUSY, BUSY, over()))
    expect(seconds(times)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121, 133.1, 134.1, 136.1])
  })

  test('has half of its pause jittered away at most', async () => {
    const { times } = await waited(inTurn(BUSY, BUSY, BUSY, over()), { random: () => 0 })
    expect(times).toEqual([0, 500, 1_500, 3_500])
  })

  test('ends the wait when no usable answer came for the unreachable timeout, with a last try at its end', async () => {
    const { ending, times, took } = await waited(inTurn(BUSY), { rules: { unreachableTimeout: 20_000 } })
    expect(ending).toEqual({ outcome: 'unreachable', job: null, reason: 'the server answered 503' })
    expect([seconds(times), took]).toEqual([[0, 1, 3, 7, 15, 20], 20_000])
  })

  test('that is a server which hangs counts from the first request that it leaves hanging', async () => {
    const { took } = await waited(() => ({ after: 30_000, answer: BUSY }), { rules: { unreachableTimeout: 60_000 } })
    expect(took).toBe(61_000)
  })

  test('that lasts for a minute is survived', async () => {
    const { ending } = await waited(({ at }) => (at < 5_000 ? running() : at < 65_000 ? CUT : over()))
    expect(ending.outcome).toBe('success')
  })

  test('keeps the last reading of the job when the server is never reached again', async () => {
    const { ending } = await waited(({ index }) => (index === 0 ? running({ state: 'queued' }) : CUT))
    expect(ending).toMatchObject({ outcome: 'unreachable', job: { state: 'queued' } })
  })

  test.each<[string, Setting, Said]>([
    [
      'a pause longer',
      { rules: { unreachableTimeout: 20_000, pollInterval: 600_000 } },
      { answer: running({ startedAt: 0 }), serverNow: 1e10 }
    ],
    ['a Retry-After longer', { rules: { unreachableTimeout: 20_000 } }, { answer: running(), retryAfter: 50_000 }]
  ])('after %s than the unreachable timeout is tried again all the same', async (_, setting, first) => {
    const { ending } = await waited(inTurn(first, BUSY, over()), setting)
    expect(ending.outcome).toBe('success')
  })

  test('in a hold longer than the unreachable timeout is tried again all the same', async () => {
    const { ending } = await waited(inTurn(running(), { after: 70_000, answer: CUT }, over()), {
      ...holding,
      rules: { longPoll: 120_000, unreachableTimeout: 60_000 }
    })
    expect(ending.outcome).toBe('success')
  })

  test('that another try cannot mend ends the wait at once', async () => {
    const { ending, asked } = await waited(inTurn(running(), REDIRECTED))
    expect(ending).toMatchObject({ outcome: 'unreachable', reason: REDIRECTED.kind === 'fatal' && REDIRECTED.what })
    expect(asked).toHaveLength(2)
  })
})

describe('a name that does not resolve', () => {
  test('at the start ends the wait within seconds', async () => {
    const { ending, times, took } = await waited(inTurn(UNRESOLVED))
    expect([ending.outcome, times, took]).toEqual(['unreachable', [0, 1_000, 3_000], 3_000])
  })

  test.each([
    ['the server was heard', running()],
    ['the server was heard, though with nothing usable', BUSY],
    ['a connection to it was refused', { ...BUSY, what: 'the connection was refused' }]
  ] as [string, Answer][])('is survived like any fault once %s', async (_, first) => {
    const { ending } = await waited(({ at, index }) => (index === 0 ? first : at < 60_000 ? UNRESOLVED : over()))
    expect(ending.outcome).toBe('success')
  })
})

describe('a request that is refused', () => {
  test('at the very first ends the wait at once', async () => {
    const { ending, took } = await waited(inTurn(REFUSED))
    expect([ending.outcome, took]).toEqual(['unreachable', 0])
  })

  test('at the first by itself ends the wait at once, where a list was refused before', async () => {
    const references = ['one', 'two'].map(key => reference(key))
    const { all, took } = await waited(({ keys }) => (keys.length > 1 ? UNLISTED : REFUSED), { references })
    expect([all.map(({ ending }) => ending.outcome), took]).toEqual([['unreachable', 'unreachable'], 0])
  })

  test('later is a fault like any other', async () => {
    const { ending, times } = await waited(inTurn(running(), REFUSED, over()))
    expect([ending.outcome, times]).toEqual(['success', [0, 1_000, 2_000]])
  })
})

describe('404', () => {
  test('just after the start is given a grace of 10 s', async () => {
    const { ending } = await waited(({ at }) => (at < 3_000 ? MISSING : over()))
    expect(ending.outcome).toBe('success')
  })

  test('that outlasts the grace is not-found', async () => {
    const { ending, times } = await waited(inTurn(MISSING))
    expect(ending).toEqual({ outcome: 'not-found', job: null, reason: 'the server answered 404' })
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 10_000])
  })

  test('for the first time after the grace, when the server was down before, is confirmed once', async () => {
    const down = ({ at }: Asked) => at < 20_000
    const gone = await waited(asked => (down(asked) ? CUT : MISSING))
    expect([gone.ending.outcome, gone.events.filter(({ kind }) => kind === 'answer').length]).toEqual(['not-found', 7])
    let misses = 0
    const there = await waited(asked => {
      if (down(asked)) return CUT
      misses += 1
      return misses === 1 ? MISSING : over()
    })
    expect(there.ending.outcome).toBe('success')
  })

  test('at the deadline, of a job that was never seen, is not-found too', async () => {
    const { ending } = await waited(inTurn(MISSING), { rules: { timeout: 2_000 } })
    expect(ending.outcome).toBe('not-found')
  })

  test('once the job was seen is confirmed once, then the job is lost', async () => {
    const { ending, times } = await waited(inTurn(running({ state: 'queued' }), MISSING, MISSING))
    expect(ending).toMatchObject({ outcome: 'lost', job: { state: 'queued' }, reason: 'the server answered 404' })
    expect(times).toEqual([0, 1_000, 2_000])
  })

  test('once is nothing if the job is there again', async () => {
    const { ending } = await waited(inTurn(running(), MISSING, running(), MISSING, over()))
    expect(ending.outcome).toBe('success')
  })

  test('of a job that the body which named it called finished leaves the word of that body', async () => {
    const told = aJob({ state: 'failure', verdict: 'ERROR' })
    const { ending, asked } = await waited(inTurn(MISSING), { references: [{ ...reference(), told }] })
    expect([ending, asked.length]).toEqual([{ outcome: 'error', job: told }, 1])
  })

  test('of a job that the body which named it called running is given its grace', async () => {
    const { ending } = await waited(inTurn(MISSING), { references: [{ ...reference(), told: aJob() }] })
    expect(ending.outcome).toBe('not-found')
  })
})

describe('no permission', () => {
  test('401 ends the wait at once, at any time', async () => {
    for (const lines of [[UNAUTHORIZED], [running(), UNAUTHORIZED]] as const) {
      const { ending, asked } = await waited(inTurn(...(lines as readonly [Said, ...Said[]])))
      expect(ending).toMatchObject({ outcome: 'unauthorized', reason: 'the server answered 401' })
      expect(asked).toHaveLength(lines.length)
    }
  })

  test('403 ends it after one recheck', async () => {
    const { ending, times } = await waited(inTurn(FORBIDDEN))
    expect([ending.outcome, times]).toEqual(['unauthorized', [0, 1_000]])
  })

  test('403 once is nothing', async () => {
    const { ending } = await waited(inTurn(FORBIDDEN, running(), FORBIDDEN, over()))
    expect(ending.outcome).toBe('success')
  })
})

describe('a state', () => {
  test('that is no known word is polled to the deadline and then unrecognized', async () => {
    const odd = running({ state: 'SUCCESSISH', recognized: false })
    const { ending, took } = await waited(inTurn(odd), { rules: { timeout: 60_000 } })
    expect(ending).toMatchObject({ outcome: 'unrecognized', reason: expect.stringContaining('"SUCCESSISH"') })
    expect(took).toBe(60_000)
  })

  test('that is unknown only for a time costs nothing', async () => {
    const { ending } = await waited(inTurn(running({ state: 'odd', recognized: false }), running(), over()))
    expect(ending.outcome).toBe('success')
  })

  test('that is terminal without an end time counts when a second reading, at once, says the same', async () => {
    const { ending, times } = await waited(inTurn(running(), undated(), undated()), holding)
    expect(ending.outcome).toBe('success')
    expect(times).toEqual([0, 0, 0])
  })

  test('that is terminal and then runs again is pending', async () => {
    const { ending } = await waited(inTurn(undated('NORMAL'), running(), undated('ERROR'), undated('ERROR')))
    expect(ending.outcome).toBe('error')
  })

  test('that is terminal and goes on changing its verdict is no hot loop', async () => {
    const { ending, asked } = await waited(({ index }) => undated(index % 2 === 0 ? 'NORMAL' : 'ERROR'), {
      rules: { timeout: 60_000 }
    })
    expect(ending).toMatchObject({ outcome: 'timeout', reason: 'no second reading confirmed that it is over' })
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

describe('the deadline', () => {
  test('has a last poll made as it strikes', async () => {
    const { ending, times } = await waited(inTurn(running()), { rules: { timeout: 2_500 } })
    expect(ending).toMatchObject({ outcome: 'timeout', job: { state: 'running' } })
    expect(times).toEqual([0, 1_000, 2_000, 2_500])
  })

  test('does not make a time-out of a job that ended just before it', async () => {
    for (const setting of [{}, holding]) {
      const { ending } = await waited(holdsUntil(29_990), { ...setting, rules: { timeout: 30_000 } })
      expect(ending.outcome).toBe('success')
    }
  })

  test('is older than an answer in flight: a verdict in it counts', async () => {
    const late = ({ at }: Asked): Said => ({ after: at < 5_000 ? 0 : 6_900, answer: at < 5_000 ? running() : over() })
    const { ending, took } = await waited(late, { rules: { timeout: 10_000 } })
    expect([ending.outcome, took]).toEqual(['success', 11_900])
  })

  test('ends the wait with an answer in flight that says nothing new', async () => {
    const { ending, took } = await waited(({ at }) => ({ after: at < 5_000 ? 0 : 6_900, answer: running() }), {
      rules: { timeout: 10_000 }
    })
    expect([ending.outcome, took]).toEqual(['timeout', 11_900])
  })

  test('ends the wait with a 202 in flight', async () => {
    const { ending, times, took } = await waited(
      ({ at }) => (at < 9_000 ? running() : { after: 2_500, answer: ACCEPTED }),
      { rules: { timeout: 10_000 } }
    )
    expect([ending.outcome, times.at(-1), took]).toEqual(['timeout', 9_000, 11_500])
  })

  test('has a second reading made where that in flight fails', async () => {
    const { ending, times } = await waited(
      ({ at, index }) => (at < 10_000 ? running() : index === 11 ? { after: 1_000, answer: BUSY } : undated()),
      { rules: { timeout: 10_500 } }
    )
    expect([ending.outcome, ...times.slice(-3)]).toEqual(['success', 10_000, 10_000, 11_000])
  })

  test('ends requests that hang two seconds later', async () => {
    const { ending, took, asked } = await waited(
      ({ at }) => ({ after: at < 5_000 ? 0 : Number.POSITIVE_INFINITY, answer: running() }),
      { rules: { timeout: 10_000 } }
    )
    expect([ending.outcome, took, asked.length]).toEqual(['timeout', 12_000, 6])
  })

  test('names the trouble that it came upon', async () => {
    const { ending } = await waited(inTurn(running(), BUSY), { rules: { timeout: 10_000 } })
    expect(ending).toMatchObject({ outcome: 'timeout', reason: 'the server answered 503' })
  })

  test('starts no request after it but the last poll', async () => {
    const { times } = await waited(inTurn(BUSY), { rules: { timeout: 10_000 } })
    expect(times.filter(time => time >= 10_000)).toEqual([10_000])
  })

  test('is reached by every job where they are more than may be asked about at once', async () => {
    const references = [...'abcdefghijklmnopqrst'].map(key => reference(key, 'ontap-select'))
    const { all } = await waited(({ at }) => ({ after: 100, answer: at < 9_900 ? running() : over() }), {
      references,
      rules: { timeout: 10_000 }
    })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(Array(20).fill('success'))
  })

  test('far beyond what a timer keeps is waited for', async () => {
    const year = 365 * 86_400_000
    const { ending, took } = await waited(({ at }) => (at < year ? { answer: running(), retryAfter: year } : over()), {
      rules: { timeout: 2 * year }
    })
    expect([ending.outcome, took]).toEqual(['success', year])
  })
})

describe('a machine that sleeps', () => {
  const HOUR = 3_600_000

  test.each<[string, Setting]>([
    ['between two polls', {}],
    ['during a long poll', holding]
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

  test('and wakes before the deadline just goes on, with the request that was in flight', async () => {
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

  test('and wakes long before the deadline just goes on', async () => {
    const clock = virtualClock()
    clock.suspend(20_000, HOUR)
    const { ending } = await waited(({ at }) => (at > HOUR + 60_000 ? over() : running()), {
      clock,
      rules: { timeout: 2 * HOUR }
    })
    expect(ending.outcome).toBe('success')
  })
})

describe('a stop', () => {
  test('ends everything at once, also with a request in flight', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    const cancelling = clock.sleep(7_000, new AbortController().signal).then(() => stop.abort())
    const { all, took } = await waited(
      ({ keys, at }) => (keys[0] === 'two' && at > 0 ? { after: 60_000, answer: running() } : running()),
      { references: ['one', 'two'].map(key => reference(key, 'ontap-select')), clock, stop: stop.signal }
    )
    await cancelling
    expect(all.map(({ ending }) => ending)).toMatchObject([
      { outcome: 'cancelled', job: { state: 'running' }, reason: 'the workflow was cancelled' },
      { outcome: 'cancelled' }
    ])
    expect(took).toBe(7_000)
  })

  test('gives up what is in flight, and nothing is observed any more', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    const { events } = await waited(
      ({ at }) => {
        if (at > 0) queueMicrotask(() => stop.abort())
        return at === 0 ? running() : { after: 60_000, answer: over() }
      },
      { clock, stop: stop.signal }
    )
    const took = clock.elapsed()
    await setImmediate()
    expect([clock.sleeping(), clock.elapsed()]).toEqual([0, took])
    expect(events.at(-1)).toMatchObject({ kind: 'ended', awaited: { ending: { outcome: 'cancelled' } } })
  })

  test('before the start asks nothing', async () => {
    const { all, asked } = await waited(inTurn(over()), { stop: AbortSignal.abort() })
    expect(all).toMatchObject([{ ending: { outcome: 'cancelled' }, elapsed: 0, requests: 0, seenAt: null }])
    expect(asked).toEqual([])
  })

  test('takes no verdict for granted that wants confirming', async () => {
    const stop = new AbortController()
    const { ending } = await waited(
      ({ index }) => {
        if (index === 1) queueMicrotask(() => stop.abort())
        return index === 0 ? undated('ERROR') : { after: 1_000, answer: running() }
      },
      { stop: stop.signal }
    )
    expect(ending.outcome).toBe('cancelled')
  })
})

describe('several jobs', () => {
  const three = ['one', 'two', 'three'].map(key => reference(key))

  test('are asked about in one list where the API has one, and end each in its own way, in the order given', async () => {
    const verdicts: Record<string, Answer> = { one: over('ERROR'), two: over('NORMAL'), three: over('WARNING') }
    const clock = virtualClock()
    const lists: string[][] = []
    const { all } = await waited(
      ({ keys }) => {
        lists.push([...keys])
        return running()
      },
      { references: three, clock, rules: { timeout: 1_000 } }
    )
    expect(all.map(({ reference }) => reference.key)).toEqual(['one', 'two', 'three'])
    expect(lists).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three']
    ])
    const apart = await waited(({ keys }) => (keys.length > 1 ? { ...UNLISTED } : (verdicts[keys[0] ?? ''] ?? BUSY)), {
      references: three
    })
    expect(apart.all.map(({ ending }) => ending.outcome)).toEqual(['error', 'success', 'warning'])
  })

  test('go along in the list of one that is due when they are nearly due themselves', async () => {
    const startedAt = 0
    const { asked } = await waited(
      ({ at, index }) => ({ answer: running({ startedAt }), serverNow: 100_000 + at, after: index }),
      {
        references: three,
        rules: { timeout: 40_000 }
      }
    )
    expect(asked.every(({ keys }) => keys.length === 3)).toBe(true)
  })

  test('that a list leaves out are asked about by themselves before anything is said of them', async () => {
    const { all, asked } = await waited(
      ({ keys, index }) => (index === 0 ? UNLISTED : keys[0] === 'two' ? MISSING : over()),
      { references: three }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'not-found', 'success'])
    expect(asked.slice(0, 4).map(({ keys }) => keys.join())).toEqual(['one,two,three', 'one', 'two', 'three'])
  })

  test('of two roots are never in one list', async () => {
    const references = [reference('one'), reference('two', 'ontap', '/api/gateways/g')]
    const { asked } = await waited(inTurn(over()), { references })
    expect(asked.map(({ keys }) => keys)).toEqual([['one'], ['two']])
  })

  test('are asked about at most 6 at a time where there is no list', async () => {
    const references = [...'abcdefghij'].map(key => reference(key, 'ontap-select'))
    const { asked, took } = await waited(() => ({ after: 1_000, answer: over() }), { references })
    expect(asked.map(({ at }) => at)).toEqual([...Array(6).fill(0), ...Array(4).fill(1_000)])
    expect(took).toBe(2_000)
  })

  test('never have more than 6 requests under way, however long each takes', async () => {
    const references = Array.from({ length: 30 }, (_, index) => reference(`${index}`, 'ontap-select'))
    const ends: number[] = []
    let most = 0
    await waited(
      ({ at, keys, index }) => {
        const after = 500 + 170 * (Number(keys[0]) % 7)
        ends.push(at + after)
        most = Math.max(most, ends.filter(end => end > at).length)
        return { after, answer: index < 60 ? running() : over() }
      },
      { references }
    )
    expect(most).toBe(6)
  })

  test('begin to long-poll when no more than 6 are left', async () => {
    const references = [...'abcdefgh'].map(key => reference(key, 'ontap-select'))
    const { asked } = await waited(
      ({ at, keys, hold }) => {
        if ('ab'.includes(keys[0] ?? '') && at >= 3_000) return over()
        return { after: (hold?.seconds ?? 0) * 1_000, answer: at < 60_000 ? running() : over() }
      },
      { references }
    )
    expect(asked.find(({ hold }) => hold !== null)?.at).toBeLessThan(5_000)
    expect(asked.filter(({ at, hold }) => at < 3_000 && hold !== null)).toEqual([])
  })

  test.each<[string, Answer, string]>([
    ['404', MISSING, 'not-found'],
    ['a broken answer', BUSY, 'unreachable'],
    ['401', UNAUTHORIZED, 'unauthorized']
  ])('do not suffer from the trouble of one: %s', async (_, trouble, outcome) => {
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { all } = await waited(({ keys, at }) => (keys[0] === 'one' ? trouble : at < 120_000 ? running() : over()), {
      references,
      rules: { longPoll: 0 }
    })
    expect(all.map(({ ending }) => ending.outcome)).toEqual([outcome, 'success'])
  })

  test('are not delayed by one whose requests hang', async () => {
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { all } = await waited(
      ({ keys, at }) => (keys[0] === 'one' ? { after: 30_000, answer: BUSY } : at < 5_000 ? running() : over()),
      { references, rules: { longPoll: 0, timeout: 60_000 } }
    )
    expect(all[1]?.elapsed).toBe(5_000)
  })

  test('are all given up at the first that fails when that is asked for, but for what is known already', async () => {
    const outcomes: Record<string, Answer> = { one: over('NORMAL'), two: over('ERROR') }
    const select = ['one', 'two', 'three'].map(key => reference(key, 'ontap-select'))
    const { all, took } = await waited(
      ({ keys, at }) => (at < 2_000 ? running() : (outcomes[keys[0] ?? ''] ?? { after: 30_000, answer: running() })),
      { references: select, rules: { longPoll: 0 }, isFinal: ({ outcome }) => outcome === 'error' }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'error', 'cancelled'])
    expect(all[2]?.ending).toMatchObject({ reason: 'another job failed, and "fail-fast" is set' })
    expect(took).toBe(2_000)
  })

  test('whose end stands in the list that tells of a failure keep their verdict when the rest is given up', async () => {
    const { all } = await waited(inTurn(over('ERROR')), { references: three, isFinal: () => true })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['error', 'error', 'error'])
  })

  test('with keys too long for one list are asked about in several requests', async () => {
    const references = [1, 2, 3].map(number => reference(`${number}${'k'.repeat(5_000)}`))
    const { all, asked } = await waited(inTurn(over()), { references })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(Array(3).fill('success'))
    expect(asked).toHaveLength(3)
  })
})

describe('what is observed', () => {
  test('is each answer with what was known before and after, and each ending, in order', async () => {
    const { events } = await waited(inTurn(running(), BUSY, over('WARNING')))
    expect(events).toMatchObject([
      { kind: 'answer', elapsed: 0, before: { job: null }, after: { job: { state: 'running' }, requests: 1 } },
      { kind: 'replied', elapsed: 0 },
      {
        kind: 'answer',
        elapsed: 1_000,
        before: { faults: 0 },
        after: { faults: 1, trouble: 'the server answered 503' }
      },
      { kind: 'replied', elapsed: 1_000 },
      { kind: 'answer', elapsed: 2_000, before: { faults: 1 }, after: null },
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

  test('of whoever observes ends the wait with its error, and leaves no rejection unhandled', async () => {
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

describe('the details of an end', () => {
  const source = { _links: { results: { href: '/api/cluster/jobs/one/results' } } }
  const bulk = over('NORMAL', { source })
  const settled = (verdict: Verdict): Answer => ({ kind: 'details', job: aJob({ verdict, state: 'success' }) })
  const parent = over('ERROR', { source: { spawned_job_summary: { total_jobs: 2 } } })
  const byUm: Setting = { references: [reference('one', 'unified-manager')] }

  test('that decide it are asked for at once', async () => {
    const { ending, asked } = await waited(inTurn(bulk, settled('PARTIAL_FAILURES')))
    expect(ending.outcome).toBe('partial-failures')
    expect(asked.map(({ at, settling }) => [at, settling?.verdict])).toEqual([
      [0, undefined],
      [0, 'NORMAL']
    ])
  })

  test('that decide it are asked for through faults, and without them there is no success', async () => {
    const through = await waited(inTurn(bulk, BUSY, CUT, settled('NORMAL')))
    expect([through.ending.outcome, through.times]).toEqual(['success', [0, 0, 1_000, 3_000]])
    const gone = await waited(inTurn(bulk, MISSING))
    expect(gone.ending.outcome).toBe('lost')
    const denied = await waited(inTurn(bulk, FORBIDDEN))
    expect(denied.ending.outcome).toBe('unauthorized')
  })

  test('that decide it are asked for also where the deadline has just struck', async () => {
    const say = ({ at, settling }: Asked): Said => {
      if (settling !== null) return { after: 500, answer: settled('NORMAL') }
      return at < 10_000 ? running() : { after: 100, answer: bulk }
    }
    const { ending, took } = await waited(say, { rules: { timeout: 10_000 } })
    expect([ending.outcome, took]).toEqual(['success', 10_600])
  })

  test('that decide it and do not come in time leave a time-out', async () => {
    const { ending, took } = await waited(({ settling }) => (settling === null ? bulk : BUSY), {
      rules: { timeout: 10_000 }
    })
    expect([ending.outcome, took]).toEqual(['timeout', 10_000])
  })

  test.each<[string, Answer]>([
    ['a fault', BUSY],
    ['a 404', MISSING],
    ['a 401', UNAUTHORIZED],
    ['a refusal', REFUSED]
  ])('that only explain it are given up at %s', async (_, trouble) => {
    const { ending, asked } = await waited(inTurn(parent, trouble), byUm)
    expect([ending.outcome, asked.length]).toEqual(['error', 2])
  })

  test('that only explain it count also where the deadline has struck', async () => {
    const explained: Answer = { kind: 'details', job: aJob({ verdict: 'ERROR', message: 'map: no host' }) }
    const { ending } = await waited(inTurn(running(), parent, explained), {
      ...byUm,
      rules: { timeout: 1_000, longPoll: 0 }
    })
    expect(ending).toMatchObject({ outcome: 'error', job: { message: 'map: no host' } })
  })
})
