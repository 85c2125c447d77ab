import { randomUUID } from 'node:crypto'
import { type Answer, type Call, failure, isObject, jsonObject, ok, type Route, wrongMethod } from './call.ts'
import { type Fields, nestFields } from './list.ts'
import { noQuery, noSuchEntry } from './ontap-errors.ts'
import { jobLink } from './ontap-job.ts'
import { movementOf, startMove, steerMove } from './ontap-movement.ts'
import { answerRecord, answerRecords } from './ontap-records.ts'
import { createSettle, startingJob, wrongTimeout } from './ontap-settle.ts'
import { hrefOf, renderVolume, VOLUMES } from './ontap-volume.ts'
import type { OntapOptions } from './options.ts'
import { createVolumeJobs, KINDS } from './volume-jobs.ts'
import { wishOf } from './wish.ts'
import type { World } from './world.ts'

/** `/api/storage/volumes`: reads volumes; creates, changes, moves and deletes them, each by a job. */
export function createVolumeCalls(world: World, options: OntapOptions, isLinked: (call: Call) => boolean): Route {
  const { jobs, volumes, courses } = world
  const { hal = true } = options
  const { start, startBulk, startMatching } = createVolumeJobs(world)
  const settle = createSettle(world, options)

  async function create(call: Call, body: Fields): Promise<Answer> {
    const uuid = randomUUID()
    const answer = await settle(call, start('POST', body, uuid))
    return answer.status < 300 ? { ...answer, headers: { Location: hrefOf(uuid) } } : answer
  }

  function changeMatching({ method, query }: Call, body: Fields): Answer {
    const started = startMatching(method, body, query.get('name') ?? '')
    if (started.length === 0) return noQuery()
    return { status: 202, body: { jobs: started.map(job => jobLink(job, hal)), num_records: started.length } }
  }

  /** A move needs no more than its beginning to be a success of the job. */
  function move(call: Call, uuid: string, movement: Fields, body: Fields): Promise<Answer> {
    const wish = wishOf(body)
    const job = startingJob(world, `PATCH ${hrefOf(uuid)}`, wish)
    volumes.affect(uuid, { job, kind: 'change', body: {} })
    const { state, ...target } = movement
    if (!('destination_aggregate' in target)) steerMove(courses, uuid, String(state))
    else if (!wish.jobFails) startMove(world, uuid, target, state === 'cutover_wait' ? { ...wish, stop: state } : wish)
    return settle(call, job)
  }

  function change(call: Call, uuid: string | undefined): Answer | Promise<Answer> {
    const { method } = call
    const wrong = wrongTimeout(call)
    if (wrong) return wrong
    const given = jsonObject(call.body === '' ? '{}' : call.body)
    if (!given) return failure(400, '262254', 'The request body is not a JSON object.')
    const body = nestFields(given)
    if (uuid !== undefined) {
      const { movement } = body
      return isObject(movement) ? move(call, uuid, movement, body) : settle(call, start(method, body, uuid))
    }
    if (Array.isArray(body.records)) return settle(call, startBulk(method, body, body.records))
    return method === 'POST' ? create(call, body) : changeMatching(call, body)
  }

  function results(uuid: string): Answer {
    const job = jobs.find('ontap', uuid)
    if (!job?.bulk) return noSuchEntry()
    const { records = [], errors = [], rollback_errors = [] } = jobs.moment(job).ended === undefined ? {} : job.bulk
    return ok({ records, num_records: records.length, errors, rollback_errors })
  }

  function read(call: Call, uuid: string | undefined): Answer {
    const shown = (volume: Fields) =>
      renderVolume({ ...volume, ...movementOf(world, String(volume.uuid)) }, isLinked(call))
    const bulk = call.query.get('job_results_uuid')
    if (uuid !== undefined) {
      const volume = volumes.find(uuid)
      return volume ? answerRecord(VOLUMES, shown(volume), call) : noSuchEntry()
    }
    if (bulk !== undefined) return results(bulk)
    return answerRecords(VOLUMES, volumes.list().map(shown), call, isLinked(call))
  }

  return call => {
    const uuid = call.path[2]
    if (call.method === 'GET') return read(call, uuid)
    const allowed = uuid === undefined ? KINDS : { PATCH: 'change', DELETE: 'delete' }
    return call.method in allowed ? change(call, uuid) : wrongMethod(['GET', ...Object.keys(allowed)].join(', '))
  }
}
