import { type Job, UNKNOWN_JOB, type Verdict } from '../../src/jobs/job.ts'
import type { JobReference } from '../../src/jobs/reference.ts'
import type { Answer, Problem } from '../../src/wait/ask.ts'
import { type Errors, NO_ERRORS, type Watch } from '../../src/wait/watch.ts'
import { api } from './apis.ts'

export function reference(key = 'one', name = 'ontap', root = '/api'): JobReference {
  return { api: api(name), key, root, reported: null }
}

/** A running job, but for what `changes` says. */
export function aJob(changes: Partial<Job> = {}): Job {
  const over = changes.verdict != null
  return { ...UNKNOWN_JOB, key: 'one', state: 'running', recognized: true, over, ...changes }
}

export const running = (changes: Partial<Job> = {}): Answer => ({ kind: 'job', job: aJob(changes) })

/** A finished job, with its end time. */
export const over = (verdict: Verdict = 'NORMAL', changes: Partial<Job> = {}): Answer =>
  running({ state: verdict, verdict, dated: true, ...changes })

/** A finished job, without its end time. */
export const undated = (verdict: Verdict = 'NORMAL'): Answer => over(verdict, { dated: false })

/** What is known of a job that was seen pending. */
export const seen = (job = aJob()): Pick<Watch, 'phase'> => ({ phase: { kind: 'pending', job } })

/** What is known of a job that has ended, while details of its end are asked for. */
export const settling = (job: Job, { decisive = true, promised = true } = {}): Pick<Watch, 'phase'> => ({
  phase: { kind: 'settling', job, details: { path: '/details', decisive, promised } }
})

/** What is known of a job about which something went wrong. */
export const erring = (errors: Partial<Errors>): Pick<Watch, 'errors'> => ({ errors: { ...NO_ERRORS, ...errors } })

const problem = (what: string, code = ''): Problem => ({ what, code })

export const ACCEPTED: Answer = { kind: 'accepted' }
export const UNLISTED: Answer = { kind: 'unlisted', isEmpty: false, page: null }
/** A list without any job. */
export const EMPTY: Answer = { kind: 'unlisted', isEmpty: true, page: null }
export const MISSING: Answer = { kind: 'missing', page: false, ...problem('the server answered 404', '4') }
export const UNAUTHORIZED: Answer = { kind: 'denied', final: true, page: false, ...problem('the server answered 401') }
export const FORBIDDEN: Answer = {
  kind: 'denied',
  final: false,
  page: false,
  ...problem('the server answered 403', '6')
}
export const REFUSED: Answer = { kind: 'refused', ...problem('the server answered 400') }
export const BUSY: Answer = { kind: 'fault', why: 'busy', ...problem('the server answered 503') }
export const BROKEN: Answer = { kind: 'fault', why: 'other', ...problem('the answer does not describe this job') }
export const CUT: Answer = { kind: 'fault', why: 'cut', ...problem('the connection broke') }
export const UNRESOLVED: Answer = { kind: 'fault', why: 'unresolved', ...problem('the host name does not resolve') }
export const UNTRUSTED: Answer = { kind: 'fatal', page: false, ...problem('the certificate does not verify') }
/** From something in front of the server. */
export const REDIRECTED: Answer = { kind: 'fatal', page: true, ...problem('a redirect, which is not followed') }
export const NO_ROUTE: Answer = { kind: 'missing', page: true, ...problem('the server answered 404: text/html') }
export const BLOCKED: Answer = { kind: 'denied', final: false, page: true, ...problem('the server answered 403') }
