import type { Apart } from '../ask/find-jobs.ts'
import type { Server } from '../http/server.ts'
import { fails } from '../jobs/endings.ts'
import type { Verdict } from '../jobs/job.ts'
import { writeOutputs, writeSummary } from '../runner/files.ts'
import { INTERRUPTED } from '../runner/signals.ts'
import type { Printer } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import type { Awaited } from '../wait/wait.ts'
import { printEnding } from './annotation.ts'
import { outputsOfApart, printApart, summaryOfApart } from './apart.ts'
import { type Conclusion, conclude } from './conclusion.ts'
import { continuationOf } from './continuation.ts'
import type { Names } from './names.ts'
import { outputsOf, outputsWithoutJobs } from './outputs.ts'
import { summaryOf } from './summary.ts'
import type { Timeline } from './timeline.ts'

/** What came of a step's work. */
export interface Work {
  /** The endings of its jobs, in the order in which they were found. */
  readonly awaited: readonly Awaited[]
  /** What happened apart from any job. */
  readonly apart: Apart | null
  /** The HTTP status of the answer to the call; null where no call was made, or none was answered. */
  readonly status: number | null
  /** ms that it took. */
  readonly elapsed: number
}

/** How the step is judged and shown. */
export interface Showing {
  readonly server: Server
  readonly failOn: ReadonlySet<Verdict>
  /** Whether a job summary is written. */
  readonly summary: boolean
  readonly timeline: Timeline
  readonly names: Names
  /** The names of the inputs that were given. */
  readonly given: readonly string[]
  /** Epoch ms. */
  readonly startedAt: number
}

/**
 * Decides what a step comes to, writes and prints it, and returns the exit code. What happened apart from the jobs counts,
 * unless a job failed the step: then it is only mentioned.
 */
export function reportStep({ awaited, apart, status, elapsed }: Work, showing: Showing, printer: Printer): number {
  const { server, failOn, summary, timeline, names, given, startedAt } = showing
  const [first, ...others] = awaited.map(names.withName)
  const conclusion = first === undefined ? null : conclude([first, ...others], failOn, { startedAt, elapsed, given })
  const continuation = continuationOf(awaited, server, given)
  const decisive = conclusion?.level === 'error' ? null : apart
  writeOutputs(
    {
      ...(conclusion === null ? outputsWithoutJobs(elapsed) : outputsOf(conclusion, server)),
      ...(decisive === null ? {} : outputsOfApart(decisive)),
      'status-code': status === null ? '' : String(status)
    },
    printer,
    awaited.flatMap(({ ending: { job } }) => (job?.recognized ? [job.state] : []))
  )
  if (summary && conclusion !== null) writeSummary(summaryOf(conclusion, { server, timeline, continuation }), printer)
  if (summary && apart !== null) writeSummary(summaryOfApart(apart), printer)
  if (decisive !== null) printApart(decisive, failOn, printer)
  else if (conclusion !== null) printEnding(conclusion, continuation, printer)
  if (apart !== decisive && apart !== null) printer.info(plainText(apart.message))
  return exitCodeOf(conclusion, apart, failOn)
}

/** 0 only where every job, and what happened apart from them, has ended in a way that passes. */
function exitCodeOf(conclusion: Conclusion | null, apart: Apart | null, failOn: ReadonlySet<Verdict>): number {
  const jobsPass = conclusion === null ? apart !== null : conclusion.level !== 'error'
  if (jobsPass && (apart === null || !fails(apart.outcome, failOn))) return 0
  const isCancelled = [apart?.outcome, conclusion?.worst.ending.outcome].includes('cancelled')
  return isCancelled ? INTERRUPTED : 1
}
