import { UNKNOWN_JOB } from '../jobs/job.ts'
import { bodyOf, type JobReference } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import { endingOf } from '../wait/watch.ts'

/**
 * A job that is not awaited: the server has done the call already, or has accepted it. `elapsed` is ms from the start of the
 * step. The job is shown as a later step needs it, with its links.
 */
export function leave(reference: JobReference, elapsed: number): Awaited {
  const { key, reported, done } = reference
  const job = { ...(done ?? reported ?? UNKNOWN_JOB), key, source: bodyOf(reference) }
  const ending = done === undefined ? ({ outcome: 'accepted', job, reason: '', errorCode: '' } as const) : endingOf(job)
  return { reference, ending, elapsed, requests: 0, seenAt: null }
}
