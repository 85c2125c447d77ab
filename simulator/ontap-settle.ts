import type { Answer, Call } from './call.ts'
import { hold } from './hold.ts'
import type { Job } from './jobs.ts'
import { invalid } from './ontap-errors.ts'
import { jobLink, renderJob } from './ontap-job.ts'
import { scriptOf } from './operation.ts'
import type { OntapOptions } from './options.ts'
import { wholeNumber } from './query.ts'
import type { Wish } from './wish.ts'
import type { World } from './world.ts'

/** Answers a call with its job: as done, if the job ends within `return_timeout`, else as accepted. */
export type Settle = (call: Call, job: Job) => Promise<Answer>

export function createSettle(world: World, { hal = true, done = 'link' }: OntapOptions): Settle {
  const { jobs } = world
  return async (call, job) => {
    const seconds = Number(call.query.get('return_timeout') ?? '0')
    await hold(world, job, seconds, () => jobs.moment(job).ended !== undefined, call.signal)
    const { step, ended } = jobs.moment(job)
    const link = jobLink(job, hal)
    if (seconds === 0 || ended === undefined) return { status: 202, body: { job: link } }
    if (step.state !== 'success') return { status: 500, body: { error: step.error } }
    const whole = done === 'job' ? renderJob(jobs, job, false) : {}
    return { status: call.method === 'POST' ? 201 : 200, body: { job: { ...whole, ...link } } }
  }
}

/** The refusal of a `return_timeout` that is out of range. */
export function wrongTimeout({ query }: Call): Answer | undefined {
  const wish = query.get('return_timeout') ?? '0'
  return wholeNumber(wish, 0, 120) === undefined ? invalid('return_timeout', wish, '0..120') : undefined
}

/** The job of a call that only starts something. */
export function startingJob({ jobs }: World, description: string, { job, jobFails }: Wish): Job {
  const error = { message: 'The operation could not be started.', code: '918235' }
  const failed = { state: 'failure', message: error.message, code: Number(error.code), error }
  const script = scriptOf(job, description, jobFails ? failed : { state: 'success' })
  return jobs.add({ api: 'ontap', description, node: { name: 'node-1' }, script })
}
