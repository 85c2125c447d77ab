import { outcomeOf } from '../src/jobs/endings.ts'
import type { Awaited } from '../src/wait/wait.ts'
import type { Run } from './run.ts'
import type { JobPlan } from './scenario.ts'
import { PAGE, type Request } from './server.ts'
import type { Said } from './trouble.ts'

/** How long a request in flight may run on at the deadline, and the deadline's last polls with it, in ms. */
const OVERTIME = 2_000
/** How long a job that was never seen is given to appear, in ms. */
const GRACE = 10_000
/** The least time between two readings of an end without its time, in ms: timers may be early by one. */
const CONFIRMING = 999
/** The shortest pauses that the most jitter leaves, between two standard polls and after trouble, in ms. */
const SHORTEST_PAUSE = 900
const SHORTEST_BACKOFF = 500
/** How wrong the timers of a run may be, all together, in ms. */
const TIMERS = 15
/** A machine that wakes this soon after the deadline, in ms, could as well have been slow. */
const BARELY = 500
const LANES = 6
const LONGEST_HOLD = 120_000
/** What comes sooner than this, in ms, was not held. */
const SHORTEST_HOLD = 1_000

/** Notes that an invariant was put to the test, and where it does not hold what is wrong. */
type Check = (invariant: string, holds: boolean, otherwise: () => string) => void

export interface Findings {
  /** Each invariant that is broken, as a sentence. */
  readonly violations: readonly string[]
  /** How often each invariant was put to the test: one whose premise never holds proves nothing. */
  readonly checked: ReadonlyMap<string, number>
}

/** Checks every invariant of `docs/internals/assurance.md` against what happened. */
export function check(run: Run): Findings {
  const violations: string[] = []
  const checked = new Map<string, number>()
  const note: Check = (invariant, holds, otherwise) => {
    checked.set(invariant, (checked.get(invariant) ?? 0) + 1)
    if (!holds) violations.push(`${invariant}: ${otherwise()}`)
  }
  run.awaited.forEach((awaited, number) => {
    const job = jobOf(run, number, awaited)
    const about: Check = (invariant, holds, otherwise) =>
      note(invariant, holds, () => `${otherwise()} (job ${job.plan.key}, ${awaited.ending.outcome})`)
    for (const invariant of [truth, lastPoll, lateness, thrift, gaps, patience]) invariant(job, about)
    const sent = run.requests.filter(({ more, about }) => !more && about.includes(number)).length
    about('5 requests are counted', awaited.requests === sent, () => `${awaited.requests} of ${sent}`)
  })
  for (const invariant of [end, holds, lanes]) invariant(run, note)
  note('7 nothing is left over', run.leftovers.length === 0, () => run.leftovers.join(', '))
  return { violations, checked }
}

/** One request about a job, and what its answer truly says of it. */
interface Ask extends Request {
  readonly word: Said
}

/** All about one job of a run. Times are ms from the start of the wait. */
interface JobRun {
  readonly run: Run
  readonly plan: JobPlan
  readonly awaited: Awaited
  /** The requests whose answers tell of this job, in their order. */
  readonly asks: readonly Ask[]
  /** The longest time that a question takes which is not held: a round trip, for each of the pages of a list. */
  readonly roundTrip: number
  /** How many round trips it takes at most until every job has had its turn. */
  readonly rounds: number
}

function jobOf(run: Run, number: number, awaited: Awaited): JobRun {
  const { jobs, server } = run.scenario
  const plan = run.scenario.jobs[number] as JobPlan
  const asks = run.requests.flatMap(request => {
    const word = request.said.get(number)
    return word === undefined ? [] : [{ ...request, word }]
  })
  const seenFrom = asks.findIndex(({ word }) => isReading(word) || (word === 'missing' && isToldToHaveEnded(plan))) + 1
  return {
    run,
    plan,
    awaited,
    /** A page of something in front of the server is a fault once the job was seen. */
    asks: asks.map((ask, index) => (ask.page && seenFrom > 0 && index >= seenFrom ? { ...ask, word: 'fault' } : ask)),
    roundTrip: server.latency * 1.3 * (server.lists === 'paged' ? Math.ceil(jobs.length / PAGE) : 1),
    rounds: jobs.length <= LANES ? 1 : Math.ceil(jobs.length / LANES)
  }
}

/** 1. A verdict is the job's own, and every other ending is what the server's answers make it. */
function truth({ run, plan, awaited, asks }: JobRun, check: Check): void {
  const { timeout, unreachableTimeout } = run.scenario.rules
  const { ending, elapsed } = awaited
  const answered = asks.filter(({ landedAt }) => landedAt !== null)
  const words = answered.map(({ word }) => word)
  const seen = words.some(isReading)
  switch (ending.outcome) {
    case 'success':
    case 'warning':
    case 'partial-failures':
    case 'error': {
      const name = `1 ${ending.outcome} only where the job ended so`
      const right = plan.verdict !== null && outcomeOf(plan.verdict) === ending.outcome && plan.endsAt <= elapsed
      check(name, right, () => `it truly ends as ${plan.verdict} at ${at(plan.endsAt)}, told at ${at(elapsed)}`)
      confirmation(answered, check)
      break
    }
    case 'timeout':
      check('1 timeout only at the deadline', elapsed >= timeout, () => `at ${at(elapsed)} of ${at(timeout)}`)
      break
    case 'unrecognized': {
      const strange = words.findLast(isReading) === 'strange'
      const over = plan.verdict === null && plan.endsAt <= elapsed
      const name = '1 unrecognized only at the deadline, in a state of no known word, or over in no known way'
      check(name, over || (elapsed >= timeout && strange), () => `at ${at(elapsed)}, of ${words.join(' ')}`)
      break
    }
    case 'not-found': {
      const late = elapsed >= Math.min(GRACE, timeout)
      const name = '1 not-found only after the grace, where the job never was seen'
      check(name, late && !seen && words.includes('missing'), () => `at ${at(elapsed)}, of ${words.join(' ')}`)
      break
    }
    case 'lost': {
      const after = answered.slice(words.findLastIndex(isUsable) + 1).filter(({ word }) => word === 'missing')
      const [first, last] = [after[0]?.landedAt ?? 0, after.at(-1)?.landedAt ?? 0]
      const right = (seen || plan.told) && words.at(-1) === 'missing' && last - first >= GRACE - TIMERS
      check(
        '1 lost only after 10 s of 404s, where the job was seen',
        right,
        () => `${last - first} ms: ${words.join(' ')}`
      )
      break
    }
    case 'unauthorized': {
      const after = words.slice(words.findLastIndex(isUsable) + 1)
      const right = words.at(-1) === 'barred' || after.filter(word => word === 'denied').length >= 2
      check('1 unauthorized only after a 401 or two 403s', right, () => words.join(' '))
      break
    }
    case 'unreachable': {
      const right = isHopeless(answered) || troubleOf(answered) >= unreachableTimeout - TIMERS
      const name = '1 unreachable only after unreachable-timeout, or what is final'
      check(name, right, () => `after ${at(troubleOf(answered))} of ${words.slice(-6).join(' ')}`)
      break
    }
    case 'cancelled': {
      const { cancelAt, failFast } = run.scenario
      const byUser = cancelAt !== null && elapsed >= cancelAt - TIMERS
      const byJob = failFast && run.awaited.some(other => isFailure(other) && other.elapsed <= elapsed)
      check('1 cancelled only where someone cancelled', byUser || byJob, () => `at ${at(elapsed)}`)
    }
  }
}

/** 1. An end without its time is reported only after a second reading, a second after the first. */
function confirmation(answered: readonly Ask[], check: Check): void {
  const readings = answered.filter(({ word }) => isReading(word) && word !== 'details')
  const [first, second] = readings.slice(-2)
  if (readings.at(-1)?.word !== 'undated') return
  const gap = (second?.askedAt ?? 0) - (first?.landedAt ?? 0)
  const right = second !== undefined && first?.word === 'undated' && gap >= CONFIRMING
  check('1 an end without its time is confirmed a second later', right, () => `after ${at(gap)}`)
}

/** 2. A job that finished before the deadline is not a time-out if the server was well at the last poll. */
function lastPoll({ run, plan, awaited, asks, roundTrip, rounds }: JobRun, check: Check): void {
  const { outcome } = awaited.ending
  const { timeout } = run.scenario.rules
  if (outcome !== 'timeout' && (outcome !== 'unrecognized' || plan.verdict === null)) return
  const inTurn = run.requests.every(request => (request.landedAt ?? timeout) < timeout || request.well)
  if (rounds > 1 && !(inTurn && rounds * roundTrip < OVERTIME * 0.9)) return
  const last = asks.at(-1)
  const asked = last !== undefined && (last.landedAt ?? Number.POSITIVE_INFINITY) >= timeout
  check('2 every job is asked about at the deadline', asked, () => `last at ${at(last?.askedAt ?? Number.NaN)}`)
  const contradicted = plan.flaps !== null && !plan.dated
  const { suspension } = run.scenario
  const wokeAt = suspension === null ? 0 : suspension.at + suspension.ms
  const barelySlept = wokeAt > timeout && wokeAt < timeout + BARELY
  if (last === undefined || !last.well || contradicted || barelySlept) return
  if (last.landedAt === null && last.askedAt + last.hold + roundTrip > timeout + OVERTIME) return
  if (last.word === 'undated' && (last.landedAt ?? 0) + CONFIRMING + roundTrip > timeout + OVERTIME) return
  const told = last.landedAt !== null && !['undated', 'verdict', 'unlisted'].includes(last.word)
  const pending = last.word === 'accepted' || plan.endsAt > last.readAt || last.readAt >= plan.goneAt
  check('2 over in time is never a time-out', told && pending && last.readAt >= timeout - roundTrip, () => {
    const end = last.landedAt === null ? 'never' : at(last.landedAt)
    return `it ended at ${at(plan.endsAt)}; last asked at ${at(last.askedAt)}, answered "${last.word}" at ${end}`
  })
}

/** 3. The wait ends by the deadline and the overtime, and at once where it is cancelled. */
function end({ scenario, endedAt, awaited }: Run, check: Check): void {
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
  const told = awaited.every(one => one !== undefined && one.elapsed <= endedAt)
  check('3 every job has an ending', told && awaited.length === scenario.jobs.length, () => 'one has none')
}

/** 4. An end is noticed late by at most a tenth of the job's age, plus 1 s and the round trip. */
function lateness({ run, plan, awaited, asks, roundTrip, rounds }: JobRun, check: Check): void {
  const { scenario } = run
  if ('reason' in awaited.ending || scenario.suspension !== null || scenario.server.dateSteps.length > 0) return
  const over = Math.max(plan.endsAt, plan.visibleAt, 0)
  const before = asks.findLastIndex(({ readAt }) => readAt < over)
  const [previous] = asks.slice(Math.max(before, 0))
  if (previous === undefined) return
  const since = before === -1 ? 0 : previous.askedAt
  const around = (request: Request): boolean =>
    (request.landedAt ?? Number.POSITIVE_INFINITY) >= since && request.askedAt <= awaited.elapsed
  const others = rounds > 1 ? run.requests.filter(around) : asks.slice(Math.max(before, 0))
  if (!others.every(isCalm) || ['accepted', 'missing', 'denied'].includes(previous.word)) return
  const told = previous.dated && plan.tellsStart && previous.readAt >= plan.startsAt
  const age = told ? over - plan.startsAt : over
  const extra = asks.slice(Math.max(before, 0)).filter(({ word }) => word === 'refused' || word === 'unlisted').length
  const details = asks.some(({ word }) => word === 'details') ? 1 : 0
  const confirms = asks.some(({ word }) => word === 'undated')
  const ways = roundTrip * (1.5 * rounds + extra + details + (confirms ? rounds : 0))
  const bound = 0.1 * age + 1_000 + (confirms ? 1_000 : 0) + ways + TIMERS
  check('4 lateness', awaited.elapsed - over <= bound, () => {
    return `it ended at ${at(over)}, told at ${at(awaited.elapsed)}, ${at(bound)} would be in time`
  })
}

/** 5. As many requests as the pauses allow, and as the holds allow where the server holds: of many jobs, the last few are held. */
function thrift({ run, plan, awaited, asks, roundTrip }: JobRun, check: Check): void {
  const { rules, server, api, jobs, suspension } = run.scenario
  if (suspension !== null || server.dateSteps.length > 0 || !asks.every(isCalm)) return
  if (!run.requests.every(request => request.hold === 0 || isCalm(request))) return
  const extra = asks.filter(({ word }) => !['pending', 'strange', 'verdict'].includes(word)).length
  const count = asks.filter(({ more }) => !more).length
  const spans = awaited.elapsed
  const hold = Math.min(rules.longPoll, LONGEST_HOLD)
  const mayHold = hold > 0 && api !== 'ontap'
  const holds = mayHold && (server.longPolls === 'held' || server.longPolls === 'held-to-the-end')
  if (holds && jobs.length <= LANES) {
    const changes = plan.changes.length + 6
    const bound = 4 + extra + changes + spans / hold
    check('5 requests, held', count <= bound, () => `${count} requests in ${at(spans)}, ${bound} may be`)
    return
  }
  const seemsHeld = server.longPolls === 'ignored' && roundTrip >= Math.max(1_000, hold / 5)
  const restless = mayHold && (server.longPolls === 'restless' || seemsHeld) ? spans / Math.max(1_000, hold / 5) : 0
  const cuts =
    mayHold && server.longPolls === 'cut' ? spans / Math.max(1_000, Math.min(server.patience, hold) / 2 - 500) : 0
  const share = jobs.length > 1 ? 0.5 : 1
  const held = holds ? spans / hold : 0
  const bound = 5 + extra + held + restless + cuts + pauses(plan, spans, rules.pollInterval, share)
  check('5 requests, polled', count <= bound, () => `${count} requests in ${at(spans)}, ${bound} may be`)
}

/** How many standard pauses fit into a time, with the most jitter; `share`: how much of a pause has to have passed. */
function pauses({ startsAt }: JobPlan, spans: number, longest: number, share: number): number {
  let count = 0
  for (let time = 0; time < spans; count += 1) {
    const age = Math.max(0, time - Math.max(0, startsAt))
    const pause = Math.min(Math.max(age / 10, 1_000), longest) * 0.9
    time += Math.max(pause * share, SHORTEST_PAUSE)
  }
  return count
}

/** 6. No two requests about a job are too close, none is made while another is under way, and `Retry-After` is obeyed. */
function gaps({ run, asks }: JobRun, check: Check): void {
  const { timeout } = run.scenario.rules
  let seen = false
  asks.forEach((previous, index) => {
    seen ||= isReading(previous.word)
    const next = asks[index + 1]
    if (next === undefined || next.more) return
    const { overAt, landedAt } = previous
    const when = (): string => `${at(previous.askedAt)} (${previous.word}) and ${at(next.askedAt)}`
    check('6 one request at a time', next.askedAt >= overAt, when)
    if (next.askedAt >= timeout || landedAt === null) return
    check('6 Retry-After', next.askedAt >= landedAt + previous.floor - 1, () => `${when()}, not ${at(previous.floor)}`)
    if (next.askedAt - previous.askedAt >= SHORTEST_PAUSE) return
    check('6 pauses', mayFollow(previous, next, run, asks.slice(0, index + 1), seen), when)
  })
}

/** Whether the contract allows the next request so soon. */
function mayFollow(previous: Ask, next: Ask, run: Run, before: readonly Ask[], seen: boolean): boolean {
  const backedOff = next.askedAt >= (previous.landedAt ?? 0) + SHORTEST_BACKOFF - 1
  switch (previous.word) {
    case 'undated':
      return next.details
    case 'verdict':
    case 'unlisted':
      return true
    case 'pending':
    case 'strange':
    case 'accepted':
      return previous.hold === 0 && next.hold > 0
    case 'refused':
    case 'fault': {
      const lastTry = troubleSince(before) + run.scenario.rules.unreachableTimeout
      const atOnce = previous.word === 'refused' ? previous.hold > 0 : isCutNearHold(previous)
      return atOnce || backedOff || next.askedAt >= lastTry - 1
    }
    case 'missing': {
      /** If the body that named the job already showed its end, a 404 is enough to request its details. */
      const settles = next.details && !previous.details
      const first = before
        .slice(before.findLastIndex(({ word }) => isUsable(word)) + 1)
        .find(({ word }) => word === 'missing')
      const graceOver = seen ? (first?.landedAt ?? 0) + GRACE : GRACE
      return settles || backedOff || next.askedAt >= graceOver - 1
    }
    default:
      return backedOff
  }
}

/** 1. A server that gives no usable answer is given up in time. */
function patience({ run, plan, asks }: JobRun, check: Check): void {
  /** Its first 404 is enough to know its end, and its faults count anew from there. */
  if (plan.told && plan.bulk) return
  const { unreachableTimeout, timeout } = run.scenario.rules
  asks.forEach((ask, index) => {
    if (ask.word !== 'fault' || index === asks.length - 1 || (ask.landedAt ?? timeout) >= timeout) return
    const upTo = asks.slice(0, index + 1)
    if (faultsOf(upTo).length < 2) return
    const given = (ask.landedAt ?? 0) - troubleSince(upTo)
    check('1 unreachable in time', given < unreachableTimeout, () => `it goes on after ${at(given)} of trouble`)
  })
}

/** 5. Holds are within what the inputs, the deadline and the server allow, and never grow again. */
function holds({ scenario, requests }: Run, check: Check): void {
  const { longPoll, timeout } = scenario.rules
  let longest = Math.min(longPoll, LONGEST_HOLD)
  const lessons = requests.flatMap(({ hold, askedAt, landedAt, said }) => {
    const [word] = said.values()
    if (hold === 0 || landedAt === null || (word !== 'refused' && word !== 'fault')) return []
    const wasHeld = landedAt - askedAt >= SHORTEST_HOLD
    return word === 'refused' ? [{ at: landedAt, longest: 0 }] : wasHeld ? [{ at: landedAt, longest: hold - 1 }] : []
  })
  lessons.sort((one, other) => one.at - other.at)
  for (const { askedAt, hold } of requests) {
    while (lessons[0] !== undefined && lessons[0].at <= askedAt) {
      longest = Math.min(longest, lessons.shift()?.longest ?? longest)
    }
    if (hold === 0) continue
    const most = Math.min(longest, timeout - askedAt)
    check('5 holds', hold <= most + 1, () => `one of ${at(hold)} at ${at(askedAt)}, where ${at(most)} is the most`)
  }
}

/** 5. At most six requests are under way at once. */
function lanes({ requests }: Run, check: Check): void {
  let busy: Request[] = []
  let most = 0
  for (const request of requests.filter(({ more }) => !more)) {
    busy = busy.filter(({ overAt }) => overAt > request.askedAt)
    busy.push(request)
    most = Math.max(most, busy.length)
  }
  check('5 lanes', most <= LANES, () => `${most} requests at once`)
}

function isReading(word: Said): boolean {
  return word === 'pending' || word === 'strange' || word === 'undated' || word === 'verdict' || word === 'details'
}

function isUsable(word: Said): boolean {
  return isReading(word) || word === 'accepted'
}

function isFailure({ ending }: Awaited): boolean {
  return ending.outcome !== 'success' && ending.outcome !== 'warning'
}

/** Whether nothing was wrong with a request: the server was well, or cut a hold as it always does. */
function isCalm(ask: Request): boolean {
  return (ask.well || isCutNearHold(ask)) && ask.floor === 0
}

function isCutNearHold({ cut, hold, askedAt, landedAt }: Request): boolean {
  return cut && hold > 0 && landedAt !== null && landedAt - askedAt >= hold * 0.8
}

/** The faults since the last usable answer: what is neither does not count. */
function faultsOf(asks: readonly Ask[]): readonly Ask[] {
  const since = asks.findLastIndex(({ word }) => isUsable(word)) + 1
  const faults = asks.slice(since).filter(({ word, hold }) => word === 'fault' || (word === 'refused' && hold === 0))
  const counting = faults.findIndex(ask => !isCutNearHold(ask))
  return counting === -1 ? [] : faults.slice(counting)
}

/** Since when there has been no usable answer: from when the first fault's answer was due. */
function troubleSince(asks: readonly Ask[]): number {
  const [first] = faultsOf(asks)
  if (first === undefined) return Number.POSITIVE_INFINITY
  return Math.min(first.landedAt ?? Number.POSITIVE_INFINITY, first.questionAt + first.hold)
}

/** How long that has lasted, in ms; 0 for a single fault. */
function troubleOf(asks: readonly Ask[]): number {
  const faults = faultsOf(asks)
  return faults.length < 2 ? 0 : (faults.at(-1)?.landedAt ?? 0) - troubleSince(asks)
}

/** Whether another try could not help: what is final, a first request refused, a name that never resolved. */
function isHopeless(asks: readonly Ask[]): boolean {
  const last = asks.at(-1)
  if (last?.word === 'fatal') return true
  if (last?.word === 'refused' && asks.slice(0, -1).every(({ word }) => word === 'unlisted')) return true
  return asks.length >= 3 && asks.every(({ trouble }) => trouble === 'unresolved')
}

function at(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`
}

/** Whether the body that named the job already showed its end, so that only its details are left to request. */
function isToldToHaveEnded({ told, endsAt }: JobPlan): boolean {
  return told && endsAt <= 0
}
