import type { Hold } from '../jobs/api.ts'
import type { Ending } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import { longestBackoff, type Random, standardPause } from './pace.ts'
import { jobOf, type Rules, type Watch } from './watch.ts'

/** When and how an answer came. Times are monotonic ms but for `serverNow`. */
export interface Landing {
  readonly askedAt: number
  readonly now: number
  readonly hold: Hold | null
  readonly serverNow: number | null
  /** How many jobs the question was about. */
  readonly count: number
  /** Whether the deadline has struck. */
  readonly isLast: boolean
  /** Whether the next question about the job would be a long poll, which needs no pause before it. */
  readonly holdNext: (watch: Watch) => boolean
}

/** What follows from an answer: the job's ending, or when to ask about it again. */
export type Step = { readonly watch: Watch } | { readonly ending: Ending }

/** One answer to be judged, and what it is judged by. */
export interface Case {
  readonly watch: Watch
  readonly landing: Landing
  readonly rules: Rules
  readonly random: Random
}

/**
 * How much of its pause a job must have had before it is asked about along with others, and how long, in ms. At a half,
 * jobs whose pauses are as long are soon asked about together.
 */
const LEAST_SHARE_OF_PAUSE = 0.5
const LEAST_PAUSE = 900
/** A pause takes at most this share of the time for which the server still knows a job that ended in it. */
const SHARE_OF_MEMORY = 0.8

/** The job is asked about again after a pause (ms), and along with others after a `share` of it. */
export function again(
  { watch, landing }: Case,
  changes: Partial<Watch>,
  pause: number,
  share = LEAST_SHARE_OF_PAUSE
): Step {
  const least = Math.min(pause, Math.max(pause * share, LEAST_PAUSE))
  return { watch: { ...watch, ...changes, dueAt: landing.now + pause, askableAt: landing.now + least } }
}

export function standard({ watch, landing, rules, random }: Case, job: Job | null): number {
  const { remembers = Number.POSITIVE_INFINITY } = watch.about.api
  const longest = Math.min(rules.pollInterval, remembers * SHARE_OF_MEMORY)
  return standardPause(ageOf(job, watch.startedAt, landing), longest, random)
}

/** The longest pause after a fault that fits the job, in ms. */
export function longestPauseAfterFault(watch: Watch, landing: Landing, rules: Rules): number {
  return longestBackoff(standard({ watch, landing, rules, random: () => 1 }, jobOf(watch)))
}

/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job: Job | null, startedAt: number, { serverNow, now }: Landing): number {
  const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt
  return age >= 0 ? age : now - startedAt
}

/** From when on an answer was due: a server that was asked to hold it owes nothing until the hold has ended. */
export function owedSince({ askedAt, now, hold }: Landing): number {
  return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now)
}
