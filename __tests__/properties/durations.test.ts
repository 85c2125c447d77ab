import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration, parseDuration } from '../../src/time/duration.ts'
import { hostileText } from './texts.ts'

const part = (unit: string) => fc.option(fc.nat(10_000), { nil: null }).map(count => ({ count, unit }))
const MS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000 }

test('numbers with units, from large to small, are their sum', () => {
  fc.assert(
    fc.property(part('h'), part('m'), part('s'), (...parts) => {
      const given = parts.filter(({ count }) => count !== null)
      fc.pre(given.length > 0)
      const text = given.map(({ count, unit }) => `${count}${unit}`).join('')
      const sum = given.reduce((ms, { count, unit }) => ms + (count ?? 0) * (MS[unit] ?? 0), 0)
      expect(parseDuration(text)).toBe(sum)
    })
  )
})

test('any other text is null, never NaN or below 0', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.stringMatching(/^[0-9hms. +e-]{0,10}$/)), text => {
      const ms = parseDuration(text)
      if (ms === null) return
      expect(text).toMatch(/^(\d+h)?(\d+m)?(\d+s)?$/)
      expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true)
    }),
    { numRuns: 1_000 }
  )
})

test('what a person reads is right to the smaller of its two units', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 * 3_600_000 }), ms => {
      const text = formatDuration(ms)
      expect(text).toMatch(/^(\d+s|\d+m( \d+s)?|\d+h( \d+m)?)$/)
      const read = parseDuration(text.replace(' ', '')) ?? Number.NaN
      expect(Math.abs(read - ms)).toBeLessThanOrEqual(ms < 3_599_500 ? 500 : 60_000)
    })
  )
})
