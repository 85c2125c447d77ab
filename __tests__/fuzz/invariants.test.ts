import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { simulate } from '../../fuzz/run.ts'

const RUNS = 2_000

describe('the wait, simulated', () => {
  test(`keeps every invariant in ${RUNS} runs, and puts each to the test more than a few times`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      'fuzz/main.ts',
      ...['--seed', '1', '--runs', String(RUNS)]
    ]).catch(({ stdout, stderr }) => ({ stdout: `${stdout}${stderr}` }))
    expect(stdout).toMatch(/^every invariant held$/m)
    const checked = stdout.matchAll(/^ +(\d+) {2}\d+ .+$/gm).toArray()
    expect(checked).toHaveLength(42)
    expect(checked.filter(([, count]) => Number(count) < 10)).toEqual([])
  }, 300_000)

  test('plays a seed exactly as before', async () => {
    for (const seed of [2, 3, 5]) {
      const [one, other] = [await simulate(seed), await simulate(seed)]
      expect(JSON.stringify(one.run)).toBe(JSON.stringify(other.run))
    }
  })
})
