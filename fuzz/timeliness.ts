import { type Ask, at, type Check, CONFIRMING, GRACE, isCalm, type JobRun, LANES, OVERTIME, TIMERS } from './job-run.ts'
import { healthsAfter, type Reply } from './replies.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'
import { sleepsThrough, wakes } from './scenario.ts'

/** What a start in whole seconds can add to an age, in ms. */
const SECOND = 1_000
/** For how long, in ms, requests are kept apart after a server has refused some. */
const LESSON = 60_000
/** What the last requests leave for the answer to the last of them, in ms. */
const LAST_ROUND_TRIP = 500

/** 2. A job that finished before the deadline is not a time-out if the server was well at the last poll. */
export function lastPoll(
  { run, plan, ending, from, sent, asks, roundTrip }: JobRun,
  replies: readonly Reply[],
  check: Check
): void {
  const outcome = ending?.outcome
  const { timeout } = run.scenario.rules
  if (outcome !== 'timeout' && (outcome !== 'unrecognized' || plan.verdict === null)) return
  const struck = wakes(run.scenario, timeout)
  const barelySlept = struck > timeout && !sleepsThrough(run.scenario, timeout, struck)
  const over = (barelySlept ? timeout : struck) + OVERTIME
  const isSpared = isOverloaded(replies, timeout)
  const mayAsk = (due: number, latest: number): boolean => hasFreeLane(run.requests, due + TIMERS, latest)
  const lastTurn = isSpared ? over - LAST_ROUND_TRIP : struck
  if (!mayAsk(Math.max(from, lastTurn), over - TIMERS)) return
  const [last, question] = [asks.at(-1), sent.at(-1)]
  const asked = question !== undefined && (question.landedAt ?? Number.POSITIVE_INFINITY) >= timeout
  check('2 every job is asked about at the deadline', asked, () => `last at ${at(question?.askedAt ?? Number.NaN)}`)
  if (last === undefined || question === undefined || barelySlept || isSpared) return
  /** A question that is put later than this is not answered before the wait ends. */
  const latest = over - roundTrip
  const { landedAt, questionAt, hold } = question
  const pages = run.requests.filter(page => page.list && page.questionAt === questionAt && page.landedAt === null)
  const isSlow = questionAt + hold > latest || (question.list ? pages : [question]).some(({ well }) => !well)
  if (landedAt === null ? isSlow : !last.well) return
  const isOpen = ['undated', 'verdict', 'unlisted'].includes(last.word)
  if (landedAt !== null && isOpen && !mayAsk(landedAt + (last.word === 'undated' ? CONFIRMING : 0), latest)) return
  const reported = landedAt !== null && !isOpen
  const pending = last.word === 'accepted' || plan.endsAt > last.readAt || last.readAt >= plan.goneAt || isUnshown(last)
  check('2 over in time is never a time-out', reported && pending && last.readAt >= timeout - roundTrip, () => {
    const end = landedAt === null ? 'never' : at(landedAt)
    return `it ended at ${at(plan.endsAt)}; last asked at ${at(question.askedAt)}, answered "${last.word}" at ${end}`
  })
}

/** Whether fewer requests than may be were under way at any moment of that time. */
function hasFreeLane(requests: readonly Request[], from: number, to: number): boolean {
  const turns = [from, ...requests.map(({ overAt }) => overAt)].filter(turn => turn >= from && turn <= to)
  return turns.some(turn => {
    return requests.filter(({ askedAt, overAt }) => askedAt <= turn && turn < overAt).length < LANES
  })
}

/** Whether the server was overloaded at the deadline, or after it: then the last requests are kept apart. */
function isOverloaded(replies: readonly Reply[], deadline: number): boolean {
  const healths = healthsAfter(replies)
  const before = replies.findLastIndex(({ landedAt }) => landedAt < deadline)
  return healths.slice(Math.max(before, 0)).some(({ isBusy }) => isBusy)
}

/** Whether the server does not show results which it may have: they are asked for again before it counts as having none. */
function isUnshown({ details, word }: Ask): boolean {
  return details && word === 'missing'
}

/** 3. The wait ends by the deadline and the overtime, and at once where it is cancelled. */
export function end({ scenario, endedAt, awaited }: Run, check: Check): void {
  const { rules, cancelAt } = scenario
  const latest = wakes(scenario, wakes(scenario, rules.timeout) + OVERTIME) + TIMERS
  check('3 over by the deadline', endedAt <= latest, () => `at ${at(endedAt)}, the deadline was ${at(rules.timeout)}`)
  if (cancelAt !== null && cancelAt <= endedAt + TIMERS) {
    check(
      '3 over at once when cancelled',
      endedAt <= wakes(scenario, cancelAt) + TIMERS,
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
  const hides = asks.some(isUnshown) ? 1 : 0
  const details = asks.some(ask => ask.details) ? 1 + hides : 0
  const confirms = asks.some(({ word }) => word === 'undated') ? 1 : 0
  /** Each further question waits for its turn. */
  const ways = roundTrip * rounds * (1.5 + extra + details + confirms)
  const bound = 0.1 * age + 1_000 + 1_000 * confirms + GRACE * hides + ways + TIMERS
  check('4 lateness', until - over <= bound, () => {
    return `it ended at ${at(over)}, reported at ${at(until)}, ${at(bound)} would be in time`
  })
}
