import type { Job, Jobs } from './jobs.ts'
import type { Fields } from './list.ts'
import { plainState } from './script.ts'
import { stamp } from './stamp.ts'

/** A job at this moment, as ONTAP shows it. */
export function renderJob(jobs: Jobs, job: Job, links: boolean): Fields {
  const { step, started, ended } = jobs.moment(job)
  const failed = ended !== undefined && /^(failure|error)$/.test(plainState(step.state))
  const error = failed ? (step.error ?? job.error) : step.error
  return {
    uuid: job.key,
    description: job.description ?? 'POST /api/storage/volumes',
    state: step.state,
    message: step.message ?? error?.message ?? (step.state === 'success' ? 'success' : undefined),
    code: step.code ?? (Number(error?.code) || 0),
    start_time: timeIn(job, started),
    end_time: timeIn(job, ended),
    error,
    node: job.node,
    svm: job.svm,
    ...(links ? linksOf(job) : {}),
    ...step.body
  }
}

/** The link to a job. */
export function hrefOf(uuid: string): string {
  return `/api/cluster/jobs/${encodeURIComponent(uuid)}`
}

/** The body that accepts a job. */
export function acceptedBody(job: Job, links: boolean): Record<string, unknown> {
  return { job: { uuid: job.key, ...(links ? linksOf(job) : {}) } }
}

function linksOf(job: Job): Fields {
  const self = { href: hrefOf(job.key) }
  return { _links: job.bulk ? { self, results: { href: `${self.href}/results` } } : { self } }
}

function timeIn(job: Job, seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : stamp(job.acceptedAt + seconds * 1000, 0, -5)
}
