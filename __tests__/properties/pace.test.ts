import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { backoff, chatterPause, standardPause } from '../../src/wait/pace.ts'

const age = fc.double({ min: 0, max: 30 * 24 * 3_600_000, noNaN: true })
const longest = fc.integer({ min: 1_000, max: 3_600_000 })
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the standard pause', () => {
  test('is late by at most a tenth of the age and 1 s, and never a hot loop', () => {
    fc.assert(
      fc.property(age, longest, random, (age, longest, random) => {
        const pause = standardPause(age, longest, () => random)
        expect(pause).toBeLessThanOrEqual(Math.min(age / 10 + 1_000, longest))
        expect(pause).toBeGreaterThanOrEqual(900)
      })
    )
  })

  test('grows with the age', () => {
    fc.assert(
      fc.property(age, age, longest, random, (one, other, longest, random) => {
        const [younger, older] = [Math.min(one, other), Math.max(one, other)]
        const of = (age: number): number => standardPause(age, longest, () => random)
        expect(of(younger)).toBeLessThanOrEqual(of(older))
      })
    )
  })

  test('costs few requests: 10 in the first 10 s, and then one for each tenth of the age', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 24 * 3_600_000 }), end => {
        let [time, count] = [0, 0]
        for (; time < end; count += 1) time += standardPause(time, Number.POSITIVE_INFINITY, () => 0)
        expect(count).toBeLessThanOrEqual(12 + Math.log(end / 10_000) / Math.log(1.09) + 1)
      })
    )
  })
})

test('the pause after a fault doubles from 1 s to the longest, and is at least half of that', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), longest, random, (count, longest, random) => {
      const full = Math.min(1_000 * 2 ** (count - 1), longest)
      const pause = backoff(count, longest, () => random)
      expect(pause).toBeGreaterThanOrEqual(full / 2)
      expect(pause).toBeLessThanOrEqual(full)
    })
  )
})

test('the pause after early answers grows from 1 s to the standard pause', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 900, max: 3_600_000 }), (count, standard) => {
      const pause = chatterPause(count, standard)
      expect(pause).toBeGreaterThanOrEqual(Math.min(1_000, standard))
      expect(pause).toBeLessThanOrEqual(standard)
      expect(chatterPause(count + 1, standard)).toBeGreaterThanOrEqual(pause)
    })
  )
})
