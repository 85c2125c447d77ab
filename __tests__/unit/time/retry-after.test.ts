import { describe, expect, test } from '@jest/globals'
import { parseHttpDate, parseRetryAfter } from '../../../src/time/retry-after.ts'

const NOW = Date.UTC(2026, 0, 5, 12, 0, 0)

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['7', 7_000],
    [' 7 ', 7_000],
    ['007', 7_000],
    ['99999999999', 99_999_999_999_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
    ['Monday, 05-Jan-26 12:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 11:00:00 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0]
  ])('of %j is %p ms', (header, delay) => {
    expect(parseRetryAfter(header, NOW)).toBe(delay)
  })

  test.each([
    ['2, 3', 3_000],
    ['3,2', 3_000],
    ['2, abc', 2_000],
    ['10, Mon, 05 Jan 2026 12:00:30 GMT', 30_000],
    ['60, Mon, 05 Jan 2026 12:00:30 GMT', 60_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT,10', 30_000],
    ['soon, Mon, 05 Jan 2026 12:00:30 GMT, 5', 30_000],
    ['Monday, 05-Jan-26 12:00:30 GMT, 60', 60_000],
    ['Mon, 05 Jan 2026 12:00:30 GMT, Mon, 05 Jan 2026 12:01:00 GMT', 60_000]
  ])('of several values, %j, is the largest, %p ms', (header, delay) => {
    expect(parseRetryAfter(header, NOW)).toBe(delay)
  })

  test.each([
    undefined,
    '',
    ' ',
    ',',
    '-5',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '١٢',
    'abc',
    '5 s',
    'Infinity',
    'NaN',
    'Mon, 05 Jan 2026 12:00:30',
    'Mon, 05 Jan 2026 12:00:30 CET',
    'Mon Jan  5 12:00:30 2026',
    '2026-01-05T12:00:30Z',
    'Mon, 99 Jan 2026 12:00:30 GMT',
    'Mon, 05 Xxx 2026 12:00:30 GMT',
    '5Mon, 05 Jan 2026 12:00:30 GMT',
    'Mon, 05 Jan 2026 12:00:30 GMT5'
  ])('of %j is not read at all', header => {
    expect(parseRetryAfter(header, NOW)).toBeNull()
  })

  test('of a number beyond all numbers is endless, and no more than that', () => {
    expect(parseRetryAfter('9'.repeat(400), NOW)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a Date header', () => {
  test.each([
    ['Mon, 05 Jan 2026 12:00:00 GMT', NOW],
    ['Monday, 05-Jan-26 12:00:00 GMT', NOW]
  ])('of %j is read', (header, instant) => {
    expect(parseHttpDate(header)).toBe(instant)
  })

  test.each([
    undefined,
    '',
    '-1',
    '0',
    '2026',
    'Mon, 05 Jan 2026 12:00:00',
    'x Mon, 05 Jan 2026 12:00:00 GMT',
    'Mon, 99 Jan 2026 12:00:00 GMT'
  ])('of %j does not count', header => {
    expect(parseHttpDate(header)).toBeNull()
  })
})
