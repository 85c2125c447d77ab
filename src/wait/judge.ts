import type { Api, Hold } from '../jobs/api.ts'
import type { Ending } from '../jobs/endings.ts'
import type { EndedJob, Job } from '../jobs/job.ts'
import type { Answer, Problem } from './ask.ts'
import { isCutNearHold, isEarly } from './long-poll.ts'
import { afterSuccess, isSuccess, resourceAfter } from './operation.ts'
import { backoff, chatterPause, longestBackoff, type Random, standardPause, upTo } from './pace.ts'
import {
  concede,
  endingByCall,
  endingOf,
  jobOf,
  NO_ERRORS,
  type Phase,
  type Rules,
  type Watch,
  watchOperation
} from './watch.ts'

/** When and how an answer came. Times are monotonic ms but for `serverNow`. */
export interface Landing {
  readonly askedAt: number
  readonly now: number
  readonly hold: Hold | null
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

/** A 404 just after the 202 is common, and so it is in a failover: the job is given this long to appear, in ms. */
const GRACE = 10_000
/** How long after the first look the second one is made, at least, at what must not be believed at once, in ms. */
const CONFIRMING = 1_000
/** A job that is not there yet is missing from a list once: one that lists leave out this often is not asked for in them. */
const MOST_OMISSIONS = 2
/**
 * How much of its pause a job must have had before it is asked about along with others, and how long, in ms. At a half,
 * jobs whose pauses are as long are soon asked about together.
 */
const LEAST_SHARE_OF_PAUSE = 0.5
const LEAST_PAUSE = 900
/** Faults in a row of one job that may be its own: a server that answers about others can be out of luck with one. */
const OWN_FAULTS = 4
/** A pause takes at most this share of the time for which the server still knows a job that ended in it. */
const SHARE_OF_MEMORY = 0.8

/**
 * What an answer means for this job: once a job has been seen, a page of something in front of the server (an ingress, a
 * firewall, a server that is starting) says nothing of it, and is a fault like any other.
 */
export function meaningOf(answer: Answer, { phase, succeeded }: Watch): Answer {
  const page = pageIn(answer)
  if (page === null || (phase.kind === 'unseen' && succeeded === null)) return answer
  return { kind: 'fault', why: 'other', what: page.what, code: page.code }
}

function pageIn(answer: Answer): Problem | null {
  if (answer.kind === 'unlisted') return answer.page
  return 'page' in answer && answer.page ? answer : null
}

/** Decides what follows from one answer about a job. Pure but for `random`. */
export function judge(asked: Watch, answer: Answer, landing: Landing, rules: Rules, random: Random): Step {
  const heard = asked.heard || answer.kind !== 'unlisted'
  const watch = { ...asked, heard }
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
        phase: phase.kind === 'confirming' ? { kind: 'pending', job: phase.job } : phase
      })
    case 'unlisted':
      return again(here, { omissions: watch.omissions + 1, alone: true }, 0)
    case 'missing':
      return miss(here, answer)
    case 'denied':
      return deny(here, answer, answer.final)
    case 'refused':
      return refuse(here, answer, !asked.heard)
    case 'fault':
      return isCutNearHold(answer, landing.hold, landing.now - landing.askedAt)
        ? again(here, {}, 0)
        : fail(here, answer, answer.why !== 'busy')
    case 'fatal':
      return { ending: concede(watch, 'unreachable', answer) }
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
  if (isTimed(job, watch.about.api) || isConfirmed) return settle(here, job, alone)
  const pause = phase.kind === 'confirming' ? standard(here, job) : 0
  const unconfirmed: Phase = { kind: 'confirming', job, from: landing.now + CONFIRMING }
  return again(here, { ...changes, phase: unconfirmed }, Math.max(pause, CONFIRMING), 1)
}

/** The job has ended: its ending, once what else there is to know of it is known. */
function settle(here: Case, job: Job, alone: boolean): Step {
  const { about } = here.watch
  const details = about.api.details?.ask(job, about.reported)
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
    const unknown = { ...job, over: false, verdict: null }
    return { ending: { outcome: 'unrecognized', job: unknown, reason, errorCode: '' } }
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

/** The server does not know the job: not yet, or no longer. A list that left it out was right. */
function miss(here: Case, last: Problem): Step {
  const { watch, landing, random } = here
  const { about, startedAt, phase, errors } = watch
  const { reported, done, api } = about
  const isReported = reported?.over && (reported.verdict !== 'NORMAL' || isTimed(reported, api))
  if (phase.kind === 'unseen' && isReported) return settle(here, reported, watch.alone)
  const misses = errors.misses + 1
  if (phase.kind === 'unseen' && done !== undefined && misses > 1) return believe(here, done, last)
  const missingSince = errors.missingSince ?? landing.now
  const graceLeft = (phase.kind === 'unseen' ? startedAt : missingSince) + GRACE - landing.now
  if (graceLeft <= 0 && misses > 1) {
    return { ending: concede(watch, phase.kind === 'unseen' ? 'not-found' : 'lost', last) }
  }
  const pause = backoff(misses, GRACE, random)
  const changes = { errors: { ...errors, misses, missingSince, last }, omissions: 0 }
  if (phase.kind === 'unseen' && done !== undefined) return again(here, changes, Math.max(pause, CONFIRMING), 1)
  return again(here, changes, upTo(graceLeft, pause))
}

/** The job cannot be read, but the answer to its call said that the call is done: that counts. */
function believe(here: Case, done: EndedJob, last: Problem): Step {
  return here.watch.about.until === undefined ? { ending: endingByCall(done, last) } : finish(here, done)
}

/** The server does not show the job to this user. `final`: asking again could lock the account. */
function deny(here: Case, last: Problem, final: boolean): Step {
  const { watch, random } = here
  const { about, phase } = watch
  if (!final && phase.kind === 'unseen' && about.done !== undefined) return believe(here, about.done, last)
  if (final || watch.errors.denials > 0) return { ending: concede(watch, 'unauthorized', last) }
  return again(here, { errors: { ...watch.errors, denials: 1, last } }, backoff(1, GRACE, random))
}

/** The server does not take the request as such: a held one is asked plainly, and where the first is plain none will do. */
function refuse(here: Case, problem: Problem, isFirst: boolean): Step {
  if (here.landing.hold !== null) return again(here, {}, 0)
  return isFirst ? { ending: concede(here.watch, 'unreachable', problem) } : fail(here, problem, true)
}

/**
 * No usable answer: asked again, unless there has been none about this job for too long although the server answers about
 * others. `isOwn`: whether that can be the job's own fault, which overload is not.
 */
function fail(here: Case, last: Problem, isOwn: boolean): Step {
  const { watch, landing, rules, random } = here
  const faults = watch.errors.faults + 1
  const failingSince = watch.errors.failingSince ?? owedSince(landing)
  const patience = failingSince + rules.unreachableTimeout - landing.now
  if (isOwn && patience <= 0 && faults >= OWN_FAULTS) return { ending: concede(watch, 'unreachable', last) }
  const pause = backoff(faults, longestPauseAfterFault(watch, landing, rules), random)
  const errors = { ...watch.errors, faults, failingSince, last }
  return again(here, { errors }, upTo(patience, pause))
}

/** The job is asked about again after a pause (ms), and along with others after a `share` of it. */
function again({ watch, landing }: Case, changes: Partial<Watch>, pause: number, share = LEAST_SHARE_OF_PAUSE): Step {
  const least = Math.min(pause, Math.max(pause * share, LEAST_PAUSE))
  return { watch: { ...watch, ...changes, dueAt: landing.now + pause, askableAt: landing.now + least } }
}

/** Whether an end has all the time that it can have: one without, of an API that shows it, may be taken back. */
function isTimed(job: Job, api: Api): boolean {
  return job.dated || !api.datesEnds
}

function standard({ watch, landing, rules, random }: Case, job: Job | null): number {
  const { remembers = Number.POSITIVE_INFINITY } = watch.about.api
  const longest = Math.min(rules.pollInterval, remembers * SHARE_OF_MEMORY)
  return standardPause(ageOf(job, watch.startedAt, landing), longest, random)
}

/** The longest pause after a fault that fits the job, in ms. */
export function longestPauseAfterFault(watch: Watch, landing: Landing, rules: Rules): number {
  return longestBackoff(standard({ watch, landing, rules, random: () => 1 }, jobOf(watch)))
}

/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job: Job | null, startedAt: number, { serverNow, now }: Landing): number {
  const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt
  return age >= 0 ? age : now - startedAt
}

/** From when on an answer was due: a server that was asked to hold it owes nothing until the hold has ended. */
export function owedSince({ askedAt, now, hold }: Landing): number {
  return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now)
}
