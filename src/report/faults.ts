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
