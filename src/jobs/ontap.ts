import type { Api, Details } from './api.ts'
import { encodeQuery, encodeSegment, leadsBack } from './encode.ts'
import { isSuccess, type Job, meaningOf, type PendingWords, type TaskFailure, UNKNOWN_JOB } from './job.ts'
import { asCount, asInstant, asObject, asObjects, asText, asWord, isTime, type JsonObject, saysError } from './json.ts'
import { ONTAP_OPERATIONS } from './ontap-operations.ts'
import { explained, ontapError, verdictOf } from './ontap-words.ts'
import { hrefOf, jobsNamed, nextPage, recordsIn } from './records.ts'

const JOBS = '/cluster/jobs'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const LINK = /(?<under>\/gateways\/[^/]+)?\/cluster\/jobs\/(?<key>[^/]*)$/

const PENDING: PendingWords = new Map([
  ['queued', 'queued'],
  ['running', null],
  ['paused', 'paused']
])

/**
 * ONTAP, directly or through Unified Manager's gateway. `fields=*` is what every version knows (a field named before its
 * version is refused). No long poll is documented for a job, which is deleted 300 s after its end.
 */
export const ontap: Api = {
  name: 'ontap',
  title: 'ONTAP',
  defaultRoot: '/api',
  naming: {
    link: LINK,
    pages: /^\/(docs\/api|sysmgr)(\/|$)/,
    accepted: ({ body }) => jobsNamed(body, 'uuid', LINK, jobIn),
    key: {
      form: UUID,
      words: 'a UUID',
      unique: UUID,
      mistake: text => (/^\d+$/.test(text) ? 'is a number, such as "job show" prints: use the UUID of the job' : null)
    },
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
  complaint: ontapError,
  gateway: { title: 'Unified Manager', path: '/gateways/<cluster-uuid>' },
  datesEnds: true,
  operations: ONTAP_OPERATIONS,
  remembers: 300_000,
  list: {
    collection: JOBS,
    of: keys => `${JOBS}?uuid=${keys.map(encodeQuery).join('|')}&fields=*&max_records=${keys.length}`,
    jobs: body => recordsIn(body)?.map(record => record && jobIn(record)) ?? null,
    search: {
      matching: filter => `${JOBS}?${filter}&fields=*&max_records=1000`,
      newest: `${JOBS}?fields=*&order_by=start_time%20desc&max_records=10`
    }
  },
  nextPage,
  details: { ask: bulkResults, link: withResultsLink, merge: withBulkResults },
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
  const error = asObject(body.error)
  const code = asText(error?.code) || asText(body.code)
  const verdict = verdictOf(word, error, code)
  const name = asText(body.description)
  const svm = asText(asObject(body.svm)?.name)
  return {
    ...UNKNOWN_JOB,
    ...(svm === '' ? {} : { owner: `SVM ${svm}` }),
    key,
    name,
    state: verdict === null ? asText(body.state) : word,
    ...meaningOf(word, verdict, PENDING),
    dated: isTime(body.end_time),
    message: explained(asText(error?.message) || asText(body.message), code),
    errorCode: code === '0' ? '' : code,
    result: resultOf(name),
    startedAt: asInstant(body.start_time),
    endedAt: asInstant(body.end_time),
    source: body
  }
}

/** A description is the call that the job serves: `POST /api/storage/volumes/<uuid>` names the resource. */
function resultOf(description: string): JsonObject {
  const resource = /^[A-Z]+\s+(\/[^\s?]+)/.exec(description)?.[1]
  return resource === undefined ? {} : { resource }
}

/** What comes before the API's root in a link, and the root itself, are not used. */
const RESULTS_LINK = /^\/api(?:\/v\d+)?(?:\/gateways\/[^/]+)?(\/[^\s\\#]+)$/

/** The description of a job that serves a call to a collection; one for a single resource has its id at the end, or is the only one. */
const TO_COLLECTION = /^POST\s+(?!\/api\/cluster\/software\/download(?:\?|$))(\/[^\s?]*\/[a-z][a-z_-]*)(?:\?\S*)?$/

/**
 * The results of a bulk call are read from the collection that it went to. The link is in the body that accepted the call;
 * a job that is known by its key alone may be that of a bulk call if its description names a collection, which is also asked
 * where the link leads out of the API: a proxy may have rewritten it. Only a success can turn out to be less than that.
 */
function bulkResults(job: Job, reported: Job | null): Details | null {
  const decisive = isSuccess(job)
  const link = [job, reported].map(body => body && hrefOf(body.source, 'results')).find(Boolean)
  const collection = TO_COLLECTION.exec(job.name)?.[1]
  const links = [link, collection && resultsOf(collection, job.key)]
  const path = links.map(href => href && pathOfResults(href)).find(Boolean) ?? null
  return link == null && path === null ? null : { path, decisive, promised: link != null }
}

function pathOfResults(href: string): string | null {
  const path = RESULTS_LINK.exec(href.slice(href.indexOf('/api/')))?.[1] ?? null
  return path === null || leadsBack(path) ? null : path
}

function resultsOf(collection: string, key: string): string {
  return `${collection}?job_results_uuid=${encodeQuery(key)}`
}

/** A bulk call has `records`. */
function withResultsLink(reported: Job, { path, body }: { path: string; body: unknown }): Job {
  if (!Array.isArray(asObject(body)?.records) || hrefOf(reported.source, 'results') !== '') return reported
  const results = { href: resultsOf(`/api${path}`, reported.key) }
  return { ...reported, source: { ...reported.source, _links: { ...asObject(reported.source._links), results } } }
}

/**
 * A bulk job can succeed with records that failed, or whose rollback did: a body that lists or counts nothing says neither,
 * and one that counts more than it lists, or reports an error of its own, not of every record.
 */
function withBulkResults(job: Job, body: JsonObject): Job | 'incomplete' | null {
  const { records, errors, rollback_errors, num_records } = body
  const failed = [...entriesOf(errors), ...entriesOf(rollback_errors)]
  const isListed = [records, errors, rollback_errors].some(Array.isArray) || failed.length > 0
  if (!isListed && asText(num_records) === '') return null
  const seen = asObjects(records).length + failed.length
  if (isSuccess(job) && (saysError(body.error) || asCount(num_records) > seen)) return 'incomplete'
  const failures = failed.map(failureOf)
  const lists = Object.entries({ records, errors, rollback_errors }).filter(([, list]) => asObjects(list).length > 0)
  const result = { ...job.result, ...Object.fromEntries(lists) }
  const [first] = failed
  if (first === undefined) return { ...job, result }
  const errorCode = job.errorCode || asText(errorIn(first).code)
  if (job.verdict === 'ERROR') return { ...job, result, failures, errorCode }
  const said = job.verdict === 'WARNING' ? [job.message] : []
  const message = [...said, `${failed.length} record(s) failed: ${failures[0]?.reason}`].join('; ')
  return { ...job, result, failures, errorCode, message, verdict: 'PARTIAL_FAILURES' }
}

/** What a list of errors contains. One that is not a list, or not of objects, reports a failure all the same. */
function entriesOf(errors: unknown): JsonObject[] {
  return [errors]
    .flat()
    .filter(Boolean)
    .map(failed => asObject(failed) ?? { message: asText(failed) })
}

function failureOf(failed: JsonObject): TaskFailure {
  const task = asText(failed.name) || asText(failed.uuid) || asText(errorIn(failed).target)
  const { message, code } = errorIn(failed)
  return { task, reason: explained(asText(message), asText(code)) || 'failed without a message' }
}

/** An entry of `errors` is an error, or has one. */
function errorIn(failed: JsonObject): JsonObject {
  return asObject(failed.error) ?? failed
}
