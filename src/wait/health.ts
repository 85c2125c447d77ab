import { backoff, type Random, UNRESOLVED_TRIES, upTo } from './pace.ts'

/** How well the server answers, whichever job it is asked about. Times are monotonic ms. */
export interface Health {
  /** Faults in a row. Requests that were under way together and fail are one fault. */
  readonly faults: number
  /** When the last fault came. */
  readonly failedAt: number
  /** Whether it was overload. */
  readonly isBusy: boolean
  /** From when on the server has owed a usable answer about any job; infinite after a good one. */
  readonly silentSince: number
  /** Whether the server's name has ever resolved. */
  readonly resolved: boolean
  /** ms between the starts of two requests: a back-off in trouble, else what keeps their rate below a limit; 0 for none. */
  readonly pause: number
  /** The pause that is left when the trouble is over. */
  readonly spacing: number
  /** When the next request may start, by these pauses and by `Retry-After`. */
  readonly nextAt: number
  readonly floor: number
}

/** How far a wait has come. Times are monotonic ms. */
export interface Moment {
  readonly now: number
  /** The last requests are made from then on, whatever the pause, and answered before the end. */
  readonly deadline: number
  readonly end: number
  /** Jobs that have not finished. */
  readonly open: number
}

/** What a reply shows of the server's health. Times are monotonic ms. */
export interface Sign extends Moment {
  readonly askedAt: number
}

/** What a reply without any usable answer shows. */
export interface FaultSign extends Sign {
  readonly isBusy: boolean
  readonly isUnresolved: boolean
  /** From when on an answer was due. */
  readonly owedSince: number
  /** The longest back-off that fits the jobs asked about, in ms. */
  readonly longest: number
}

/** A server that refuses requests between good answers limits their rate: they are kept apart by this many ms, doubled up to 5 s. */
const SHORTEST_SPACING = 500
const LONGEST_SPACING = 5_000
/** The longest pause between the last requests, and the time that is left for the answer to the last of them, in ms. */
const LAST_PAUSE = 500
const LAST_ROUND_TRIP = 500
/** More refusals in a row are an outage rather than a limit. */
const MOST_REFUSALS = 3
/** What each good answer leaves of the spacing, and what is not worth keeping. */
const SHRINKING = 0.9
const NEGLIGIBLE_SPACING = 100

export const HEALTHY: Health = {
  faults: 0,
  failedAt: Number.NEGATIVE_INFINITY,
  isBusy: false,
  silentSince: Number.POSITIVE_INFINITY,
  resolved: false,
  pause: 0,
  spacing: 0,
  nextAt: Number.NEGATIVE_INFINITY,
  floor: Number.NEGATIVE_INFINITY
}

/** The server has asked to be left alone for so many ms. */
export function sparedFor(health: Health, now: number, retryAfter: number): Health {
  return { ...health, floor: Math.max(health.floor, now + retryAfter) }
}

/** A request has started: the next one keeps its distance. */
export function afterStart(health: Health, moment: Moment): Health {
  return health.pause === 0 ? health : { ...health, nextAt: after(health.pause, moment) }
}

/** A reply has brought a usable answer about at least one job. */
export function afterAnswer(health: Health, sign: Sign): Health {
  const known = { ...health, resolved: true }
  if (health.faults === 0) {
    const spacing = shrunk(health.spacing)
    return { ...known, spacing, pause: spacing }
  }
  if (sign.askedAt < health.failedAt) return { ...known, silentSince: sign.now }
  const isLimit = health.isBusy && health.faults <= MOST_REFUSALS
  const spacing = isLimit ? grown(health.spacing) : shrunk(health.spacing)
  return {
    ...known,
    faults: 0,
    isBusy: false,
    silentSince: Number.POSITIVE_INFINITY,
    spacing,
    pause: spacing,
    nextAt: after(spacing, sign)
  }
}

/**
 * A reply has brought nothing usable. After a first fault that is no overload, another job is asked about at once. A last
 * try is made when the server has been silent for `unreachableTimeout` ms.
 */
export function afterFault(health: Health, sign: FaultSign, unreachableTimeout: number, random: Random): Health {
  const { askedAt, now, isBusy, isUnresolved, owedSince, longest } = sign
  const resolved = health.resolved || !isUnresolved
  const known = { ...health, resolved }
  if (askedAt < health.failedAt) return known
  const faults = health.faults + 1
  const silentSince = health.faults === 0 ? owedSince : health.silentSince
  const pause = backoff(faults, longest, random)
  const wait = upTo(silentSince + unreachableTimeout - now, pause)
  const nextAt = isBusy || faults > 1 ? after(wait, sign) : now
  return { ...known, faults, failedAt: now, isBusy, silentSince, pause, nextAt }
}

/** Whether the server has given no usable answer about any job for too long, or its name does not resolve from the start. */
export function isUnreachable(health: Health, now: number, unreachableTimeout: number): boolean {
  const { faults, silentSince, resolved } = health
  if (!resolved && faults >= UNRESOLVED_TRIES) return true
  return faults > 1 && now - silentSince >= unreachableTimeout
}

/** When the next request may start: at the deadline at the latest, and after it at once unless the server is overloaded. */
export function opensAt({ nextAt, floor, isBusy }: Health, now: number, deadline: number): number {
  if (now < deadline) return Math.min(Math.max(nextAt, floor), deadline)
  return isBusy ? nextAt : deadline
}

/** How many requests may start at once: after the deadline, all, unless the server is overloaded. */
export function mostAtOnce({ pause, isBusy }: Health, now: number, deadline: number): number {
  return pause === 0 || (now >= deadline && !isBusy) ? Number.POSITIVE_INFINITY : 1
}

/** When the next request may start after a pause (ms). The last ones share what is left of the overtime. */
function after(pause: number, { now, deadline, end, open }: Moment): number {
  if (now < deadline) return Math.min(now + pause, deadline)
  const share = Math.max(0, end - LAST_ROUND_TRIP - now) / open
  return now + Math.min(pause, LAST_PAUSE, share)
}

function grown(spacing: number): number {
  return Math.min(Math.max(spacing * 2, SHORTEST_SPACING), LONGEST_SPACING)
}

function shrunk(spacing: number): number {
  return spacing * SHRINKING < NEGLIGIBLE_SPACING ? 0 : spacing * SHRINKING
}
