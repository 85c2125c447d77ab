import type { Hold } from '../jobs/api.ts'
import type { Ending } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import type { Answer } from './ask.ts'
import { isCutNearHold, isEarly } from './long-poll.ts'
import { afterSuccess, isSuccess, resourceAfter } from './operation.ts'
import { backoff, chatterPause, type Random, standardPause, UNRESOLVED_TRIES } from './pace.ts'
import { concede, endingOf, jobOf, NO_ERRORS, type Phase, type Rules, type Watch, watchOperation } from './watch.ts'

/** When and how an answer came. Times are monotonic ms but for `serverNow`. */
export interface Landing {
  readonly askedAt: number
  readonly now: number
  readonly hold: Hold | null
  readonly retryAfter: number | null
  readonly serverNow: number | null
  /** Whether the next question about the job would be a long poll, which needs no pause before it. */
  readonly holdNext: (watch: Watch) => boolean
}

/** What follows from an answer: the job's ending, or when to ask about it again. */
export type Step = { readonly watch: Watch } | { readonly ending: Ending }

/** One answer to be judged, and what it is judged by. */
interface Case {
  readonly watch: Watch
  readonly landing: Landing
  readonly rules: Rules
  readonly random: Random
}

/** A 404 just after the 202 is common: the job is given this long to appear, in ms. */
const GRACE = 10_000
/** A job that is not there yet is missing from a list once: one that lists leave out this often is not asked for in them. */
const MOST_OMISSIONS = 2
/**
 * How much of its pause a job must have had before it is asked about along with others, and how long, in ms. At a half,
 * jobs whose pauses are as long are soon asked about together.
 */
const LEAST_SHARE_OF_PAUSE = 0.5
const LEAST_PAUSE = 900
/** A pause takes at most this share of the time for which the server still knows a job that ended in it. */
const SHARE_OF_MEMORY = 0.8

/** Decides what follows from one answer about a job. Pure but for `random`. */
export function judge(asked: Watch, answer: Answer, landing: Landing, rules: Rules, random: Random): Step {
  const watch = { ...asked, requests: asked.requests + 1, resolved: asked.resolved || !isUnresolved(answer) }
  const here: Case = { watch, landing, rules, random }
  const { phase } = watch
  if (phase.kind === 'settling' && !phase.decisive && answer.kind !== 'details') return finish(here, phase.job)
  switch (answer.kind) {
    case 'job':
      return read(here, watch.succeeded === null ? answer.job : afterSuccess(watch.succeeded, answer.job))
    case 'details':
      return finish(here, answer.job)
    case 'accepted':
      return pend(here, {
        errors: NO_ERRORS,
        phase: phase.kind === 'confirming' ? { ...phase, kind: 'pending' } : phase
      })
    case 'unlisted':
      return again(here, { omissions: watch.omissions + 1, alone: true }, 0)
    case 'missing':
      return miss(here, answer.what)
    case 'denied':
      return deny(here, answer.what, answer.final)
    case 'refused':
      return refuse(here, answer.what)
    case 'fault':
      return isCutNearHold(answer, landing.hold, landing.now - landing.askedAt)
        ? again(here, {}, 0)
        : fail(here, answer.what)
    case 'fatal':
      return { ending: concede(watch, 'unreachable', answer.what) }
  }
}

/** A well-formed reading: the job is pending, or has ended, or seems to have ended and is read once more. */
function read(here: Case, job: Job): Step {
  const { watch, landing } = here
  const { phase } = watch
  const alone = watch.alone && watch.omissions >= MOST_OMISSIONS
  const changes = { errors: NO_ERRORS, seenAt: landing.now, alone }
  if (!job.over) return pend(here, { ...changes, phase: { kind: 'pending', job } })
  const isConfirmed = phase.kind === 'confirming' && phase.job.verdict === job.verdict
  if (job.dated || isConfirmed) return settle(here, job, alone)
  const pause = phase.kind === 'confirming' ? standard(here, job) : 0
  return again(here, { ...changes, phase: { kind: 'confirming', job } }, pause)
}

/** The job has ended: its ending, once what else there is to know of it is known. */
function settle(here: Case, job: Job, alone: boolean): Step {
  const { about } = here.watch
  const details = about.api.details?.ask(job, about.told)
  if (details == null) return finish(here, job)
  const phase: Phase = { kind: 'settling', job, decisive: details.decisive }
  return again(here, { errors: NO_ERRORS, seenAt: here.landing.now, alone, phase }, 0)
}

/** Everything about the end of the job is known: its ending, or the operation that it started, if that has to end, too. */
function finish(here: Case, job: Job): Step {
  const { about } = here.watch
  if (about.until === undefined || !isSuccess(job)) return { ending: endingOf(job) }
  const resource = resourceAfter(job, about, about.until)
  if (resource === null) {
    const reason = `the job succeeded, but does not name the resource of a ${about.until.operation.title}`
    return { ending: { outcome: 'unrecognized', job: { ...job, over: false, verdict: null }, reason } }
  }
  return again(here, watchOperation(here.watch, job, resource, here.landing.now), 0)
}

/** The job is pending: asked about again after a pause, or at once where that is a long poll. */
function pend(here: Case, changes: Partial<Watch>): Step {
  const { watch, landing } = here
  const pending = { ...watch, ...changes }
  const pause = (): number => standard(here, jobOf(pending))
  if (landing.hold !== null && isEarly(landing.hold, landing.now - landing.askedAt)) {
    const early = watch.early + 1
    return again(here, { ...changes, early }, chatterPause(early, pause()))
  }
  const holds = watch.phase.kind !== 'confirming' && landing.holdNext(pending)
  return again(here, { ...changes, early: 0 }, holds ? 0 : pause())
}

/** The server does not know the job: not yet, or no longer. */
function miss(here: Case, what: string): Step {
  const { watch, landing, random } = here
  const { about, startedAt, phase } = watch
  const isFirst = watch.errors.misses === 0
  if (phase.kind === 'unseen' && about.told?.over) return settle(here, about.told, watch.alone)
  const errors = { ...watch.errors, misses: watch.errors.misses + 1, what }
  if (phase.kind !== 'unseen') {
    return isFirst ? again(here, { errors }, standard(here, phase.job)) : { ending: concede(watch, 'lost', what) }
  }
  const graceLeft = startedAt + GRACE - landing.now
  if (graceLeft <= 0 && !isFirst) return { ending: concede(watch, 'not-found', what) }
  const pause = backoff(errors.misses, random)
  return again(here, { errors }, graceLeft <= 0 ? pause : Math.min(pause, graceLeft))
}

/** The server does not show the job to this user. `final`: asking again could lock the account. */
function deny(here: Case, what: string, final: boolean): Step {
  const { watch, random } = here
  if (final || watch.errors.denials > 0) return { ending: concede(watch, 'unauthorized', what) }
  return again(here, { errors: { ...watch.errors, denials: 1, what } }, backoff(1, random))
}

/** The server does not take the request as such: a held one is asked plainly, and where the first is plain none will do. */
function refuse(here: Case, what: string): Step {
  const { watch, landing } = here
  if (landing.hold !== null) return again(here, {}, 0)
  const isFirst = watch.requests === (watch.alone ? 2 : 1)
  return isFirst ? { ending: concede(watch, 'unreachable', what) } : fail(here, what)
}

/** No usable answer: asked again, unless there has been none for too long. */
function fail(here: Case, what: string): Step {
  const { watch, landing, rules, random } = here
  const faults = watch.errors.faults + 1
  const since = watch.errors.since ?? owedSince(landing)
  const patience = since + rules.unreachableTimeout - landing.now
  if ((patience <= 0 && faults > 1) || (!watch.resolved && faults >= UNRESOLVED_TRIES)) {
    return { ending: concede(watch, 'unreachable', what) }
  }
  const pause = backoff(faults, random)
  const errors = { ...watch.errors, faults, since, what }
  return again(here, { errors }, patience > 0 ? Math.min(pause, patience) : pause, 1)
}

/** The job is asked about again after a pause (ms), and along with others after a `share` of it. */
function again({ watch, landing }: Case, changes: Partial<Watch>, pause: number, share = LEAST_SHARE_OF_PAUSE): Step {
  const floor = landing.retryAfter ?? 0
  const delay = Math.max(pause, floor)
  const least = Math.min(delay, Math.max(delay * share, LEAST_PAUSE, floor))
  return { watch: { ...watch, ...changes, dueAt: landing.now + delay, askableAt: landing.now + least } }
}

function standard({ watch, landing, rules, random }: Case, job: Job | null): number {
  const { remembers = Number.POSITIVE_INFINITY } = watch.about.api
  const longest = Math.min(rules.pollInterval, remembers * SHARE_OF_MEMORY)
  return standardPause(ageOf(job, watch.startedAt, landing), longest, random)
}

/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job: Job | null, startedAt: number, { serverNow, now }: Landing): number {
  const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt
  return age >= 0 ? age : now - startedAt
}

/** From when on an answer was due: a server that was asked to hold it owes nothing until the hold is over. */
function owedSince({ askedAt, now, hold }: Landing): number {
  return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now)
}

function isUnresolved(answer: Answer): boolean {
  return answer.kind === 'fault' && answer.why === 'unresolved'
}
