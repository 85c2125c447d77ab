import { writeOutputs, writeSummary } from '../runner/files.ts'
import type { Printer } from '../runner/toolkit.ts'
import { annotationOfFaults } from './annotation.ts'
import { outputsOfFaults } from './outputs.ts'
import { summaryOfFaults } from './summary.ts'

/** Reports wrong inputs, and returns the exit code. */
export function reportFaults(faults: readonly string[], summary: boolean, printer: Printer): number {
  writeOutputs(outputsOfFaults(faults), printer)
  if (summary) writeSummary(summaryOfFaults(faults), printer)
  printer.error(annotationOfFaults(faults), { title: 'Await Job: invalid inputs' })
  return 1
}

/** Reports an end that nobody decided on: an error in the program, a promise that never settles, an exit from elsewhere. */
export function reportDefect(printer: Printer): number {
  const message =
    'Await Job stopped without knowing how the job ended: this is a defect of the action, please report it. The job may still be running'
  writeOutputs({ outcome: 'unrecognized', message }, printer)
  printer.error(message, { title: 'Await Job: a defect' })
  return 1
}
