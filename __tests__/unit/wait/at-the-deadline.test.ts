import { describe, expect, test } from '@jest/globals'
import { HOLDING, waited } from '../../support/a-wait.ts'
import { ACCEPTED, BUSY, over, reference, running, UNLISTED, undated } from '../../support/answers.ts'
import { type Asked, holdsUntil, inTurn, type Said } from '../../support/scripted-ask.ts'

describe('the deadline', () => {
  test('has a last poll made as it strikes', async () => {
    const { ending, times } = await waited(inTurn(running()), { rules: { timeout: 2_500 } })
    expect(ending).toMatchObject({ outcome: 'timeout', job: { state: 'running' } })
    expect(times).toEqual([0, 1_000, 2_000, 2_500])
  })

  test('does not make a time-out of a job that ended just before it', async () => {
    for (const setting of [{}, HOLDING]) {
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
      ({ at, index }) => (at < 10_000 ? running() : index === 11 ? { after: 100, answer: BUSY } : undated()),
      { rules: { timeout: 11_050 } }
    )
    expect([ending.outcome, ...times.slice(-3)]).toEqual(['success', 10_000, 11_000, 11_600])
  })

  test('ends requests that hang two seconds later', async () => {
    const { ending, took, asked } = await waited(
      ({ at }) => ({ after: at < 5_000 ? 0 : Number.POSITIVE_INFINITY, answer: running() }),
      { rules: { timeout: 10_000 } }
    )
    expect([ending.outcome, took, asked.length]).toEqual(['timeout', 12_000, 6])
  })

  test('says of a server that never answers that it did not, and counts the request', async () => {
    const { all } = await waited(() => ({ after: Number.POSITIVE_INFINITY }), { rules: { timeout: 5_000 } })
    const ending = { outcome: 'timeout', reason: 'the server did not answer within 7s', errorCode: '' }
    expect(all).toMatchObject([{ ending, requests: 1, seenAt: null }])
  })

  test('counts from the end of a hold how long the server has not answered', async () => {
    const { ending } = await waited(({ hold }) => (hold === null ? running() : { after: Number.POSITIVE_INFINITY }), {
      ...HOLDING,
      rules: { timeout: 31_000 }
    })
    expect(ending).toMatchObject({ reason: 'the server did not answer within 3s' })
  })

  test('reports the last error rather than the missing answer to the next request', async () => {
    const { ending } = await waited(({ index }) => (index === 0 ? BUSY : { after: Number.POSITIVE_INFINITY }), {
      rules: { timeout: 5_000 }
    })
    expect(ending).toMatchObject({ outcome: 'timeout', reason: 'the server answered 503' })
  })

  test('names the error that it came upon', async () => {
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

  test.each([5, 20])('is reached by each of %p jobs of a server that is overloaded', async count => {
    const references = Array.from({ length: count }, (_, index) => reference(`job-${index}`, 'ontap-select'))
    const { asked } = await waited(({ at }) => ({ after: 100, answer: at < 5_000 ? running() : BUSY }), {
      references,
      rules: { timeout: 10_000 }
    })
    const last = asked.filter(({ at }) => at >= 10_000)
    expect(new Set(last.flatMap(({ keys }) => keys)).size).toBe(count)
  })

  test('far beyond what a timer keeps is waited for', async () => {
    const year = 365 * 86_400_000
    const { ending, took } = await waited(({ at }) => (at < year ? { answer: running(), retryAfter: year } : over()), {
      rules: { timeout: 2 * year }
    })
    expect([ending.outcome, took]).toEqual(['success', year])
  })
})

describe('the last question', () => {
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
    expect(times.slice(-2)).toEqual([9_180, 11_180])
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
    expect(times.filter(at => at >= 10_000)).toEqual([10_000, 11_020])
  })

  test('a verdict that contradicts one which was to be confirmed is confirmed within the overtime', async () => {
    const { ending, times } = await waited(
      ({ at }) => ({ after: 20, answer: at < 9_500 ? running() : undated(at < 10_500 ? 'ERROR' : 'NORMAL') }),
      { rules: { timeout: 10_600 } }
    )
    expect(ending.outcome).toBe('success')
    expect(times.filter(at => at >= 9_500)).toEqual([10_200, 11_220, 12_240])
  })

  test('a verdict without an end time that no second reading confirms is not believed', async () => {
    const { ending, took } = await waited(
      ({ at }) => ({ after: at > 10_000 ? 5_000 : 20, answer: at < 10_000 ? running() : undated() }),
      { rules: { timeout: 10_000 } }
    )
    expect([ending.outcome, took]).toEqual(['timeout', 12_000])
  })
})
