import type { Job } from '../jobs/job.ts'
import { deny, hasVanished, miss, omit, vanish } from './absence.ts'
import type { Answer, Problem } from './ask.ts'
import { isCutNearHold, isEarly } from './long-poll.ts'
import { afterSuccess } from './operation.ts'
import { backoff, chatterPause, type Random, upTo } from './pace.ts'
import { CONFIRMING, finish, isTimed, settle } from './settle.ts'
import { again, type Case, type Landing, longestPauseAfterFault, owedSince, type Step, standard } from './step.ts'
import { concede, jobOf, NO_ERRORS, type Phase, type Rules, type Watch } from './watch.ts'

/** A job that is not there yet is missing from a list once: one that lists leave out this often is not asked for in them. */
const MOST_OMISSIONS = 2
/** Faults in a row of one job that may be its own: a server that answers about others can be out of luck with one. */
const OWN_FAULTS = 4

/**
 * The answer as it counts for this job: once a job has been seen, a page of something in front of the server (an ingress, a
 * firewall, a server that is starting) says nothing of it, and is a fault like any other.
 */
export function discountPage(answer: Answer, { phase, succeeded }: Watch): Answer {
  const page = pageIn(answer)
  if (page === null || (phase.kind === 'unseen' && succeeded === null)) return answer
  return { kind: 'fault', why: 'other', what: page.what, code: page.code }
}

/** What something in front of the server said in its place; null where the API itself speaks. */
export function pageIn(answer: Answer): Problem | null {
  if (answer.kind === 'unlisted') return answer.page
  return 'page' in answer && answer.page ? answer : null
}

/** Decides what follows from one answer about a job. Pure but for `random`. */
export function judge(asked: Watch, answer: Answer, landing: Landing, rules: Rules, random: Random): Step {
  const heard = asked.heard || answer.kind !== 'unlisted'
  const watch = { ...asked, heard }
  const here: Case = { watch, landing, rules, random }
  const { phase } = asked
  if (phase.kind !== 'settling' || answer.kind === 'details') return follow(here, answer, !asked.heard)
  const { decisive } = phase.details
  const promised = phase.details.promised || (answer.kind === 'fault' && answer.why === 'incomplete')
  if (!decisive || (!promised && answer.kind === 'refused')) return finish(here, phase.job)
  const known: Phase = { ...phase, details: { ...phase.details, promised } }
  const step = follow({ ...here, watch: { ...watch, phase: known } }, answer, false)
  const hasNone = !promised && (answer.kind === 'missing' || answer.kind === 'denied')
  return hasNone && 'ending' in step ? finish(here, phase.job) : step
}

/** What follows from an answer, whatever it was asked for. `isFirst`: there was none about this job before. */
function follow(here: Case, answer: Answer, isFirst: boolean): Step {
  const { watch, landing } = here
  const { phase } = watch
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
      return answer.isEmpty && hasVanished(here) ? vanish(here) : omit(here)
    case 'missing':
      return miss(here, answer)
    case 'denied':
      return deny(here, answer, answer.final)
    case 'refused':
      return refuse(here, answer, isFirst)
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
  const changes = { errors: NO_ERRORS, seenAt: landing.now, alone, listed: watch.listed || landing.count > 1 }
  if (!job.over) return pend(here, { ...changes, phase: { kind: 'pending', job } })
  const isConfirmed = phase.kind === 'confirming' && phase.job.verdict === job.verdict
  if (isTimed(job, watch.about.api) || isConfirmed) return settle(here, job, alone)
  const pause = phase.kind === 'confirming' ? standard(here, job) : 0
  const unconfirmed: Phase = { kind: 'confirming', job, from: landing.now + CONFIRMING }
  return again(here, { ...changes, phase: unconfirmed }, Math.max(pause, CONFIRMING), 1)
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
