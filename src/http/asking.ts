import { type Api, apiNamed, statusPath } from '../jobs/api.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import { asObject, asObjects, asText, type JsonObject } from '../jobs/json.ts'
import type { Answer, Ask, Hold, Reply } from '../wait/ask.ts'
import { parseHttpDate, parseRetryAfter } from '../wait/retry-after.ts'
import { classifyBody, classifyJob } from './answer.ts'
import type { Client, Exchange } from './client.ts'

/** How many pages of one answer are read: 20 lists of 1,000. */
const MOST_PAGES = 20

/** Asks the jobs endpoint over HTTP; `wall` is the wall clock (epoch ms) for answers without a `Date`. */
export function createAsk(client: Client, wall: () => number): Ask {
  return async ({ references, hold, settling }, signal) => {
    const [first] = references
    if (first === undefined) return { answers: [], retryAfter: null, serverNow: null, filtered: true }
    const api = apiNamed(first.api)
    if (settling !== null) return askDetails(api, first, settling, signal)
    return references.length === 1 ? askOne(api, first, hold, signal) : askList(api, first.root, references, signal)
  }

  async function askOne(api: Api, reference: JobReference, hold: Hold | null, signal: AbortSignal): Promise<Reply> {
    const path = `${statusPath(reference)}${queryOf(api, hold)}`
    const exchange = await client.send({ method: 'GET', path, hold: (hold?.seconds ?? 0) * 1_000 }, signal)
    return { answers: [classifyJob(exchange, api, reference.key)], ...timing(exchange, wall), filtered: true }
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
    const query = api.listQuery?.(references.map(({ key }) => key))
    const { failure, ...times } = await readPages(api, `${root}${api.collection}?${query}`, signal, page => {
      const known = found.size
      if (!Array.isArray(page.records)) filtered = false
      for (const record of asObjects(page.records)) {
        const key = api.canonicalKey(asText(record[api.keyField]))
        if (wanted.has(key)) found.set(key, record)
        else filtered = false
      }
      return filtered && found.size > known && found.size < wanted.size
    })
    if (failure !== null)
      return { answers: references.map(() => withoutList(failure)), ...times, filtered: isPassing(failure) }
    return { answers: references.map(answerFor), ...times, filtered }

    function answerFor({ key }: JobReference): Answer {
      const record = found.get(api.canonicalKey(key))
      const job = record === undefined ? null : api.read(record)
      return job === null ? UNLISTED : { kind: 'job', job }
    }
  }

  async function askDetails(api: Api, { root, told }: JobReference, job: Job, signal: AbortSignal): Promise<Reply> {
    const pages: JsonObject[] = []
    const path = `${root}${api.details(job, told)?.path}`
    const { failure, whole, ...times } = await readPages(api, path, signal, page => pages.push(page) > 0)
    const details: Answer = whole
      ? { kind: 'details', job: api.withDetails(job, joinPages(pages)) }
      : { kind: 'fatal', what: `the details of the job's end have more than ${MOST_PAGES} pages` }
    return { answers: [failure ?? details], ...times, filtered: true }
  }

  /**
   * Reads one page after the other for as long as `take` wants more; `failure` is what came instead of a page, `whole`
   * whether there was none that it wanted and did not get.
   */
  async function readPages(
    api: Api,
    path: string,
    signal: AbortSignal,
    take: (page: JsonObject) => boolean
  ): Promise<{ failure: Answer | null; whole: boolean } & Timing> {
    let next: string | null = path
    let times: Timing = { retryAfter: null, serverNow: null }
    for (let page = 0; next !== null && page < MOST_PAGES; page += 1) {
      const exchange: Exchange = await client.send({ method: 'GET', path: next, hold: 0 }, signal)
      times = timing(exchange, wall)
      const body = classifyBody(exchange, api)
      if ('kind' in body) return { failure: body, whole: false, ...times }
      next = take(body.object) ? nextPage(body.object, path) : null
    }
    return { failure: null, whole: next === null, ...times }
  }
}

/** The pages' lists, each under its name as one; whatever else the first page says. */
function joinPages(pages: readonly JsonObject[]): JsonObject {
  const names = new Set(pages.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map(name => {
      const parts = pages.map(page => page[name]).filter(part => part !== undefined)
      return [name, parts.every(Array.isArray) ? parts.flat() : parts[0]]
    })
  )
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
function nextPage(page: JsonObject, path: string): string | null {
  const href = asText(asObject(asObject(page._links)?.next)?.href)
  const query = /\?[^#\s]+/.exec(href)?.[0]
  return query === undefined ? null : `${path.replace(/\?.*/, '')}${query}`
}

type Timing = Pick<Reply, 'retryAfter' | 'serverNow'>

function timing(exchange: Exchange, wall: () => number): Timing {
  if (!exchange.ok) return { retryAfter: null, serverNow: null }
  const serverNow = parseHttpDate(exchange.headers.date)
  return { retryAfter: parseRetryAfter(exchange.headers['retry-after'], serverNow ?? wall()), serverNow }
}
