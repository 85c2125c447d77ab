import { type Answer, type Call, failure, ok, type Route, wrongMethod } from './call.ts'
import type { Job } from './jobs.ts'
import { filterRecords, parseFilter } from './list.ts'
import { invalid, noQuery, noSuchEntry, notAuthorized, unexpected } from './ontap-errors.ts'
import { renderJob } from './ontap-job.ts'
import { answerRecord, answerRecords, type Collection } from './ontap-records.ts'
import type { OntapOptions } from './options.ts'
import { remainder, resume } from './script.ts'
import type { World } from './world.ts'

const FIELDS = /^(uuid|description|state|message|code|start_time|end_time|(error|node|svm)(\.\w+)*)$/
const JOBS: Collection = { path: '/api/cluster/jobs', isField: name => FIELDS.test(name), keys: ['uuid'] }

/** `/api/cluster/jobs`: reads jobs, and pauses, resumes or cancels them. */
export function createOntapJobs(
  { jobs }: World,
  { lists = 'filtered', mayReadJobs = true }: OntapOptions,
  isLinked: (call: Call) => boolean
): Route {
  function one(call: Call, uuid: string): Answer {
    const job = jobs.find('ontap', uuid)
    return job ? answerRecord(JOBS, renderJob(jobs, job, isLinked(call)), call) : noSuchEntry()
  }

  function list(call: Call): Answer {
    if (lists === 'refused') return unexpected([...call.query.keys()][0] ?? 'fields')
    const query = lists === 'filtered' ? call.query : new Map([...call.query].filter(([name]) => !JOBS.isField(name)))
    const uuids = query.get('uuid')
    const wanted = uuids === undefined ? () => true : parseFilter(uuids)
    const visible = jobs.list('ontap').filter(job => wanted(job.key))
    const rendered = visible.map(job => renderJob(jobs, job, isLinked(call)))
    return answerRecords(JOBS, rendered, { ...call, query }, isLinked(call))
  }

  /** Acts on every job that matches, and answers with the first refusal, if there was one. */
  function actOnAll({ query }: Call): Answer {
    const unknown = [...query.keys()].find(name => name !== 'action' && !JOBS.isField(name))
    if (unknown !== undefined) return unexpected(unknown)
    if (![...query.keys()].some(JOBS.isField)) return noQuery()
    const rendered = jobs.list('ontap').map(job => renderJob(jobs, job, false))
    const matching = filterRecords(rendered, query, JOBS.isField)
    const answers = matching.map(({ uuid }) => act(jobs.get(String(uuid)), query.get('action') ?? ''))
    return answers.find(({ status }) => status !== 200) ?? ok({ num_records: matching.length })
  }

  function act(job: Job, action: string): Answer {
    if (jobs.moment(job).ended !== undefined) return failure(409, '458762', 'Job is already in a terminal state.')
    switch (action) {
      case 'cancel': {
        if (job.cancellable === false) return failure(409, '458784', 'This job does not support cancel.')
        const error = { message: 'The job was cancelled.', code: '1' }
        jobs.move(job, { state: 'failure', message: error.message, code: 1, error })
        return ok({})
      }
      case 'pause': {
        if (job.pausable === false) return failure(409, '458783', 'This job does not support pause.')
        if (job.paused) return failure(409, '458776', 'The specified job is not currently running.')
        const left = remainder(job.script, jobs.age(job))
        jobs.move(job, { state: 'paused' })
        job.paused = left
        return ok({})
      }
      case 'resume': {
        if (!job.paused) return failure(409, '458771', 'The specified job is running.')
        const left = job.paused
        job.paused = undefined
        jobs.rewrite(job, resume(job.script, jobs.age(job), left))
        return ok({})
      }
      default:
        return invalid('action', action, 'pause|resume|cancel')
    }
  }

  return call => {
    const [, , uuid] = call.path
    if (!mayReadJobs) return notAuthorized()
    if (call.method === 'GET') return uuid === undefined ? list(call) : one(call, uuid)
    if (call.method !== 'PATCH') return wrongMethod('GET, PATCH')
    if (uuid === undefined) return actOnAll(call)
    const job = jobs.find('ontap', uuid)
    return job ? act(job, call.query.get('action') ?? '') : noSuchEntry()
  }
}
