import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { clampDelay } from '../../src/time/clock.ts'
import { parseRetryAfter } from '../../src/time/retry-after.ts'
import { hostileText } from './texts.ts'

const NOW = Date.UTC(2026, 0, 15, 12)
const header = fc.oneof(
  hostileText,
  fc.stringMatching(/^[0-9,. eExX+-]{0,20}$/),
  fc.stringMatching(/^[A-Za-z0-9:, ]{0,40}$/)
)
const date = fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })

describe('Retry-After', () => {
  test('of any text is a number of ms from 0, or null', () => {
    fc.assert(
      fc.property(header, text => {
        const ms = parseRetryAfter(text, NOW)
        expect(ms === null || ms >= 0).toBe(true)
      }),
      { numRuns: 2_000 }
    )
  })

  test('without a digit is null', () => {
    fc.assert(fc.property(hostileText, text => expect(parseRetryAfter(text.replace(/\d/g, ''), NOW)).toBeNull()))
  })

  test('of whole seconds is that many, the largest of several, whatever else is there', () => {
    const junk = fc.constantFrom('-1', '1.5', '1e3', '0x10', 'soon', '', ' ')
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), fc.array(junk, { maxLength: 3 }), (all, more) => {
        const text = [...more, ...all.map(String)].join(', ')
        expect(parseRetryAfter(text, NOW)).toBe(Math.max(...all) * 1_000)
      })
    )
  })

  test("of an HTTP date counts from the server's own time, 0 where it is past", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 2 ** 41 }), (until, now) => {
        const whole = Math.floor(until.getTime() / 1_000) * 1_000
        expect(parseRetryAfter(until.toUTCString(), now)).toBe(Math.max(0, whole - now))
      })
    )
  })

  test('of a date in any other form is null', () => {
    fc.assert(
      fc.property(date, until => {
        expect(parseRetryAfter(until.toISOString(), NOW)).toBeNull()
        expect(parseRetryAfter(until.toUTCString().replace('GMT', ''), NOW)).toBeNull()
      })
    )
  })
})

test('a delay is one that a timer keeps, for any number', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.constantFrom(Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY)), ms => {
      const delay = clampDelay(ms)
      expect(delay >= 0 && delay <= 2 ** 31 - 1).toBe(true)
      if (ms >= 0 && ms <= 2 ** 31 - 1) expect(delay).toBeCloseTo(ms, 10)
    })
  )
})
