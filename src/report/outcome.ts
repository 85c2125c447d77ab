import type { Ending, Verdict, VerdictOutcome } from '../jobs/job.ts'
import type { Awaited } from '../wait/wait.ts'

export type Outcome = Ending['outcome']

/** From the worst to the best: of several jobs, the worst ending is the step's. */
const WORST_FIRST: readonly Outcome[] = [
  'error',
  'partial-failures',
  'unauthorized',
  'unrecognized',
  'lost',
  'not-found',
  'unreachable',
  'timeout',
  'cancelled',
  'warning',
  'success'
]

const VERDICT_OF: Readonly<Record<VerdictOutcome, Verdict>> = {
  success: 'NORMAL',
  warning: 'WARNING',
  'partial-failures': 'PARTIAL_FAILURES',
  error: 'ERROR'
}

/** The endings after which the job may still be running, so that a later step can go on waiting for it. */
const OPEN: readonly Outcome[] = ['unauthorized', 'unrecognized', 'unreachable', 'timeout', 'cancelled']

/** What the endings of all jobs come to. */
export interface Conclusion {
  /** In the order of the input. */
  readonly awaited: readonly [Awaited, ...Awaited[]]
  /** The single outputs are this job's. */
  readonly worst: Awaited
  /** Those that fail the step, the worst first. */
  readonly failed: readonly Awaited[]
  /** `error`: the step fails; `warning`: it passes, though not every job simply succeeded; `info`: all succeeded. */
  readonly level: 'info' | 'warning' | 'error'
  /** ms that the wait took. */
  readonly elapsed: number
}

/** Judges the endings by the verdicts that fail the step; an ending without a verdict always does. */
export function conclude(
  awaited: readonly [Awaited, ...Awaited[]],
  failOn: ReadonlySet<Verdict>,
  elapsed: number
): Conclusion {
  const [worst] = worstFirst(awaited) as [Awaited]
  const failed = worstFirst(awaited.filter(({ ending }) => fails(ending, failOn)))
  const level = failed.length > 0 ? 'error' : worst.ending.outcome === 'success' ? 'info' : 'warning'
  return { awaited, worst, failed, level, elapsed }
}

/** The worst ending first; those that are equal keep their order. */
export function worstFirst(all: readonly Awaited[]): Awaited[] {
  const rank = ({ ending }: Awaited): number => WORST_FIRST.indexOf(ending.outcome)
  return all.toSorted((one, other) => rank(one) - rank(other))
}

/** Whether the job may still be running; a job that was cancelled may have been seen to end after its wait. */
export function isOpen({ ending }: Awaited): boolean {
  return OPEN.includes(ending.outcome) && !ending.job?.verdict
}

/** How many there are of each outcome, the worst first: `2 error, 1 timeout`. */
export function countOutcomes(outcomes: readonly Outcome[]): string {
  return WORST_FIRST.map(outcome => ({ outcome, count: outcomes.filter(one => one === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${outcome}`)
    .join(', ')
}

/** Whether an ending fails the step: one without a verdict always does. */
export function fails({ outcome }: Ending, failOn: ReadonlySet<Verdict>): boolean {
  return !Object.hasOwn(VERDICT_OF, outcome) || failOn.has(VERDICT_OF[outcome as VerdictOutcome])
}
