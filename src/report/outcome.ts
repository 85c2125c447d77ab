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

/** Whether an ending fails the step: one without a verdict always does. */
export function fails({ outcome }: Ending, failOn: ReadonlySet<Verdict>): boolean {
  return !Object.hasOwn(VERDICT_OF, outcome) || failOn.has(VERDICT_OF[outcome as VerdictOutcome])
}

/** The worst of the endings, the first in the order of the input among equals. */
export function worst(all: readonly [Awaited, ...Awaited[]]): Awaited {
  const rank = ({ ending }: Awaited): number => WORST_FIRST.indexOf(ending.outcome)
  return all.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst))
}
