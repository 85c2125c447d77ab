import { type Answer, type Call, failure, jsonObject, noSuchPath, ok, type Route, wrongMethod } from './call.ts'
import { hold } from './hold.ts'
import type { Job, Jobs } from './jobs.ts'
import { type Fields, filterRecords, orderRecords, pickFields } from './list.ts'
import { operationOf, scriptOf } from './operation.ts'
import type { OntapSelectOptions } from './options.ts'
import { wholeNumber } from './query.ts'
import { stamp } from './stamp.ts'
import type { World } from './world.ts'

const FIELDS = new Set(['id', 'state', 'message', 'description', 'start_time', 'end_time', 'last_modified'])

/** ONTAP Select Deploy: `/api/jobs` with its documented long poll, and the calls that create and deploy a cluster. */
export function createOntapSelect(world: World, { wrapped = true }: OntapSelectOptions): Route {
  const { jobs } = world

  function render(job: Job): Fields {
    const { step, started, ended } = jobs.moment(job)
    return {
      id: job.key,
      state: step.state,
      message: step.message ?? (step.state === 'success' ? 'Success' : ''),
      description: job.description ?? 'Job',
      start_time: timeIn(job, started),
      end_time: timeIn(job, ended),
      last_modified: lastModified(jobs, job),
      ...step.body
    }
  }

  async function one(call: Call, id: string): Promise<Answer> {
    const job = jobs.find('ontap-select', id)
    if (!job) return failure(404, '4', `The job ${id} does not exist.`, 'id')
    const wish = call.query.get('poll_timeout')
    if (wish !== undefined) {
      const seconds = wholeNumber(wish, 1, 120)
      if (seconds === undefined) return failure(400, '262197', 'poll_timeout must be 1 to 120 seconds.', 'poll_timeout')
      const since = modifiedSince(jobs, job, call.query.get('last_modified'))
      if (since === undefined) return failure(400, '262197', 'last_modified must be ">=" and a time.', 'last_modified')
      await hold(world, job, seconds, () => modifiedAt(jobs, job) > since, call.signal)
    }
    const record = select(render(job), call.query.get('fields'))
    return ok(wrapped ? { record } : record)
  }

  function list({ query }: Call): Answer {
    const all = filterRecords(jobs.list('ontap-select').map(render), query, name => FIELDS.has(name))
    const orderBy = query.get('order_by')
    const ordered = orderBy === undefined ? all : orderRecords(all, orderBy)
    const records = ordered.map(record => select(record, query.get('fields')))
    return ok({ records, num_records: records.length })
  }

  function create(call: Call): Answer {
    const body = jsonObject(call.body)
    if (!body) return failure(400, '262254', 'The request body must be a JSON object.')
    const { seconds, ending } = operationOf(body)
    const failed = ending === 'failure'
    const message = failed ? 'The cluster could not be created: no host is available.' : 'The cluster was created.'
    const job = jobs.add({
      api: 'ontap-select',
      description: `Create cluster ${String(body.name ?? '')}`.trim(),
      script: scriptOf(seconds, 'Creating the nodes', { state: failed ? 'failure' : 'success', message })
    })
    return { status: 202, body: acceptedBody(jobs, job) }
  }

  return call => {
    const [collection, id, ...rest] = call.path
    if (collection === 'clusters' && (id === undefined || rest.join('/') === 'deploy'))
      return call.method === 'POST' ? create(call) : wrongMethod('POST')
    if (rest.length > 0) return noSuchPath()
    if (collection !== 'jobs') return noSuchPath()
    if (call.method !== 'GET') return wrongMethod('GET')
    return id === undefined ? list(call) : one(call, id)
  }
}

/** The link to a job. */
export function hrefOf(id: string): string {
  return `/api/jobs/${encodeURIComponent(id)}`
}

/** The body that accepts a job. */
export function acceptedBody(jobs: Jobs, job: Job): Record<string, unknown> {
  const message = jobs.moment(job).step.message ?? 'The request was accepted.'
  return { job: { id: job.key, message, last_modified: lastModified(jobs, job) } }
}

/** When the job last changed: server time, whole ms since the epoch. */
function modifiedAt(jobs: Jobs, job: Job): number {
  return Math.floor(job.acceptedAt + jobs.moment(job).since * 1000)
}

function lastModified(jobs: Jobs, job: Job): string {
  return stamp(modifiedAt(jobs, job), 6, 0)
}

/**
 * The change that the client knows of, from `last_modified=>=<stamp>`: what it awaits is a later one. A client that names
 * none awaits the next change, or nothing if the job has ended.
 */
function modifiedSince(jobs: Jobs, job: Job, condition: string | undefined): number | undefined {
  if (condition === undefined) {
    return jobs.moment(job).ended === undefined ? modifiedAt(jobs, job) : Number.NEGATIVE_INFINITY
  }
  const time = condition.startsWith('>=') ? Date.parse(condition.slice(2)) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function select(record: Fields, fields: string | undefined): Fields {
  if (fields === undefined || fields === '*' || fields === '**') return record
  return pickFields(record, ['id', ...fields.split(',').map(name => name.trim())])
}

function timeIn(job: Job, seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : stamp(job.acceptedAt + seconds * 1000, 6, 0)
}
