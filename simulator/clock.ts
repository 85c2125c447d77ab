import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'

/** The longest delay that `setTimeout` takes, in ms: anything above fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * The simulator's time. Server time runs `speed` times as fast as real time; both are ms since the epoch, start at the
 * same instant, and never jump, even if the wall clock does.
 */
export interface Clock {
  /** Server time, in ms since the epoch, with a fraction. */
  now(): number
  /** Real time, in ms since the epoch, with a fraction. */
  realNow(): number
  /** The real time, in ms since the epoch, of a server time. */
  toReal(serverTime: number): number
  /** How many real ms a span of server ms takes. */
  realSpan(serverSpan: number): number
}

/** Starts a clock at the present time. */
export function startClock(speed: number): Clock {
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed must be a number above 0, not ${speed}`)
  const started = Date.now()
  const origin = performance.now()
  const elapsed = () => performance.now() - origin
  return {
    now: () => started + elapsed() * speed,
    realNow: () => started + elapsed(),
    toReal: serverTime => started + (serverTime - started) / speed,
    realSpan: serverSpan => serverSpan / speed
  }
}

/** Settles after `ms` real ms, or as soon as `signal` aborts; leaves neither timer nor listener behind. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.min(Math.max(ms, 0), LONGEST_TIMER))
    signal.addEventListener('abort', done)
  })
}
