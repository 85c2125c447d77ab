import type { Clock } from '../time/clock.ts'
import { backoff, type Random } from './pace.ts'

/** What a try brought: a value, or a trouble that is worth another try. `what` is a sentence for a person. */
export type Try<Value> =
  | { readonly value: Value }
  | { readonly trouble: string; readonly unresolved: boolean; readonly retryAfter: number | null }

export type Persisted<Value> =
  | { readonly value: Value }
  | { readonly gaveUp: 'unreachable' | 'timeout' | 'cancelled'; readonly trouble: string }

/** How long to persist. Times are monotonic ms. */
export interface Patience {
  readonly deadline: number
  /** ms of nothing but troubles. */
  readonly unreachableTimeout: number
}

export interface Persistence {
  readonly clock: Clock
  readonly random: Random
  readonly stop: AbortSignal
  readonly onTrouble: (trouble: string) => void
}

/** How often a name may fail to resolve: a misspelt `url` should not cost minutes. */
const UNRESOLVED_TRIES = 3

/**
 * Tries until there is a value, backing off after each trouble as a wait does, and never before `Retry-After`. Of the
 * troubles, `onTrouble` is told the first.
 */
export async function persist<Value>(
  attempt: () => Promise<Try<Value>>,
  { deadline, unreachableTimeout }: Patience,
  { clock, random, stop, onTrouble }: Persistence
): Promise<Persisted<Value>> {
  const startedAt = clock.now()
  let count = 0
  let trouble: string
  do {
    const result = await attempt()
    if ('value' in result) return result
    trouble = result.trouble
    count += 1
    if (stop.aborted) break
    if (count === 1) onTrouble(trouble)
    const now = clock.now()
    const givesUp = now - startedAt >= unreachableTimeout || (result.unresolved && count >= UNRESOLVED_TRIES)
    if (givesUp) return { gaveUp: 'unreachable', trouble }
    if (now >= deadline) return { gaveUp: 'timeout', trouble }
    const pause = Math.max(backoff(count, random), result.retryAfter ?? 0)
    await clock.sleep(Math.min(pause, deadline - now), stop)
  } while (!stop.aborted)
  return { gaveUp: 'cancelled', trouble }
}
