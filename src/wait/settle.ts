import type { Api } from '../jobs/api.ts'
import { type EndedJob, isSuccess, type Job } from '../jobs/job.ts'
import type { Problem } from './ask.ts'
import { resourceAfter } from './operation.ts'
import { again, type Case, type Step } from './step.ts'
import { endingByCall, endingOf, NO_ERRORS, type Phase, watchOperation } from './watch.ts'

/** How long after the first look the second one is made, at least, at what must not be believed at once, in ms. */
export const CONFIRMING = 1_000

/** The job has ended: its ending, once what else there is to know of it is known. */
export function settle(here: Case, job: Job, alone: boolean): Step {
  const { about } = here.watch
  const details = about.api.details?.ask(job, about.reported)
  if (details == null) return finish(here, job)
  const phase: Phase = { kind: 'settling', job, details }
  return again(here, { errors: NO_ERRORS, seenAt: here.landing.now, alone, phase }, 0)
}

/** Everything about the end of the job is known: its ending, or the operation that it started, if that has to end, too. */
export function finish(here: Case, job: Job): Step {
  const { about } = here.watch
  if (about.until === undefined || !isSuccess(job)) return { ending: endingOf(job) }
  const resource = resourceAfter(job, about, about.until)
  if (resource === null) {
    const reason = `the job succeeded, but does not name the resource of a ${about.until.operation.title}`
    return { ending: { outcome: 'unrecognized', job: { ...job, verdict: null }, reason, errorCode: '' } }
  }
  return again(here, watchOperation(here.watch, job, resource, here.landing.now), 0)
}

/** The job cannot be read, but the answer to its call said that the call is done: that counts. */
export function believe(here: Case, done: EndedJob, last: Problem): Step {
  return here.watch.about.until === undefined ? { ending: endingByCall(done, last) } : finish(here, done)
}

/** Whether an end has all the time that it can have: one without, of an API that shows it, may be taken back. */
export function isTimed(job: Job, api: Api): boolean {
  return job.dated || !api.datesEnds
}
