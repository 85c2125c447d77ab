import { type Clock, clampDelay } from '../src/time/clock.ts'

/** A clock whose time passes only from event to event. Times are ms since its start; `wall` is epoch ms. */
export interface VirtualClock extends Clock {
  /** Calls `happen` at `time`, or next if that is past. Returns how to call it off. */
  readonly at: (time: number, happen: () => void) => () => void
  /** Steps the wall clock by `ms`; `now` does not notice. */
  readonly stepWall: (ms: number) => void
  /** Stops the machine for `ms` from now on: whatever was due in that time happens on waking, in its order. */
  readonly suspend: (ms: number) => void
  /** Lets time pass until `work` settles; throws where nothing is left that could settle it. */
  readonly run: <T>(work: Promise<T>) => Promise<T>
  /** Lets everything happen that is still to come. */
  readonly drain: () => Promise<void>
  /** Sleeps that have not ended: each holds a timer and a listener. */
  readonly sleeping: () => number
}

interface Event {
  readonly time: number
  readonly happen: () => void
}

/** Below this a timer that comes early would make no progress, in ms. */
const SHORTEST_SLEEP = 0.05

/**
 * Creates a clock whose `now` starts at `start` ms and whose wall clock starts at `wall`, epoch ms. `error`: by how many ms
 * a sleep is too long or, below 0, too short, as those of real timers are.
 */
export function createVirtualClock(start: number, wall: number, error: () => number = () => 0): VirtualClock {
  /** The next event last. */
  const events: Event[] = []
  let time = start
  let wallOffset = wall - start
  let sleeping = 0

  function at(when: number, happen: () => void): () => void {
    const event = { time: Math.max(when, time), happen }
    let index = events.length
    while (index > 0 && (events[index - 1] as Event).time <= event.time) index -= 1
    events.splice(index, 0, event)
    return () => {
      const place = events.indexOf(event)
      if (place !== -1) events.splice(place, 1)
    }
  }

  return {
    at,
    now: () => time,
    wall: () => time + wallOffset,
    stepWall: ms => {
      wallOffset += ms
    },
    suspend: ms => {
      time += ms
    },
    sleeping: () => sleeping,
    sleep: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve()
        sleeping += 1
        const wake = (): void => {
          sleeping -= 1
          callOff()
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const callOff = at(time + Math.max(clampDelay(ms) + error(), SHORTEST_SLEEP), wake)
        signal.addEventListener('abort', wake)
      }),
    run: async work => {
      let settled = false
      const settle = (): void => {
        settled = true
      }
      work.then(settle, settle)
      await microtasks()
      while (!settled) {
        if (!(await step())) throw new Error('the wait hangs: it is not over, and nothing more can happen')
      }
      return work
    },
    drain: async () => {
      while (await step());
    }
  }

  async function step(): Promise<boolean> {
    const event = events.pop()
    if (event === undefined) return false
    time = Math.max(time, event.time)
    event.happen()
    await microtasks()
    return true
  }
}

/** Resolves once every promise that could settle has settled. */
function microtasks(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
