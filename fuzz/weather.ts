import type { Draw } from './random.ts'
import { isWithin, type JobPlan, type Scenario, type ServerPlan, type Spell } from './scenario.ts'

/** What the server is like at a time: ms from the start of the wait. */
export type Weather = ReturnType<typeof createWeather>

export function createWeather({ server, weather }: Scenario, draw: Draw) {
  let tokens = server.limit?.burst ?? 0
  let filledAt = 0
  return { troublesAt, isVisible, blindness }

  /** What may go wrong with a request that arrives now: it is one too many, or comes in bad weather. */
  function troublesAt(arrivesAt: number): Spell['kinds'] | null {
    if (server.limit !== null && !bucket(server.limit, arrivesAt)) return [server.limit.refusal]
    const spell = weather.find(({ from, to, share }) => arrivesAt >= from && arrivesAt < to && draw.chance(share))
    return spell?.kinds ?? null
  }

  /** A token bucket: whether a request may pass. */
  function bucket({ rate, burst }: NonNullable<ServerPlan['limit']>, time: number): boolean {
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1_000) * rate)
    filledAt = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  function isVisible({ visibleAt, goneAt }: JobPlan, time: number): boolean {
    return time >= visibleAt && time < goneAt && (server.blind === null || !isWithin(server.blind, time))
  }

  /** What is wrong where a job is not visible. */
  function blindness(time: number): 'blind' | null {
    return server.blind !== null && isWithin(server.blind, time) ? 'blind' : null
  }
}
