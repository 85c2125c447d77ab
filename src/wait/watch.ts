import { type Ending, type Job, type JobReference, type OpenOutcome, outcomeOf, type Verdict } from '../jobs/job.ts'
import type { Answer, Hold } from './ask.ts'
import { isCutNearHold, isEarly } from './long-poll.ts'
import { backoff, chatterPause, type Random, standardPause } from './pace.ts'

/** What is known of one job while it is awaited. Times are monotonic ms. */
export interface Watch {
  readonly reference: JobReference
  /** The last well-formed reading. */
  readonly job: Job | null
  readonly requests: number
  /** Whether the server's name has ever resolved. */
  readonly resolved: boolean
  /** Faults, 404s and 403s in a row. */
  readonly faults: number
  readonly misses: number
  readonly denials: number
  /** When the answer was due that turned out to be the first of the faults: trouble counts from there. */
  readonly troubledAt: number
  /** What went wrong last, '' after a good answer. */
  readonly trouble: string
  /** A verdict without an end time: it counts once a second reading says the same. */
  readonly confirming: Verdict | null
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
  readonly startedAt: number
  readonly askedAt: number
  readonly now: number
  readonly hold: Hold | null
  readonly retryAfter: number | null
  readonly serverNow: number | null
  /** Whether the next question may be a long poll, which needs no pause before it. */
  readonly holdNext: boolean
}

export type Step = { readonly watch: Watch } | { readonly ending: Ending }

/** A 404 just after the 202 is common: the job is given this long to appear, in ms. */
const GRACE = 10_000
/** How often a name may fail to resolve at the start: a misspelt `url` should not cost minutes. */
const UNRESOLVED_TRIES = 3
/** A job that is not there yet is missing from a list once: one that lists leave out this often is not asked for in them. */
const MOST_OMISSIONS = 2
/** How much of its pause a job must have had to be asked about along with others: at a half, few requests serve them all. */
const LEAST_SHARE_OF_PAUSE = 0.5
/** The least of a pause, in ms, however short: what the most jitter leaves of the shortest. */
const SHORTEST_PAUSE = 900

export function startWatch(reference: JobReference, now: number): Watch {
  return {
    reference,
    job: null,
    requests: 0,
    resolved: false,
    faults: 0,
    misses: 0,
    denials: 0,
    troubledAt: now,
    trouble: '',
    confirming: null,
    early: 0,
    omissions: 0,
    alone: false,
    dueAt: now,
    askableAt: now
  }
}

/** What follows from one answer about a job: its ending, or when to ask again. Pure but for `random`. */
export function judge(asked: Watch, answer: Answer, landing: Landing, rules: Rules, random: Random): Step {
  const unresolved = answer.kind === 'fault' && answer.why === 'unresolved'
  const watch = { ...asked, requests: asked.requests + 1, resolved: asked.resolved || !unresolved }
  const { now, hold } = landing
  /** `least`: the ms after which the job may be asked about along with others. */
  const again = (changes: Partial<Watch>, pause: number, least = pause): Step => {
    const floor = landing.retryAfter ?? 0
    const [dueAt, askableAt] = [now + Math.max(pause, floor), now + Math.max(least, floor)]
    return { watch: { ...watch, ...changes, dueAt, askableAt } }
  }
  const fault = (what: string): Step => {
    const faults = watch.faults + 1
    const answerDue = Math.min(now, landing.askedAt + (hold?.seconds ?? 0) * 1_000)
    const troubledAt = faults === 1 ? answerDue : watch.troubledAt
    const patience = troubledAt + rules.unreachableTimeout - now
    if ((faults > 1 && patience <= 0) || (!watch.resolved && faults >= UNRESOLVED_TRIES)) {
      return { ending: concede(watch, 'unreachable', what) }
    }
    const pause = backoff(faults, random)
    return again({ faults, troubledAt, trouble: what }, patience > 0 ? Math.min(pause, patience) : pause)
  }

  switch (answer.kind) {
    case 'job': {
      const { job } = answer
      if (job.verdict !== null && (job.dated || job.verdict === watch.confirming)) {
        return { ending: { outcome: outcomeOf(job.verdict), job } }
      }
      const alone = watch.alone && watch.omissions >= MOST_OMISSIONS
      const changes = { ...HEALTHY, job, confirming: job.verdict, alone }
      if (job.verdict === null) return pending(changes, job)
      return again(changes, watch.confirming === null ? 0 : standard(job))
    }
    case 'accepted':
      return pending(HEALTHY, watch.job)
    case 'unlisted':
      return again({ omissions: watch.omissions + 1, alone: true }, 0)
    case 'missing': {
      const told = watch.job === null ? watch.reference.told : null
      if (told?.verdict) return { ending: { outcome: outcomeOf(told.verdict), job: told } }
      const changes = { misses: watch.misses + 1, trouble: answer.what }
      if (watch.job !== null) {
        if (watch.misses > 0) return { ending: concede(watch, 'lost', answer.what) }
        return again(changes, standard(watch.job))
      }
      const graceLeft = landing.startedAt + GRACE - now
      if (graceLeft <= 0) return { ending: concede(watch, 'not-found', answer.what) }
      return again(changes, Math.min(backoff(changes.misses, random), graceLeft))
    }
    case 'denied':
      if (answer.final || watch.denials > 0) return { ending: concede(watch, 'unauthorized', answer.what) }
      return again({ denials: 1, trouble: answer.what }, backoff(1, random))
    case 'refused':
      if (hold !== null) return again({}, 0)
      return watch.requests === 1 ? { ending: concede(watch, 'unreachable', answer.what) } : fault(answer.what)
    case 'fault':
      if (isCutNearHold(answer, hold, now - landing.askedAt) && watch.faults === 0) return again({}, 0)
      return fault(answer.what)
    case 'fatal':
      return { ending: concede(watch, 'unreachable', answer.what) }
  }

  function standard(job: Job | null): number {
    return standardPause(ageOf(job, landing), rules.pollInterval, random)
  }

  function pending(changes: Partial<Watch>, job: Job | null): Step {
    if (hold !== null && isEarly(hold, now - landing.askedAt)) {
      const early = watch.early + 1
      return again({ ...changes, early }, chatterPause(early, standard(job)))
    }
    if (landing.holdNext && watch.confirming === null) return again({ ...changes, early: 0 }, 0)
    const pause = standard(job)
    const least = Math.min(pause, Math.max(pause * LEAST_SHARE_OF_PAUSE, SHORTEST_PAUSE))
    return again({ ...changes, early: 0 }, pause, least)
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

/** An ending without a verdict. One that was read but never confirmed is none: the job is told as it was last seen. */
export function concede({ job }: Watch, outcome: OpenOutcome, reason: string): Ending {
  return { outcome, job, reason }
}

const HEALTHY: Partial<Watch> = { faults: 0, misses: 0, denials: 0, trouble: '', confirming: null }

/** The job's age in ms by the server's own clock, else the time waited so far. */
function ageOf(job: Job | null, { serverNow, startedAt, now }: Landing): number {
  const age = serverNow === null || job?.startedAt == null ? -1 : serverNow - job.startedAt
  return age >= 0 ? age : now - startedAt
}
