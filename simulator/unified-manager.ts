import { randomUUID } from 'node:crypto'
import { type Answer, type Call, failure, jsonObject, noSuchPath, ok, type Route, wrongMethod } from './call.ts'
import { hold } from './hold.ts'
import type { Job, NewJob } from './jobs.ts'
import { filterRecords, orderRecords, parseFilter } from './list.ts'
import { operationOf, scriptOf } from './operation.ts'
import type { UnifiedManagerOptions } from './options.ts'
import { link, wholeNumber } from './query.ts'
import { acceptedBody, renderJob, wordsOf } from './unified-manager-job.ts'
import type { World } from './world.ts'

const JOBS = '/api/management-server/jobs'

/** The list's filters, by the specification. */
const FILTERS = new Set(['key', 'name', 'type', 'state', 'status', 'submit_time', 'complete_time', 'parent_job_key'])

/** Active IQ Unified Manager: `/api/management-server/jobs`, and two calls that start a job. */
export function createUnifiedManager(world: World, options: UnifiedManagerOptions): Route {
  const { form = 'specified', longPoll = 'held', lists = 'filtered' } = options
  const { jobs } = world
  const render = (job: Job) => renderJob(jobs, job, form)

  async function one(call: Call, key: string): Promise<Answer> {
    const job = jobs.find('unified-manager', key)
    if (!job) return failure(404, 'ENTITY_NOT_FOUND', `No job found for the key ${key}`, 'key')
    const wish = call.query.get('poll_timeout')
    if (wish !== undefined && longPoll === 'refused') {
      return failure(400, 'INVALID_QUERY_PARAMETER', 'Unknown query parameter poll_timeout', 'poll_timeout')
    }
    if (wish !== undefined && longPoll === 'held') {
      const seconds = wholeNumber(wish, 0, 120)
      if (seconds === undefined) {
        return failure(400, 'INVALID_QUERY_PARAMETER', 'poll_timeout must be 0 to 120 seconds', 'poll_timeout')
      }
      const words = () => JSON.stringify(wordsOf(jobs.moment(job).step, form))
      const before = words()
      const over = () => jobs.moment(job).ended !== undefined || words() !== before
      await hold(world, job, seconds, over, call.signal)
    }
    return ok(render(job))
  }

  function list({ query }: Call): Answer {
    if (lists === 'refused') return failure(400, 'INVALID_REQUEST', 'The list of jobs is not available')
    const most = wholeNumber(query.get('max_records') ?? '20', 1, 1000)
    if (most === undefined) {
      return failure(400, 'INVALID_QUERY_PARAMETER', 'max_records must be 1 to 1000', 'max_records')
    }
    const offset = wholeNumber(query.get('offset') ?? '0', 0, 999_999_999)
    if (offset === undefined) {
      return failure(400, 'INVALID_QUERY_PARAMETER', 'offset must be 0 or more', 'offset')
    }
    const keys = lists === 'filtered' ? query.get('key') : undefined
    const wanted = keys === undefined ? () => true : parseFilter(keys)
    const visible = jobs.list('unified-manager').filter(job => wanted(job.key))
    const filtered = filterRecords(visible.map(render), query, name => lists === 'filtered' && FILTERS.has(name))
    const orderBy = query.get('order_by')
    const ordered = orderBy === undefined ? filtered : orderRecords(filtered, orderBy)
    const records = ordered.slice(offset, offset + most)
    const next = offset + records.length
    return ok({
      records,
      num_records: records.length,
      total_records: ordered.length,
      _links: {
        self: { href: link(JOBS, query) },
        ...(next < ordered.length
          ? { next: { href: link(JOBS, query, { offset: String(next), max_records: String(most) }) } }
          : {})
      }
    })
  }

  function create(call: Call, what: 'LUN' | 'File Share'): Answer {
    const body = jsonObject(call.body)
    if (!body) return failure(400, 'INVALID_REQUEST', 'The request body must be a JSON object')
    return { status: 202, body: acceptedBody(jobs.add(createJob(body, what)).key) }
  }

  return call => {
    const [collection, resource, key, ...rest] = call.path
    if (collection === 'management-server' && resource === 'jobs' && rest.length === 0) {
      if (call.method !== 'GET') return wrongMethod('GET')
      return key === undefined ? list(call) : one(call, key)
    }
    if (collection === 'storage-provider' && (resource === 'luns' || resource === 'file-shares') && key === undefined) {
      return call.method === 'POST' ? create(call, resource === 'luns' ? 'LUN' : 'File Share') : wrongMethod('POST')
    }
    return noSuchPath()
  }
}

function createJob(body: Readonly<Record<string, unknown>>, what: 'LUN' | 'File Share'): NewJob {
  const { seconds, ending } = operationOf(body)
  const reason = `Could not provision ${String(body.name)}: the aggregate does not have enough space`
  const result = what === 'LUN' ? 'lunKey' : 'fileshareKey'
  const type = what === 'LUN' ? 'lun' : 'volume'
  return {
    api: 'unified-manager',
    name: `Create ${what}`,
    type: `CREATE_${what.toUpperCase().replace(' ', '_')}`,
    script: scriptOf(seconds, '', { state: ending }),
    results: ending === 'failure' ? {} : { [result]: `${randomUUID()}:type=${type},uuid=${randomUUID()}` },
    tasks: [
      { name: `Create ${what}`, ends: seconds * 0.6, ...(ending === 'failure' ? { failure: reason } : {}) },
      {
        name: 'Apply policies',
        begins: seconds * 0.6,
        ...(ending === 'partial_failures' ? { failure: 'The export policy could not be applied' } : {}),
        ...(ending === 'warning' ? { status: 'warning' } : {})
      }
    ]
  }
}
