import { canonicalKey, type JobList } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import { type JobReference, withTold } from '../jobs/reference.ts'
import type { Answer, Reply } from '../wait/ask.ts'
import { isPassing, type Read } from './pages.ts'

const UNLISTED = { kind: 'unlisted', isEmpty: false, page: null } as const

/** Asks about several jobs of one API in one list. */
export async function askTogether(
  read: Read,
  list: JobList,
  references: readonly [JobReference, ...JobReference[]],
  signal: AbortSignal
): Promise<Reply> {
  const [{ api, root }] = references
  const wanted = new Set(references.map(({ key }) => canonicalKey(api, key)))
  /** null for a job that was listed twice: which of the two it is like is not known. */
  const found = new Map<string, Job | null>()
  let filtered = true
  const path = `${root}${list.of(references.map(({ key }) => key))}`
  const { failure, ...times } = await read(api, path, signal, page => {
    const known = found.size
    const jobs = list.jobs(page)
    if (jobs === null) filtered = false
    for (const job of jobs ?? []) {
      const key = canonicalKey(api, job?.key ?? '')
      const isNew = job !== null && wanted.has(key) && !found.has(key)
      if (isNew) found.set(key, job)
      else filtered = false
      if (!isNew && found.has(key)) found.set(key, null)
    }
    return filtered && found.size > known && found.size < wanted.size
  })
  const isEmpty = filtered && found.size === 0
  const otherwise = failure === null ? { ...UNLISTED, isEmpty } : withoutList(failure)
  const answers = references.map((reference): Answer => {
    const record = found.get(canonicalKey(api, reference.key))?.source
    const job = record && reference.api.read({ status: 200, headers: {}, body: record }, reference.key)
    return job == null ? otherwise : { kind: 'job', job: withTold(job, reference) }
  })
  return { answers, ...times, filtered: failure === null ? filtered : isPassing(failure) }
}

/** What came instead of a list says of one job: a problem that any request would meet counts, all others do not. */
function withoutList(answer: Answer): Answer {
  if (isPassing(answer) || (answer.kind === 'denied' && answer.final)) return answer
  const isPage = (answer.kind === 'missing' || answer.kind === 'denied') && answer.page
  return isPage ? { ...UNLISTED, page: answer } : UNLISTED
}
