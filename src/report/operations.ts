import type { JobReference } from '../jobs/reference.ts'
import { resourceAfter } from '../wait/operation.ts'
import type { Awaited } from '../wait/wait.ts'

type Subject = Pick<Awaited, 'reference' | 'isBeyond'>

/** What a person calls the operation that was awaited, after the success of a job or by a link alone; null for a job. */
export function operationOf({ reference, isBeyond }: Subject): string | null {
  const title = isBeyond ? reference.until?.operation.title : reference.api.shows?.title
  return title ?? null
}

/** What several of them are called together: `volume moves`, or `jobs` where they are not all of one kind. */
export function nounOf(all: readonly Subject[]): string {
  const [first = null, ...others] = new Set(all.map(operationOf))
  return first === null || others.length > 0 ? 'jobs' : `${first}s`
}

/** The resource whose state showed the end of the operation; null where a job was awaited. */
export function resourceOf({ reference, ending, isBeyond }: Awaited): JobReference | null {
  if (!isBeyond) return reference.api.shows === undefined ? null : reference
  return ending.job && reference.until ? resourceAfter(ending.job, reference, reference.until) : null
}
