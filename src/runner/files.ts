import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'
import { reasonOf } from '../text/reason.ts'
import { type Printer, redact, redactedOutput } from './toolkit.ts'

/**
 * Writes the step's outputs. The verdict does not depend on them: never throws. `states`: those of the
 * jobs that their API is known to use.
 */
export function writeOutputs(
  outputs: Readonly<Record<string, string>>,
  { debug, warning }: Pick<Printer, 'debug' | 'warning'>,
  states: readonly string[] = []
): void {
  const file = process.env.GITHUB_OUTPUT
  if (!file) {
    debug('GITHUB_OUTPUT is not set: no outputs are written')
    return
  }
  try {
    appendFileSync(
      file,
      Object.entries(outputs)
        .map(([name, value]) => entryOf(name, redactedOutput(name, value, states)))
        .join('')
    )
  } catch (error) {
    warning(`The outputs could not be written: ${reasonOf(error)}`)
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

/**
 * An output as the runner reads it: a delimiter, the value, and the delimiter again, which the value does not hold. Written
 * here, and all at once, because `@actions/core` opens the file for each and loads `node:crypto` for a random delimiter.
 */
function entryOf(name: string, shown: string): string {
  let delimiter = 'ghadelimiter_'
  while (shown.includes(delimiter)) delimiter += delimiter
  return [`${name}<<${delimiter}`, shown, delimiter, ''].join(EOL)
}
