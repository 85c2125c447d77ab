import { UNKNOWN_JOB } from '../jobs/job.ts'
import { bodyOf, type JobReference } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import { endingOf } from '../wait/watch.ts'

/**
 * A job that is not awaited: the server has done the call already, or has accepted it, unless its answer says that the job
 * did not succeed. `elapsed` is ms from the start of the step. The job is shown as a later step needs it, with its links.
 */
export function leave(reference: JobReference, elapsed: number): Awaited {
  const { key, reported } = reference
  const isFailed = reported?.over && reported.verdict !== 'NORMAL'
  const ended = reference.done ?? (isFailed ? reported : undefined)
  const job = { ...(ended ?? reported ?? UNKNOWN_JOB), key, source: bodyOf(reference) }
  const ending =
    ended === undefined ? ({ outcome: 'accepted', job, reason: '', errorCode: '' } as const) : endingOf(job)
  return { reference, ending, elapsed, requests: 0, seenAt: null }
}
