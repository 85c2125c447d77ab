import type { Api } from './api.ts'
import type { Job, Verdict } from './job.ts'
import { asInstant, asObject, asText, asWord, type JsonObject } from './json.ts'

const PENDING = new Set(['queued', 'running'])
const VERDICT_WORDS = new Map<string, Verdict>([
  ['success', 'NORMAL'],
  ['failure', 'ERROR']
])

/**
 * ONTAP Select Deploy. Its documentation asks clients to long-poll always: `poll_timeout` with
 * `last_modified=>=<stamp of the last answer>` is answered when the job has changed since, or when the timeout is out.
 */
export const ontapSelect: Api = {
  name: 'ontap-select',
  title: 'ONTAP Select Deploy',
  collection: '/jobs',
  keyField: 'id',
  query: 'fields=state,message,last_modified',
  listQuery: null,
  newestQuery: null,
  fullQuery: '',
  calls: /^\/(clusters|hosts|images|licensing)(\/|\?|$)/,
  longPoll: true,
  canonicalKey: key => key.toLowerCase(),
  longestPause: Number.POSITIVE_INFINITY,
  read,
  details: () => null,
  withDetails: job => job,
  cancel: null,
  transientCodes: [],
  deniedCodes: []
}

function read(body: JsonObject): Job | null {
  const job = asObject(body.record) ?? body
  const key = asText(job.id)
  if (key === '') return null
  const word = asWord(job.state)
  const verdict = VERDICT_WORDS.get(word) ?? null
  const error = asObject(job.error)
  return {
    key,
    name: asText(job.name),
    state: verdict === null ? asText(job.state) : word,
    verdict,
    recognized: verdict !== null || PENDING.has(word),
    dated: asText(job.end_time) !== '',
    message: asText(error?.message) || asText(job.message),
    errorCode: asText(error?.code),
    failures: [],
    result: {},
    startedAt: asInstant(job.start_time),
    endedAt: asInstant(job.end_time),
    lastModified: asText(job.last_modified) || null,
    source: job
  }
}
