import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { isCutNearHold, isEarly, type LongPoll, learn, startLongPoll } from '../../../src/wait/long-poll.ts'
import { ACCEPTED, BUSY, CUT, MISSING, REFUSED, running, UNRESOLVED } from '../../support/answers.ts'

const hold = { seconds: 30, lastModified: null }
const ON: LongPoll = { seconds: 30, unheld: 0 }
const OFF: LongPoll = { seconds: 0, unheld: 0 }

test.each([
  [0, 0],
  [999, 0],
  [1_000, 1],
  [30_000, 30],
  [120_000, 120],
  [3_600_000, 3_600]
])('a long poll of %p ms asks for whole seconds: %p', (ms, seconds) => {
  expect(startLongPoll(ms)).toEqual({ seconds, unheld: 0 })
})

test('an answer is early in the first fifth of the hold', () => {
  expect([0, 5_999, 6_000, 30_000].map(took => isEarly(hold, took))).toEqual([true, true, false, false])
})

test.each<[string, Answer, number, boolean]>([
  ['a cut in the last fifth', CUT, 24_000, true],
  ['a cut after the hold', CUT, 31_000, true],
  ['a cut before the last fifth', CUT, 23_999, false],
  ['another fault in the last fifth', BUSY, 29_000, false],
  ['an answer in the last fifth', running(), 29_000, false]
])('a held request is cut by a proxy: %s', (_, answer, took, cut) => {
  expect(isCutNearHold(answer, hold, took)).toBe(cut)
  expect(isCutNearHold(answer, null, took)).toBe(false)
})

describe('what an answer teaches of the server', () => {
  test.each<[string, LongPoll, Answer, number, boolean, LongPoll]>([
    ['held to the end', { seconds: 30, unheld: 1 }, running(), 30_000, false, ON],
    ['held for a while, with news', { seconds: 30, unheld: 1 }, running(), 12_000, true, ON],
    ['early with news', { seconds: 30, unheld: 1 }, running(), 5, true, ON],
    ['early without news', ON, running(), 5, false, { seconds: 30, unheld: 1 }],
    ['early without news again', { seconds: 30, unheld: 1 }, running(), 5, false, OFF],
    ['early with a 202', { seconds: 30, unheld: 1 }, ACCEPTED, 5, false, OFF],
    ['early with a 404', ON, MISSING, 5, false, ON],
    ['refused', ON, REFUSED, 5, false, OFF],
    ['refused late', ON, REFUSED, 29_000, false, OFF],
    ['cut near the hold', ON, CUT, 29_000, false, { seconds: 15, unheld: 0 }],
    ['cut in its middle', ON, CUT, 12_000, false, { seconds: 15, unheld: 0 }],
    ['without an answer in time', ON, BUSY, 60_000, false, { seconds: 15, unheld: 0 }],
    ['with a fault at once', ON, BUSY, 5, false, { seconds: 30, unheld: 1 }],
    ['with a fault at once again', { seconds: 30, unheld: 1 }, UNRESOLVED, 5, false, OFF],
    [
      'cut, when shorter holds are asked for already',
      { seconds: 7, unheld: 0 },
      CUT,
      29_000,
      false,
      { seconds: 7, unheld: 0 }
    ],
    ['cut, when it is off already', OFF, CUT, 29_000, false, OFF],
    ['early, when it is off already', OFF, running(), 5, false, OFF],
    ['held, when it is off already', OFF, running(), 29_000, false, OFF]
  ])('%s', (_, known, answer, took, changed, learnt) => {
    expect(learn(known, answer, hold, took, changed)).toEqual(learnt)
  })

  test('a hold of less than 5 s is not worth asking for', () => {
    const cutAt = (seconds: number) => learn({ seconds, unheld: 0 }, CUT, { seconds, lastModified: null }, 1e6, false)
    expect([10, 9].map(cutAt)).toEqual([{ seconds: 5, unheld: 0 }, OFF])
  })
})
