import { apiNamed } from '../jobs/api.ts'
import { type Ending, type OpenOutcome, outcomeOf } from '../jobs/endings.ts'
import type { Job, JobReference, Verdict } from '../jobs/job.ts'
import type { Answer, Hold } from './ask.ts'
import { isCutNearHold, isEarly } from './long-poll.ts'
import { backoff, chatterPause, type Random, standardPause, UNRESOLVED_TRIES } from './pace.ts'

/** What is known of one job while it is awaited. Times are monotonic ms. */
export interface Watch {
  readonly reference: JobReference
  readonly startedAt: number
  /** The last well-formed reading. */
  readonly job: Job | null
  /** When that reading came. */
  readonly seenAt: number | null
  readonly requests: number
  /** Whether the server's name has ever resolved. */
  readonly resolved: boolean
  /** From when on the server has owed a usable answer, through all the faults since; null after a good answer. */
  readonly troubledAt: number | null
  /** Faults, 404s and 403s in a row. */
  readonly faults: number
  readonly misses: number
  readonly denials: number
  /** What went wrong last, '' after a good answer. */
  readonly trouble: string
  /** A verdict without an end time: it counts once a second reading says the same. */
  readonly confirming: Verdict | null
  /** The job as it ended, while details of its end are still asked for. */
  readonly settling: Job | null
  /** Held answers in a row that came early. */
  readonly early: number
  /** How often lists have left this job out, and whether it is asked about by itself because of that. */
  readonly omissions: number
  readonly alone: boolean
  /** When to ask next, and from when on it may be asked along with others. */
  readonly dueAt: number
  readonly askableAt: number
}

/** The rules of a wait, in ms. */
export interface Rules {
  readonly timeout: number
  readonly longPoll: number
  readonly pollInterval: number
  readonly unreachableTimeout: number
}

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

export type Step = { readonly watch: Watch } | { readonly ending: Ending }

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

export function startWatch(reference: JobReference, now: number): Watch {
  return {
    reference,
    startedAt: now,
    job: null,
    seenAt: null,
    requests: 0,
    resolved: false,
    troubledAt: null,
    faults: 0,
    misses: 0,
    denials: 0,
    trouble: '',
    confirming: null,
    settling: null,
    early: 0,
    omissions: 0,
    alone: false,
    dueAt: now,
    askableAt: now
  }
}

/** What follows from one answer about a job: its ending, or when to ask again. Pure but for `random`. */
export function judge(asked: Watch, answer: Answer, landing: Landing, rules: Rules, random: Random): Step {
  const watch = { ...asked, requests: asked.requests + 1, resolved: asked.resolved || !isUnresolved(answer) }
  const { now, hold } = landing
  const again = (changes: Partial<Watch>, pause: number): Step => {
    const delay = Math.max(pause, landing.retryAfter ?? 0)
    const share = Math.max(delay * LEAST_SHARE_OF_PAUSE, LEAST_PAUSE, landing.retryAfter ?? 0)
    const least = changes.faults ? delay : Math.min(delay, share)
    return { watch: { ...watch, ...changes, dueAt: now + delay, askableAt: now + least } }
  }
  const fault = (what: string): Step => {
    const faults = watch.faults + 1
    const troubledAt = watch.troubledAt ?? owedSince(landing)
    const patience = troubledAt + rules.unreachableTimeout - now
    if ((patience <= 0 && faults > 1) || (!watch.resolved && faults >= UNRESOLVED_TRIES)) {
      return { ending: concede(watch, 'unreachable', what) }
    }
    const pause = backoff(faults, random)
    return again({ faults, troubledAt, trouble: what }, patience > 0 ? Math.min(pause, patience) : pause)
  }

  if (watch.settling !== null && watch.confirming !== null && answer.kind !== 'details') {
    return ended(watch.settling)
  }
  switch (answer.kind) {
    case 'job': {
      const { job } = answer
      const alone = watch.alone && watch.omissions >= MOST_OMISSIONS
      if (job.verdict !== null && (job.dated || job.verdict === watch.confirming)) {
        return settle(job, alone)
      }
      const changes = { ...HEALTHY, job, seenAt: now, alone, confirming: job.verdict }
      if (job.verdict === null) return pending(changes, job)
      return again(changes, watch.confirming === null ? 0 : standard(job))
    }
    case 'details':
      return ended(answer.job)
    case 'accepted':
      return pending(HEALTHY, watch.job)
    case 'unlisted':
      return again({ omissions: watch.omissions + 1, alone: true }, 0)
    case 'missing': {
      const told = watch.job === null ? watch.reference.told : null
      if (told?.verdict) return settle(told, watch.alone)
      const changes = { misses: watch.misses + 1, trouble: answer.what }
      if (watch.job !== null) {
        if (watch.misses > 0) return { ending: concede(watch, 'lost', answer.what) }
        return again(changes, standard(watch.job))
      }
      const graceLeft = watch.startedAt + GRACE - now
      if (graceLeft <= 0 && watch.misses > 0) return { ending: concede(watch, 'not-found', answer.what) }
      const pause = backoff(changes.misses, random)
      return again(changes, graceLeft <= 0 ? pause : Math.min(pause, graceLeft))
    }
    case 'denied':
      if (answer.final || watch.denials > 0) return { ending: concede(watch, 'unauthorized', answer.what) }
      return again({ denials: 1, trouble: answer.what }, backoff(1, random))
    case 'refused':
      if (hold !== null) return again({}, 0)
      return watch.requests === (watch.alone ? 2 : 1)
        ? { ending: concede(watch, 'unreachable', answer.what) }
        : fault(answer.what)
    case 'fault':
      if (isCutNearHold(answer, hold, now - landing.askedAt)) return again({}, 0)
      return fault(answer.what)
    case 'fatal':
      return { ending: concede(watch, 'unreachable', answer.what) }
  }

  /** What follows from the end of a job: its ending, once what else there is to know of it is known. */
  function settle(job: Job, alone: boolean): Step {
    const details = apiNamed(watch.reference.api).details(job, watch.reference.told)
    if (details === null) return ended(job)
    const confirming = details.decisive ? null : job.verdict
    return again({ ...HEALTHY, job, seenAt: now, alone, settling: job, confirming }, 0)
  }

  function standard(job: Job | null): number {
    const longest = Math.min(rules.pollInterval, apiNamed(watch.reference.api).longestPause)
    return standardPause(ageOf(job, watch.startedAt, landing), longest, random)
  }

  function pending(changes: Partial<Watch>, job: Job | null): Step {
    if (hold !== null && isEarly(hold, now - landing.askedAt)) {
      const early = watch.early + 1
      return again({ ...changes, early }, chatterPause(early, standard(job)))
    }
    const holds = watch.confirming === null && landing.holdNext({ ...watch, ...changes })
    return again({ ...changes, early: 0 }, holds ? 0 : standard(job))
  }
}

/** The ending of a job that the deadline, or a cancellation, has overtaken. */
export function expire(watch: Watch): Ending {
  if (watch.job === null && watch.misses > 0) return concede(watch, 'not-found', watch.trouble)
  if (watch.job !== null && !watch.job.recognized) {
    return concede(watch, 'unrecognized', `the state ${JSON.stringify(watch.job.state)} is none that is known`)
  }
  if (watch.confirming !== null) return concede(watch, 'timeout', 'no second reading confirmed that it is over')
  return concede(watch, 'timeout', watch.trouble)
}

/**
 * An ending without a verdict, unless there is one and only its details are missing. A verdict that no second reading has
 * confirmed is none: the job is told as it was last seen.
 */
export function concede(watch: Watch, outcome: OpenOutcome, reason: string): Ending {
  const { job, confirming, settling } = watch
  if (settling !== null && confirming !== null) return { outcome: outcomeOf(confirming), job: settling }
  return { outcome, job, reason }
}

/** A job without a verdict is never told to have succeeded, whatever led here. */
function ended(job: Job): Step {
  return { ending: { outcome: outcomeOf(job.verdict ?? 'ERROR'), job } }
}

const HEALTHY = { troubledAt: null, faults: 0, misses: 0, denials: 0, trouble: '', confirming: null } as const

/** From when on an answer was due: a server that was asked to hold it owes nothing until the hold is over. */
function owedSince({ askedAt, now, hold }: Landing): number {
  return Math.min(askedAt + (hold?.seconds ?? 0) * 1_000, now)
}

function isUnresolved(answer: Answer): boolean {
  return answer.kind === 'fault' && answer.why === 'unresolved'
}

/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job: Job | null, startedAt: number, { serverNow, now }: Landing): number {
  const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt
  return age >= 0 ? age : now - startedAt
}
