import {
  type Ask,
  at,
  type Check,
  GRACE,
  isCalm,
  isCutNearHold,
  isReading,
  isUsable,
  type JobRun,
  LANES,
  troubleSince
} from './job-run.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'

/** The shortest pauses that the most jitter leaves, between two standard polls and after trouble, in ms. */
const SHORTEST_PAUSE = 900
const SHORTEST_BACKOFF = 500
const LONGEST_HOLD = 120_000
/** Holds are not cut down below this, in ms. */
const SHORTEST_USEFUL_HOLD = 5_000
/** What comes sooner than this, in ms, was not held. */
const SHORTEST_HOLD = 1_000

/** 5. As many requests as the pauses allow, and as the holds allow where the server holds: of many jobs, the last few are held. */
export function thrift({ run, plan, from, until, asks, roundTrip }: JobRun, check: Check): void {
  const { rules, server, jobs, suspension } = run.scenario
  if (suspension !== null || server.dateSteps.length > 0 || !asks.every(isCalm)) return
  if (!run.requests.every(request => request.hold === 0 || isCalm(request))) return
  const extra = asks.filter(({ word }) => !['pending', 'strange', 'verdict'].includes(word)).length
  const count = asks.filter(({ more }) => !more).length
  const spans = until - from
  const hold = Math.min(rules.longPoll, LONGEST_HOLD)
  const tried = mayHold(run)
  const holds = tried && (server.longPolls === 'held' || server.longPolls === 'held-to-the-end')
  /** An outage that begins near the end of a hold looks like a proxy that cuts it: the next one is half as long. */
  const cut = run.requests.filter(isCutNearHold).length
  if (holds && cut === 0 && jobs.length <= LANES) {
    const changes = plan.changes.length + 6
    const bound = 4 + extra + changes + spans / hold
    check('5 requests, held', count <= bound, () => `${count} requests in ${at(spans)}, ${bound} may be`)
    return
  }
  const seemsHeld = server.longPolls === 'ignored' && roundTrip >= Math.max(1_000, hold / 5)
  const restless = tried && (server.longPolls === 'restless' || seemsHeld) ? spans / Math.max(1_000, hold / 5) : 0
  const cuts =
    tried && server.longPolls === 'cut' ? spans / Math.max(1_000, Math.min(server.patience, hold) / 2 - 500) : 0
  const share = jobs.length > 1 ? 0.5 : 1
  const held = holds ? spans / Math.min(hold, Math.max(hold / 2 ** cut, SHORTEST_USEFUL_HOLD)) : 0
  const bound = 5 + extra + held + restless + cuts + pauses(plan.startsAt - from, spans, rules.pollInterval, share)
  check('5 requests, polled', count <= bound, () => `${count} requests in ${at(spans)}, ${bound} may be`)
}

/** How many standard pauses fit into a time, with the most jitter; `share`: how much of a pause has to have passed. */
function pauses(startsAt: number, spans: number, longest: number, share: number): number {
  let count = 0
  for (let time = 0; time < spans; count += 1) {
    const age = Math.max(0, time - Math.max(0, startsAt))
    const pause = Math.min(Math.max(age / 10, 1_000), longest) * 0.9
    time += Math.max(pause * share, SHORTEST_PAUSE)
  }
  return count
}

/** 6. No two requests about a job are too close, none is made while another is under way, and `Retry-After` is obeyed. */
export function gaps({ run, from, asks }: JobRun, check: Check): void {
  const { timeout } = run.scenario.rules
  let seen = false
  let spared = false
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
    /** A job that was to be held is asked about plainly, once, where holds have turned out to be useless meanwhile. */
    const isPending = ['pending', 'strange', 'accepted'].includes(previous.word)
    const wasToBeHeld = seen && isPending && next.hold === 0 && mayHold(run) && !spared
    spared ||= wasToBeHeld
    if (wasToBeHeld) return
    check('6 pauses', mayFollow(previous, next, run, asks.slice(0, index + 1), seen ? null : from), when)
  })
}

function mayHold({ scenario: { api, rules } }: Run): boolean {
  return api !== 'ontap' && rules.longPoll > 0
}

/** Whether the contract allows the next request so soon. `unseenFrom`: since when the job is asked about; null once it was seen. */
function mayFollow(previous: Ask, next: Ask, run: Run, before: readonly Ask[], unseenFrom: number | null): boolean {
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
        .find(ask => ask.word === 'missing' || isEmptyList(ask))
      const graceOver = (unseenFrom ?? first?.landedAt ?? 0) + GRACE
      return settles || backedOff || next.askedAt >= graceOver - 1
    }
    default:
      return backedOff
  }
}

/** Whether a list shows none of the jobs that it was asked for: all of them may be missing. */
function isEmptyList({ list, said }: Ask): boolean {
  return list && [...said.values()].every(word => word === 'unlisted')
}

/** 5. Holds are within what the inputs, the deadline and the server allow, and never grow again. */
export function holds({ scenario, requests }: Run, check: Check): void {
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
export function lanes({ requests }: Run, check: Check): void {
  let busy: Request[] = []
  let most = 0
  for (const request of requests.filter(({ more }) => !more)) {
    busy = busy.filter(({ overAt }) => overAt > request.askedAt)
    busy.push(request)
    most = Math.max(most, busy.length)
  }
  check('5 lanes', most <= LANES, () => `${most} requests at once`)
}
