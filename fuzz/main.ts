import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Run, simulate } from './run.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(randomInt(1e9)) },
    verbose: { type: 'boolean', default: false }
  }
})

const first = Number(values.seed)
const runs = Number(values.runs)
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error('usage: npm run fuzz -- [--runs N] [--seed S] [--verbose]')
  process.exit(2)
}

const startedAt = performance.now()
const counts = new Map<string, number>()
const count = (name: string, by = 1): void => {
  counts.set(name, (counts.get(name) ?? 0) + by)
}
let broken = 0

for (let seed = first; seed < first + runs; seed += 1) {
  const violations = await play(seed)
  if (violations.length === 0) continue
  broken += 1
  console.log(`seed ${seed}: ${violations.join('\n  ')}`)
  console.log(`  replay: npm run fuzz -- --seed ${seed} --runs 1 --verbose`)
  if (broken === 20) break
}

const seconds = (performance.now() - startedAt) / 1_000
console.log(`\n${runs} runs from seed ${first} in ${seconds.toFixed(1)} s`)
for (const [name, number] of [...counts].sort()) console.log(`  ${String(number).padStart(9)}  ${name}`)
console.log(broken === 0 ? 'every invariant held' : `${broken} runs broke an invariant`)
process.exitCode = broken === 0 ? 0 : 1

async function play(seed: number): Promise<readonly string[]> {
  const lines: { time: number; text: string }[] = []
  try {
    const { run, violations, checked } = await simulate(seed, (time, text) => {
      if (values.verbose) lines.push({ time, text })
    })
    for (const [name, number] of checked) count(name, number)
    count('requests', run.requests.length)
    count('virtual hours', run.endedAt / 3_600_000)
    if (values.verbose) print(run, lines)
    return violations
  } catch (error) {
    return [`it threw ${error instanceof Error ? error.stack : error}`]
  }
}

function print(run: Run, lines: { time: number; text: string }[]): void {
  console.log(JSON.stringify(run.scenario, null, 2))
  for (const { askedAt, landedAt, token } of run.tokenServer?.requests ?? []) {
    lines.push({ time: askedAt, text: '    ask for a token' })
    if (landedAt !== null) lines.push({ time: landedAt, text: `    ${token ?? 'no token'}` })
  }
  for (const { askedAt, landedAt, hold, list, details, beyond, said, trouble, floor, attempts } of run.requests) {
    const kind = list ? 'list' : details ? 'details' : beyond ? 'operation' : 'job'
    for (const { sentAt, authorization } of attempts) {
      if (authorization !== '') lines.push({ time: sentAt, text: `    send with ${authorization}` })
    }
    lines.push({ time: askedAt, text: `ask for the ${kind}${hold > 0 ? `, to be held for ${hold / 1_000} s` : ''}` })
    const words = [...said].map(([number, word]) => `${number} ${word}`).join(', ')
    const note = `${trouble === null ? '' : ` (${trouble})`}${floor > 0 ? `, Retry-After ${floor / 1_000} s` : ''}`
    if (landedAt !== null) lines.push({ time: landedAt, text: `  the server says: ${words}${note}` })
  }
  lines.sort((one, other) => one.time - other.time)
  for (const { time, text } of lines) console.log(`[${(time / 1_000).toFixed(3)}] ${text}`)
}
