import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { waited } from '../../support/a-wait.ts'
import { BUSY, CUT, FORBIDDEN, MISSING, reference, running, UNLISTED, undated } from '../../support/answers.ts'

const one = [reference('one', 'unified-manager')]
const two = ['one', 'two'].map(key => reference(key, 'unified-manager'))

/** The times between the starts of requests, in ms. */
function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] as number))
}

describe('no hot loop', () => {
  test('in the last second, in which no hold fits any more', async () => {
    const { times } = await waited(
      ({ hold }) => ({ after: hold === null ? 10 : hold.seconds * 1_000, answer: running() }),
      { references: one, rules: { timeout: 10_900, longPoll: 10_000 } }
    )
    expect(times).toEqual([0, 10, 10_900])
  })

  test('where the holds are short and the server ignores them', async () => {
    const { times } = await waited(() => ({ after: 300, answer: running() }), {
      references: one,
      rules: { timeout: 10_000, longPoll: 1_000 }
    })
    expect(times).toEqual([0, 300, 1_600, 2_900, 4_200, 5_500, 6_800, 8_100, 9_400, 10_000])
  })

  test('if answers alternate between finished and not finished', async () => {
    const { ending, asked } = await waited(
      ({ index }) => ({ after: 10, answer: index % 2 === 0 ? undated() : running() }),
      { references: one, rules: { timeout: 10_000, longPoll: 5_000 } }
    )
    expect(ending.outcome).toBe('timeout')
    expect(asked.length).toBeLessThan(25)
  })

  test('where jobs are asked about together: none sooner than after its own shortest pause', async () => {
    const startedAt: Record<string, number> = { old: 0, young: 18_600 }
    const { asked } = await waited(
      ({ at }) => ({
        after: 10,
        answer: key => running({ startedAt: startedAt[key] as number }),
        serverNow: 18_600 + at
      }),
      { references: [reference('old'), reference('young')], rules: { timeout: 20_000 } }
    )
    const pauses = gaps(asked.filter(({ keys }) => keys.includes('young')).map(({ at }) => at)).slice(0, -1)
    expect(pauses.length).toBeGreaterThan(10)
    expect(pauses.filter(pause => pause < 900)).toEqual([])
  })
})

test('jobs that are nearly due are asked about along with the one that is due', async () => {
  const { asked } = await waited(
    ({ at }) => ({
      after: 10,
      answer: key => running({ startedAt: -10_000 * Number(key) }),
      serverNow: at
    }),
    { references: [...'0123456789'].map(key => reference(key)), rules: { timeout: 600_000 } }
  )
  const pauses = (600_000 - 200_000) / 15_000
  const late = asked.filter(({ at }) => at > 200_000)
  expect(late.length).toBeGreaterThanOrEqual(pauses)
  expect(late.length).toBeLessThanOrEqual(2 * pauses + 2)
})

describe('holds', () => {
  test('do not grow again when a longer one that was under way is cut', async () => {
    const { asked } = await waited(
      ({ hold, keys }) =>
        hold === null ? { after: 10, answer: running() } : { after: keys[0] === 'one' ? 12_000 : 29_000, answer: CUT },
      { references: two, rules: { timeout: 120_000, longPoll: 30_000 } }
    )
    expect(asked.flatMap(({ hold }) => hold?.seconds ?? [])).toEqual([30, 30, 15, 7, 7])
  })

  test('are asked for while another job is read a second time, by itself', async () => {
    const { asked } = await waited(
      ({ hold }) => ({ after: hold === null ? 10 : 30_000, answer: key => (key === 'unsure' ? undated() : running()) }),
      {
        references: ['unsure', 'held'].map(key => reference(key, 'unified-manager')),
        rules: { timeout: 60_000, longPoll: 30_000 }
      }
    )
    expect(asked.slice(1, 3)).toEqual([
      { at: 10, keys: ['held'], hold: { seconds: 30, lastModified: null }, settling: null, index: 1 },
      { at: 1_010, keys: ['unsure'], hold: null, settling: null, index: 2 }
    ])
  })

  test('continue if the server answers them early, but always with a change', async () => {
    const { asked, times } = await waited(
      ({ hold, index }) => ({
        after: hold === null ? 10 : 10_000,
        answer: running({ source: { task_reports: [{ name: 'Create', progress: index }] } })
      }),
      { references: one, rules: { timeout: 300_000, longPoll: 100_000 } }
    )
    expect(times.at(-1)).toBe(300_000)
    expect(asked.slice(1, -1).filter(({ hold }) => hold === null)).toEqual([])
  })

  test.each<[string, Answer]>([
    ['a fault', BUSY],
    ['a 403', FORBIDDEN]
  ])('are given up after two that fail at once with %s, where plain requests do not', async (_, failure) => {
    const { asked } = await waited(({ hold }) => ({ after: 10, answer: hold === null ? running() : failure }), {
      references: one,
      rules: { timeout: 300_000, longPoll: 30_000 }
    })
    expect(asked.flatMap(({ hold }) => hold?.seconds ?? [])).toEqual([30, 30])
  })

  test('are as long as before if a 404 reports a job that disappeared while it was held', async () => {
    const { asked } = await waited(
      ({ at, hold, keys }) =>
        at > 0 && keys.includes('one')
          ? { after: 5_000, answer: MISSING }
          : { after: hold === null ? 10 : 30_000, answer: running() },
      { references: two, rules: { timeout: 300_000, longPoll: 30_000 } }
    )
    const holds = asked.filter(({ keys }) => keys[0] === 'two').map(({ hold }) => hold?.seconds)
    expect(holds).toEqual([...Array(9).fill(30), 29])
  })

  test('continue if some jobs do not exist yet', async () => {
    const { asked } = await waited(
      ({ at, hold, keys }) => ({
        after: hold === null || at < 1_000 ? 10 : 30_000,
        answer: key => (at >= 1_000 || key === 'a' ? running() : keys.length > 1 ? UNLISTED : MISSING)
      }),
      {
        references: [...'abcdef'].map(key => reference(key, 'unified-manager')),
        rules: { timeout: 120_000, longPoll: 30_000 }
      }
    )
    const later = asked.filter(({ at }) => at > 30_000 && at < 100_000)
    expect(later.map(({ hold }) => hold?.seconds)).toEqual([...Array(12).fill(30), ...Array(6).fill(28)])
  })
})
