// Mutates the code that makes decisions, part by part (stryker.config.mjs, mutated-parts.ts), and prints the score of all parts.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PARTS } from './mutated-parts.ts'

interface Report {
  readonly files: Record<string, { readonly mutants: readonly { readonly status: string }[] }>
}

/** The lowest share of mutants, in %, that the tests must detect. */
const LOWEST_SCORE = 90

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS)
const statuses = names.flatMap(name => {
  const env = { ...process.env, MUTATED_PART: name }
  const { status } = spawnSync('stryker', ['run'], { stdio: 'inherit', env, shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
  const { files }: Report = JSON.parse(readFileSync(`mutation/${name}.json`, 'utf8'))
  return Object.values(files).flatMap(({ mutants }) => mutants.map(mutant => mutant.status))
})
const detected = statuses.filter(status => status === 'Killed' || status === 'Timeout').length
const missed = statuses.filter(status => status === 'Survived' || status === 'NoCoverage').length
const score = (100 * detected) / (detected + missed)
console.log(`${names.join(', ')}: ${detected} of ${detected + missed} mutants detected, ${score.toFixed(1)} %`)
if (score < LOWEST_SCORE) process.exit(1)
