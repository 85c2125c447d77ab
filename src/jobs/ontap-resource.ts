import type { Api, HttpAnswer, JobList, Operation } from './api.ts'
import { decodeOnce, encodeQuery, encodeSegment, isSegment } from './encode.ts'
import { type Idle, type Job, UNKNOWN_JOB, type Verdict } from './job.ts'
import { asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { ontapError } from './ontap-words.ts'
import { hrefOf, nextPage, pathOf, recordsIn } from './records.ts'

const GATEWAY = '(?<under>/gateways/[^/]+)?'

/** The path under the API's root in a job's description: `PATCH /api/storage/volumes/<uuid>?…`. */
const DESCRIBED = /^[A-Z]+\s+\/api(?<path>\/\S+)/

/** What the state of a resource means: how the operation ended, why it is not at work, or that it is. */
export type Meaning = Verdict | Idle | 'working'

/** What the words of a resource mean, in lower case. */
export type Meanings = Readonly<Record<string, Meaning>>

/** What a state means; undefined for one that is not known. */
export function meaningIn(state: string, meanings: Meanings): Meaning | undefined {
  const word = asWord(state)
  return Object.hasOwn(meanings, word) ? meanings[word] : undefined
}

/** What a resource says of the operation. */
export interface Reading {
  /** The state as it came. */
  readonly state: string
  /** undefined for a state that is not known. */
  readonly meaning: Meaning | undefined
  /** Progress, or the reason of a failure; '' for none. */
  readonly message: string
  readonly errorCode?: string
  /** When the operation began, in epoch ms; null where that is not known. */
  readonly startedAt?: number | null
  /** Whether it is known to be the operation of this call, and not of an earlier one. */
  readonly isOwn?: boolean
  /** It is known to be that of an earlier one. */
  readonly stale?: true
}

/** What is particular to one kind of resource. */
export interface Resource {
  /** As the `until` input has it. */
  readonly name: string
  /** As a person calls the operation. */
  readonly title: string
  /** The path under the API's root: of the resource, or of the collection, where `idField` says what identifies one in it. */
  readonly path: string
  readonly idField?: string
  readonly fields: string
  readonly targets?: readonly string[]
  /** What a person calls the resource; '' where it says nothing. */
  readonly nameOf?: (body: JsonObject) => string
  /** null where the resource shows no such operation. `target` and `since` are those of `Operation`. */
  readonly read: (body: JsonObject, target: string | null, since: number | null) => Reading | null
}

/** The operation whose end such a resource shows. A resource without an id has its path as its key. */
export function operationOn(resource: Resource): Operation {
  const { name, title, path, idField, targets } = resource
  const key = idField === undefined ? `(?<key>${path})` : `${path}/(?<key>[^/?#]+)`
  const end = idField === undefined ? '(\\?|$)' : '([/?]|$)'
  const call = new RegExp(`^${GATEWAY}${path}${end}`)
  const named = new RegExp(`^${GATEWAY}${key}${end}`)
  const link = new RegExp(`${GATEWAY}${key}$`)
  const keyBy = (pattern: RegExp, text: string): string | null => {
    const found = decodeOnce(pattern.exec(text)?.groups?.key ?? '')
    return isSegment(found) ? found : null
  }
  const keyIn = (called: string): string | null => keyBy(named, called)
  return {
    name,
    title,
    ...(targets && { targets }),
    isStartedBy: called => call.test(called),
    keyIn,
    keyInAnswer: answer =>
      linksIn(answer)
        .map(href => keyBy(link, pathOf(href)))
        .find(found => found !== null) ?? null,
    keyOf: ({ name: description }) =>
      idField === undefined ? path : keyIn(DESCRIBED.exec(description)?.groups?.path ?? ''),
    resource: (target, since) => resourceApi(resource, link, target, since)
  }
}

/** Where the answer to a call that was done at once can have the link to its resource. */
function linksIn({ headers, body }: HttpAnswer): string[] {
  const object = asObject(body) ?? {}
  return [asText(headers.location), ...[object, ...asObjects(object.records)].map(one => hrefOf(one, 'self'))]
}

/** A record is no more than named here: the API of each resource reads its own. */
function listOf(path: string, idField: string, fields: string): JobList {
  return {
    collection: path,
    of: keys => `${path}?${idField}=${keys.map(encodeQuery).join('|')}&fields=${fields}&max_records=${keys.length}`,
    jobs: body =>
      recordsIn(body)?.map(record => record && { ...UNKNOWN_JOB, key: asText(record[idField]), source: record }) ?? null
  }
}

function resourceApi(resource: Resource, link: RegExp, target: string | null, since: number | null): Api {
  const { name, title, path, idField, fields, read, nameOf } = resource
  const canonical = (key: string): string => key.toLowerCase()
  return {
    name: 'ontap',
    title: 'ONTAP',
    shows: { title, until: target === null ? null : `${name}=${target}` },
    naming: { link, accepted: () => [], canonical },
    status: key => `${idField === undefined ? path : `${path}/${encodeSegment(key)}`}?fields=${fields}`,
    ...(idField && { list: listOf(path, idField, fields), nextPage }),
    read: (answer, key) => {
      const body = ownBody(answer, key)
      const reading = body && read(body, target, since)
      return body && reading && jobIn(reading, key, body)
    },
    missing: (answer, key) => {
      const body = ownBody(answer, key)
      if (body === null || ontapError(answer) !== null) return null
      return read(body, target, since) === null ? 'the answer has none' : null
    },
    complaint: ontapError,
    datesEnds: true
  }

  function ownBody({ body }: HttpAnswer, key: string): JsonObject | null {
    const object = asObject(body)
    if (object === null || idField === undefined) return object
    return canonical(asText(object[idField])) === canonical(key) ? object : null
  }

  function jobIn(reading: Reading, key: string, body: JsonObject): Job {
    const { state, meaning, message, errorCode = '', startedAt = null, isOwn = false, stale } = reading
    const isIdle = meaning === 'queued' || meaning === 'paused'
    const verdict = meaning === undefined || meaning === 'working' || isIdle ? null : meaning
    const { _links, ...result } = body
    return {
      ...UNKNOWN_JOB,
      key,
      name: nameOf?.(body) ?? '',
      state,
      verdict,
      over: verdict !== null,
      recognized: meaning !== undefined,
      idle: isIdle ? meaning : null,
      ...(stale && { stale }),
      dated: isOwn,
      message,
      errorCode,
      result,
      startedAt,
      source: body
    }
  }
}
