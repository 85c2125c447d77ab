import { describe, expect, test } from '@jest/globals'
import { type Setting, waited } from '../../support/a-wait.ts'
import { CUT, EMPTY, MISSING, over, reference, running, UNLISTED } from '../../support/answers.ts'
import type { Asked, Said } from '../../support/scripted-ask.ts'

const KEYS = ['fresh', ...'abcdefghi']
const ten: Setting = { references: KEYS.map(key => reference(key)), rules: { timeout: 60_000 } }

describe('lists', () => {
  test('take a job in again that was only not there yet', async () => {
    const { asked } = await waited(
      ({ at }) => ({ after: 10, answer: key => (key === 'fresh' && at === 0 ? UNLISTED : running()) }),
      ten
    )
    expect(new Set(asked.slice(3).map(({ keys }) => keys.length))).toEqual(new Set([KEYS.length]))
  })

  test('are asked no more for a job that they leave out twice', async () => {
    const { asked } = await waited(
      ({ keys }) => ({ after: 10, answer: key => (key === 'fresh' && keys.length > 1 ? UNLISTED : running()) }),
      ten
    )
    const together = asked.filter(({ keys }) => keys.length > 1)
    expect(together.filter(({ keys }) => keys.includes('fresh'))).toHaveLength(2)
  })

  test('continue after one answer that is not a list', async () => {
    const { asked } = await waited(
      ({ index }) => ({ after: 10, answer: index === 1 ? UNLISTED : running(), filtered: index !== 1 }),
      ten
    )
    expect(asked.slice(-5).map(({ keys }) => keys.length)).toEqual(Array(5).fill(KEYS.length))
  })

  test('that were given up stay so when a question about one job fails', async () => {
    const { asked } = await waited(
      ({ keys, at }) => ({
        after: 10,
        answer: at > 5_000 && at < 8_000 ? CUT : running(),
        filtered: keys.length === 1
      }),
      ten
    )
    expect(asked.filter(({ keys }) => keys.length > 1)).toHaveLength(2)
  })

  test('continue if every second one is not filtered', async () => {
    const { asked } = await waited(({ index }) => ({ after: 10, answer: running(), filtered: index % 2 === 0 }), ten)
    expect(new Set(asked.map(({ keys }) => keys.length))).toEqual(new Set([KEYS.length]))
  })

  test.each<[string, (keys: readonly string[]) => boolean]>([
    ['one job is missing', keys => keys.length > 1],
    ['nothing is missing', () => false]
  ])('are given up after two in a row that are none, or not filtered, where %s', async (_, misses) => {
    const { asked } = await waited(
      ({ keys }) => ({
        after: 10,
        answer: key => (key === 'fresh' && misses(keys) ? UNLISTED : running()),
        filtered: keys.length === 1
      }),
      ten
    )
    expect(asked.filter(({ keys }) => keys.length > 1)).toHaveLength(2)
  })
})

describe('a list without any job', () => {
  /** A server that loses sight of every job from 5 s on, for so many ms. */
  const blind =
    (ms: number) =>
    (asked: Asked): Said => ({
      after: 10,
      answer: asked.at < 5_000 ? running() : asked.at < 5_000 + ms ? (asked.keys.length > 1 ? EMPTY : MISSING) : over()
    })

  test('says of jobs that lists have shown what a 404 does: they are asked about together again', async () => {
    const { all, asked } = await waited(blind(6_000), ten)
    expect(all.every(({ ending }) => ending.outcome === 'success')).toBe(true)
    expect(asked.every(({ keys }) => keys.length === KEYS.length)).toBe(true)
    expect(asked.filter(({ at }) => at >= 5_000).map(({ at }) => at)).toEqual([5_050, 6_060, 8_070, 12_080])
  })

  test('has each asked about by itself before it is lost, after 10 s', async () => {
    const { all, asked } = await waited(blind(60_000), ten)
    expect(new Set(all.map(({ ending }) => ending.outcome))).toEqual(new Set(['lost']))
    expect(asked.filter(({ keys }) => keys.length === 1).map(({ at }) => at)).toEqual(
      KEYS.map((_, index) => (index < 6 ? 15_070 : 15_080))
    )
  })

  test('that nothing but lists say leaves a job pending that is there when it is asked about by itself', async () => {
    const { all } = await waited(
      ({ at, keys }) => ({
        after: 10,
        answer: at < 5_000 ? running() : keys.length > 1 ? EMPTY : at < 30_000 ? running() : over()
      }),
      ten
    )
    expect(all.every(({ ending }) => ending.outcome === 'success')).toBe(true)
  })

  test('says nothing of jobs that no list has shown yet: each is asked about by itself at once', async () => {
    const { asked } = await waited(({ keys }) => ({ after: 10, answer: keys.length > 1 ? EMPTY : over() }), ten)
    expect(asked.map(({ keys }) => keys.length)).toEqual([10, ...Array(10).fill(1)])
    expect(asked.at(-1)?.at).toBe(20)
  })

  test.each([
    [6, 6],
    [7, 0]
  ])('has each of %p jobs asked about by itself at once where they are few: %p', async (count, alone) => {
    const { asked } = await waited(blind(2_000), { references: KEYS.slice(0, count).map(key => reference(key)) })
    expect(asked.filter(({ at, keys }) => at > 5_000 && at < 5_900 && keys.length === 1)).toHaveLength(alone)
  })

  test('has each asked about by itself where it comes at the deadline', async () => {
    const { all } = await waited(
      ({ at, keys }) => ({ after: 10, answer: at < 60_000 ? running() : keys.length > 1 ? EMPTY : over() }),
      ten
    )
    expect(all.every(({ ending }) => ending.outcome === 'success')).toBe(true)
  })
})
