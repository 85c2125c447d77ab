import type { Clock } from '../../../src/wait/clock.ts'

/** A clock that stands still while anything happens, and then jumps to the next moment somebody waits for. */
export interface VirtualClock extends Clock {
  /** Lets time pass until the promise is settled. */
  readonly run: <Result>(promise: Promise<Result>) => Promise<Result>
}

export function createVirtualClock(wall: number): VirtualClock {
  const alarms = new Set<{ readonly at: number; readonly ring: () => void }>()
  let now = 0
  return {
    now: () => now,
    wall: () => wall + now,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        const alarm = { at: now + Math.max(ms, 0), ring }
        function ring(): void {
          alarms.delete(alarm)
          signal.removeEventListener('abort', ring)
          resolve()
        }
        if (signal.aborted) return resolve()
        alarms.add(alarm)
        signal.addEventListener('abort', ring)
      }),
    run: async promise => {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      promise.then(settle, settle)
      for (;;) {
        await new Promise(setImmediate)
        if (isSettled) return promise
        const next = [...alarms].toSorted((one, other) => one.at - other.at)[0]
        if (next === undefined) throw new Error('everybody waits, and nobody for a moment to come')
        now = Math.max(now, next.at)
        next.ring()
      }
    }
  }
}
