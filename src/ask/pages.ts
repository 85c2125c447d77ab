import type { Client, Exchange } from '../http/client.ts'
import type { Api } from '../jobs/api.ts'
import type { JsonObject } from '../jobs/json.ts'
import { parseHttpDate, parseRetryAfter } from '../time/retry-after.ts'
import type { Answer, Reply } from '../wait/ask.ts'
import { classifyBody } from './answer.ts'

/** How many pages of one answer are read: 20 lists of 1,000. */
export const MOST_PAGES = 20

export type Timing = Pick<Reply, 'retryAfter' | 'serverNow'>

/** How the reading of an answer in pages went. */
export interface Pages extends Timing {
  /** What came instead of a page, if anything did. */
  readonly failure: Answer | null
  /** Whether there are more pages than are read, or one that links to an earlier one. */
  readonly more: boolean
}

/** Reads the pages of a path of an API, one after the other, for as long as `take` wants more. */
export type Read = (api: Api, path: string, signal: AbortSignal, take: (page: JsonObject) => boolean) => Promise<Pages>

/** Reads one page after the other, from `path` on, for as long as `take` wants more. */
export async function readPages(
  client: Client,
  wall: () => number,
  api: Api,
  path: string,
  signal: AbortSignal,
  take: (page: JsonObject) => boolean
): Promise<Pages> {
  const asked = new Set<string>()
  let next: string | null = path
  let times: Timing = { retryAfter: null, serverNow: null }
  while (next !== null && !asked.has(next) && asked.size < MOST_PAGES) {
    asked.add(next)
    const exchange: Exchange = await client.send({ method: 'GET', path: next, hold: 0 }, signal)
    const { retryAfter, serverNow } = timing(exchange, wall)
    times = { retryAfter: longer(times.retryAfter, retryAfter), serverNow }
    const body = classifyBody(exchange, api)
    if ('kind' in body) return { failure: body, more: true, ...times }
    const query: string | null = take(body.object) ? (api.nextPage?.(body.object) ?? null) : null
    next = query === null ? null : `${path.replace(/\?.*/, '')}${query}`
  }
  return { failure: null, more: next !== null, ...times }
}

/** The longer of two pauses, where there is one. */
function longer(one: number | null, other: number | null): number | null {
  return one === null ? other : Math.max(one, other ?? 0)
}

/** What an answer's headers say of time; `wall` (epoch ms) replaces a missing `Date`. */
export function timing(exchange: Exchange, wall: () => number): Timing {
  if (!exchange.ok) return { retryAfter: null, serverNow: null }
  const serverNow = parseHttpDate(exchange.headers.date)
  return { retryAfter: parseRetryAfter(exchange.headers['retry-after'], serverNow ?? wall()), serverNow }
}

/** Whether what came instead of a page says nothing of the jobs: any request would have met it. */
export function isPassing({ kind }: Answer): boolean {
  return kind === 'fault' || kind === 'fatal'
}
