/** A number from 0 to below 1, as `Math.random` gives it. */
export type Random = () => number

/** A tenth of the job's age: its end is noticed late by at most that share of its duration. */
const SHARE_OF_AGE = 0.1
const SHORTEST_PAUSE = 1_000

const FIRST_BACKOFF = 1_000
const LONGEST_BACKOFF = 30_000

/** How many times a host name may fail to resolve at the start: a misspelt `url` should not cost minutes. */
export const UNRESOLVED_TRIES = 3

/**
 * The pause before the next standard poll, in ms: a tenth of the job's `age` (ms), at least 1 s, at most `longest` (ms),
 * jittered downwards only, so that the limit on the delay holds.
 */
export function standardPause(age: number, longest: number, random: Random): number {
  return Math.min(Math.max(age * SHARE_OF_AGE, SHORTEST_PAUSE), longest) * (0.9 + 0.1 * random())
}

/** The pause after the `count`th fault in a row, in ms: 1 s doubled to 30 s, half of it jitter. */
export function backoff(count: number, random: Random): number {
  return Math.min(FIRST_BACKOFF * 2 ** (count - 1), LONGEST_BACKOFF) * (0.5 + 0.5 * random())
}

/** The pause after the `count`th answer in a row that a long poll gave early, in ms: 1 s doubled to the standard pause. */
export function chatterPause(count: number, standard: number): number {
  return Math.min(SHORTEST_PAUSE * 2 ** (count - 1), standard)
}
