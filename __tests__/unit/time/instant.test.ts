import { expect, test } from '@jest/globals'
import { formatInstant } from '../../../src/time/instant.ts'

test('a moment is shown in UTC, to the second', () => {
  expect(formatInstant(Date.UTC(2025, 10, 5, 14, 0, 7, 999))).toBe('2025-11-05 14:00:07')
})
