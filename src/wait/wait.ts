import type { Ending } from '../jobs/endings.ts'
import type { JobReference } from '../jobs/reference.ts'
import { formatDuration } from '../time/duration.ts'
import type { Awaited } from './event.ts'
import { afterStart, mostAtOnce, opensAt } from './health.ts'
import { land } from './land.ts'
import { LANES, plan } from './plan.ts'
import { abortFlights, end, endAll, momentOf, noticeSleep, type Run, startRun, type WaitOptions } from './run.ts'
import { hasLists } from './traits.ts'
import { because, dueBy, expire, type Rules, type Watch } from './watch.ts'

export type { Awaited, WaitEvent } from './event.ts'

/**
 * Waits until every job has finished, the deadline is reached or `stop` aborts. Returns how each wait ended, in the order given.
 *
 * The state is read before the clock: an answer that shows the job's end counts even if it arrives after the deadline,
 * and so do the details of that end; and every job is asked about one last time when the deadline strikes: at once where
 * no request about it is under way, else where that request brings nothing usable. Where the machine slept through that
 * moment, every job is, on waking. Rejects with what `ask` or `observe` throws.
 */
export async function wait(
  references: readonly JobReference[],
  rules: Rules,
  options: WaitOptions
): Promise<Awaited[]> {
  const run = startRun(references, rules, options)
  const { clock, stop, open, ended, deadline } = run
  stop.addEventListener('abort', deadline.wake)
  try {
    while (open.size > 0) {
      noticeSleep(run)
      if (stop.aborted) endAll(run, 'cancelled', because('the workflow was cancelled'))
      else if (clock.now() >= deadline.end())
        for (const watch of open.values()) end(run, watch, expireUnanswered(run, watch))
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

/** Puts the questions that are due, as far as the server's health allows. */
function launch(run: Run): void {
  const { ask, clock, deadline, open, flights, traits, health } = run
  const now = clock.now()
  if (now < opensAt(health, now, deadline.at)) return
  const { longPoll } = traits
  const free = Math.min(LANES - flights.size, mostAtOnce(health, now, deadline.at))
  const inTrouble = health.faults > 0
  const lists = usesLists(run)
  const situation = { now, deadline: deadline.at, free, longPoll, lists, inTrouble, open: open.size }
  for (const question of plan(idle(run), situation)) {
    run.health = afterStart(run.health, momentOf(run))
    const abort = new AbortController()
    flights.set(question, { askedAt: now, abort })
    for (const reference of question.references) countRequest(run, reference)
    ask(question, abort.signal)
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

/** In trouble, no list is asked for where the last one was unfit: one job shows as well whether the server answers again. */
function usesLists({ traits, health }: Run): boolean {
  return hasLists(traits) && (health.faults === 0 || traits.unfitLists === 0)
}

function countRequest({ open }: Run, reference: JobReference): void {
  const watch = open.get(reference) as Watch
  open.set(reference, { ...watch, requests: watch.requests + 1 })
}

/** The open jobs that no request is under way about. */
function idle({ open, flights }: Run): Watch[] {
  const busy = new Set([...flights.keys()].flatMap(question => question.references))
  return [...open.values()].filter(({ about }) => !busy.has(about))
}

/** Sleeps until a job is due, an answer comes, or the deadline strikes. */
async function nextEvent(run: Run): Promise<void> {
  const { clock, deadline, flights, health } = run
  const due = flights.size < LANES ? idle(run).map(watch => dueBy(watch, deadline.at)) : []
  await deadline.sleepUntil(Math.max(Math.min(...due), opensAt(health, clock.now(), deadline.at)))
}

/** The ending of a job that is still open at the end of the overtime: a request that is still in progress has no answer. */
function expireUnanswered({ flights, clock }: Run, watch: Watch): Ending {
  const { errors, about } = watch
  const flight = [...flights].find(([{ references }]) => references.includes(about))
  if (flight === undefined || errors.last.what !== '') return expire(watch)
  const [{ hold }, { askedAt }] = flight
  const owed = clock.now() - askedAt - (hold?.seconds ?? 0) * 1_000
  const last = because(`the server did not answer within ${formatDuration(owed)}`)
  return expire({ ...watch, errors: { ...errors, last } })
}
