import { ENDINGS, fails, OUTCOMES, type Outcome } from '../jobs/endings.ts'
import type { Verdict } from '../jobs/job.ts'
import type { Awaited } from '../wait/wait.ts'
import type { Reported } from './names.ts'

/** What the endings of all jobs come to. */
export interface Conclusion {
  /** In the order of the input. */
  readonly awaited: readonly [Reported, ...Reported[]]
  /** The single outputs are this job's. */
  readonly worst: Reported
  /** Those that fail the step, the worst first. */
  readonly failed: readonly Reported[]
  /** `error`: the step fails; `warning`: it passes, though with a job that did not simply succeed; `info`: it passes. */
  readonly level: 'info' | 'warning' | 'error'
  /** When the wait began, in epoch ms. */
  readonly startedAt: number
  /** ms that it took. */
  readonly elapsed: number
  /** The names of the inputs that were given. */
  readonly given: readonly string[]
}

/** Judges the endings by the verdicts that fail the step; an ending without a verdict always does. */
export function conclude(
  awaited: readonly [Reported, ...Reported[]],
  failOn: ReadonlySet<Verdict>,
  context: Pick<Conclusion, 'startedAt' | 'elapsed' | 'given'>
): Conclusion {
  const [worst] = worstFirst(awaited) as [Reported]
  const failed = worstFirst(awaited.filter(({ ending }) => fails(ending.outcome, failOn)))
  const level = failed.length > 0 ? 'error' : awaited.every(isPlain) ? 'info' : 'warning'
  return { awaited, worst, failed, level, ...context }
}

/** Whether there is nothing to say of an ending but that it passes. */
export function isPlain({ ending }: Pick<Awaited, 'ending'>): boolean {
  return ending.outcome === 'accepted' || (ending.outcome === 'success' && ending.unread === undefined)
}

/** The worst ending first; those that are equal keep their order. */
export function worstFirst<One extends Pick<Awaited, 'ending'>>(all: readonly One[]): One[] {
  return all.toSorted((one, other) => OUTCOMES.indexOf(one.ending.outcome) - OUTCOMES.indexOf(other.ending.outcome))
}

/** Whether the job may still be running; a job that was cancelled may have been seen to end after its wait. */
export function mayBeRunning({ ending }: Awaited): boolean {
  return ENDINGS[ending.outcome].mayBeRunning && !ending.job?.over
}

/** What how many jobs did, the best first: `4 succeeded, 2 failed`. */
export function countEndings(awaited: readonly Awaited[]): string {
  const counts = tally<Outcome>(awaited.map(({ ending }) => ending.outcome))
  return OUTCOMES.toReversed()
    .filter(outcome => counts.has(outcome))
    .map(outcome => `${counts.get(outcome)} ${ENDINGS[outcome].did}`)
    .join(', ')
}

/** How often each word occurs, in the order of their first occurrence. */
export function tally<Word>(words: Iterable<Word>): Map<Word, number> {
  const counts = new Map<Word, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
