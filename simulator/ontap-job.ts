import type { Job, Jobs } from './jobs.ts'
import type { Fields } from './list.ts'
import { plainState } from './script.ts'
import { stamp } from './stamp.ts'

/** A job at this moment, as ONTAP shows it. */
export function renderJob(jobs: Jobs, job: Job, linked: boolean): Fields {
  const { step, started, ended } = jobs.moment(job)
  const failed = ended !== undefined && /^(failure|error)$/.test(plainState(step.state))
  const error = failed ? (step.error ?? job.error) : step.error
  return {
    uuid: job.key,
    description: job.description ?? `POST /api/storage/volumes${job.bulk ? '' : `/${job.key}`}`,
    state: step.state,
    message:
      step.message ?? (failed ? error?.message : undefined) ?? (step.state === 'success' ? 'success' : undefined),
    code: step.code ?? ((failed && Number(error?.code)) || 0),
    start_time: timeIn(job, started),
    end_time: timeIn(job, ended),
    error,
    node: job.node,
    svm: job.svm,
    ...(linked ? { _links: { self: { href: hrefOf(job.key) } } } : {}),
    ...step.body
  }
}

/** The link to a job. */
export function hrefOf(uuid: string): string {
  return `/api/cluster/jobs/${encodeURIComponent(uuid)}`
}

/** The link with which ONTAP accepts a job. That of a bulk call's job leads to its results too; nothing else does. */
export function jobLink(job: Job, linked: boolean): Fields {
  if (!linked) return { uuid: job.key }
  const self = { href: hrefOf(job.key) }
  const results = { href: `/api/storage/volumes?job_results_uuid=${encodeURIComponent(job.key)}` }
  return { uuid: job.key, _links: job.bulk ? { self, results } : { self } }
}

function timeIn(job: Job, seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : stamp(job.acceptedAt + seconds * 1000, 0, -5)
}
