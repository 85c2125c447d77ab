import type { Ending, OpenEnding } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { type Conclusion, conclude } from '../../../src/report/conclusion.ts'
import type { Reported } from '../../../src/report/names.ts'
import { aJob } from '../../support/answers.ts'

/** When the wait began. */
export const STARTED_AT = Date.UTC(2025, 10, 5, 14, 0, 0)

export const KEY = '1cd8a442-86d1-11e0-ae1c-123478563412'

export function jobWith(members: Partial<Job> = {}): Job {
  return aJob({ key: KEY, state: 'failure', verdict: 'ERROR', dated: true, ...members })
}

/** `errorCode` is '', if it is not given. */
export function awaitedWith(
  ending: Ending | Omit<OpenEnding, 'errorCode'>,
  reference: Partial<JobReference> = {}
): Reported {
  return {
    reference: { api: ontap, key: KEY, root: '/api', reported: null, ...reference },
    ending: 'reason' in ending ? { errorCode: '', ...ending } : ending,
    elapsed: 65_000,
    requests: 5,
    seenAt: 60_000,
    handle: reference.label ?? '',
    resource: '',
    progress: ''
  }
}

/** A job that ended in an error, as far as nothing else is said. */
export function failed(members: Partial<Job> = {}, reference: Partial<JobReference> = {}): Reported {
  return awaitedWith({ outcome: 'error', job: jobWith(members) }, reference)
}

export function succeeded(members: Partial<Job> = {}, reference: Partial<JobReference> = {}): Reported {
  const job = jobWith({ state: 'success', verdict: 'NORMAL', ...members })
  return awaitedWith({ outcome: 'success', job }, reference)
}

export function concluded(...awaited: [Reported, ...Reported[]]): Conclusion {
  return conclude(awaited, new Set(['ERROR', 'PARTIAL_FAILURES']), {
    startedAt: STARTED_AT,
    elapsed: 65_000,
    given: ['job-key', 'username', 'password']
  })
}
