import { type Answer, type Call, failure, noSuchPath, ok, type Route, type World, wrongMethod } from './call.ts'
import type { Job } from './jobs.ts'
import { type Fields, fieldOf, filterRecords, orderRecords, parseFilter, pickFields } from './list.ts'
import { invalid, noSuchEntry, unexpected } from './ontap-errors.ts'
import { renderJob } from './ontap-job.ts'
import { createVolumes } from './ontap-volumes.ts'
import type { OntapOptions } from './options.ts'
import { link, wholeNumber } from './query.ts'
import { remainder, resume } from './script.ts'

const JOBS = '/api/cluster/jobs'
const FIELDS = /^(uuid|description|state|message|code|start_time|end_time|(error|node|svm)(\.\w+)*)$/
const LIST_PARAMETERS = new Set(['fields', 'max_records', 'order_by', 'return_records', 'return_timeout', 'start.uuid'])

/** ONTAP: `/api/cluster/jobs`, and the calls on volumes that start a job. */
export function createOntap(world: World, { lists = 'filtered', hal }: OntapOptions): Route {
  const { jobs } = world
  const withLinks = (call: Call) => hal ?? (call.accept === '' || /application\/hal\+json|\*\/\*/.test(call.accept))

  const render = (job: Job, links: boolean) => renderJob(jobs, job, links)

  function one(call: Call, uuid: string): Answer {
    const unknown = [...call.query.keys()].find(name => name !== 'fields' && !FIELDS.test(name))
    if (unknown !== undefined) return unexpected(unknown)
    const job = jobs.find('ontap', uuid)
    return job ? ok(select(render(job, withLinks(call)), call.query.get('fields') ?? '*')) : noSuchEntry()
  }

  function list(call: Call): Answer {
    const { query } = call
    if (lists === 'refused') return unexpected([...query.keys()][0] ?? 'fields')
    const unknown = [...query.keys()].find(name => !LIST_PARAMETERS.has(name) && !FIELDS.test(name))
    if (unknown !== undefined) return unexpected(unknown)
    const most = wholeNumber(query.get('max_records') ?? '10000', 1, 10_000)
    if (most === undefined) return invalid('max_records', query.get('max_records') ?? '', '1..10000')

    const uuids = lists === 'filtered' ? query.get('uuid') : undefined
    const wanted = uuids === undefined ? () => true : parseFilter(uuids)
    const visible = jobs.list('ontap').filter(job => wanted(job.key))
    const rendered = visible.map(job => render(job, withLinks(call)))
    const filtered = filterRecords(rendered, query, name => lists === 'filtered' && FIELDS.test(name))
    const left = after(query.get('start.uuid'), orderRecords(filtered, query.get('order_by') ?? 'uuid'))

    const records = left.slice(0, most)
    const last = records.at(-1)
    const next =
      last && left.length > most ? { next: { href: link(JOBS, query, { 'start.uuid': String(last.uuid) }) } } : {}
    const self = withLinks(call) ? { self: { href: link(JOBS, query) } } : {}
    const links = { ...self, ...next }
    return ok({
      ...(query.get('return_records') === 'false'
        ? {}
        : { records: records.map(record => select(record, query.get('fields') ?? 'uuid')) }),
      num_records: records.length,
      ...(Object.keys(links).length === 0 ? {} : { _links: links })
    })
  }

  function act(uuid: string, action: string): Answer {
    const job = jobs.find('ontap', uuid)
    if (!job) return noSuchEntry()
    if (jobs.moment(job).ended !== undefined) return failure(409, '458762', 'Job is already in a terminal state.')
    const age = jobs.age(job)
    switch (action) {
      case 'cancel':
        if (job.cancellable === false) return failure(409, '458784', 'This job does not support cancel.')
        jobs.move(job, {
          state: 'failure',
          message: 'The job was cancelled.',
          code: 1,
          error: { message: 'The job was cancelled.', code: '1' }
        })
        return ok({})
      case 'pause': {
        if (job.pausable === false) return failure(409, '458783', 'This job does not support pause.')
        if (job.paused) return failure(409, '458776', 'The specified job is not currently running.')
        const left = remainder(job.script, age)
        jobs.move(job, { state: 'paused' })
        job.paused = left
        return ok({})
      }
      case 'resume': {
        if (!job.paused) return failure(409, '458771', 'The specified job is running.')
        const left = job.paused
        job.paused = undefined
        jobs.rewrite(job, resume(job.script, age, left))
        return ok({})
      }
      default:
        return invalid('action', action, 'pause|resume|cancel')
    }
  }

  function results(uuid: string): Answer {
    const job = jobs.find('ontap', uuid)
    if (!job?.bulk) return noSuchEntry()
    const { records = [], errors = [], rollback_errors = [] } = jobs.moment(job).ended === undefined ? {} : job.bulk
    return ok({ records, num_records: records.length, errors, rollback_errors })
  }

  const volumes = createVolumes(world, withLinks)

  return call => {
    const [collection, resource, uuid, part, ...rest] = call.path
    if (collection === 'storage' && resource === 'volumes' && part === undefined) return volumes(call)
    if (collection !== 'cluster' || resource !== 'jobs' || rest.length > 0) return noSuchPath()
    if (part === 'results' && uuid !== undefined) return call.method === 'GET' ? results(uuid) : wrongMethod('GET')
    if (part !== undefined) return noSuchPath()
    if (uuid === undefined) return call.method === 'GET' ? list(call) : wrongMethod('GET')
    if (call.method === 'PATCH') return act(uuid, call.query.get('action') ?? '')
    return call.method === 'GET' ? one(call, uuid) : wrongMethod('GET, PATCH')
  }
}

/** The fields that were asked for; the UUID and the links are always there, `*` and `**` are all. */
function select(record: Fields, fields: string): Fields {
  const names = fields.split(',').map(name => name.trim())
  return names.includes('*') || names.includes('**') ? record : pickFields(record, ['uuid', '_links', ...names])
}

/** The records behind the one at which the last page ended, whether or not it is still there. */
function after(uuid: string | undefined, records: readonly Fields[]): readonly Fields[] {
  if (uuid === undefined) return records
  const index = records.findIndex(record => fieldOf(record, 'uuid') === uuid)
  return index < 0 ? records.filter(record => String(record.uuid) > uuid) : records.slice(index + 1)
}
