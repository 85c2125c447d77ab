/**
 * Runs the benchmarks, or the parts that are named, and writes what they find to the screen and the document. With `--short`,
 * those that can be are made smaller, and nothing is written to the document.
 */
import { parseArgs } from 'node:util'
import { comparePolicies } from './compare-policies.ts'
import { compareProcesses } from './compare-processes.ts'
import { measureLongWait } from './long-wait.ts'
import { measureManyJobs } from './many-jobs.ts'
import { type Findings, publish, toMarkdown } from './report.ts'
import { measureStartUp } from './start-up.ts'
import { measureStorm } from './storm.ts'

const PARTS: Readonly<Record<string, (short: boolean) => Promise<Findings>>> = {
  policies: comparePolicies,
  processes: compareProcesses,
  'start-up': measureStartUp,
  'long-wait': measureLongWait,
  'many-jobs': measureManyJobs,
  storm: measureStorm
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } }
})
const unknown = positionals.filter(name => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(', ')}: use ${Object.keys(PARTS).join(', ')}`)

for (const [name, measure] of Object.entries(PARTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.log(`${name} …`)
  const startedAt = performance.now()
  const findings = await measure(values.short)
  if (!values.short) publish(name, findings)
  console.log(`\n${toMarkdown(findings)}\n(${Math.round((performance.now() - startedAt) / 1_000)} s)\n`)
}
