import { describe, expect, test } from '@jest/globals'
import type { JobReference } from '../../../src/jobs/reference.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { type Waited, waited } from '../../support/a-wait.ts'
import { BROKEN, BUSY, CUT, NO_ROUTE, over, reference, running, UNLISTED, UNRESOLVED } from '../../support/answers.ts'
import type { Asked, Said } from '../../support/scripted-ask.ts'

const jobs = (count: number, api = 'ontap'): JobReference[] =>
  Array.from({ length: count }, (_, index) => reference(`job-${index}`, api))

/** Jobs that end after a minute, on a server that answers this instead from `from` to `to`, ms; it takes 10 ms to answer. */
function troubled(answer: Answer, from: number, to: number) {
  return ({ at }: Asked): Said => ({
    after: 10,
    answer: at >= from && at < to ? answer : at >= 60_000 ? over() : running()
  })
}

/** The requests that went out between `from` and `to`, ms. */
const between = ({ asked }: Waited, from: number, to: number): readonly Asked[] =>
  asked.filter(({ at }) => at >= from && at < to)

/** The same, from when the answer to the first of them was there: up to 6 are under way at once. */
const sinceFirstFault = (waiting: Waited, from: number, to: number): readonly Asked[] =>
  between(waiting, (between(waiting, from, to)[0]?.at ?? from) + 10, to)

function mostInOneSecond(asked: readonly Asked[]): number {
  return Math.max(...asked.map(({ at }) => asked.filter(other => other.at >= at && other.at < at + 1_000).length))
}

const succeeded = ({ all }: Waited): boolean => all.every(({ ending }) => ending.outcome === 'success')

describe('an outage', () => {
  test.each([20, 200, 1_000])('of a minute costs a few requests, for %p jobs in lists', async count => {
    const waiting = await waited(troubled(BUSY, 5_000, 65_000), { references: jobs(count), random: () => 0.5 })
    const during = sinceFirstFault(waiting, 5_000, 65_000)
    expect(succeeded(waiting)).toBe(true)
    expect(during.length).toBeLessThanOrEqual(23)
    expect(mostInOneSecond(during)).toBeLessThanOrEqual(3)
    expect(waiting.took).toBeLessThanOrEqual(72_000)
  })

  test.each([7, 200])('costs no more for %p jobs that are asked about side by side', async count => {
    const waiting = await waited(troubled(CUT, 5_000, 65_000), { references: jobs(count, 'ontap-select') })
    const during = sinceFirstFault(waiting, 5_000, 65_000)
    expect(succeeded(waiting)).toBe(true)
    expect(during.length).toBeLessThanOrEqual(22)
    expect(mostInOneSecond(during)).toBeLessThanOrEqual(3)
  })

  test('has the jobs asked about together again when it is over', async () => {
    const waiting = await waited(troubled(BUSY, 5_000, 15_000), { references: jobs(50) })
    expect(between(waiting, 15_000, 60_000).every(({ keys }) => keys.length === 50)).toBe(true)
  })

  test('ends every job as unreachable at once when it has lasted too long, asked about or not', async () => {
    const waiting = await waited(troubled(BUSY, 5_000, Number.POSITIVE_INFINITY), {
      references: jobs(30, 'ontap-select'),
      rules: { unreachableTimeout: 20_000 }
    })
    expect(new Set(waiting.all.map(({ ending }) => ending.outcome))).toEqual(new Set(['unreachable']))
    expect(new Set(waiting.all.map(({ elapsed }) => elapsed)).size).toBe(1)
    expect(waiting.took).toBeLessThan(26_000)
  })

  test('of the name of the server, from the start, ends every job within seconds', async () => {
    const { all, took } = await waited(() => ({ after: 10, answer: UNRESOLVED }), {
      references: jobs(30, 'ontap-select')
    })
    expect(new Set(all.map(({ ending }) => ending.outcome))).toEqual(new Set(['unreachable']))
    expect(took).toBeLessThan(4_000)
  })

  test('in which lists bring pages of something in front of the server does not end the asking for lists', async () => {
    const page: Answer = { kind: 'unlisted', isEmpty: false, page: { what: 'the server answered 404', code: '' } }
    const waiting = await waited(
      ({ at, keys }) => {
        const down = at >= 5_000 && at < 30_000
        const instead = keys.length > 1 ? page : NO_ROUTE
        return { after: 10, answer: down ? instead : at >= 60_000 ? over() : running(), filtered: !down }
      },
      { references: jobs(50) }
    )
    expect(succeeded(waiting)).toBe(true)
    expect(between(waiting, 5_000, 30_000).length).toBeLessThan(15)
    expect(between(waiting, 33_000, 60_000).every(({ keys }) => keys.length === 50)).toBe(true)
  })

  test('of lists alone has every job asked about by itself', async () => {
    const page: Answer = { kind: 'unlisted', isEmpty: false, page: { what: 'the server answered 403', code: '' } }
    const waiting = await waited(
      ({ at, keys }) => {
        if (keys.length > 1 && at > 0) return { after: 10, answer: page, filtered: false }
        return { after: 10, answer: at >= 30_000 ? over() : running() }
      },
      { references: jobs(8) }
    )
    expect(succeeded(waiting)).toBe(true)
    expect(waiting.asked.filter(({ keys, at }) => keys.length > 1 && at > 0)).toHaveLength(2)
  })
})

describe('a limit of one request a second, two at once', () => {
  function limited(refusal: Answer) {
    let tokens = 2
    let filledAt = 0
    return ({ at }: Asked): Said => {
      tokens = Math.min(2, tokens + (at - filledAt) / 1_000)
      filledAt = at
      const passes = tokens >= 1
      if (passes) tokens -= 1
      return { after: 10, answer: !passes ? refusal : at >= 60_000 ? over() : running() }
    }
  }

  test.each([
    [20, 60, 7_000],
    [200, 80, 7_000],
    [1_000, 110, 15_000]
  ])('lets %p jobs in lists succeed with at most %p requests, at most %p ms late', async (count, most, late) => {
    const waiting = await waited(limited(BUSY), { references: jobs(count), random: () => 0.5 })
    expect(succeeded(waiting)).toBe(true)
    expect(waiting.asked.length).toBeLessThanOrEqual(most)
    expect(waiting.took - 60_000).toBeLessThanOrEqual(late)
  })

  test('makes no job unreachable, however rarely its turn comes', async () => {
    const waiting = await waited(limited(BUSY), {
      references: jobs(100, 'ontap-select'),
      random: () => 0.5,
      rules: { unreachableTimeout: 30_000 }
    })
    expect(succeeded(waiting)).toBe(true)
    expect(waiting.asked.length).toBeLessThan(220)
  })
})

describe('Retry-After', () => {
  test.each([
    ['a refusal', BUSY],
    ['a good answer', running()]
  ])('of %s about one job counts for all', async (_, first) => {
    const { asked } = await waited(
      ({ index, at }) => ({
        after: index === 0 ? 10 : 20,
        answer: index === 0 ? first : at > 90_000 ? over() : running(),
        retryAfter: index === 0 ? 42_000 : null
      }),
      { references: jobs(2, 'ontap-select'), rules: { longPoll: 0 } }
    )
    expect(asked[2]?.at).toBe(42_010)
  })
})

describe('the fault of one job', () => {
  test('delays no other job, whose good answer shows that the server is well', async () => {
    const { all, asked } = await waited(
      ({ at, keys }) => ({ after: 10, answer: keys[0] === 'job-0' ? BROKEN : at < 5_000 ? running() : over() }),
      { references: jobs(2, 'ontap-select'), rules: { longPoll: 0, timeout: 30_000 } }
    )
    expect(all[1]?.elapsed).toBeLessThan(6_100)
    const times = asked.filter(({ keys }) => keys[0] === 'job-1').map(({ at }) => at)
    expect(times.slice(0, 4)).toEqual([0, 1_010, 2_020, 3_030])
  })

  test('ends that job alone, after the unreachable timeout', async () => {
    const { all } = await waited(
      ({ at, keys }) => ({ after: 10, answer: keys[0] === 'job-0' ? BROKEN : at < 90_000 ? running() : over() }),
      { references: jobs(2, 'ontap-select'), rules: { longPoll: 0, unreachableTimeout: 30_000 } }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['unreachable', 'success'])
    expect(all[0]?.elapsed).toBeLessThan(40_000)
  })

  test('is not taken for one of the server where a list brings the others', async () => {
    const { asked } = await waited(
      ({ at }) => ({
        after: 10,
        answer: key => (key === 'job-0' && at < 4_000 ? BROKEN : at < 9_000 ? running() : over())
      }),
      { references: jobs(3), rules: { timeout: 60_000 } }
    )
    expect(
      asked
        .filter(({ keys }) => keys.includes('job-1'))
        .map(({ at }) => at)
        .slice(0, 4)
    ).toEqual([0, 1_010, 2_020, 3_030])
  })
})

test('a job that lists leave out does not count as trouble of the server', async () => {
  const { asked } = await waited(
    ({ keys }) => ({ after: 10, answer: key => (keys.length > 1 && key === 'job-0' ? UNLISTED : over()) }),
    { references: jobs(3) }
  )
  expect(asked.map(({ keys }) => keys.length)).toEqual([3, 1])
})
