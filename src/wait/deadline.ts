import type { Clock } from '../time/clock.ts'

/** A request in flight when the deadline strikes may run on for this long, in ms: a verdict in its answer counts. */
export const OVERTIME = 2_000
/** An alarm that goes off later than this, in ms, was slept through by the whole machine. */
const OVERSLEPT = 500

/** The deadline of a wait, on a machine that may sleep through it. Times are monotonic ms. */
export interface Deadline {
  readonly at: number
  readonly hasStruck: () => boolean
  /** When the wait ends, whatever is still in flight: a machine that slept has its overtime from when it woke. */
  readonly end: () => number
  /** Sleeps until `time`, the deadline or the end, or until `wake` is called. */
  readonly sleepUntil: (time: number) => Promise<void>
  readonly wake: () => void
  /** Whether the machine has just woken from a sleep across the deadline: true only once. */
  readonly hasJustWoken: () => boolean
  /** Whether such a sleep lies between then and now: what was asked then shows nothing of what is. */
  readonly isBeforeSleep: (time: number) => boolean
}

/** `startedAt`: when the wait began, which may be before now. */
export function createDeadline(at: number, startedAt: number, clock: Clock): Deadline {
  let alarm = new AbortController()
  let alarmAt = startedAt
  let wokeAt = Number.NEGATIVE_INFINITY
  const hasStruck = (): boolean => clock.now() >= at
  const end = (): number => Math.max(at, wokeAt) + OVERTIME

  return {
    at,
    hasStruck,
    end,
    sleepUntil: async time => {
      alarm = new AbortController()
      alarmAt = Math.min(time, hasStruck() ? end() : at)
      await clock.sleep(alarmAt - clock.now(), alarm.signal)
    },
    wake: () => alarm.abort('woken'),
    hasJustWoken: () => {
      const now = clock.now()
      if (!hasStruck() || now <= alarmAt + OVERSLEPT || wokeAt >= at) return false
      wokeAt = now
      alarmAt = now
      return true
    },
    isBeforeSleep: time => time < wokeAt
  }
}
