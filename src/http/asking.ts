import { type Api, apiNamed, statusPath } from '../jobs/api.ts'
import type { JobReference } from '../jobs/job.ts'
import { asObject, asObjects, asText, type JsonObject } from '../jobs/json.ts'
import type { Answer, Ask, Hold, Reply } from '../wait/ask.ts'
import { parseHttpDate, parseRetryAfter } from '../wait/retry-after.ts'
import { classifyBody, classifyJob } from './answer.ts'
import type { Client, Exchange } from './client.ts'

/** Asks the jobs endpoint over HTTP; `wall` is the wall clock (epoch ms) for answers without a `Date`. */
export function createAsk(client: Client, wall: () => number): Ask {
  return async ({ references, hold }, signal) => {
    const [first] = references
    if (first === undefined) return { answers: [], retryAfter: null, serverNow: null, filtered: true }
    const api = apiNamed(first.api)
    if (references.length > 1) return askList(api, first.root, references, signal)
    const path = `${statusPath(first)}${queryOf(api, hold)}`
    const exchange = await client.send({ method: 'GET', path, hold: (hold?.seconds ?? 0) * 1_000 }, signal)
    return { answers: [classifyJob(exchange, api, first.key)], ...timing(exchange, wall), filtered: true }
  }

  async function askList(
    api: Api,
    root: string,
    references: readonly JobReference[],
    signal: AbortSignal
  ): Promise<Reply> {
    const wanted = new Set(references.map(({ key }) => api.canonicalKey(key)))
    const found = new Map<string, JsonObject>()
    let filtered = true
    let path: string | null = `${root}${api.collection}?${api.listQuery?.(references.map(({ key }) => key))}`
    for (;;) {
      const exchange: Exchange = await client.send({ method: 'GET', path, hold: 0 }, signal)
      const body = classifyBody(exchange, api)
      const times = timing(exchange, wall)
      if ('kind' in body)
        return { answers: references.map(() => withoutList(body)), ...times, filtered: isPassing(body) }
      if (!Array.isArray(body.object.records)) {
        return { answers: references.map(() => UNLISTED), ...times, filtered: false }
      }
      const known = found.size
      for (const record of asObjects(body.object.records)) {
        const key = api.canonicalKey(asText(record[api.keyField]))
        if (wanted.has(key)) found.set(key, record)
        else filtered = false
      }
      path = filtered && found.size > known && found.size < wanted.size ? nextPage(body.object, root, api) : null
      if (path === null) return { answers: references.map(answerFor), ...times, filtered }
    }

    function answerFor({ key }: JobReference): Answer {
      const record = found.get(api.canonicalKey(key))
      const job = record === undefined ? null : api.read(record)
      return job === null ? UNLISTED : { kind: 'job', job }
    }
  }
}

const UNLISTED: Answer = { kind: 'unlisted' }

/** What a list that did not come says of one job: troubles that any request would meet count, all others do not. */
function withoutList(answer: Answer): Answer {
  return isPassing(answer) || (answer.kind === 'denied' && answer.final) ? answer : UNLISTED
}

function isPassing({ kind }: Answer): boolean {
  return kind === 'fault' || kind === 'fatal'
}

function queryOf(api: Api, hold: Hold | null): string {
  const parts = api.query === '' ? [] : [api.query]
  if (hold !== null) parts.push(`poll_timeout=${hold.seconds}`)
  if (hold !== null && hold.lastModified !== null) {
    parts.push(`last_modified=${encodeURIComponent(`>=${hold.lastModified}`)}`)
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

/** The next page's path; only the query of the server's link is used, so that it cannot lead anywhere else. */
function nextPage(list: JsonObject, root: string, api: Api): string | null {
  const href = asText(asObject(asObject(list._links)?.next)?.href)
  const query = /\?[^#\s]+/.exec(href)?.[0]
  return query === undefined ? null : `${root}${api.collection}${query}`
}

function timing(exchange: Exchange, wall: () => number): Pick<Reply, 'retryAfter' | 'serverNow'> {
  if (!exchange.ok) return { retryAfter: null, serverNow: null }
  const serverNow = parseHttpDate(exchange.headers.date)
  return { retryAfter: parseRetryAfter(exchange.headers['retry-after'], serverNow ?? wall()), serverNow }
}
