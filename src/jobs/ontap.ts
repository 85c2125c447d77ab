import type { Api, Details, PendingWords } from './api.ts'
import { errorMember, type Meanings } from './complaint.ts'
import { encodeQuery, encodeSegment, leadsBack } from './encode.ts'
import { type Job, type TaskFailure, UNKNOWN_JOB, type Verdict } from './job.ts'
import { asInstant, asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { ONTAP_OPERATIONS } from './ontap-operations.ts'
import { hrefOf, jobsNamed, nextPage, recordsIn } from './records.ts'

const JOBS = '/cluster/jobs'
const LINK = /(?<under>\/gateways\/[^/]+)?\/cluster\/jobs\/(?<key>[^/]*)$/

const PENDING: PendingWords = new Map([
  ['queued', 'queued'],
  ['running', null],
  ['paused', 'paused']
])

/** The specification's words, and the `error` that one page of the documentation uses for `failure`. */
const VERDICT_WORDS = new Map<string, Verdict>([
  ['success', 'NORMAL'],
  ['failure', 'ERROR'],
  ['error', 'ERROR']
])

/** From the specification's error tables. */
const CODES: Meanings = new Map([
  ['262160', 'not-taken'],
  ['7', 'later'],
  ['8', 'later'],
  ['65541', 'later'],
  ['65552', 'later'],
  ['65562', 'later'],
  ['6691623', 'denied']
])

/**
 * ONTAP, directly or through Unified Manager's gateway. `fields=*` is what every version knows (a field named before its
 * version is refused). No long poll is documented for a job, which is deleted 300 s after its end.
 */
export const ontap: Api = {
  name: 'ontap',
  title: 'ONTAP',
  naming: {
    link: LINK,
    accepted: ({ body }) => jobsNamed(body, 'uuid', LINK, jobIn),
    key: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    root: /(?<under>\/gateways\/[^/]+)$/,
    calls:
      /^\/(gateways\/|(application|cloud|cluster|name-services|network|protocols|security|snapmirror|storage|support|svm)(\/|$))/,
    canonical
  },
  status: key => `${JOBS}/${encodeSegment(key)}?fields=*`,
  read: ({ body }, key) => {
    const job = jobIn(asObject(body) ?? {})
    return job !== null && canonical(job.key) === canonical(key) ? job : null
  },
  complaint: answer => errorMember(answer, CODES),
  operations: ONTAP_OPERATIONS,
  remembers: 300_000,
  list: {
    of: keys => `${JOBS}?uuid=${keys.map(encodeQuery).join('|')}&fields=*&max_records=${keys.length}`,
    matching: filter => `${JOBS}?${filter}&fields=*&max_records=1000`,
    newest: `${JOBS}?fields=*&order_by=start_time%20desc&max_records=10`,
    jobs: body => recordsIn(body)?.map(record => record && jobIn(record)) ?? null
  },
  nextPage,
  details: { ask: bulkResults, merge: withBulkResults },
  cancel: key => ({ method: 'PATCH', path: `${JOBS}/${encodeSegment(key)}?action=cancel` }),
  returnTimeout: { longest: 120_000, query: ms => `return_timeout=${ms / 1_000}` }
}

function canonical(key: string): string {
  return key.toLowerCase()
}

function jobIn(body: JsonObject): Job | null {
  const key = asText(body.uuid)
  if (key === '') return null
  const word = asWord(body.state)
  const verdict = VERDICT_WORDS.get(word) ?? null
  const error = asObject(body.error)
  const code = asText(error?.code) || asText(body.code)
  const name = asText(body.description)
  return {
    ...UNKNOWN_JOB,
    key,
    name,
    state: verdict === null ? asText(body.state) : word,
    verdict,
    recognized: verdict !== null || PENDING.has(word),
    idle: PENDING.get(word) ?? null,
    dated: asText(body.end_time) !== '',
    message: asText(error?.message) || asText(body.message),
    errorCode: code === '0' ? '' : code,
    result: resultOf(name),
    startedAt: asInstant(body.start_time),
    endedAt: asInstant(body.end_time),
    source: body
  }
}

/** A description is the call that the job serves: `POST /api/storage/volumes/<uuid>` names the resource. */
function resultOf(description: string): JsonObject {
  const resource = /^[A-Z]+\s+(\/\S+)/.exec(description)?.[1]
  return resource === undefined ? {} : { resource }
}

/** Whatever stands before the API's root in a link, and the root itself, are not used. */
const RESULTS_LINK = /^\/api(?:\/v\d+)?(?:\/gateways\/[^/]+)?(\/[^\s\\#]+)$/

/**
 * A bulk call's results stand behind a link, in the job or in the body that accepted the call. Only a success can turn
 * out to be less than that.
 */
function bulkResults(job: Job, told: Job | null): Details | null {
  const href = [job, told].map(body => body && hrefOf(body.source, 'results')).find(Boolean)
  if (href == null) return null
  const path = RESULTS_LINK.exec(href.slice(href.indexOf('/api/')))?.[1] ?? null
  return { path: path === null || leadsBack(path) ? null : path, decisive: job.verdict === 'NORMAL' }
}

/** A bulk job can succeed with records that failed, or whose rollback did: a body that lists or counts nothing says neither. */
function withBulkResults(job: Job, body: JsonObject): Job | null {
  const { records, errors, rollback_errors } = body
  if (![records, errors, rollback_errors].some(Array.isArray) && typeof body.num_records !== 'number') return null
  const failed = [...asObjects(errors), ...asObjects(rollback_errors)]
  const failures = failed.map(failureOf)
  const lists = Object.entries({ records, errors, rollback_errors }).filter(([, list]) => asObjects(list).length > 0)
  const result = { ...job.result, ...Object.fromEntries(lists) }
  const [first] = failed
  if (first === undefined) return { ...job, result }
  return {
    ...job,
    result,
    failures,
    verdict: job.verdict === 'NORMAL' ? 'PARTIAL_FAILURES' : job.verdict,
    message: job.verdict === 'NORMAL' ? `${failed.length} record(s) failed: ${failures[0]?.reason}` : job.message,
    errorCode: job.errorCode || asText(errorIn(first).code)
  }
}

function failureOf(failed: JsonObject): TaskFailure {
  const task = asText(failed.name) || asText(failed.uuid) || asText(errorIn(failed).target)
  return { task, reason: asText(errorIn(failed).message) || 'failed without a message' }
}

/** An entry of `errors` is an error, or has one. */
function errorIn(failed: JsonObject): JsonObject {
  return asObject(failed.error) ?? failed
}
