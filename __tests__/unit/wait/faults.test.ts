import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { HOLDING, type Setting, waited } from '../../support/a-wait.ts'
import { BUSY, CUT, over, REFUSED, reference, running, UNLISTED, UNRESOLVED, UNTRUSTED } from '../../support/answers.ts'
import { inTurn, type Said } from '../../support/scripted-ask.ts'

const seconds = (times: readonly number[]): number[] => times.map(time => Math.round(time) / 1_000)

describe('a fault', () => {
  test('is followed by 1 s, doubled to 5 s for a young job, and is forgotten after one good answer', async () => {
    const faults = Array<Answer>(7).fill(BUSY)
    const { times } = await waited(inTurn(BUSY, ...faults, running(), BUSY, BUSY, over()))
    expect(seconds(times)).toEqual([0, 1, 3, 7, 12, 17, 22, 27, 32, 35.2, 36.2, 38.2])
  })

  test('has half of its pause jittered away at most', async () => {
    const { times } = await waited(inTurn(BUSY, BUSY, BUSY, over()), { random: () => 0 })
    expect(times).toEqual([0, 500, 1_500, 3_500])
  })

  test('ends the wait when no usable answer came for the unreachable timeout, with a last try at its end', async () => {
    const { ending, times, took } = await waited(inTurn(BUSY), { rules: { unreachableTimeout: 20_000 } })
    expect(ending).toEqual({ outcome: 'unreachable', job: null, reason: 'the server answered 503', errorCode: '' })
    expect([seconds(times), took]).toEqual([[0, 1, 3, 7, 12, 17, 20], 20_000])
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
      ...HOLDING,
      rules: { longPoll: 120_000, unreachableTimeout: 60_000 }
    })
    expect(ending.outcome).toBe('success')
  })

  test('that another try cannot fix ends the wait at once', async () => {
    const { ending, asked } = await waited(inTurn(running(), UNTRUSTED))
    expect(ending).toMatchObject({ outcome: 'unreachable', reason: 'the certificate does not verify' })
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

const references = [reference('one', 'unified-manager')]

describe('unreachable-timeout', () => {
  test('is not used up by a hold that is longer: one fault at its end is only one fault', async () => {
    const { ending, asked } = await waited(
      inTurn(
        { after: 10, answer: running() },
        { after: 30_010, answer: BUSY },
        { after: 10, answer: BUSY },
        { after: 10, answer: over() }
      ),
      { references, rules: { timeout: 60_000, longPoll: 30_000, unreachableTimeout: 20_000 } }
    )
    expect(ending.outcome).toBe('success')
    expect(asked.map(({ hold }) => hold?.seconds)).toEqual([undefined, 30, undefined, undefined])
  })

  test('ends the wait with one last try when it has run out since the first of the faults', async () => {
    const { ending, times, took } = await waited(
      ({ index }) => ({ after: 10, answer: index === 0 ? running() : BUSY }),
      { references, rules: { timeout: 300_000, longPoll: 0, unreachableTimeout: 20_000 } }
    )
    const [, firstFault = 0] = times
    expect(ending.outcome).toBe('unreachable')
    expect([times.at(-1), took]).toEqual([firstFault + 20_000, firstFault + 20_010])
  })
})
