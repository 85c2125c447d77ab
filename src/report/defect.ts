import { inspect } from 'node:util'
import { isNativeError } from 'node:util/types'
import type { Outcome } from '../jobs/endings.ts'
import type { JobReference } from '../jobs/reference.ts'
import { writeOutputs } from '../runner/files.ts'
import type { Printer } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import { outputsOfDefect } from './outputs.ts'

/** How far a step has come. */
export interface Progress {
  /** Where its server is; '' until that is known. */
  origin: string
  /** Every job that was found, and how the wait for it ended: `unrecognized` until then. */
  readonly outcomes: Map<JobReference, Outcome>
}

/** Reports an end that nobody decided on, and returns the exit code. */
export function reportDefect(error: unknown, { outcomes, origin }: Progress, printer: Printer): number {
  printer.debug(inspect(error))
  const what = plainText(isNativeError(error) ? String(error) : inspect(error), 500)
  const message = `Await Job stopped without knowing how the job ended: ${what}. This is a defect of the action: please report it at https://github.com/await-job/await-job/issues/new/choose. The job may still be running.`
  writeOutputs({ ...outputsOfDefect(outcomes, origin), outcome: 'unrecognized', message }, printer)
  printer.error(message, { title: 'Await Job: a defect' })
  return 1
}
