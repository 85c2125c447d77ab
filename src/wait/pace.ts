/** A number from 0 to below 1, as `Math.random` gives it. */
export type Random = () => number

/** A tenth of the job's age: its end is noticed late by at most that share of its duration. */
const SHARE_OF_AGE = 0.1
const SHORTEST_PAUSE = 1_000

const FIRST_BACKOFF = 1_000
/** The longest pause after a fault, in ms. */
export const LONGEST_BACKOFF = 30_000
/** The pause after a fault may always grow to this, in ms. */
const FITTING_BACKOFF = 5_000

/** How many times a host name may fail to resolve at the start: a misspelt `url` should not cost minutes. */
export const UNRESOLVED_TRIES = 3

/**
 * The pause before the next standard poll, in ms: a tenth of the job's `age` (ms), at least 1 s, at most `longest` (ms),
 * jittered downwards only, so that the limit on the delay holds.
 */
export function standardPause(age: number, longest: number, random: Random): number {
  return Math.min(Math.max(age * SHARE_OF_AGE, SHORTEST_PAUSE), longest) * (0.9 + 0.1 * random())
}

/** The pause after the `count`th fault in a row, in ms: 1 s doubled to `longest` (ms), half of it jitter. */
export function backoff(count: number, longest: number, random: Random): number {
  return Math.min(FIRST_BACKOFF * 2 ** (count - 1), longest) * (0.5 + 0.5 * random())
}

/**
 * The longest back-off that fits a job whose `standard` pause is this, in ms: the end of an outage is noticed as soon as
 * the end of the job would be, or within 5 s.
 */
export function longestBackoff(standard: number): number {
  return Math.min(Math.max(standard, FITTING_BACKOFF), LONGEST_BACKOFF)
}

/** A pause that is not longer than the time that is left, if any is; both in ms. */
export function upTo(left: number, pause: number): number {
  return left > 0 ? Math.min(pause, left) : pause
}

/** The pause after the `count`th answer in a row that a long poll gave early, in ms: 1 s doubled to the standard pause. */
export function chatterPause(count: number, standard: number): number {
  return Math.min(SHORTEST_PAUSE * 2 ** (count - 1), standard)
}
