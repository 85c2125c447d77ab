import type { Api, Operation } from './api.ts'
import { decodeOnce, encodeSegment, isSegment } from './encode.ts'
import type { Job } from './job.ts'
import { quote } from './quote.ts'
import { pathOf } from './records.ts'
import type { JobReference, Until } from './reference.ts'

/** What the inputs say of where the jobs are. */
export interface Place {
  /** Every API that there is, in the order in which links, bodies and keys are matched. */
  readonly apis: readonly Api[]
  /** The one that the inputs name; null leaves it to what names the jobs. */
  readonly api: Api | null
  /** The API's root: the path of the `url` input, without a slash at its end. */
  readonly root: string
  /** The operation that has to end after the success of every job. */
  readonly until?: Until
}

/** What a line or a body says of one job; all but the key may be missing. */
export interface Mention {
  readonly key: string
  readonly api?: Api | undefined
  /** What comes between the API's root and the collection of jobs, each segment encoded; '' for nothing. */
  readonly under?: string
  readonly reported?: Job | null
  /** As it was given: of several lines, perhaps. */
  readonly label?: string | undefined
  /** Where it is not a job, but the resource whose state shows how this operation ends. */
  readonly operation?: Operation
}

export type Link = Mention & { readonly api: Api }

export type Referred = { readonly reference: JobReference } | { readonly fault: string }

/** The job that is meant, or what is wrong with it: a sentence without the input's name. */
export function refer(
  { key, api: named, under = '', reported = null, label, operation }: Mention,
  place: Place
): Referred {
  if (!isSegment(key)) return { fault: `${quote(key)} cannot be a job's key` }
  if (!under.split('/').slice(1).every(isEncodedSegment)) {
    return { fault: `${quote(under)} cannot be part of a link to a job behind a gateway` }
  }
  const underRoot = underOf(place)
  const found = named ?? (place.api === null || underRoot !== '' ? apiOfRoot(place) : undefined)
  if (place.api !== null && found !== undefined && found.name !== place.api.name) {
    return { fault: `names a job of ${found.title} (${found.name}), but "api" says ${place.api.name}` }
  }
  const api = found ?? place.api ?? place.apis.find(({ naming }) => naming.key?.unique?.test(key))
  if (api === undefined) {
    const names = place.apis.map(({ name }) => name).join(', ')
    return { fault: `${quote(key)} could be a job of any API: set "api" to one of ${names}` }
  }
  if (place.api === null && api.explicit) {
    return { fault: `names a job of ${api.title}: set "api" to ${api.name}` }
  }
  if (under !== '' && underRoot !== '' && under.toLowerCase() !== underRoot.toLowerCase()) {
    return { fault: `names a job under ${under}, but "url" ends in ${underRoot}` }
  }
  const called = underRoot === '' ? `${place.root}${under}` : place.root
  const root = api.rootOfJobs?.(called) ?? called
  const name = label?.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  const reference: JobReference = { api, key, root, reported, ...(name && { label: name }) }
  const { until } = place
  if (until === undefined || operation === until.operation) return { reference }
  const wanted = until.operation.title
  if (operation !== undefined) return { fault: `names a ${operation.title}, but "until" waits for a ${wanted}` }
  if (!api.operations?.includes(until.operation)) {
    return { fault: `names a job of ${api.title}, which starts no ${wanted}: leave out "until"` }
  }
  return { reference: { ...reference, until } }
}

/** The API that the path of the `url` input belongs to, where no other API has such paths. */
export function apiOfRoot({ apis, root }: Place): Api | undefined {
  return apis.find(({ naming }) => naming.root?.test(root))
}

/**
 * A link lends its API, its key, and what is between the two. Its origin and the rest of its path are never used: a body
 * that comes from elsewhere must not choose where credentials go.
 */
export function linkIn(text: string, apis: readonly Api[]): Link | null {
  const path = pathOf(text)
  for (const api of apis) {
    const groups = api.naming.link.exec(path)?.groups
    if (groups?.key !== undefined) return { api, key: decodeOnce(groups.key), under: encoded(groups.under) }
  }
  return null
}

/** The resource that a link names, if it shows how an operation ends; in the state that is waited for. */
export function resourceIn(text: string, { apis, until }: Place): Link | null {
  for (const operation of apis.flatMap(({ operations = [] }) => operations)) {
    const target = operation === until?.operation ? until.target : null
    const link = linkIn(text, [operation.resource(target, null)])
    if (link !== null) return { ...link, operation }
  }
  return null
}

/** What the path of the `url` input has that the link to a job could have, too; '' for nothing. */
function underOf({ apis, root }: Pick<Place, 'apis' | 'root'>): string {
  return encoded(apis.map(({ naming }) => naming.root?.exec(root)?.groups?.under).find(Boolean))
}

/**
 * Splits the path of a call into what comes between the API's root and the resource, as in the link to a job (a gateway; ''
 * for nothing), and the rest, without the query.
 */
export function splitCall(path: string, { apis, root }: Place): { readonly under: string; readonly rest: string } {
  const [, ...segments] = path.slice(root.length).replace(/\?.*/s, '').split('/')
  for (let count = 1; count < segments.length; count += 1) {
    const under = underOf({ apis, root: `${root}/${segments.slice(0, count).join('/')}` })
    if (under !== '') return { under, rest: `/${segments.slice(count).join('/')}` }
  }
  return { under: '', rest: `/${segments.join('/')}` }
}

/** A path whose segments are encoded in one and the same way. */
function encoded(path = ''): string {
  return path
    .split('/')
    .map(segment => encodeSegment(decodeOnce(segment).toWellFormed()))
    .join('/')
}

function isEncodedSegment(text: string): boolean {
  return isSegment(decodeOnce(text))
}
