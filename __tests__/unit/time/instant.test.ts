import { expect, test } from '@jest/globals'
import { formatInstant, formatPeriod } from '../../../src/time/instant.ts'

const NOON = Date.UTC(2025, 10, 5, 12, 0, 7, 999)

test('a moment is shown in UTC, to the second', () => {
  expect(formatInstant(NOON)).toBe('2025-11-05 12:00:07')
})

test.each([
  [10_000, '12:00:07 to 12:00:17 UTC'],
  [86_400_000, '2025-11-05 12:00:07 to 2025-11-06 12:00:07 UTC']
])('a period of %i ms has its dates only where they differ', (ms, text) => {
  expect(formatPeriod(NOON, NOON + ms)).toBe(text)
})
