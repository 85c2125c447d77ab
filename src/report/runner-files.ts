import { appendFileSync } from 'node:fs'
import { redact, setOutput } from '../toolkit.ts'
import type { Printer } from './log.ts'
import type { Outputs } from './outputs.ts'

/** Writes the step's outputs. The verdict stands whether or not the runner takes them: never throws. */
export function writeOutputs(outputs: Outputs, { debug, warning }: Pick<Printer, 'debug' | 'warning'>): void {
  if (!process.env.GITHUB_OUTPUT) {
    debug('GITHUB_OUTPUT is not set: no outputs are written')
    return
  }
  try {
    for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
