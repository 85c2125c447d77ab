import type { Ending } from '../jobs/endings.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Clock } from '../time/clock.ts'
import type { Ask, Problem, Question } from './ask.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import type { Awaited, WaitEvent } from './event.ts'
import { HEALTHY, type Health, type Moment } from './health.ts'
import type { Random } from './pace.ts'
import { startTraits, type Traits } from './traits.ts'
import { concede, type Rules, startWatch, type Watch } from './watch.ts'

/** All that a wait needs from outside. */
export interface WaitOptions {
  readonly ask: Ask
  readonly clock: Clock
  readonly random: Random
  /** The moment on the clock from which the timeout and all times that are printed count; now, if not given. */
  readonly startedAt?: number
  /** Cancels the wait. */
  readonly stop: AbortSignal
  readonly observe: (event: WaitEvent) => void
  /** Whether an ending makes waiting for the other jobs pointless. */
  readonly isFinal: (ending: Ending) => boolean
}

/** A request under way. */
export interface Flight {
  readonly askedAt: number
  readonly abort: AbortController
}

/** A wait under way. */
export interface Run extends Required<WaitOptions> {
  readonly rules: Rules
  readonly deadline: Deadline
  /** By what is asked about. */
  readonly open: Map<JobReference, Watch>
  readonly ended: Map<JobReference, Awaited>
  readonly flights: Map<Question, Flight>
  traits: Traits
  health: Health
  /** What `ask` or `observe` threw. */
  defect: unknown
}

export function startRun(references: readonly JobReference[], rules: Rules, options: WaitOptions): Run {
  const now = options.clock.now()
  const { startedAt = now } = options
  return {
    ...options,
    startedAt,
    rules,
    deadline: createDeadline(startedAt + rules.timeout, startedAt, options.clock),
    open: new Map(references.map(reference => [reference, startWatch(reference, now)])),
    ended: new Map(),
    flights: new Map(),
    traits: startTraits(rules.longPoll),
    health: HEALTHY,
    defect: undefined
  }
}

export function momentOf({ clock, deadline, open }: Run): Moment {
  return { now: clock.now(), deadline: deadline.at, end: deadline.end(), open: open.size }
}

/** Ends the wait for one job. */
export function end(run: Run, { reference, about, succeeded, requests, seenAt }: Watch, ending: Ending): void {
  const { clock, startedAt, open, ended } = run
  const seen = seenAt === null ? null : seenAt - startedAt
  const beyond = succeeded === null ? {} : ({ isBeyond: true } as const)
  const awaited = { reference, ending, elapsed: clock.now() - startedAt, requests, seenAt: seen, ...beyond }
  open.delete(about)
  ended.set(reference, awaited)
  run.observe({ kind: 'ended', awaited })
}

/** Ends the wait for all jobs that are still open. */
export function endAll(run: Run, outcome: 'cancelled' | 'unreachable', why: Problem): void {
  for (const watch of run.open.values()) end(run, watch, concede(watch, outcome, why))
}

/** Gives up every request under way. */
export function abortFlights({ flights }: Run): void {
  for (const { abort } of flights.values()) abort.abort()
}

/** A machine that slept through the deadline has yet to make its last poll: what was in flight is asked anew. */
export function noticeSleep(run: Run): void {
  if (run.deadline.hasJustWoken()) abortFlights(run)
}
