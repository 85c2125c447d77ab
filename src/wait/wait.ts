import type { Ending } from '../jobs/endings.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Clock } from '../time/clock.ts'
import type { Answer, Ask, Question, Reply } from './ask.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import { judge, type Landing } from './judge.ts'
import type { LongPoll } from './long-poll.ts'
import type { Random } from './pace.ts'
import { holdFor, LANES, plan } from './plan.ts'
import { afterHold, afterList, hasLists, startTraits, type Traits } from './traits.ts'
import { concede, expire, jobOf, type Rules, startWatch, type Watch } from './watch.ts'

/** How the wait for one job went. */
export interface Awaited {
  readonly reference: JobReference
  readonly ending: Ending
  /** ms from the start of the wait. */
  readonly elapsed: number
  readonly requests: number
  /** When the last usable answer about the job came, in ms from the start of the wait; null where none ever did. */
  readonly seenAt: number | null
  /** The job had succeeded: the wait was for the operation that it started. */
  readonly isBeyond?: true
}

/** What happens during a wait, for a log. `elapsed` is ms from its start. */
export type WaitEvent =
  /** `after` is null where the answer ended the wait for this job. */
  | {
      readonly kind: 'answer'
      readonly elapsed: number
      readonly answer: Answer
      readonly before: Watch
      readonly after: Watch | null
    }
  | { readonly kind: 'long-poll'; readonly elapsed: number; readonly longPoll: LongPoll; readonly answer: Answer }
  | { readonly kind: 'ended'; readonly awaited: Awaited }
  /** Everything that one reply brought has been told of. */
  | { readonly kind: 'replied'; readonly elapsed: number }

/** All that a wait needs from outside. */
export interface WaitOptions {
  readonly ask: Ask
  readonly clock: Clock
  readonly random: Random
  /** The moment on the clock from which the timeout runs, and which all that is told counts from; now, if not given. */
  readonly startedAt?: number
  /** Cancels the wait. */
  readonly stop: AbortSignal
  readonly observe: (event: WaitEvent) => void
  /** Whether an ending makes waiting for the other jobs pointless. */
  readonly isFinal: (ending: Ending) => boolean
}

/** A wait under way. */
interface Run extends Required<WaitOptions> {
  readonly rules: Rules
  readonly deadline: Deadline
  /** By what is asked about. */
  readonly open: Map<JobReference, Watch>
  readonly ended: Map<JobReference, Awaited>
  readonly flights: Map<Question, AbortController>
  traits: Traits
  /** What `ask` or `observe` threw. */
  defect: unknown
}

/**
 * Waits until every job is over, the deadline strikes or `stop` aborts, and tells how each wait ended, in the order given.
 *
 * The state is read before the clock: an answer that tells of the job's end counts even when it comes after the deadline,
 * and so do the details of that end; and every job is asked about one last time when the deadline strikes: at once where
 * no request about it is under way, else where that request brings nothing usable. Where the machine slept through that
 * moment, every job is, on waking. Rejects with what `ask` or `observe` throws.
 */
export async function wait(
  references: readonly JobReference[],
  rules: Rules,
  options: WaitOptions
): Promise<Awaited[]> {
  const run = start(references, rules, options)
  const { clock, stop, open, ended, deadline } = run
  stop.addEventListener('abort', deadline.wake)
  try {
    while (open.size > 0) {
      noticeSleep(run)
      if (stop.aborted) endAll(run, 'the workflow was cancelled')
      else if (clock.now() >= deadline.end()) for (const watch of open.values()) end(run, watch, expire(watch))
      else {
        launch(run)
        await nextEvent(run)
        if (run.defect !== undefined) throw run.defect
      }
    }
  } finally {
    stop.removeEventListener('abort', deadline.wake)
    abortFlights(run)
  }
  return references.map(reference => ended.get(reference) as Awaited)
}

function start(references: readonly JobReference[], rules: Rules, options: WaitOptions): Run {
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
    defect: undefined
  }
}

/** Puts the questions that are due. */
function launch(run: Run): void {
  const { ask, clock, deadline, open, flights, traits } = run
  const now = clock.now()
  const { longPoll } = traits
  const situation = { now, deadline: deadline.at, free: LANES - flights.size, longPoll, lists: hasLists(traits) }
  for (const question of plan(idle(run), { ...situation, open: open.size })) {
    const flight = new AbortController()
    flights.set(question, flight)
    ask(question, flight.signal)
      .then(reply => {
        if (open.size > 0) land(run, question, reply, now)
      })
      .catch(error => {
        run.defect = error ?? new Error('the request failed without a reason')
      })
      .finally(() => {
        flights.delete(question)
        deadline.wake()
      })
  }
}

/** The open jobs that no request is under way about. */
function idle({ open, flights }: Run): Watch[] {
  const busy = new Set([...flights.keys()].flatMap(question => question.references))
  return [...open.values()].filter(({ about }) => !busy.has(about))
}

/** Sleeps until a job is due, an answer comes, or the deadline strikes. */
async function nextEvent(run: Run): Promise<void> {
  const due = run.flights.size < LANES ? idle(run).map(({ dueAt }) => dueAt) : []
  await run.deadline.sleepUntil(Math.min(...due))
}

/** A machine that slept through the deadline has yet to make its last poll: what was in flight is asked anew. */
function noticeSleep(run: Run): void {
  if (run.deadline.hasJustWoken()) abortFlights(run)
}

function abortFlights({ flights }: Run): void {
  for (const flight of flights.values()) flight.abort()
}

/** Takes in one reply: what it says of each of its jobs. */
function land(run: Run, question: Question, reply: Reply, askedAt: number): void {
  noticeSleep(run)
  const { clock, deadline, open, startedAt } = run
  const now = clock.now()
  const { references, hold } = question
  const { retryAfter, serverNow } = reply
  if (references.length > 1) run.traits = afterList(run.traits, reply.filtered)
  const holdNext = (watch: Watch): boolean =>
    holdFor(watch, { now, deadline: deadline.at, longPoll: run.traits.longPoll, open: open.size }) > 0
  const landing: Landing = { askedAt, now, hold, retryAfter, serverNow, holdNext }
  const endings = references.map((reference, index) =>
    hear(run, open.get(reference) as Watch, reply.answers[index] as Answer, landing)
  )
  run.observe({ kind: 'replied', elapsed: now - startedAt })
  if (endings.some(ending => ending !== null && run.isFinal(ending))) {
    endAll(run, 'another job failed, and "fail-fast" is set')
  }
}

/** Takes in what a reply says of one job; its ending, if that is one. */
function hear(run: Run, before: Watch, answer: Answer, landing: Landing): Ending | null {
  const { deadline, open, rules, random, observe, startedAt } = run
  const { askedAt, now } = landing
  const isStale = deadline.isBeforeSleep(askedAt)
  if (isStale && answer.kind !== 'job' && answer.kind !== 'details') return null
  teach(run, before, answer, landing)
  const step = judge(before, answer, landing, rules, random)
  const after = 'watch' in step ? step.watch : null
  observe({ kind: 'answer', elapsed: now - startedAt, answer, before, after })
  if (after !== null && (isStale || !isSettled(deadline, answer, before, after, askedAt))) {
    if (after.about !== before.about) open.delete(before.about)
    open.set(after.about, after)
    return null
  }
  const ending = 'ending' in step ? step.ending : expire(step.watch)
  end(run, after ?? { ...before, requests: before.requests + 1 }, ending)
  return ending
}

/** Learns from the answer to a held request. */
function teach(run: Run, before: Watch, answer: Answer, { hold, askedAt, now }: Landing): void {
  if (hold === null) return
  const known = run.traits.longPoll
  run.traits = afterHold(run.traits, answer, jobOf(before), hold, now - askedAt)
  const { longPoll } = run.traits
  if (longPoll.seconds !== known.seconds) {
    run.observe({ kind: 'long-poll', elapsed: now - run.startedAt, longPoll, answer })
  }
}

/** Whether the last question about a job is answered: until then it is put again, although the deadline has struck. */
function isSettled(deadline: Deadline, answer: Answer, before: Watch, after: Watch, askedAt: number): boolean {
  if (!deadline.hasStruck() || answer.kind === 'unlisted') return false
  if (after.about !== before.about) return false
  if (after.phase.kind === 'settling') return before.phase.kind === 'settling'
  if (after.phase.kind === 'confirming' && answer.kind === 'job') return before.phase.kind === 'confirming'
  return askedAt >= deadline.at || answer.kind === 'job' || answer.kind === 'accepted'
}

function end(run: Run, { reference, about, succeeded, requests, seenAt }: Watch, ending: Ending): void {
  const { clock, startedAt, open, ended } = run
  const seen = seenAt === null ? null : seenAt - startedAt
  const beyond = succeeded === null ? {} : ({ isBeyond: true } as const)
  const awaited = { reference, ending, elapsed: clock.now() - startedAt, requests, seenAt: seen, ...beyond }
  open.delete(about)
  ended.set(reference, awaited)
  run.observe({ kind: 'ended', awaited })
}

function endAll(run: Run, reason: string): void {
  for (const watch of run.open.values()) end(run, watch, concede(watch, 'cancelled', reason))
}
