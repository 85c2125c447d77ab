import { APIS, type Api, apiNamed } from './api.ts'
import { encodeSegment } from './encode.ts'
import type { ApiName, JobReference } from './job.ts'
import { asObject, asText, type JsonObject } from './json.ts'

/** What the inputs say of where the jobs are. */
export interface Place {
  readonly api: ApiName | 'auto'
  /** The API's root: the path of the `url` input, without a slash at its end. */
  readonly root: string
}

/** The jobs that an input names, each once, or what is wrong with it: whole sentences without the input's name. */
export interface Found {
  readonly references: readonly JobReference[]
  readonly faults: readonly string[]
}

/** The lines of `job-key`: keys, UUIDs or links, percent-encoded or not. */
export function fromKeys(text: string, place: Place): Found {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (/^[{[]/.test(lines[0] ?? '')) {
    return collect([{ fault: `is the JSON body ${quote(text.trim())}: give it as "response" instead` }])
  }
  return collect(lines.map(line => refer(parseLink(line) ?? { key: decodeOnce(line) }, place)))
}

/**
 * The body of the response that accepted a call: `{"job": {…}}`, `{"jobs": […]}`, `{"job_key": "…"}`, a job by itself;
 * several of them as a JSON array or one a line.
 */
export function fromBodies(text: string, place: Place): Found {
  const bodies = parseBodies(text)
  if (bodies === null) return collect([{ fault: `is not JSON: it starts with ${quote(text.trim())}` }])
  return collect(bodies.flatMap(body => jobsIn(body).map(job => referToBody(job, body, place))))
}

/** Whether a body names a job, in whichever form. */
export function holdsJob(body: JsonObject): boolean {
  return jobsIn(body).some(job => job !== null)
}

/** What one line or body mentions of a job; all but the key may be missing. */
interface Mention {
  readonly key: string
  readonly api?: Api
  readonly gateway?: string
}

type Link = Mention & { readonly api: Api }

type Referred = { readonly reference: JobReference } | { readonly fault: string }

function refer(mention: Mention, place: Place, body?: JsonObject): Referred {
  const { key, gateway } = mention
  if (!isSegment(key)) return { fault: `${quote(key)} cannot be a job's key` }
  if (gateway !== undefined && !isSegment(gateway)) return { fault: `${quote(gateway)} cannot be a gateway` }
  const gatewayOfRoot = gatewayIn(place.root)
  const isTold = place.api === 'auto' || gatewayOfRoot !== undefined
  const told = mention.api ?? (isTold ? apiOfRoot(place.root) : undefined)
  if (place.api !== 'auto' && told !== undefined && told.name !== place.api) {
    return { fault: `names a job of ${told.title} (${told.name}), but "api" says ${place.api}` }
  }
  const api = place.api === 'auto' ? (told ?? apiOfShape(key)) : apiNamed(place.api)
  if (api === undefined) {
    const names = APIS.map(({ name }) => name).join(', ')
    return { fault: `${quote(key)} could be a job of any API: set "api" to one of ${names}` }
  }
  if (gateway !== undefined && gatewayOfRoot !== undefined && gateway.toLowerCase() !== gatewayOfRoot.toLowerCase()) {
    return { fault: `names a job behind gateway ${gateway}, but "url" names gateway ${gatewayOfRoot}` }
  }
  const root =
    gateway === undefined || gatewayOfRoot !== undefined
      ? place.root
      : `${place.root}/gateways/${encodeSegment(gateway)}`
  return { reference: { api: api.name, key, root, told: body === undefined ? null : api.read(body) } }
}

/** What the `url`'s path tells of the API: behind a gateway is ONTAP, and Unified Manager alone has versions. */
export function apiOfRoot(root: string): Api | undefined {
  if (gatewayIn(root) !== undefined) return apiNamed('ontap')
  return /\/api\/v\d+$/.test(root) ? apiNamed('unified-manager') : undefined
}

/** Whether a path can hold the text as one segment of its own: dots alone would lead out of it. */
function isSegment(text: string): boolean {
  return !['', '.', '..'].includes(text) && !/\p{Cc}/u.test(text) && text.isWellFormed()
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const UNIFIED_MANAGER_KEY = /^[0-9a-f]+(:-?[0-9a-f]+)+$/i

/** A UUID alone is taken for ONTAP's, though ONTAP Select has them too: the more common reading. */
function apiOfShape(key: string): Api | undefined {
  if (UUID.test(key)) return apiNamed('ontap')
  return UNIFIED_MANAGER_KEY.test(key) ? apiNamed('unified-manager') : undefined
}

/**
 * A link lends its API, its gateway and its key. Its origin and the rest of its path are never used: a body that comes
 * from elsewhere must not choose where credentials go.
 */
function parseLink(text: string): Link | null {
  const path = text
    .replaceAll('\\', '/')
    .replace(/[?#].*$/s, '')
    .replace(/(?<!\/)\/+$/, '')
  for (const api of APIS) {
    const at = path.lastIndexOf(`${api.collection}/`)
    if (at === -1) continue
    const key = path.slice(at + api.collection.length + 1)
    if (key.includes('/')) continue
    const gateway = gatewayIn(path.slice(0, at))
    return { key: decodeOnce(key), api, ...(gateway === undefined ? {} : { gateway }) }
  }
  return null
}

/** The gateway at the end of a path, decoded: the cluster whose ONTAP a Unified Manager passes requests on to. */
function gatewayIn(path: string): string | undefined {
  const gateway = /\/gateways\/([^/]+)$/.exec(path)?.[1]
  return gateway === undefined ? undefined : decodeOnce(gateway)
}

/** A key in valid percent-encoding is decoded, once; any other `%` is data. */
function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** One body, a JSON array of bodies, or JSON lines; null where the text is none of these. */
function parseBodies(text: string): unknown[] | null {
  const whole = parse(text)
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole]
  const bodies = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(parse)
  return bodies.length === 0 || bodies.includes(undefined) ? null : bodies
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** Every place in the body where a job stands or should stand: null for one that holds none. */
function jobsIn(body: unknown): (JsonObject | null)[] {
  const object = asObject(body)
  if (object === null) return [null]
  if (Array.isArray(object.jobs) && object.jobs.length > 0) return object.jobs.map(asObject)
  if (asText(object.job_key) !== '') return [{ key: object.job_key }]
  const job = asObject(object.job)
  if (job !== null) return [job]
  const bare = asObject(object.record) ?? object
  return [isJob(bare) ? bare : null]
}

function referToBody(job: JsonObject | null, body: unknown, place: Place): Referred {
  if (job !== null) return refer(mentionIn(job), place, job)
  const message = asText(asObject(asObject(body)?.error)?.message)
  if (message !== '') return { fault: `is an error, not a job: the server said ${quote(message)}` }
  return {
    fault: `holds no job: a 202 answer has {"job": {…}} or {"jobs": […]}, but this is ${quoteJson(body)}`
  }
}

/** A resource can have a key and a state as well: a job by itself is one whose link, or whose state, is a job's. */
function isJob(body: JsonObject): boolean {
  return linkOf(body) !== null || APIS.some(api => api.read(body)?.recognized === true)
}

function mentionIn(job: JsonObject): Mention {
  const keyOf = ({ keyField }: Api): string => decodeOnce(asText(job[keyField]))
  const link = linkOf(job)
  if (link !== null) return { ...link, key: keyOf(link.api) || link.key }
  const api = APIS.find(one => keyOf(one) !== '')
  return api === undefined ? { key: '' } : { api, key: keyOf(api) }
}

function linkOf(job: JsonObject): Link | null {
  return parseLink(asText(asObject(asObject(job._links)?.self)?.href))
}

function collect(referred: readonly Referred[]): Found {
  const faults = new Set(referred.flatMap(one => ('fault' in one ? [one.fault] : [])))
  const references = referred.flatMap(one => ('reference' in one ? [one.reference] : []))
  const apis = [...new Set(references.map(({ api }) => api))]
  if (referred.length === 0) faults.add('holds no job')
  if (apis.length > 1) faults.add(`names jobs of different APIs (${apis.join(', ')}): await each in a step of its own`)
  return { references: [...new Map(references.map(one => [identityOf(one), one])).values()], faults: [...faults] }
}

function identityOf({ api, root, key }: JobReference): string {
  return `${root} ${apiNamed(api).canonicalKey(key)}`
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}

/** What `JSON.parse` still reads can be nested too deeply for `JSON.stringify`. */
function quoteJson(value: unknown): string {
  try {
    return quote(JSON.stringify(value))
  } catch {
    return '{…}'
  }
}
