import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import { reasonOf } from '../reason.ts'
import { redact, redactedOutput } from '../toolkit.ts'
import type { Printer } from './log.ts'
import type { Outputs } from './outputs.ts'

/**
 * Writes the step's outputs, all at once. The verdict stands whether or not the runner takes them: never throws.
 * `@actions/core` has the same, but loads `node:crypto` for a delimiter, which costs a short step a tenth of its time.
 */
export function writeOutputs(outputs: Outputs, { debug, warning }: Pick<Printer, 'debug' | 'warning'>): void {
  const file = process.env.GITHUB_OUTPUT
  if (!file) {
    debug('GITHUB_OUTPUT is not set: no outputs are written')
    return
  }
  try {
    const safe = Object.entries(outputs).map(([name, value]) => [name, redactedOutput(name, value)] as const)
    const delimiter = delimiterFor(safe.map(([, value]) => value))
    appendFileSync(
      file,
      safe.map(([name, value]) => `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`).join('')
    )
  } catch (error) {
    warning(`The outputs could not be written: ${reasonOf(error)}`)
  }
}

/** A line with which the runner can tell where a value ends: none of the values holds it. */
function delimiterFor(values: readonly string[]): string {
  for (let number = 0; ; number += 1) {
    const delimiter = `await_job_${number}`
    if (!values.some(value => value.includes(delimiter))) return delimiter
  }
}

/** Appends to the job summary, where the runner takes one: never throws. */
export function writeSummary(markdown: string, { debug, info }: Pick<Printer, 'debug' | 'info'>): void {
  const file = process.env.GITHUB_STEP_SUMMARY
  if (!file) {
    debug('GITHUB_STEP_SUMMARY is not set: no summary is written')
    return
  }
  try {
    appendFileSync(file, redact(markdown))
  } catch (error) {
    info(`The job summary could not be written: ${reasonOf(error)}`)
  }
}
