import { expect, test } from '@jest/globals'
import { formatDuration, parseDuration } from '../../../src/time/duration.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each([
  ['0s', 0],
  ['90s', 90_000],
  ['30m', 30 * MINUTE],
  ['2h', 2 * HOUR],
  ['1h30m', 90 * MINUTE],
  ['1h0m5s', HOUR + 5_000],
  ['1h5s', HOUR + 5_000],
  ['90m', 90 * MINUTE],
  ['007s', 7_000],
  ['8760h', 8_760 * HOUR]
])('%s is %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  '',
  ' ',
  '90',
  '90 s',
  ' 90s',
  '90s\n',
  's',
  'h',
  '-90s',
  '+90s',
  '1.5h',
  '1e3s',
  '30m1h',
  '1h1h',
  '90S',
  '500ms',
  '1d',
  '٣s',
  'Infinity',
  '1h 30m',
  '99999999999999999999s',
  `${'9'.repeat(400)}h`
])('%j is not a duration', text => {
  expect(parseDuration(text)).toBeNull()
})

test.each(['2400000000h', '2000000000h', '9000000000000s'])(
  '%s ends within the dates that there are, or is not a duration',
  text => {
    const ms = parseDuration(text) ?? 0
    expect(new Date(Date.UTC(2100, 0, 1) + ms).getTime()).not.toBeNaN()
  }
)

test.each([
  [0, '0s'],
  [-5, '0s'],
  [499, '0s'],
  [500, '1s'],
  [59_499, '59s'],
  [59_500, '1m'],
  [125_000, '2m 5s'],
  [3_599_499, '59m 59s'],
  [3_599_500, '1h'],
  [3_780_000, '1h 3m'],
  [3_659_000, '1h'],
  [100 * HOUR, '100h']
])('%p ms is said as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
