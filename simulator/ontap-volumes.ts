import { randomUUID } from 'node:crypto'
import { type Answer, type Call, failure, isObject, jsonObject, type Route, type World, wrongMethod } from './call.ts'
import { hold } from './hold.ts'
import type { BulkResults, Job } from './jobs.ts'
import { type Fields, fieldOf } from './list.ts'
import { invalid } from './ontap-errors.ts'
import { acceptedBody, renderJob } from './ontap-job.ts'
import { type Operation, operationOf, scriptOf } from './operation.ts'
import { wholeNumber } from './query.ts'
import type { Step } from './script.ts'

const VOLUMES = '/api/storage/volumes'

/** `/api/storage/volumes`: creates, changes and deletes volumes that are never there; their jobs are. */
export function createVolumes(world: World, withLinks: (call: Call) => boolean): Route {
  const { jobs } = world

  /** Answers with the job: finished, if it ends within `seconds` (`return_timeout`), else accepted. */
  async function settle(call: Call, job: Job, seconds: number, done: number): Promise<Answer> {
    await hold(world, job, seconds, () => jobs.moment(job).ended !== undefined, call.signal)
    const body = renderJob(jobs, job, withLinks(call))
    if (seconds === 0 || body.end_time === undefined) {
      return { status: 202, body: acceptedBody(job, withLinks(call)) }
    }
    return body.state === 'success'
      ? { status: done, body: { job: body } }
      : { status: 500, body: { error: body.error } }
  }

  function start(method: string, body: Fields, volume: string): Job {
    const operation = operationOf(body)
    const svm = fieldOf(body, 'svm.name')
    return jobs.add({
      api: 'ontap',
      description: `${method} ${VOLUMES}/${volume}`,
      script: scriptOf(operation.seconds, `${method} volume ${String(body.name ?? volume)}`, ending(operation)),
      node: { name: 'node-1' },
      ...(typeof svm === 'string' ? { svm: { name: svm } } : {})
    })
  }

  function startBulk(body: Fields, records: readonly unknown[]): Job {
    const parts = records.filter(isObject)
    const bulk = bulkResults(parts)
    const failed = (bulk.errors ?? []).length === parts.length
    const seconds = operationOf({ simulate: body.simulate }).seconds
    return jobs.add({
      api: 'ontap',
      description: `POST ${VOLUMES}`,
      script: scriptOf(
        seconds,
        `creating ${parts.length} volumes`,
        ending({ seconds, ending: failed ? 'failure' : 'success' })
      ),
      node: { name: 'node-1' },
      bulk
    })
  }

  return call => {
    const { query } = call
    const wish = query.get('return_timeout') ?? '0'
    const seconds = wholeNumber(wish, 0, 120)
    if (seconds === undefined) return invalid('return_timeout', wish, '0..120')
    const body = jsonObject(call.body === '' ? '{}' : call.body)
    if (!body) return failure(400, '262254', 'The request body is not a JSON object.')
    const volume = call.path[2]

    if (call.method === 'POST' && volume === undefined) {
      const job = Array.isArray(body.records) ? startBulk(body, body.records) : start('POST', body, randomUUID())
      return settle(call, job, seconds, 201)
    }
    if (call.method !== 'PATCH' && call.method !== 'DELETE') return wrongMethod('POST, PATCH, DELETE')
    if (volume !== undefined) return settle(call, start(call.method, body, volume), seconds, 200)

    const names = namesOf(query.get('name'))
    if (names.length === 0) return failure(400, '262198', 'A query is required.', 'name')
    const started = names.map(name => start(call.method, { name, ...body }, randomUUID()))
    return {
      status: 202,
      body: { jobs: started.map(job => acceptedBody(job, withLinks(call)).job), num_records: started.length }
    }
  }
}

/** The volumes that a query names: there are none, so a pattern stands for two. */
function namesOf(query: string | undefined): string[] {
  const names = (query ?? '').split('|').filter(name => name !== '')
  return names.flatMap(name => (name.includes('*') ? [name.replaceAll('*', '1'), name.replaceAll('*', '2')] : [name]))
}

function ending({ ending }: Operation): Omit<Step, 'after'> {
  if (ending !== 'failure') return { state: 'success' }
  const message = 'Cannot create volume. Reason: the aggregate has not enough space.'
  return { state: 'failure', message, code: 917_831, error: { message, code: '917831' } }
}

/** The results of a bulk request: a record whose name tells it to fail does, with 262287. */
function bulkResults(parts: readonly Fields[]): BulkResults {
  const fails = (part: Fields) => operationOf(part).ending === 'failure'
  return {
    records: parts.filter(part => !fails(part)).map(({ name }) => ({ uuid: randomUUID(), name })),
    errors: parts
      .filter(fails)
      .map(({ name }) => ({ code: '262287', message: `Failed to create the volume "${String(name)}".` })),
    rollback_errors: []
  }
}
