import type { Client } from '../http/client.ts'
import type { Api, JobList } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import { pageIn } from '../wait/judge.ts'
import type { Attempt } from '../wait/retry.ts'
import { MOST_PAGES, readPages } from './pages.ts'

/**
 * What the server's list of the jobs that match a filter says. `reason` is a sentence for a person; `errorCode` the server's
 * own, '' where it gave none.
 */
export type Listed =
  | { readonly kind: 'pending'; readonly jobs: readonly Job[] }
  | {
      readonly kind: 'refused' | 'unauthorized' | 'unreachable' | 'unrecognized'
      readonly reason: string
      readonly errorCode: string
    }

interface Wanted {
  readonly api: Api
  readonly list: JobList
  readonly path: string
  /** Whether the server has shown this list before: then a page of something in front of it says nothing. */
  readonly isKnown: boolean
}

/** Asks for the jobs that match the filter, and picks those that have not finished. */
export async function listPending(
  client: Client,
  wall: () => number,
  { api, list, path, isKnown }: Wanted,
  signal: AbortSignal
): Promise<Attempt<Listed>> {
  const jobs: (Job | null)[] = []
  let isList = true
  const { failure, more, retryAfter } = await readPages(client, wall, api, path, signal, page => {
    const listed = list.jobs(page)
    if (listed === null) isList = false
    else for (const job of listed) jobs.push(job)
    return isList
  })
  const page = failure !== null && isKnown ? pageIn(failure) : null
  if (page !== null) return { error: page.what, unresolved: false, retryAfter }
  switch (failure?.kind) {
    case undefined:
      break
    case 'fault':
      return { error: failure.what, unresolved: failure.why === 'unresolved', retryAfter }
    case 'denied':
      return { value: { kind: 'unauthorized', reason: failure.what, errorCode: failure.code } }
    case 'fatal':
      return { value: { kind: 'unreachable', reason: failure.what, errorCode: failure.code } }
    case 'refused':
    case 'missing':
      return { value: { kind: 'refused', reason: failure.what, errorCode: failure.code } }
    default:
      return { error: 'the answer is not a list of jobs', unresolved: false, retryAfter }
  }
  if (!isList || jobs.includes(null))
    return { error: 'the answer is not a list of jobs', unresolved: false, retryAfter }
  if (more) {
    const reason = `more than ${MOST_PAGES} pages of jobs match, or the pages repeat: narrow the filter`
    return { value: { kind: 'unrecognized', reason, errorCode: '' } }
  }
  const pending = jobs.filter(job => job !== null && !job.over)
  return { value: { kind: 'pending', jobs: pending as Job[] } }
}
