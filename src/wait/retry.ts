import type { Clock } from '../time/clock.ts'
import { OVERTIME } from './deadline.ts'
import { backoff, LONGEST_BACKOFF, type Random, UNRESOLVED_TRIES } from './pace.ts'

/** What one attempt brought: a value, or an error that is worth another attempt. `error` is a sentence for a person. */
export type Attempt<Value> =
  | { readonly value: Value }
  | { readonly error: string; readonly unresolved: boolean; readonly retryAfter: number | null }

export type Retried<Value> =
  | { readonly value: Value }
  | { readonly gaveUp: 'unreachable' | 'timeout' | 'cancelled'; readonly error: string }

/** How long to continue. Times are monotonic ms. */
export interface RetryLimits {
  readonly deadline: number
  /** ms of nothing but errors. */
  readonly unreachableTimeout: number
}

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly stop: AbortSignal
  /** Called with the first error, and with no other. */
  readonly onError: (error: string) => void
}

/** Why an attempt ended that was still under way after the deadline: the reason of its signal. */
export const OUT_OF_TIME = '"timeout" ran out before there was an answer'

/**
 * Attempts until there is a value, with the pauses that a wait makes after an error, and never before `Retry-After`. The
 * signal of an attempt aborts when `stop` does, and soon after the deadline.
 */
export async function retry<Value>(
  attempt: (signal: AbortSignal) => Promise<Attempt<Value>>,
  { deadline, unreachableTimeout }: RetryLimits,
  { clock, random, stop, onError }: RetryOptions
): Promise<Retried<Value>> {
  const startedAt = clock.now()
  const [overdue, finished] = [new AbortController(), new AbortController()]
  const end = deadline + OVERTIME
  void clock.sleep(end - startedAt, finished.signal).then(() => clock.now() >= end && overdue.abort(OUT_OF_TIME))
  const signal = AbortSignal.any([stop, overdue.signal])
  try {
    return await attemptUntil(signal)
  } finally {
    finished.abort()
  }

  async function attemptUntil(signal: AbortSignal): Promise<Retried<Value>> {
    let count = 0
    let error: string
    do {
      const result = await attempt(signal)
      if ('value' in result) return result
      error = signal.reason === OUT_OF_TIME ? OUT_OF_TIME : result.error
      count += 1
      if (stop.aborted) break
      if (count === 1) onError(error)
      const now = clock.now()
      const givesUp = now - startedAt >= unreachableTimeout || (result.unresolved && count >= UNRESOLVED_TRIES)
      if (givesUp) return { gaveUp: 'unreachable', error }
      if (now >= deadline) return { gaveUp: 'timeout', error }
      const pause = Math.max(backoff(count, LONGEST_BACKOFF, random), result.retryAfter ?? 0)
      await clock.sleep(Math.min(pause, deadline - now), stop)
    } while (!stop.aborted)
    return { gaveUp: 'cancelled', error }
  }
}
