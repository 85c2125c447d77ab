import { randomUUID } from 'node:crypto'
import { type Answer, type Call, jsonObject, type Route } from './call.ts'
import type { Job } from './jobs.ts'
import type { Fields } from './list.ts'
import { operationOf, scriptOf } from './operation.ts'
import { plainState } from './script.ts'
import type { World } from './world.ts'

const STATUS: Readonly<Record<string, string>> = {
  queued: 'PENDING',
  running: 'IN_PROGRESS',
  success: 'COMPLETED',
  warning: 'COMPLETED',
  partial_failures: 'COMPLETED',
  failure: 'FAILED',
  error: 'FAILED'
}
const REASON = 'The bucket cannot be reached'

const complaint = (status: number, message: string): Answer => ({ status, body: { message } })

/**
 * The backup and recovery service of NetApp Console: calls of any version, whose answers hold the id of a job, and `/job/{id}`
 * of version 1, which answers with a list of jobs: this one, and another one before it.
 */
export function createBackup({ jobs }: World): Route {
  function render(job: Job): Fields {
    const { step } = jobs.moment(job)
    const status = STATUS[plainState(step.state)] ?? step.state
    const isPartial = plainState(step.state) === 'partial_failures'
    const failed = { id: 'vol2', status: 'FAILED', error: REASON }
    return {
      id: job.key,
      type: job.name ?? 'VOLUME_BACKUP',
      status,
      error: status === 'FAILED' ? (step.message ?? REASON) : '',
      time: Math.floor(job.acceptedAt),
      'working-environment-id': 'VsaWorkingEnvironment-1',
      data: { 'multi-volume-backup': { volume: [{ id: 'vol1', status, error: '' }, ...(isPartial ? [failed] : [])] } },
      ...step.body
    }
  }

  function one(id: string): Answer {
    const job = jobs.find('netapp-backup', id)
    if (!job) return complaint(404, `The job ${id} does not exist`)
    const other = { id: randomUUID(), type: 'VOLUME_BACKUP', status: 'FAILED', error: 'This is another job', data: {} }
    return { status: 200, body: { job: [other, render(job)] } }
  }

  function start({ body: text }: Call): Answer {
    const body = jsonObject(text === '' ? '{}' : text)
    if (!body) return complaint(400, 'The request body must be a JSON object')
    const { seconds, ending } = operationOf(body)
    const script = scriptOf(seconds, '', { state: ending, ...(ending === 'failure' ? { message: REASON } : {}) })
    return { status: 202, body: { 'job-id': jobs.add({ api: 'netapp-backup', script }).key } }
  }

  return call => {
    const [version, collection, id = ''] = call.path
    if (call.method !== 'GET') return start(call)
    return version === 'v1' && collection === 'job' ? one(id) : complaint(404, 'Resource not found')
  }
}

/** The link to a job. */
export function hrefOf(id: string): string {
  return `/account/account-1/providers/cloudmanager_cbs/api/v1/job/${encodeURIComponent(id)}`
}
