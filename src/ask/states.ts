import type { Client } from '../http/client.ts'
import { type Api, apiNamed, statusPath } from '../jobs/api.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import { asObjects, asText, type JsonObject } from '../jobs/json.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer, Ask, Hold, Reply } from '../wait/ask.ts'
import { classifyJob } from './answer.ts'
import { MOST_PAGES, readPages, timing } from './pages.ts'

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
    const { failure, ...times } = await readPages(
      client,
      wall,
      api,
      `${root}${api.collection}?${query}`,
      signal,
      page => {
        const known = found.size
        if (!Array.isArray(page.records)) filtered = false
        for (const record of asObjects(page.records)) {
          const key = api.canonicalKey(asText(record[api.keyField]))
          if (wanted.has(key)) found.set(key, record)
          else filtered = false
        }
        return filtered && found.size > known && found.size < wanted.size
      }
    )
    const otherwise = failure === null ? UNLISTED : withoutList(failure)
    const answers = references.map(({ key }): Answer => {
      const record = found.get(api.canonicalKey(key))
      const job = record === undefined ? null : api.read(record)
      return job === null ? otherwise : { kind: 'job', job }
    })
    return { answers, ...times, filtered: failure === null ? filtered : isPassing(failure) }
  }

  async function askDetails(api: Api, { root, told }: JobReference, job: Job, signal: AbortSignal): Promise<Reply> {
    const path = api.details(job, told)?.path
    if (path == null) return { answers: [NO_LINK], retryAfter: null, serverNow: null, filtered: true }
    const pages: JsonObject[] = []
    const { failure, more, ...times } = await readPages(
      client,
      wall,
      api,
      `${root}${path}`,
      signal,
      page => pages.push(page) > 0
    )
    return { answers: [failure ?? detailsIn(api, job, pages, more)], ...times, filtered: true }
  }
}

function detailsIn(api: Api, job: Job, pages: readonly JsonObject[], more: boolean): Answer {
  if (more) return { kind: 'fatal', what: `the details of the job's end have more than ${MOST_PAGES} pages` }
  const body = joinPages(pages)
  const detailed = api.withDetails(job, body)
  if (detailed !== null) return { kind: 'details', job: detailed }
  const what = `the details of the job's end are none: ${plainText(boundedJson(body, 1_000).json, 200)}`
  return { kind: 'fault', what, why: 'other' }
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

const NO_LINK: Answer = {
  kind: 'fatal',
  what: "the link to the details of the job's end leads nowhere in the API: look at them on the server"
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
