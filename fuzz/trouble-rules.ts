import { at, type Check, isCalm, isReading, type JobRun, LANES, TIMERS } from './job-run.ts'
import { healthsAfter, type Reply } from './replies.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'

/** The most requests in one second, and the shortest pause between two that the most jitter leaves in the long run, in ms. */
const MOST_IN_A_SECOND = 3
const SHORTEST_LASTING_PAUSE = 2_500
/** The first pauses of the back-off, at their shortest, in ms. */
const FIRST_PAUSES = [500, 1_000, 2_000]
/** The back-off grows at least to this and at most to that, in ms. */
const FITTING_BACKOFF = 5_000
const LONGEST_BACKOFF = 30_000

/** 8. A server in trouble gets few requests, whichever jobs they are about, and is given up in time. */
export function trouble({ scenario, requests, endedAt }: Run, replies: readonly Reply[], check: Check): void {
  const { timeout, unreachableTimeout } = scenario.rules
  const healths = healthsAfter(replies)
  /** A request that got no token was never sent. */
  const sent = requests.filter(({ more, attempts }) => !more && attempts.length > 0)
  replies.forEach(({ landedAt, kind }, index) => {
    const health = healths[index]
    if (health === undefined || kind !== 'fault' || landedAt >= timeout || health.failedAt !== landedAt) return
    const silent =
      health.faults > 1 && health.silentSince !== null && landedAt - health.silentSince >= unreachableTimeout
    check(
      '8 a silent server is given up in time',
      !silent || endedAt - landedAt < TIMERS,
      () => `not at ${at(landedAt)}`
    )
    if (health.faults > 1) return
    const over = replies.slice(index + 1).find(reply => reply.kind === 'usable')?.landedAt ?? endedAt
    const until = Math.min(over, timeout)
    const inTrouble = sent.filter(({ askedAt }) => askedAt > landedAt && askedAt < until)
    const during = inTrouble.map(({ askedAt }) => askedAt)
    const crowd = during.findIndex((start, nth) => (during[nth + MOST_IN_A_SECOND] ?? Infinity) - start < 990)
    check('8 at most 3 requests a second in trouble', crowd === -1, () => `more of them at ${at(during[crowd] ?? 0)}`)
    const crowded = Math.max(0, ...inTrouble.map(({ askedAt, overAt }) => crowdIn(overAt - askedAt)))
    const most = 4 + crowded + (until - landedAt) / SHORTEST_LASTING_PAUSE
    check(
      '8 few requests in trouble',
      during.length <= most,
      () => `${during.length} from ${at(landedAt)} to ${at(until)}`
    )
  })
}

/**
 * How many requests more than usual the first pauses, at their shortest, leave room for while an answer takes `trip` ms: until
 * it comes, the back-off does not grow.
 */
function crowdIn(trip: number): number {
  const extra = FIRST_PAUSES.map(
    pause => Math.min(LANES, trip / pause) - Math.max(trip, pause) / SHORTEST_LASTING_PAUSE
  )
  return extra.reduce((sum, requests) => sum + Math.max(0, requests), 0)
}

/** 8. `Retry-After` counts for all jobs, up to the deadline. */
export function restraint({ scenario, requests }: Run, replies: readonly Reply[], check: Check): void {
  for (const { landedAt, floor } of replies) {
    if (floor === 0) continue
    const until = Math.min(landedAt + floor, scenario.rules.timeout) - 1
    const early = requests.find(({ more, askedAt }) => !more && askedAt > landedAt && askedAt < until)
    check('8 Retry-After counts for all jobs', early === undefined, () => `not at ${at(early?.askedAt ?? 0)}`)
  }
}

/** 8. What limits the rate of requests refuses few of them: the later a refusal comes, the more requests are on their way. */
export function moderation({ scenario, requests }: Run, check: Check): void {
  const { limit, blind, lists, latency } = scenario.server
  if (limit === null || blind !== null || scenario.weather.length > 0 || lists === 'paged') return
  const early = requests.filter(({ askedAt }) => askedAt < scenario.rules.timeout)
  const refused = early.filter(({ trouble }) => trouble === 'tooMany' || trouble === 'unavailable').length
  const most = 24 + (0.6 + latency / 10_000) * (early.length - refused)
  check('8 few requests are refused by a limit', refused <= most, () => `${refused} of ${early.length}`)
}

/** 8. The end of trouble is noticed as soon as the end of a job would be, or within 5 s. */
export function recovery(
  { run, plan, ending, until, shownStart, asks, roundTrip, rounds }: JobRun,
  check: Check
): void {
  const { server, jobs, suspension, rules } = run.scenario
  if (ending === null || 'reason' in ending || suspension !== null || server.dateSteps.length > 0 || rounds > 1) return
  const before = (request: Request): boolean => (request.landedAt ?? Number.POSITIVE_INFINITY) <= until
  const last = run.requests.filter(request => before(request) && !isCalm(request)).at(-1)
  if (last === undefined || last.landedAt === null || last.floor > 0 || last.trouble === 'blind') return
  const faulty = asks.find(({ request }) => request === last)
  const after = asks.filter(({ askedAt }) => askedAt > (last.landedAt as number))
  const tells = after.every(({ word }) => ['verdict', 'undated', 'details', 'unlisted', 'refused'].includes(word))
  if (!tells || faulty?.word !== 'fault' || !run.requests.filter(({ askedAt }) => askedAt > last.askedAt).every(isCalm))
    return
  const spared = run.requests
    .filter(before)
    .map(({ landedAt, floor }) => (floor > 0 ? (landedAt as number) + floor : 0))
  const over = Math.max(plan.endsAt, plan.visibleAt, last.landedAt, ...spared)
  const standard = Math.min(0.1 * (until - Math.min(plan.startsAt, shownStart ?? 0, 0)) + 1_000, rules.pollInterval)
  const pause = Math.min(Math.max(standard, FITTING_BACKOFF), LONGEST_BACKOFF)
  const extra = after.filter(({ word }) => ['refused', 'unlisted', 'details', 'undated'].includes(word)).length
  const apart = jobs.length > 1 ? jobs.length * FITTING_BACKOFF : 0
  /** A verdict that contradicts the last one, itself not confirmed, is confirmed after a standard pause. */
  const doubted = asks.filter(({ askedAt }) => askedAt < last.askedAt).findLast(({ word }) => isReading(word))
  const doubt = doubted?.word === 'undated' && doubted.readAt < plan.endsAt ? standard : 0
  const bound = pause + doubt + roundTrip * (2 + extra) + 1_000 * extra + apart + TIMERS
  check('8 the end of trouble is noticed in time', until - over <= bound, () => {
    return `trouble until ${at(last.landedAt ?? 0)}, over at ${at(over)}, reported at ${at(until)}, ${at(bound)} would do`
  })
}
