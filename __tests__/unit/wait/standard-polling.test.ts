import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { HOLDING, waited } from '../../support/a-wait.ts'
import { ACCEPTED, BUSY, FORBIDDEN, MISSING, over, running, undated } from '../../support/answers.ts'
import { holdsUntil, inTurn } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const seconds = (times: readonly number[]): number[] => times.map(time => Math.round(time) / 1_000)

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

  test('never pauses for longer than ONTAP remembers a finished job, for any interval', async () => {
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

  test('treats 202 as pending, whatever was known before', async () => {
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
    const { times } = await waited(inTurn({ answer: running(), retryAfter: 20_000 }, over()), HOLDING)
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
