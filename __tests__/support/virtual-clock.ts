import { createVirtualClock, type VirtualClock as DrivenClock } from '../../fuzz/virtual-clock.ts'
import type { Clock } from '../../src/time/clock.ts'

/** A clock that takes no time, and moves on by itself whenever everything sleeps. All times in ms. */
export interface VirtualClock extends Clock, Pick<DrivenClock, 'stepWall' | 'sleeping'> {
  /** Time since the clock was made. */
  readonly elapsed: () => number
  /** Puts the machine to sleep when `at` (elapsed) is reached, for `ms`: anything due meanwhile wakes at its end. */
  readonly suspend: (at: number, ms: number) => void
}

/** Where the monotonic clock stands at first: not 0, so that a time is never taken for a duration. */
const ORIGIN = 1_000_000

export function virtualClock(epoch = Date.UTC(2026, 0, 1)): VirtualClock {
  const clock = createVirtualClock(ORIGIN, epoch)
  let moving = false

  return {
    ...clock,
    elapsed: () => clock.now() - ORIGIN,
    suspend: (at, ms) => clock.at(ORIGIN + at, () => clock.suspend(ms)),
    sleep: (ms, signal) => {
      void move()
      return clock.sleep(ms, signal)
    }
  }

  /** Whatever is not asleep comes to rest first. */
  async function move(): Promise<void> {
    if (moving) return
    moving = true
    await new Promise(setImmediate)
    await clock.drain()
    moving = false
  }
}
