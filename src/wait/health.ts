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

/** What a reply shows of the server's health. Times are monotonic ms. */
export interface Sign {
  readonly askedAt: number
  readonly now: number
  /** That of the wait: the last requests are made then, whatever the pause. */
  readonly deadline: number
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
/** The longest pause between the last requests, in ms: all of them are made within the overtime. */
const LAST_PAUSE = 500
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
export function afterStart(health: Health, now: number, deadline: number): Health {
  return health.pause === 0 ? health : { ...health, nextAt: after(health.pause, now, deadline) }
}

/** A reply has brought a usable answer about at least one job. */
export function afterAnswer(health: Health, { askedAt, now, deadline }: Sign): Health {
  const known = { ...health, resolved: true }
  if (health.faults === 0) {
    const spacing = shrunk(health.spacing)
    return { ...known, spacing, pause: spacing }
  }
  if (askedAt < health.failedAt) return { ...known, silentSince: now }
  const isLimit = health.isBusy && health.faults <= MOST_REFUSALS
  const spacing = isLimit ? grown(health.spacing) : shrunk(health.spacing)
  return {
    ...known,
    faults: 0,
    isBusy: false,
    silentSince: Number.POSITIVE_INFINITY,
    spacing,
    pause: spacing,
    nextAt: after(spacing, now, deadline)
  }
}

/**
 * A reply has brought nothing usable. After a first fault that is no overload, another job is asked about at once. A last
 * try is made when the server has been silent for `unreachableTimeout` ms.
 */
export function afterFault(health: Health, sign: FaultSign, unreachableTimeout: number, random: Random): Health {
  const { askedAt, now, deadline, isBusy, isUnresolved, owedSince, longest } = sign
  const resolved = health.resolved || !isUnresolved
  const known = { ...health, resolved }
  if (askedAt < health.failedAt) return known
  const faults = health.faults + 1
  const silentSince = health.faults === 0 ? owedSince : health.silentSince
  const pause = backoff(faults, longest, random)
  const wait = upTo(silentSince + unreachableTimeout - now, pause)
  const nextAt = isBusy || faults > 1 ? after(wait, now, deadline) : now
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

function after(pause: number, now: number, deadline: number): number {
  return now < deadline ? Math.min(now + pause, deadline) : now + Math.min(pause, LAST_PAUSE)
}

function grown(spacing: number): number {
  return Math.min(Math.max(spacing * 2, SHORTEST_SPACING), LONGEST_SPACING)
}

function shrunk(spacing: number): number {
  return spacing * SHRINKING < NEGLIGIBLE_SPACING ? 0 : spacing * SHRINKING
}
