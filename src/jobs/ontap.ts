import type { Api } from './api.ts'
import { encodeQuery } from './encode.ts'
import type { Job, Verdict } from './job.ts'
import { asInstant, asObject, asText, asWord, type JsonObject } from './json.ts'

const PENDING = new Set(['queued', 'running', 'paused'])

/** The specification's words, and the `error` that one page of the documentation uses for `failure`. */
const VERDICT_WORDS = new Map<string, Verdict>([
  ['success', 'NORMAL'],
  ['failure', 'ERROR'],
  ['error', 'ERROR']
])

/**
 * ONTAP, directly or through Unified Manager's gateway. `fields=*` is what every version knows (a field named before its
 * version is refused). No long poll is documented for a job. The codes are those of the specification's error tables.
 */
export const ontap: Api = {
  name: 'ontap',
  title: 'ONTAP',
  collection: '/cluster/jobs',
  keyField: 'uuid',
  query: 'fields=*',
  listQuery: keys => `uuid=${keys.map(encodeQuery).join('|')}&fields=*&max_records=${keys.length}`,
  longPoll: false,
  canonicalKey: key => key.toLowerCase(),
  read,
  transientCodes: ['7', '8', '262160', '65541', '65552', '65562'],
  deniedCodes: ['6691623']
}

function read(body: JsonObject): Job | null {
  const key = asText(body.uuid)
  if (key === '') return null
  const word = asWord(body.state)
  const verdict = VERDICT_WORDS.get(word) ?? null
  const error = asObject(body.error)
  const code = asText(error?.code) || asText(body.code)
  const name = asText(body.description)
  return {
    key,
    name,
    state: verdict === null ? asText(body.state) : word,
    verdict,
    recognized: verdict !== null || PENDING.has(word),
    dated: asText(body.end_time) !== '',
    message: asText(error?.message) || asText(body.message),
    errorCode: code === '0' ? '' : code,
    failures: [],
    result: resultOf(name),
    startedAt: asInstant(body.start_time),
    endedAt: asInstant(body.end_time),
    lastModified: null,
    source: body
  }
}

/** A description is the call that the job serves: `POST /api/storage/volumes/<uuid>` names the resource. */
function resultOf(description: string): JsonObject {
  const resource = /^[A-Z]+\s+(\/\S+)/.exec(description)?.[1]
  return resource === undefined ? {} : { resource }
}
