import type { Ending } from '../src/jobs/endings.ts'
import type { Verdict } from '../src/jobs/job.ts'
import type { Awaited } from '../src/wait/wait.ts'
import { PAGE } from './lists.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'
import { type ApiName, type JobPlan, sleepsThrough } from './scenario.ts'
import type { Said } from './trouble.ts'

/** How many requests may be under way at once. */
export const LANES = 6
/** How wrong the timers of a run may be, all together, in ms. */
export const TIMERS = 15
/** How long a job that is not there is given to appear, in ms. */
export const GRACE = 10_000
/** How long a request in flight may run on at the deadline, and the deadline's last polls with it, in ms. */
export const OVERTIME = 2_000
/** The least time between two readings of an end without its time, in ms: timers may be early by one. */
export const CONFIRMING = 999

/** Notes that an invariant was put to the test, and where it does not hold what is wrong. */
export type Check = (invariant: string, holds: boolean, otherwise: () => string) => void

/** One request about a job, and what its answer truly says of it. */
export interface Ask extends Request {
  readonly request: Request
  readonly word: Said
}

/** All about one job of a run, or about the operation that it started. Times are ms from the start of the wait. */
export interface JobRun {
  readonly run: Run
  readonly plan: JobPlan
  readonly awaited: Awaited
  /** The wait for it: an operation is waited for from when its job's success was known. */
  readonly from: number
  readonly until: number
  /** null for a job that led to its operation. */
  readonly ending: Ending | null
  /** How it truly ends: a warning of the job counts for its operation, too. */
  readonly verdict: Verdict | null
  /** When it began, where the server shows that. */
  readonly shownStart: number | null
  /** The requests that ask about it, and those whose answers tell of it, in their order. */
  readonly sent: readonly Request[]
  readonly asks: readonly Ask[]
  /** The longest time that a question takes which is not held: a round trip, for each of the pages of a list. */
  readonly roundTrip: number
  /** How many round trips it takes at most until every job has had its turn. */
  readonly rounds: number
}

/** A job, and what it started if the wait went on to that. */
export function stagesOf(run: Run, number: number, awaited: Awaited): JobRun[] {
  const plan = run.scenario.jobs[number] as JobPlan
  const { operation, verdict } = plan
  const whole = stageOf(run, number, plan, awaited, false)
  if (operation === null || awaited.isBeyond !== true) return [whole]
  const from = whole.asks.at(-1)?.landedAt ?? 0
  const further = stageOf(run, number, operation, awaited, true)
  return [
    { ...whole, until: from, ending: null },
    {
      ...further,
      from,
      verdict: operation.verdict === 'NORMAL' ? verdict : operation.verdict,
      shownStart: whole.shownStart
    }
  ]
}

function stageOf(run: Run, number: number, plan: JobPlan, awaited: Awaited, beyond: boolean): JobRun {
  const { jobs, server, tokens } = run.scenario
  /** Two tokens at most, each asked for in two ways, and the request that is made again. */
  const detour = tokens === null ? 0 : 1.3 * (4 * tokens.latency + server.latency)
  const showsStart = plan.tellsStart && (plan.resource === null || plan.resource.name === 'volume-move')
  return {
    run,
    plan,
    awaited,
    from: 0,
    until: awaited.elapsed,
    ending: awaited.ending,
    verdict: plan.verdict,
    shownStart: showsStart ? plan.startsAt : null,
    sent: run.requests.filter(request => isAbout(request, plan) && request.about.includes(number)),
    asks: asksOf(run, number, plan, beyond),
    roundTrip: (server.latency * 1.3 + detour) * (server.lists === 'paged' ? Math.ceil(jobs.length / PAGE) : 1),
    rounds: jobs.length <= LANES ? 1 : Math.ceil(jobs.length / LANES)
  }
}

/**
 * Of the pages of one list that tell of it, the last one counts. A page of something in front of the server is a fault once the
 * job was seen, and so for its operation.
 */
function asksOf({ scenario, requests }: Run, number: number, plan: JobPlan, beyond: boolean): Ask[] {
  const asks = requests
    .filter(request => isAbout(request, plan))
    .flatMap(request => {
      const word = request.said.get(number)
      if (word === undefined) return []
      const { questionAt, overAt } = request
      const isStale = !isReading(word) && sleepsThrough(scenario, questionAt, overAt)
      return [{ ...request, ...(isStale && { landedAt: null }), request, word }]
    })
    .filter(({ questionAt }, index, all) => !(all[index + 1]?.more && all[index + 1]?.questionAt === questionAt))
  const isSeen = ({ landedAt, word }: Ask): boolean =>
    landedAt !== null && (isReading(word) || (word === 'missing' && isToldToHaveEnded(plan, scenario.api)))
  const seenAt = asks.findIndex(isSeen)
  const from = beyond ? 0 : seenAt === -1 ? asks.length : seenAt + 1
  return asks.map((ask, index) => (ask.page && index >= from ? { ...ask, word: 'fault' } : ask))
}

/** A request about jobs is not one about what shows operations. */
function isAbout({ beyond }: Request, { resource }: JobPlan): boolean {
  return beyond === (resource !== null)
}

export function isReading(word: Said): boolean {
  return word === 'pending' || word === 'strange' || word === 'undated' || word === 'verdict' || word === 'details'
}

export function isUsable(word: Said): boolean {
  return isReading(word) || word === 'accepted'
}

export function isFailure({ ending }: Awaited): boolean {
  return ending.outcome !== 'success' && ending.outcome !== 'warning'
}

/** Whether nothing was wrong with a request: the server was well, or cut a hold as it always does. */
export function isCalm(ask: Request): boolean {
  return (ask.well || isCutNearHold(ask)) && ask.floor === 0
}

export function isCutNearHold({ cut, hold, askedAt, landedAt }: Request): boolean {
  return cut && hold > 0 && landedAt !== null && landedAt - askedAt >= hold * 0.8
}

/** The faults since the last usable answer: what is neither does not count. */
export function faultsOf(asks: readonly Ask[]): readonly Ask[] {
  const since = asks.findLastIndex(({ word }) => isUsable(word)) + 1
  const faults = asks.slice(since).filter(({ word, hold }) => word === 'fault' || (word === 'refused' && hold === 0))
  const counting = faults.findIndex(ask => !isCutNearHold(ask))
  return counting === -1 ? [] : faults.slice(counting)
}

/** Since when there has been no usable answer: from when the first fault's answer was due. */
export function troubleSince(asks: readonly Ask[]): number {
  const [first] = faultsOf(asks)
  if (first === undefined) return Number.POSITIVE_INFINITY
  return Math.min(first.landedAt ?? Number.POSITIVE_INFINITY, first.questionAt + first.hold)
}

/** How long that has lasted, in ms; 0 for a single fault. */
export function troubleOf(asks: readonly Ask[]): number {
  const faults = faultsOf(asks)
  return faults.length < 2 ? 0 : (faults.at(-1)?.landedAt ?? 0) - troubleSince(asks)
}

/** Whether another try could not help: what is final, a first request refused. */
export function isHopeless(asks: readonly Ask[]): boolean {
  const last = asks.at(-1)
  if (last?.word === 'fatal') return true
  return last?.word === 'refused' && asks.slice(0, -1).every(({ word }) => word === 'unlisted')
}

export function at(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`
}

/**
 * Whether the body that named the job already showed its end, so that only its details are left to request: not if that is a
 * success without its time, which is to be confirmed.
 */
function isToldToHaveEnded({ reported, endsAt, dated, verdict, results }: JobPlan, api: ApiName): boolean {
  const isSuccess = verdict === 'NORMAL' || (verdict === 'PARTIAL_FAILURES' && results !== null)
  return reported && endsAt <= 0 && (!isSuccess || dated || api === 'ontap-select')
}
