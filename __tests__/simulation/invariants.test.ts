import { describe, expect, test } from '@jest/globals'
import { simulate } from '../../simulation/run.ts'

const RUNS = 2_000
const FIRST_SEED = 1

describe('the wait, simulated', () => {
  const checked = new Map<string, number>()

  test(`keeps every invariant in ${RUNS} runs`, async () => {
    const broken: string[] = []
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
      const { violations, checked: inRun } = await simulate(seed)
      for (const [name, count] of inRun) checked.set(name, (checked.get(name) ?? 0) + count)
      if (violations.length > 0) broken.push(`npm run simulate -- --seed ${seed} --runs 1 --verbose: ${violations[0]}`)
    }
    expect(broken).toEqual([])
  }, 300_000)

  test('put every invariant to the test more than a few times', () => {
    expect(checked.size).toBe(26)
    expect([...checked].filter(([, count]) => count < 10)).toEqual([])
  })

  test('plays a seed exactly as before', async () => {
    for (const seed of [2, 3, 5]) {
      const [one, other] = [await simulate(seed), await simulate(seed)]
      expect(JSON.stringify(one.run)).toBe(JSON.stringify(other.run))
    }
  })
})
