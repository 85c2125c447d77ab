import type { Api, Details } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { JsonObject } from '../jobs/json.ts'
import type { JobReference } from '../jobs/reference.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer, Reply } from '../wait/ask.ts'
import { MOST_PAGES, type Read } from './pages.ts'

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
  const { failure, more, ...times } = await read(api, `${root}${asked.path}`, signal, page => {
    pages.push(page)
    return true
  })
  const answer = failure === null ? detailsIn(api, job, pages, more, asked) : insteadOf(failure, pages, asked)
  return { answers: [answer], ...times, filtered: true }
}

function detailsIn(
  api: Api,
  job: Job,
  pages: readonly JsonObject[],
  more: boolean,
  { promised }: Pick<Details, 'promised'>
): Answer {
  if (more) return fatal(`the details of the job's end have more than ${MOST_PAGES} pages, or pages that repeat`)
  const body = joinPages(pages)
  const detailed = api.details?.merge(job, body) ?? null
  if (detailed === null && !promised) return { kind: 'details', job }
  if (detailed !== null && detailed !== 'incomplete') return { kind: 'details', job: detailed }
  const [amount, why] = detailed === null ? (['no', 'other'] as const) : (['only some of the', 'incomplete'] as const)
  const shown = plainText(boundedJson(body, 1_000).json, 200)
  return { kind: 'fault', what: `the answer contains ${amount} details of the job's end: ${shown}`, why, code: '' }
}

/** What came instead of a page. That a further one is refused does not mean that there are none. */
function insteadOf(failure: Answer, pages: readonly JsonObject[], { promised }: Pick<Details, 'promised'>): Answer {
  const isRefusal = failure.kind === 'missing' || failure.kind === 'refused' || failure.kind === 'denied'
  return isRefusal && !promised && pages.length > 0 ? { ...failure, kind: 'fault', why: 'incomplete' } : failure
}

/** The pages' lists, each under its name as one, and their counts added up; whatever else the first page says. */
function joinPages(pages: readonly JsonObject[]): JsonObject {
  const names = new Set(pages.flatMap(Object.keys))
  return Object.fromEntries(
    [...names].map(name => {
      const parts = pages.map(page => page[name]).filter(part => part !== undefined)
      if (parts.some(Array.isArray)) return [name, parts.flat()]
      return [name, parts.every(Number.isFinite) ? parts.map(Number).reduce((sum, part) => sum + part) : parts[0]]
    })
  )
}

function fatal(what: string): Answer {
  return { kind: 'fatal', page: false, what, code: '' }
}
