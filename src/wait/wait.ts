import { isDeepStrictEqual } from 'node:util'
import type { Ending } from '../jobs/endings.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import type { Clock } from '../time/clock.ts'
import type { Answer, Ask, Hold, Question, Reply } from './ask.ts'
import { type LongPoll, learn, startLongPoll } from './long-poll.ts'
import type { Random } from './pace.ts'
import { holdFor, LANES, plan } from './plan.ts'
import { concede, expire, judge, type Landing, type Rules, startWatch, type Watch } from './watch.ts'

/** A request in flight when the deadline strikes may run on for this long, in ms: a verdict in its answer counts. */
const OVERTIME = 2_000
/** An alarm that goes off later than this, in ms, was slept through by the whole machine. */
const OVERSLEPT = 500

/** After this many lists in a row that were none, or not filtered as asked, each job is asked about by itself. */
const UNFIT_LISTS = 2

/** How the wait for one job went. */
export interface Awaited {
  readonly reference: JobReference
  readonly ending: Ending
  /** ms from the start of the wait. */
  readonly elapsed: number
  readonly requests: number
  /** When the last usable answer about the job came, in ms from the start of the wait; null where none ever did. */
  readonly seenAt: number | null
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
export interface Surroundings {
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
  { ask, clock, startedAt = clock.now(), random, stop, observe, isFinal }: Surroundings
): Promise<Awaited[]> {
  const deadline = startedAt + rules.timeout
  const open = new Map(references.map(reference => [reference, startWatch(reference, clock.now())]))
  const ended = new Map<JobReference, Awaited>()
  const flights = new Map<Question, AbortController>()
  let longPoll = startLongPoll(rules.longPoll)
  /** Lists in a row that were none, or not filtered as asked. */
  let unfitLists = 0
  /** When the machine woke from a sleep across the deadline. */
  let wokeAt = Number.NEGATIVE_INFINITY
  let alarmAt = startedAt
  let defect: unknown
  let alarm = new AbortController()

  const wake = (): void => alarm.abort('woken')
  stop.addEventListener('abort', wake)
  try {
    while (open.size > 0) {
      noticeSleep()
      if (stop.aborted) endAll('the workflow was cancelled')
      else if (clock.now() >= latest()) for (const watch of open.values()) end(watch, expire(watch))
      else {
        launch()
        await nextEvent()
        if (defect !== undefined) throw defect
      }
    }
  } finally {
    stop.removeEventListener('abort', wake)
    for (const flight of flights.values()) flight.abort()
  }
  return references.map(reference => ended.get(reference) as Awaited)

  function idle(): Watch[] {
    const busy = new Set([...flights.keys()].flatMap(question => question.references))
    return [...open.values()].filter(({ reference }) => !busy.has(reference))
  }

  function launch(): void {
    const now = clock.now()
    const free = LANES - flights.size
    const lists = unfitLists < UNFIT_LISTS
    for (const question of plan(idle(), { now, deadline, free, longPoll, lists, open: open.size })) {
      const flight = new AbortController()
      flights.set(question, flight)
      ask(question, flight.signal)
        .then(reply => {
          if (open.size > 0) land(question, reply, now)
        })
        .catch(error => {
          defect = error ?? new Error('the request failed without a reason')
        })
        .finally(() => {
          flights.delete(question)
          wake()
        })
    }
  }

  async function nextEvent(): Promise<void> {
    const due = flights.size < LANES ? idle().map(({ dueAt }) => Math.min(dueAt, deadline)) : []
    alarm = new AbortController()
    alarmAt = Math.min(...due, clock.now() < deadline ? deadline : latest())
    await clock.sleep(alarmAt - clock.now(), alarm.signal)
  }

  /** When the wait is over, whatever is still in flight. */
  function latest(): number {
    return Math.max(deadline, wokeAt) + OVERTIME
  }

  /** A machine that slept through the deadline has yet to make its last poll: what was in flight is asked anew. */
  function noticeSleep(): void {
    const now = clock.now()
    if (now < deadline || now <= alarmAt + OVERSLEPT || wokeAt >= deadline) return
    wokeAt = now
    alarmAt = now
    for (const flight of flights.values()) flight.abort()
  }

  function land(question: Question, reply: Reply, askedAt: number): void {
    noticeSleep()
    const now = clock.now()
    const sleptThrough = askedAt < wokeAt
    let final = false
    if (question.references.length > 1) unfitLists = reply.filtered ? 0 : unfitLists + 1
    question.references.forEach((reference, index) => {
      const before = open.get(reference) as Watch
      const answer = reply.answers[index] as Answer
      if (sleptThrough && answer.kind !== 'job' && answer.kind !== 'details') return
      if (question.hold !== null) teach(before, answer, question.hold, now - askedAt)
      const holdNext = (watch: Watch): boolean => holdFor(watch, { now, deadline, longPoll, open: open.size }) > 0
      const { retryAfter, serverNow } = reply
      const landing: Landing = { askedAt, now, hold: question.hold, retryAfter, serverNow, holdNext }
      const step = judge(before, answer, landing, rules, random)
      const after = 'watch' in step ? step.watch : null
      observe({ kind: 'answer', elapsed: now - startedAt, answer, before, after })
      if (after !== null && (sleptThrough || !isSettled(answer, before, after, askedAt))) open.set(reference, after)
      else {
        const ending = 'ending' in step ? step.ending : expire(step.watch)
        end(after ?? { ...before, requests: before.requests + 1 }, ending)
        final ||= isFinal(ending)
      }
    })
    observe({ kind: 'replied', elapsed: now - startedAt })
    if (final) endAll('another job failed, and "fail-fast" is set')
  }

  /** Whether the last question about a job is answered: until then it is put again, although the deadline has struck. */
  function isSettled(answer: Answer, before: Watch, after: Watch, askedAt: number): boolean {
    if (clock.now() < deadline || answer.kind === 'unlisted') return false
    if (after.settling !== null) return before.settling !== null
    if (after.confirming !== null && answer.kind === 'job') return before.confirming !== null
    return askedAt >= deadline || answer.kind === 'job' || answer.kind === 'accepted'
  }

  function teach(before: Watch, answer: Answer, hold: Hold, took: number): void {
    const known = longPoll
    longPoll = learn(known, answer, hold, took, isNews(answer, before.job))
    if (longPoll.seconds !== known.seconds) {
      observe({ kind: 'long-poll', elapsed: clock.now() - startedAt, longPoll, answer })
    }
  }

  function end({ reference, requests, seenAt }: Watch, ending: Ending): void {
    const seen = seenAt === null ? null : seenAt - startedAt
    const awaited = { reference, ending, elapsed: clock.now() - startedAt, requests, seenAt: seen }
    open.delete(reference)
    ended.set(reference, awaited)
    observe({ kind: 'ended', awaited })
  }

  function endAll(reason: string): void {
    for (const watch of open.values()) end(watch, concede(watch, 'cancelled', reason))
  }
}

/** Whether an answer tells anything that the last reading did not; one that is nested too deeply to compare does. */
function isNews(answer: Answer, known: Job | null): boolean {
  if (answer.kind !== 'job') return false
  try {
    return !isDeepStrictEqual(answer.job, known)
  } catch {
    return true
  }
}
