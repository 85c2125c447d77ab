import type { Ending } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { type Conclusion, conclude } from '../../../src/report/conclusion.ts'
import type { Awaited } from '../../../src/wait/wait.ts'

export const KEY = '1cd8a442-86d1-11e0-ae1c-123478563412'

export function jobWith(members: Partial<Job> = {}): Job {
  return {
    key: KEY,
    name: '',
    state: 'failure',
    verdict: 'ERROR',
    over: members.verdict !== null,
    recognized: true,
    idle: null,
    dated: true,
    message: '',
    errorCode: '',
    failures: [],
    result: {},
    startedAt: null,
    endedAt: null,
    lastModified: null,
    source: {},
    ...members
  }
}

export function awaitedWith(ending: Ending, reference: Partial<JobReference> = {}): Awaited {
  return {
    reference: { api: ontap, key: KEY, root: '/api', told: null, ...reference },
    ending,
    elapsed: 65_000,
    requests: 5,
    seenAt: 60_000
  }
}

/** A job that ended in an error, as far as nothing else is said. */
export function failed(members: Partial<Job> = {}, reference: Partial<JobReference> = {}): Awaited {
  return awaitedWith({ outcome: 'error', job: jobWith(members) }, reference)
}

export function succeeded(members: Partial<Job> = {}, reference: Partial<JobReference> = {}): Awaited {
  const job = jobWith({ state: 'success', verdict: 'NORMAL', ...members })
  return awaitedWith({ outcome: 'success', job }, reference)
}

export function concluded(...awaited: [Awaited, ...Awaited[]]): Conclusion {
  return conclude(awaited, new Set(['ERROR', 'PARTIAL_FAILURES']), 65_000)
}
