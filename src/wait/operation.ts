import { type Job, VERDICTS, type Verdict } from '../jobs/job.ts'
import type { JobReference, Until } from '../jobs/reference.ts'

/** How much the times of a cluster's nodes may differ, by their clocks and by rounding, in ms. */
const CLOCK_GRAIN = 2_000

/**
 * The resource to ask about after the success of a job; null where neither the call nor the job names one. The time of the
 * call is that of the job's start, where it has one: something in front of the server can have dated the answer to the call.
 */
export function resourceAfter(job: Job, { root }: JobReference, until: Until): JobReference | null {
  const { operation, target } = until
  const key = until.key ?? operation.keyOf(job)
  if (key === null) return null
  const since = job.startedAt === null ? until.since : job.startedAt - CLOCK_GRAIN
  return { api: operation.resource(target, since), key, root, reported: null }
}

/** A reading of the resource as one of the job that started the operation: a warning of the job is not forgotten. */
export function afterSuccess(job: Job, reading: Job): Job {
  const { key, name, startedAt, source } = job
  const verdict = reading.verdict && worse(reading.verdict, job.verdict)
  const message = reading.message || (verdict === 'WARNING' ? job.message : '')
  return { ...reading, key, name, startedAt, source, verdict, message }
}

function worse(one: Verdict, other: Verdict | null): Verdict {
  return VERDICTS.findLast(verdict => verdict === one || verdict === other) as Verdict
}
