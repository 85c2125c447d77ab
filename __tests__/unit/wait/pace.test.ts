import { describe, expect, test } from '@jest/globals'
import { backoff, chatterPause, LONGEST_BACKOFF, longestBackoff, standardPause, upTo } from '../../../src/wait/pace.ts'

const whole = () => 1
const least = () => 0

describe('the standard pause', () => {
  test.each([
    [0, 1_000],
    [9_999, 1_000],
    [10_000, 1_000],
    [25_000, 2_500],
    [149_990, 14_999],
    [150_000, 15_000],
    [86_400_000, 15_000],
    [Number.POSITIVE_INFINITY, 15_000]
  ])('of a job %p ms old is %p ms: a tenth of its age, from 1 s to the interval', (age, pause) => {
    expect(standardPause(age, 15_000, whole)).toBe(pause)
  })

  test('loses at most a tenth to jitter, and gains nothing', () => {
    expect([standardPause(100_000, 15_000, least), standardPause(100_000, 15_000, () => 0.5)]).toEqual([9_000, 9_500])
  })

  test('may be as long as an interval of hours', () => {
    expect(standardPause(1e9, 7_200_000, whole)).toBe(7_200_000)
  })
})

describe('the pause after faults', () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 30_000],
    [7, 30_000],
    [5_000, 30_000]
  ])('in a row of %p is at most %p ms, and at least half of that', (count, pause) => {
    expect([backoff(count, LONGEST_BACKOFF, whole), backoff(count, LONGEST_BACKOFF, least)]).toEqual([pause, pause / 2])
  })

  test('is never longer than the longest that is allowed', () => {
    expect([1, 3, 4, 9].map(count => backoff(count, 5_000, whole))).toEqual([1_000, 4_000, 5_000, 5_000])
  })

  test.each([
    [1_000, 5_000],
    [5_000, 5_000],
    [5_001, 5_001],
    [30_000, 30_000],
    [30_001, 30_000]
  ])('of a job whose standard pause is %p ms is at most %p ms', (standard, longest) => {
    expect(longestBackoff(standard)).toBe(longest)
  })
})

test('a pause is not longer than the time that is left, if any is', () => {
  expect([upTo(3_000, 5_000), upTo(6_000, 5_000), upTo(0, 5_000), upTo(-1, 5_000)]).toEqual([
    3_000, 5_000, 5_000, 5_000
  ])
})

describe('the pause after early answers to long polls', () => {
  test.each([
    [1, 15_000, 1_000],
    [2, 15_000, 2_000],
    [4, 15_000, 8_000],
    [5, 15_000, 15_000],
    [5_000, 15_000, 15_000],
    [3, 900, 900]
  ])('in a row of %p, where the standard pause is %p ms, is %p ms', (count, standard, pause) => {
    expect(chatterPause(count, standard)).toBe(pause)
  })
})
