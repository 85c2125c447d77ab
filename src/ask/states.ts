import type { Client } from '../http/client.ts'
import { type Api, canonicalKey, type Hold, type JobList } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { JsonObject } from '../jobs/json.ts'
import type { JobReference } from '../jobs/reference.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer, Ask, Reply } from '../wait/ask.ts'
import { classifyJob } from './answer.ts'
import { MOST_PAGES, readPages, timing } from './pages.ts'

/** Asks the jobs endpoint over HTTP; `wall` is the wall clock (epoch ms) for answers without a `Date`. */
export function createAsk(client: Client, wall: () => number): Ask {
  return async ({ references, hold, settling }, signal) => {
    const [first] = references
    if (first === undefined) return { answers: [], retryAfter: null, serverNow: null, filtered: true }
    if (settling !== null) return askDetails(first, settling, signal)
    const { list } = first.api
    if (references.length === 1 || list === undefined) return askOne(first, hold, signal)
    return askList(first.api, list, first.root, references, signal)
  }

  async function askOne({ api, key, root }: JobReference, hold: Hold | null, signal: AbortSignal): Promise<Reply> {
    const path = `${root}${api.status(key, hold)}`
    const exchange = await client.send({ method: 'GET', path, hold: (hold?.seconds ?? 0) * 1_000 }, signal)
    return { answers: [classifyJob(exchange, api, key)], ...timing(exchange, wall), filtered: true }
  }

  async function askList(
    api: Api,
    list: JobList,
    root: string,
    references: readonly JobReference[],
    signal: AbortSignal
  ): Promise<Reply> {
    const wanted = new Set(references.map(({ key }) => canonicalKey(api, key)))
    const found = new Map<string, Job>()
    let filtered = true
    const { failure, ...times } = await readPages(
      client,
      wall,
      api,
      `${root}${list.of(references.map(({ key }) => key))}`,
      signal,
      page => {
        const known = found.size
        const jobs = list.jobs(page)
        if (jobs === null) filtered = false
        for (const job of jobs ?? []) {
          const key = canonicalKey(api, job?.key ?? '')
          if (job !== null && wanted.has(key)) found.set(key, job)
          else filtered = false
        }
        return filtered && found.size > known && found.size < wanted.size
      }
    )
    const otherwise = failure === null ? UNLISTED : withoutList(failure)
    const answers = references.map(({ key }): Answer => {
      const job = found.get(canonicalKey(api, key))
      return job === undefined ? otherwise : { kind: 'job', job }
    })
    return { answers, ...times, filtered: failure === null ? filtered : isPassing(failure) }
  }

  async function askDetails({ api, root, told }: JobReference, job: Job, signal: AbortSignal): Promise<Reply> {
    const { path = null, promised = true } = api.details?.ask(job, told) ?? {}
    if (path === null) return { answers: [NO_LINK], retryAfter: null, serverNow: null, filtered: true }
    const pages: JsonObject[] = []
    const { failure, more, ...times } = await readPages(
      client,
      wall,
      api,
      `${root}${path}`,
      signal,
      page => pages.push(page) > 0
    )
    const none = pages.length === 0 ? failure !== null && !isPassing(failure) : merged(api, job, pages) === null
    const answer: Answer = none && !promised ? { kind: 'details', job } : (failure ?? detailsIn(api, job, pages, more))
    return { answers: [answer], ...times, filtered: true }
  }
}

function detailsIn(api: Api, job: Job, pages: readonly JsonObject[], more: boolean): Answer {
  if (more) return fatal(`the details of the job's end have more than ${MOST_PAGES} pages`)
  const detailed = merged(api, job, pages)
  if (detailed !== null) return { kind: 'details', job: detailed }
  const shown = plainText(boundedJson(joinPages(pages), 1_000).json, 200)
  return { kind: 'fault', what: `the answer holds no details of the job's end: ${shown}`, why: 'other', code: '' }
}

/** The job with the details of its end; null where the pages hold none. */
function merged(api: Api, job: Job, pages: readonly JsonObject[]): Job | null {
  return api.details?.merge(job, joinPages(pages)) ?? null
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

function fatal(what: string): Answer {
  return { kind: 'fatal', page: false, what, code: '' }
}

const NO_LINK = fatal("the link to the details of the job's end leads nowhere in the API: look at them on the server")

const UNLISTED: Answer = { kind: 'unlisted', page: null }

/** What came instead of a list says of one job: a problem that any request would meet counts, all others do not. */
function withoutList(answer: Answer): Answer {
  if (isPassing(answer) || (answer.kind === 'denied' && answer.final)) return answer
  const isPage = (answer.kind === 'missing' || answer.kind === 'denied') && answer.page
  return isPage ? { kind: 'unlisted', page: answer } : UNLISTED
}

function isPassing({ kind }: Answer): boolean {
  return kind === 'fault' || kind === 'fatal'
}
