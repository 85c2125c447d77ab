/** Runs the benchmarks, or the parts that are named, and writes what they find to the screen and the document. */
import { parseArgs } from 'node:util'
import { comparePolicies } from './compare-policies.ts'
import { compareProcesses } from './compare-processes.ts'
import { measureLongWait } from './long-wait.ts'
import { measureManyJobs } from './many-jobs.ts'
import { type Findings, publish, toMarkdown } from './report.ts'
import { measureStartUp } from './start-up.ts'

const PARTS: Readonly<Record<string, () => Promise<Findings>>> = {
  policies: comparePolicies,
  processes: compareProcesses,
  'start-up': measureStartUp,
  'long-wait': measureLongWait,
  'many-jobs': measureManyJobs
}

const { positionals } = parseArgs({ allowPositionals: true })
const unknown = positionals.filter(name => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(', ')}: use ${Object.keys(PARTS).join(', ')}`)

for (const [name, measure] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`${name} …`)
  const startedAt = performance.now()
  const findings = await measure()
  publish(name, findings)
  console.log(`\n${toMarkdown(findings)}\n(${Math.round((performance.now() - startedAt) / 1_000)} s)\n`)
}
