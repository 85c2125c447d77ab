import type { Named } from './api.ts'
import { decodeOnce } from './encode.ts'
import type { Job } from './job.ts'
import { asCount, asObject, asText, type JsonObject, saysError } from './json.ts'

/** The JSON conventions that the APIs of one vendor share. */

/** The records of a list; null if it is not a list, reports an error, or counts more records than it contains. */
export function recordsIn({ records, num_records, error }: JsonObject): readonly (JsonObject | null)[] | null {
  if (!Array.isArray(records) || asCount(num_records) > records.length || saysError(error)) return null
  return records.map(asObject)
}

/** Only the query of the server's link to the next page is used, so that it cannot lead anywhere else. */
export function nextPage(body: JsonObject): string | null {
  return /\?[^#\s]+/.exec(hrefOf(body, 'next'))?.[0] ?? null
}

/** The target of a link in `_links`, or ''. */
export function hrefOf(body: JsonObject, name: string): string {
  return asText(asObject(asObject(body._links)?.[name])?.href)
}

/**
 * The jobs that a body names as `{"job": {…}}`, `{"jobs": […]}`, or as a job by itself. A resource can have a key and a
 * state as well: a job by itself is one whose link, or whose state, is a job's.
 */
export function jobsNamed(
  body: unknown,
  keyField: string,
  link: RegExp,
  read: (job: JsonObject) => Job | null
): readonly Named[] {
  return jobsIn(asObject(body)).map(job => ({
    key: decodeOnce(asText(job?.[keyField])),
    href: job === null ? '' : hrefOf(job, 'self'),
    reported: job === null ? null : read(job)
  }))

  function jobsIn(object: JsonObject | null): (JsonObject | null)[] {
    if (object === null) return []
    if (Array.isArray(object.jobs) && object.jobs.length > 0) return object.jobs.map(asObject)
    const job = asObject(object.job)
    if (job !== null) return [job]
    return link.test(pathOf(hrefOf(object, 'self'))) || read(object)?.recognized === true ? [object] : []
  }
}

/** The path of a link: its query, its fragment and the slashes at its end are left out. */
export function pathOf(link: string): string {
  return link
    .replaceAll('\\', '/')
    .replace(/[?#].*$/s, '')
    .replace(/(?<!\/)\/+$/, '')
}
