import type { Details } from '../jobs/api.ts'
import { type Ending, type OpenOutcome, outcomeOf } from '../jobs/endings.ts'
import type { EndedJob, Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Problem } from './ask.ts'

/** What is known of one job while it is awaited. Times are monotonic ms. */
export interface Watch {
  readonly reference: JobReference
  /** What is asked about: the job, or the resource whose state shows how the operation ends that the job started. */
  readonly about: JobReference
  /** The job, once it has succeeded and the operation is waited for; null before. */
  readonly succeeded: Job | null
  readonly startedAt: number
  readonly phase: Phase
  /** When the last well-formed reading came; null before the first. */
  readonly seenAt: number | null
  /** Those sent, answered or not. */
  readonly requests: number
  /** Whether any answer has come to a question about this job by itself. */
  readonly heard: boolean
  readonly errors: Errors
  /** Held answers in a row that came early. */
  readonly early: number
  /** Whether a list has ever shown this job. */
  readonly listed: boolean
  /** How often lists have left this job out, and whether it is asked about by itself because of that. */
  readonly omissions: number
  readonly alone: boolean
  /** When to ask next, and from when on it may be asked along with others. */
  readonly dueAt: number
  readonly askableAt: number
}

/** How far a job has come, by the answers about it. `job` is the last well-formed reading. */
export type Phase =
  | { readonly kind: 'unseen' }
  | { readonly kind: 'pending'; readonly job: Job }
  /** It has a verdict without an end time, which counts once a second reading, not before `from`, says the same. */
  | { readonly kind: 'confirming'; readonly job: Job; readonly from: number }
  /** It has ended, and these details of its end are asked for. */
  | { readonly kind: 'settling'; readonly job: Job; readonly details: Details }

/** What went wrong since the last good answer about a job. */
export interface Errors {
  readonly faults: number
  /** 404 or 410, and 403. */
  readonly misses: number
  readonly denials: number
  /** From when on the server has owed a usable answer, through all the faults since; null without a fault. */
  readonly failingSince: number | null
  /** When the first 404 came; null without one. */
  readonly missingSince: number | null
  readonly last: Problem
}

export const NO_PROBLEM: Problem = { what: '', code: '' }

export const NO_ERRORS: Errors = {
  faults: 0,
  misses: 0,
  denials: 0,
  failingSince: null,
  missingSince: null,
  last: NO_PROBLEM
}

/** The rules of a wait, in ms. */
export interface Rules {
  readonly timeout: number
  readonly longPoll: number
  readonly pollInterval: number
  readonly unreachableTimeout: number
}

export function startWatch(reference: JobReference, now: number): Watch {
  return {
    reference,
    about: reference,
    succeeded: null,
    startedAt: now,
    phase: { kind: 'unseen' },
    seenAt: null,
    requests: 0,
    heard: false,
    errors: NO_ERRORS,
    early: 0,
    listed: false,
    omissions: 0,
    alone: false,
    dueAt: now,
    askableAt: now
  }
}

/** The same for the operation that the job has started by its success: from now on its resource is asked about. */
export function watchOperation({ reference, requests }: Watch, job: Job, resource: JobReference, now: number): Watch {
  const watch = startWatch(reference, now)
  return { ...watch, about: resource, succeeded: job, seenAt: now, requests }
}

/** The last well-formed reading of a job; null where there was none. It is pending while its operation is. */
export function jobOf({ phase, succeeded }: Watch): Job | null {
  return phase.kind === 'unseen' ? succeeded && { ...succeeded, over: false, verdict: null } : phase.job
}

/** When a job is due, the deadline considered: then all are, but for an end that must not be confirmed too soon. */
export function dueBy({ phase, dueAt }: Watch, deadline: number): number {
  return Math.min(dueAt, phase.kind === 'confirming' ? Math.max(phase.from, deadline) : deadline)
}

export function hasErrors({ errors: { faults, misses, denials } }: Watch): boolean {
  return faults + misses + denials > 0
}

/** The ending of a job that the deadline has overtaken. */
export function expire(watch: Watch): Ending {
  const { phase, errors } = watch
  if (phase.kind === 'unseen') {
    const { done, until } = watch.about
    if (errors.misses > 0 && done !== undefined && until === undefined) return endingByCall(done, errors.last)
    return concede(watch, errors.misses > 0 ? 'not-found' : 'timeout', errors.last)
  }
  if (!phase.job.recognized) {
    return concede(watch, 'unrecognized', because(`unknown state ${JSON.stringify(phase.job.state)}`))
  }
  if (phase.kind === 'confirming') return concede(watch, 'timeout', because('no second reading confirmed its end'))
  return concede(watch, 'timeout', errors.last)
}

/** An ending without a verdict, unless there is one and only the details that explain it are missing. */
export function concede(watch: Watch, outcome: OpenOutcome, { what: reason, code: errorCode }: Problem): Ending {
  const { phase } = watch
  if (phase.kind === 'settling' && !phase.details.decisive) return endingOf(phase.job)
  return { outcome, job: jobOf(watch), reason, errorCode }
}

/** A problem that is not the server's word. */
export function because(what: string): Problem {
  return { what, code: '' }
}

/** The ending of a job that cannot be read, as the answer to its call gives it. */
export function endingByCall(done: EndedJob, { what: unread }: Problem): Ending {
  return { outcome: outcomeOf(done.verdict), job: done, unread }
}

/** The ending of a finished job. One without a verdict never passes, for any reason. */
export function endingOf(job: Job): Ending {
  if (job.verdict !== null) return { outcome: outcomeOf(job.verdict), job }
  const reason = `the state ${JSON.stringify(job.state)} does not say how it ended`
  return { outcome: 'unrecognized', job, reason, errorCode: job.errorCode }
}
