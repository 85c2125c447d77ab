import { at, type Check, type JobRun } from './job-run.ts'
import type { Run } from './run.ts'
import { isSuccess, type JobPlan } from './scenario.ts'

/** 9. An operation is asked about after the success of its job, and only then; and the job not any more. */
export function beyond({ scenario, requests }: Run, number: number, [job]: readonly JobRun[], check: Check): void {
  const { operation, verdict, endsAt } = scenario.jobs[number] as JobPlan
  if (operation === null || job === undefined) return
  const first = requests.find(request => request.beyond && request.about.includes(number))
  if (!isSuccess(verdict)) {
    check('9 a job that failed starts nothing', first === undefined, () => `asked at ${at(first?.askedAt ?? 0)}`)
    return
  }
  const outcome = job.ending?.outcome
  const passed = outcome === 'success' || outcome === 'warning'
  check('9 no success before the operation has ended', !passed, () => `at ${at(job.until)}`)
  if (first === undefined) return
  const knownAt = job.asks.at(-1)?.landedAt ?? Number.POSITIVE_INFINITY
  const isKnown = knownAt <= first.askedAt && endsAt <= knownAt
  check('9 nothing is asked beyond the job before its success', isKnown, () => {
    return `at ${at(first.askedAt)}, the job ended at ${at(endsAt)}, which was known at ${at(knownAt)}`
  })
}
