import { describe, expect, test } from '@jest/globals'
import { type Setting, waited } from '../../support/a-wait.ts'
import { CUT, reference, running, UNLISTED } from '../../support/answers.ts'

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
