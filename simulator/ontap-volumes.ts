import { randomUUID } from 'node:crypto'
import { type Answer, type Call, failure, jsonObject, ok, type Route, wrongMethod } from './call.ts'
import { hold } from './hold.ts'
import type { Job } from './jobs.ts'
import { type Fields, nestFields } from './list.ts'
import { invalid, noQuery, noSuchEntry } from './ontap-errors.ts'
import { jobLink, renderJob } from './ontap-job.ts'
import { answerRecord, answerRecords } from './ontap-records.ts'
import { hrefOf, renderVolume, VOLUMES } from './ontap-volume.ts'
import type { OntapOptions } from './options.ts'
import { wholeNumber } from './query.ts'
import { createVolumeJobs, KINDS } from './volume-jobs.ts'
import type { World } from './world.ts'

/** `/api/storage/volumes`: reads volumes; creates, changes and deletes them, each by a job. */
export function createVolumeCalls(
  world: World,
  { hal = true, done = 'link' }: OntapOptions,
  isLinked: (call: Call) => boolean
): Route {
  const { jobs, volumes } = world
  const { start, startBulk, startMatching } = createVolumeJobs(world)

  /** Answers with the job: as done, if it ends within `seconds` (`return_timeout`), else as accepted. */
  async function settle(call: Call, job: Job, seconds: number): Promise<Answer> {
    await hold(world, job, seconds, () => jobs.moment(job).ended !== undefined, call.signal)
    const { step, ended } = jobs.moment(job)
    const link = jobLink(job, hal)
    if (seconds === 0 || ended === undefined) return { status: 202, body: { job: link } }
    if (step.state !== 'success') return { status: 500, body: { error: step.error } }
    const whole = done === 'job' ? renderJob(jobs, job, false) : {}
    return { status: call.method === 'POST' ? 201 : 200, body: { job: { ...whole, ...link } } }
  }

  async function create(call: Call, body: Fields, seconds: number): Promise<Answer> {
    const uuid = randomUUID()
    const answer = await settle(call, start('POST', body, uuid), seconds)
    return answer.status < 300 ? { ...answer, headers: { Location: hrefOf(uuid) } } : answer
  }

  function changeMatching({ method, query }: Call, body: Fields): Answer {
    const started = startMatching(method, body, query.get('name') ?? '')
    if (started.length === 0) return noQuery()
    return { status: 202, body: { jobs: started.map(job => jobLink(job, hal)), num_records: started.length } }
  }

  function change(call: Call, uuid: string | undefined): Answer | Promise<Answer> {
    const { method, query } = call
    const wish = query.get('return_timeout') ?? '0'
    const seconds = wholeNumber(wish, 0, 120)
    if (seconds === undefined) return invalid('return_timeout', wish, '0..120')
    const given = jsonObject(call.body === '' ? '{}' : call.body)
    if (!given) return failure(400, '262254', 'The request body is not a JSON object.')
    const body = nestFields(given)
    if (uuid !== undefined) return settle(call, start(method, body, uuid), seconds)
    if (Array.isArray(body.records)) return settle(call, startBulk(method, body, body.records), seconds)
    return method === 'POST' ? create(call, body, seconds) : changeMatching(call, body)
  }

  function results(uuid: string): Answer {
    const job = jobs.find('ontap', uuid)
    if (!job?.bulk) return noSuchEntry()
    const { records = [], errors = [], rollback_errors = [] } = jobs.moment(job).ended === undefined ? {} : job.bulk
    return ok({ records, num_records: records.length, errors, rollback_errors })
  }

  function read(call: Call, uuid: string | undefined): Answer {
    const linked = isLinked(call)
    const bulk = call.query.get('job_results_uuid')
    if (uuid !== undefined) {
      const volume = volumes.find(uuid)
      return volume ? answerRecord(VOLUMES, renderVolume(volume, linked), call) : noSuchEntry()
    }
    if (bulk !== undefined) return results(bulk)
    const all = volumes.list().map(volume => renderVolume(volume, linked))
    return answerRecords(VOLUMES, all, call, linked)
  }

  return call => {
    const uuid = call.path[2]
    if (call.method === 'GET') return read(call, uuid)
    const allowed = uuid === undefined ? KINDS : { PATCH: 'change', DELETE: 'delete' }
    return call.method in allowed ? change(call, uuid) : wrongMethod(['GET', ...Object.keys(allowed)].join(', '))
  }
}
