import type { Api } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { JsonObject } from '../jobs/json.ts'
import type { JobReference } from '../jobs/reference.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer, Reply } from '../wait/ask.ts'
import { isPassing, MOST_PAGES, type Read } from './pages.ts'

const NO_LINK = fatal("the link to the details of the job's end points outside the API: check them on the server")

/** Asks for what a job's end has beyond the job itself, such as the records of a bulk call. */
export async function askDetails(
  read: Read,
  { api, root, reported }: JobReference,
  job: Job,
  signal: AbortSignal
): Promise<Reply> {
  const asked = api.details?.ask(job, reported)
  if (asked?.path == null) return { answers: [NO_LINK], retryAfter: null, serverNow: null, filtered: true }
  const pages: JsonObject[] = []
  const { failure, more, ...times } = await read(api, `${root}${asked.path}`, signal, page => pages.push(page) > 0)
  const none = pages.length === 0 ? isOwnRefusal(failure) : merged(api, job, pages) === null
  const answer: Answer =
    none && !asked.promised ? { kind: 'details', job } : (failure ?? detailsIn(api, job, pages, more))
  return { answers: [answer], ...times, filtered: true }
}

function detailsIn(api: Api, job: Job, pages: readonly JsonObject[], more: boolean): Answer {
  if (more) return fatal(`the details of the job's end have more than ${MOST_PAGES} pages, or pages that repeat`)
  const detailed = merged(api, job, pages)
  if (detailed !== null) return { kind: 'details', job: detailed }
  const shown = plainText(boundedJson(joinPages(pages), 1_000).json, 200)
  return { kind: 'fault', what: `the answer contains no details of the job's end: ${shown}`, why: 'other', code: '' }
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
      return [name, parts.some(Array.isArray) ? parts.flat() : parts[0]]
    })
  )
}

function fatal(what: string): Answer {
  return { kind: 'fatal', page: false, what, code: '' }
}

/** Whether the API itself refused the request: the page of something in front of it says nothing. */
function isOwnRefusal(failure: Answer | null): boolean {
  if (failure === null || isPassing(failure) || failure.kind === 'accepted') return false
  return !('page' in failure && failure.page)
}
