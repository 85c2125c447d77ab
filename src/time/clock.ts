/** The clock of a wait. Real waits take `systemClock`; tests and simulations hand in their own. */
export interface Clock {
  /** Monotonic ms since some moment: steps of the wall clock and daylight saving do not touch it. */
  readonly now: () => number
  /** The wall clock in epoch ms, for dates that have nothing better to be compared with. */
  readonly wall: () => number
  /** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The longest delay that `setTimeout` keeps, in ms: one above it fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** What a delay that is not a number becomes, in ms: a pause rather than a hot loop. */
const FALLBACK = 1_000

export const systemClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal.aborted) return resolve()
      const wake = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, clampDelay(ms))
      signal.addEventListener('abort', wake)
    })
}

/** A delay that `setTimeout` keeps: within 0 and its longest, in ms. A caller that needs longer sleeps again. */
export function clampDelay(ms: number): number {
  return Number.isNaN(ms) ? FALLBACK : Math.min(Math.max(ms, 0), LONGEST_TIMER)
}
