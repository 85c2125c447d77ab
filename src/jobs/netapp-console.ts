import type { Api, HttpAnswer, Named } from './api.ts'
import { encodeSegment } from './encode.ts'
import { type Job, meaningOf, type PendingWords, UNKNOWN_JOB, type Verdict } from './job.ts'
import { asObject, asText, type JsonObject } from './json.ts'
import { CLOUD_KEY, cloudError } from './netapp-cloud.ts'
import { jobsNamed } from './records.ts'

const LINK = /\/audit\/activeTask\/(?<key>[^/]*)$/

/** The documentation has the second, public clients read the first. */
const ID_HEADERS = ['oncloud-request-id', 'x-response_id', 'x-response-id']

const PENDING: PendingWords = new Map([['0', null]])
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['1', 'NORMAL'],
  ['-1', 'ERROR']
])

/**
 * NetApp Console, formerly BlueXP: Cloud Volumes ONTAP and other cloud resources. The answer to a call names its job in a
 * header, and the resource in its body. The answer about a job does not name it: only the address says whose it is.
 */
export const netappConsole: Api = {
  name: 'netapp-console',
  title: 'NetApp Console',
  defaultRoot: '/occm/api',
  explicit: true,
  naming: {
    link: LINK,
    accepted,
    hint: 'NetApp Console names it in the header OnCloud-Request-Id, to be given as "job-key"',
    key: CLOUD_KEY
  },
  status: key => `/audit/activeTask/${encodeSegment(key)}`,
  read: ({ body }, key) => {
    const task = asObject(body)
    return task !== null && isTask(task) ? jobIn(task, key) : null
  },
  complaint: cloudError
}

/** Nothing in a task says whose it is, and other JSON has a `status` too: a task has the name of its action or the time of its end. */
function isTask({ status, actionName, closeTime }: JsonObject): boolean {
  return status !== undefined && (asText(actionName) !== '' || asText(closeTime) !== '')
}

/** Node joins the values of a header that came twice. */
function accepted({ headers, body }: HttpAnswer): readonly Named[] {
  const key = ID_HEADERS.flatMap(name => headers[name] ?? '')
    .flatMap(ids => ids.split(', '))
    .find(Boolean)
  if (key !== undefined) return [{ key, href: '', reported: reportedBy(asObject(body) ?? {}) }]
  return jobsNamed(body, '', LINK, reportedBy)
}

function reportedBy(body: JsonObject): Job {
  const { _links, ...result } = body
  return { ...UNKNOWN_JOB, result, source: body }
}

function jobIn(task: JsonObject, key: string): Job {
  const state = asText(task.status)
  const verdict = VERDICTS.get(state) ?? null
  return {
    ...UNKNOWN_JOB,
    key,
    name: asText(task.actionName),
    state,
    ...meaningOf(state, verdict, PENDING),
    message: asText(task.error) || asText(asObject(task.error)?.message),
    source: task
  }
}
