import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { HOLDING, type Setting, type Waited, waited } from '../../support/a-wait.ts'
import { ACCEPTED, BUSY, CUT, over, REFUSED, reference, running, UNLISTED } from '../../support/answers.ts'
import { holdsUntil, inTurn } from '../../support/scripted-ask.ts'

/** The seconds of each request's hold, 0 for a plain one. */
const holdsOf = ({ asked }: Waited): number[] => asked.map(({ hold }) => hold?.seconds ?? 0)
const seconds = (times: readonly number[]): number[] => times.map(time => Math.round(time) / 1_000)

describe('long polling', () => {
  test('follows the first request at once and continues without a pause, with the last stamp', async () => {
    const stamp = (lastModified: string) => running({ lastModified })
    const waiting = await waited(
      inTurn(stamp('t1'), { after: 30_000, answer: stamp('t1') }, { after: 12_000, answer: stamp('t2') }, over()),
      HOLDING
    )
    expect(waiting.asked.map(({ at, hold }) => [at, hold])).toEqual([
      [0, null],
      [0, { seconds: 30, lastModified: 't1' }],
      [30_000, { seconds: 30, lastModified: 't1' }],
      [42_000, { seconds: 30, lastModified: 't2' }]
    ])
  })

  test('notices the end as soon as the server reports it', async () => {
    const { ending, took } = await waited(holdsUntil(700_000), HOLDING)
    expect(ending.outcome).toBe('success')
    expect(took - 700_000).toBe(10)
  })

  test.each([
    ['the API has none', { references: [reference('one', 'ontap')] }],
    ['it is set to 0s', { ...HOLDING, rules: { longPoll: 0 } }],
    ['more than 6 jobs are awaited', { references: [...'abcdefg'].map(key => reference(key, 'ontap-select')) }]
  ] satisfies [string, Setting][])('is not tried where %s', async (_, setting) => {
    const waiting = await waited(({ at }) => (at < 60_000 ? running() : over()), setting)
    expect(new Set(holdsOf({ ...waiting, asked: waiting.asked.filter(({ at }) => at < 60_000) }))).toEqual(new Set([0]))
  })

  test('is off for the rest of the wait once the server refuses the parameter, and asks plainly at once', async () => {
    const waiting = await waited(
      ({ at, hold }) => (hold !== null ? REFUSED : at < 60_000 ? running() : over()),
      HOLDING
    )
    expect(waiting.ending.outcome).toBe('success')
    expect(waiting.times.slice(0, 5)).toEqual([0, 0, 0, 1_000, 2_000])
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30])
    expect(waiting.events).toContainEqual(
      expect.objectContaining({ kind: 'long-poll', elapsed: 0, longPoll: { seconds: 0, unheld: 0 } })
    )
  })

  test('is turned off after two early answers in a row without a change, and polling is no faster for it', async () => {
    const waiting = await waited(({ at }) => (at < 20_000 ? running() : over()), HOLDING)
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30, 30])
    expect(seconds(waiting.times).slice(0, 7)).toEqual([0, 0, 1, 2, 3, 4, 5])
  })

  test('stays on when one early answer is followed by a held one', async () => {
    const waiting = await waited(
      ({ at, index }) => ({ after: index % 2 === 0 ? 30_000 : 100, answer: at > 600_000 ? over() : running() }),
      HOLDING
    )
    expect(holdsOf(waiting).slice(1)).not.toContain(0)
    expect(waiting.events.map(({ kind }) => kind)).not.toContain('long-poll')
  })

  test('treats an early answer as a change if it is nested too deeply to compare', async () => {
    const deep = () =>
      running({ source: Array.from({ length: 100_000 }).reduce<object>(part => ({ part }), {}) as never })
    const waiting = await waited(({ at }) => (at < 20_000 ? deep() : over()), HOLDING)
    expect(holdsOf(waiting).slice(1)).not.toContain(0)
  })

  test('stays on while early answers tell of changes, at a pace that slows to the standard one', async () => {
    let step = 0
    const waiting = await waited(({ at }) => {
      step += 1
      return at > 120_000 ? over() : running({ message: `step ${step}` })
    }, HOLDING)
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
        HOLDING
      )
      expect(waiting.asked.map(({ at, hold }) => [at, hold?.seconds])).toEqual([
        [0, undefined],
        [0, 30],
        [29_000, 15],
        [44_000, 15]
      ])
      expect(waiting.events.filter(event => event.kind === 'answer' && (event.after?.errors.faults ?? 0) > 0)).toEqual(
        []
      )
    }
  )

  test('that is cut near its end leaves the server alone for as long as it asks', async () => {
    const { times } = await waited(
      inTurn(running(), { after: 29_000, answer: CUT, retryAfter: 20_000 }, over()),
      HOLDING
    )
    expect(times).toEqual([0, 0, 49_000])
  })

  test('is given up where every hold is cut, however short', async () => {
    const waiting = await waited(
      ({ at, hold }) =>
        hold === null ? (at > 200_000 ? over() : running()) : { after: hold.seconds * 900, answer: CUT },
      HOLDING
    )
    expect(waiting.ending.outcome).toBe('success')
    expect(holdsOf(waiting).filter(Boolean)).toEqual([30, 15, 7])
  })

  test('that is cut again and again near its end does not make the server unreachable', async () => {
    const { ending } = await waited(
      ({ at, hold }) =>
        hold === null ? (at > 200_000 ? over() : running()) : { after: hold.seconds * 900, answer: CUT },
      { ...HOLDING, rules: { unreachableTimeout: 10_000 } }
    )
    expect(ending.outcome).toBe('success')
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
      HOLDING
    )
    expect(holdsOf(waiting)).toEqual([0, 30, 30, 0, 30, 30])
  })

  test('never asks for more than what is left of the wait', async () => {
    const waiting = await waited(holdsUntil(Number.POSITIVE_INFINITY), { ...HOLDING, rules: { timeout: 44_500 } })
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
    const waiting = await waited(({ at }) => (at < 30_000 ? ACCEPTED : over()), HOLDING)
    expect(waiting.ending.outcome).toBe('success')
    expect(waiting.asked.length).toBeLessThan(30)
  })
})
