import { outcomeOf } from '../src/jobs/endings.ts'
import {
  type Ask,
  at,
  type Check,
  CONFIRMING,
  faultsOf,
  GRACE,
  isFailure,
  isHopeless,
  isReading,
  isUsable,
  type JobRun,
  TIMERS,
  troubleOf,
  troubleSince
} from './job-run.ts'
import { healthsAfter, type Reply } from './replies.ts'
import type { JobPlan } from './scenario.ts'

/** How many faults of one job in a row may be its own, and how often a name may fail to resolve at the start. */
const OWN_FAULTS = 4
const UNRESOLVED_TRIES = 3

/** 1. A verdict is the job's own, and every other ending is what the server's answers make it. */
export function truth(
  { run, plan, verdict, ending, from, until: elapsed, asks }: JobRun,
  replies: readonly Reply[],
  check: Check
): void {
  const { timeout, unreachableTimeout } = run.scenario.rules
  const answered = asks.filter(({ landedAt }) => landedAt !== null)
  const words = answered.map(({ word }) => word)
  const seen = words.some(isReading)
  if (ending === null) confirmation(answered, check)
  switch (ending?.outcome) {
    case 'success':
    case 'warning':
    case 'partial-failures':
    case 'error': {
      const name = `1 ${ending.outcome} only where the job ended so`
      const known = areHidden(plan, answered) ? 'NORMAL' : verdict
      const right = known !== null && outcomeOf(known) === ending.outcome && plan.endsAt <= elapsed
      check(name, right, () => `it truly ends as ${verdict} at ${at(plan.endsAt)}, reported at ${at(elapsed)}`)
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
      const late = elapsed >= Math.min(from + GRACE, timeout)
      const name = '1 not-found only after the grace, where the job never was seen'
      check(name, late && !seen && words.includes('missing'), () => `at ${at(elapsed)}, of ${words.join(' ')}`)
      break
    }
    case 'lost': {
      const after = answered
        .slice(words.findLastIndex(isUsable) + 1)
        .filter(({ word }) => word === 'missing' || word === 'unlisted')
      const [first, last] = [after[0]?.landedAt ?? 0, after.at(-1)?.landedAt ?? 0]
      const right = (seen || plan.reported) && words.at(-1) === 'missing' && last - first >= GRACE - TIMERS
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
      const isOwn = isOwnTrouble(answered) && troubleOf(answered) >= unreachableTimeout - TIMERS
      const right = isHopeless(answered) || isOwn || isSilent(replies, elapsed, unreachableTimeout)
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

/** Whether the server itself did not say which records of a bulk call failed, and had not promised to. */
function areHidden({ results, verdict }: JobPlan, answered: readonly Ask[]): boolean {
  const last = answered.at(-1)
  if (results !== 'described' || verdict !== 'PARTIAL_FAILURES' || last === undefined || !last.details) return false
  if (last.trouble === 'jsonEmpty' || last.trouble === 'jsonError') return true
  const first = answered.find(({ details, word }) => details && word === last.word)
  if (last.word === 'missing') return (last.landedAt ?? 0) - (first?.landedAt ?? 0) >= GRACE - TIMERS
  return last.word === 'refused' || last.word === 'barred' || (last.word === 'denied' && first !== last)
}

/** Whether the server had answered nothing usable about any job for that long, or its name has never resolved. */
function isSilent(replies: readonly Reply[], elapsed: number, unreachableTimeout: number): boolean {
  const landed = replies.filter(({ landedAt }) => landedAt <= elapsed)
  const { faults, silentSince } = healthsAfter(landed).at(-1) ?? { faults: 0, silentSince: null }
  if (faults >= UNRESOLVED_TRIES && landed.every(({ isUnresolved }) => isUnresolved)) return true
  return faults > 1 && silentSince !== null && elapsed - silentSince >= unreachableTimeout - TIMERS
}

/** Whether what goes wrong can be a single job's: so many faults in a row, the last of which is no overload. */
function isOwnTrouble(asks: readonly Ask[]): boolean {
  const faults = faultsOf(asks)
  const last = faults.at(-1)
  return faults.length >= OWN_FAULTS && last?.trouble !== 'tooMany' && last?.trouble !== 'unavailable'
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

/** 1. A server that gives no usable answer is given up in time. */
export function patience({ run, plan, asks }: JobRun, check: Check): void {
  /** Its first 404 is enough to know its end, and its faults count anew from there. */
  if (plan.reported && plan.results !== null) return
  const { unreachableTimeout, timeout } = run.scenario.rules
  asks.forEach((ask, index) => {
    if (ask.word !== 'fault' || index === asks.length - 1 || (ask.landedAt ?? timeout) >= timeout) return
    const upTo = asks.slice(0, index + 1)
    if (!isOwnTrouble(upTo)) return
    const given = (ask.landedAt ?? 0) - troubleSince(upTo)
    check('1 unreachable in time', given < unreachableTimeout, () => `it goes on after ${at(given)} of trouble`)
  })
}
