import { at, type Check, CONFIRMING, isCalm, type JobRun, OVERTIME, TIMERS } from './job-run.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'

/** What a start in whole seconds can add to an age, in ms. */
const SECOND = 1_000
/** For how long, in ms, requests are kept apart after a server has refused some. */
const LESSON = 60_000
/** A machine that wakes this soon after the deadline, in ms, could as well have been slow. */
const BARELY = 500

/** 2. A job that finished before the deadline is not a time-out if the server was well at the last poll. */
export function lastPoll({ run, plan, ending, from, asks, roundTrip, rounds }: JobRun, check: Check): void {
  const outcome = ending?.outcome
  const { timeout } = run.scenario.rules
  if (outcome !== 'timeout' && (outcome !== 'unrecognized' || plan.verdict === null)) return
  const inTurn = run.requests.every(request => (request.landedAt ?? timeout) < timeout || request.well)
  if (from + roundTrip > timeout + OVERTIME) return
  if (rounds > 1 && !(inTurn && rounds * roundTrip < OVERTIME * 0.9)) return
  if (wasRefused(run.requests, timeout)) return
  const last = asks.at(-1)
  const asked = last !== undefined && (last.landedAt ?? Number.POSITIVE_INFINITY) >= timeout
  check('2 every job is asked about at the deadline', asked, () => `last at ${at(last?.askedAt ?? Number.NaN)}`)
  const { suspension } = run.scenario
  const wokeAt = suspension === null ? 0 : suspension.at + suspension.ms
  const barelySlept = wokeAt > timeout && wokeAt < timeout + BARELY
  if (last === undefined || !last.well || barelySlept) return
  if (last.landedAt === null && last.askedAt + last.hold + roundTrip > timeout + OVERTIME) return
  if (last.word === 'undated' && (last.landedAt ?? 0) + CONFIRMING + roundTrip > timeout + OVERTIME) return
  const reported = last.landedAt !== null && !['undated', 'verdict', 'unlisted'].includes(last.word)
  const pending = last.word === 'accepted' || plan.endsAt > last.readAt || last.readAt >= plan.goneAt
  check('2 over in time is never a time-out', reported && pending && last.readAt >= timeout - roundTrip, () => {
    const end = last.landedAt === null ? 'never' : at(last.landedAt)
    return `it ended at ${at(plan.endsAt)}; last asked at ${at(last.askedAt)}, answered "${last.word}" at ${end}`
  })
}

/** Whether the server was overloaded at the deadline: then it is spared. */
function wasRefused(requests: readonly Request[], deadline: number): boolean {
  const isBusy = ({ trouble }: Request): boolean => trouble === 'tooMany' || trouble === 'unavailable'
  const landed = requests.filter(({ landedAt }) => landedAt !== null && Number.isFinite(landedAt))
  const [before, after] = [
    landed.filter(({ overAt }) => overAt < deadline),
    landed.filter(({ overAt }) => overAt >= deadline)
  ]
  const last = before.toSorted((one, other) => one.overAt - other.overAt).at(-1)
  return (last !== undefined && isBusy(last)) || after.some(isBusy)
}

/** 3. The wait ends by the deadline and the overtime, and at once where it is cancelled. */
export function end({ scenario, endedAt, awaited }: Run, check: Check): void {
  const { rules, suspension, cancelAt } = scenario
  const asleep = (time: number): number =>
    suspension !== null && time >= suspension.at && time < suspension.at + suspension.ms
      ? suspension.at + suspension.ms
      : time
  const struck = asleep(rules.timeout)
  const latest = asleep(struck + OVERTIME) + TIMERS
  check('3 over by the deadline', endedAt <= latest, () => `at ${at(endedAt)}, the deadline was ${at(rules.timeout)}`)
  if (cancelAt !== null && cancelAt <= endedAt + TIMERS) {
    check(
      '3 over at once when cancelled',
      endedAt <= asleep(cancelAt) + TIMERS,
      () => `${at(cancelAt)}, ${at(endedAt)}`
    )
  }
  const reported = awaited.every(one => one !== undefined && one.elapsed <= endedAt)
  check('3 every job has an ending', reported && awaited.length === scenario.jobs.length, () => 'one has none')
}

/** 4. An end is noticed late by at most a tenth of the job's age, plus 1 s and the round trip. */
export function lateness(stage: JobRun, check: Check): void {
  const { run, plan, ending, from, until, shownStart, asks, roundTrip, rounds } = stage
  const { scenario } = run
  if ((ending !== null && 'reason' in ending) || scenario.suspension !== null || scenario.server.dateSteps.length > 0)
    return
  const over = Math.max(plan.endsAt, plan.visibleAt, from)
  const before = asks.findLastIndex(({ readAt }) => readAt < over)
  const [previous] = asks.slice(Math.max(before, 0))
  if (previous === undefined) return
  const since = before === -1 ? from : previous.askedAt
  /** Trouble, `Retry-After` and what a limit has taught hold for all jobs, and for a while. */
  const around = (request: Request): boolean =>
    (request.landedAt ?? Number.POSITIVE_INFINITY) + request.floor + LESSON >= since && request.askedAt <= until
  if (!run.requests.filter(around).every(isCalm) || ['accepted', 'missing', 'denied'].includes(previous.word)) return
  const isShown = previous.dated && shownStart !== null && previous.readAt >= shownStart
  const age = isShown ? over - shownStart + SECOND : over - from
  const extra = asks.slice(Math.max(before, 0)).filter(({ word }) => word === 'refused' || word === 'unlisted').length
  const details = asks.some(ask => ask.details) ? 1 : 0
  const confirms = asks.some(({ word }) => word === 'undated')
  const ways = roundTrip * (1.5 * rounds + extra + details + (confirms ? rounds : 0))
  const bound = 0.1 * age + 1_000 + (confirms ? 1_000 : 0) + ways + TIMERS
  check('4 lateness', until - over <= bound, () => {
    return `it ended at ${at(over)}, reported at ${at(until)}, ${at(bound)} would be in time`
  })
}
