import { type Clock, clampDelay } from '../../src/wait/clock.ts'

/** A clock that takes no time: it moves on to the next sleeper's hour whenever everything sleeps. All times in ms. */
export interface VirtualClock extends Clock {
  /** Time since the clock was made. */
  readonly elapsed: () => number
  /** Puts the machine to sleep when `at` (elapsed) is reached, for `ms`: whoever is due meanwhile wakes at its end. */
  readonly suspend: (at: number, ms: number) => void
  /** Moves the wall clock, and nothing else, by `ms`. */
  readonly stepWall: (ms: number) => void
  /** How many sleeps are under way. */
  readonly sleepers: () => number
}

/** Where the monotonic clock stands at first: not 0, so that a time is never taken for a duration. */
const ORIGIN = 1_000_000

export function virtualClock(epoch = Date.UTC(2026, 0, 1)): VirtualClock {
  const sleepers = new Map<() => void, number>()
  const suspensions: { at: number; ms: number }[] = []
  let now = ORIGIN
  let wallOffset = epoch - ORIGIN
  let scheduled = false

  return {
    now: () => now,
    wall: () => now + wallOffset,
    elapsed: () => now - ORIGIN,
    suspend: (at, ms) => suspensions.push({ at: at + ORIGIN, ms }),
    stepWall: ms => {
      wallOffset += ms
    },
    sleepers: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve()
        const wake = (): void => {
          sleepers.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.set(wake, now + clampDelay(ms))
        signal.addEventListener('abort', wake)
        schedule()
      })
  }

  /** Whatever is not asleep comes to rest before an immediate runs: promises settle first. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      if (sleepers.size === 0) return
      now = reach(Math.min(...sleepers.values()))
      for (const [wake, at] of [...sleepers]) if (at <= now) wake()
      schedule()
    })
  }

  function reach(time: number): number {
    const next = suspensions.findIndex(({ at }) => at <= time)
    const [suspension] = next === -1 ? [] : suspensions.splice(next, 1)
    return suspension === undefined ? time : Math.max(time, suspension.at + suspension.ms)
  }
}
