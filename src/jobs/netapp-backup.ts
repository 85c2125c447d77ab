import type { Api, HttpAnswer, Named } from './api.ts'
import { encodeSegment } from './encode.ts'
import { type Job, meaningOf, type PendingWords, type TaskFailure, UNKNOWN_JOB, type Verdict } from './job.ts'
import { asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { CLOUD_KEY, cloudError } from './netapp-cloud.ts'

const LINK = /\/job\/(?<key>[^/]*)$/

const PENDING: PendingWords = new Map([
  ['pending', 'queued'],
  ['in_progress', null]
])

/**
 * The backup and recovery service of NetApp Console. A job that completed can have parts that failed. Calls are of several
 * versions, and jobs of the first: NetApp's Terraform provider starts by `/api/v3` what it asks about at `/api/v1`.
 */
export const netappBackup: Api = {
  name: 'netapp-backup',
  title: 'NetApp Backup and Recovery',
  explicit: true,
  rootOfJobs: root => root.replace(/(\/cloudmanager_cbs\/api)\/v\d+$/, '$1/v1'),
  naming: { link: LINK, accepted, hint: 'a 202 answer has {"job-id": "…"}', key: CLOUD_KEY },
  status: key => `/job/${encodeSegment(key)}`,
  read: ({ body }, key) => {
    const entries = asObjects(asObject(body)?.job).filter(({ id }) => asText(id) === key)
    const jobs = entries.map(entry => jobIn(entry, key))
    return jobs.find(({ verdict }) => verdict !== 'NORMAL') ?? jobs[0] ?? null
  },
  complaint: cloudError
}

function accepted({ body }: HttpAnswer): readonly Named[] {
  const key = asText(asObject(body)?.['job-id'])
  return key === '' ? [] : [{ key, href: '', reported: null }]
}

function jobIn(entry: JsonObject, key: string): Job {
  const word = asWord(entry.status)
  const failures = failuresIn(entry)
  const verdict = verdictOf(word, failures)
  return {
    ...UNKNOWN_JOB,
    key,
    name: asText(entry.type),
    state: asText(entry.status),
    ...meaningOf(word, verdict, PENDING),
    message:
      asText(entry.error) || failures.map(({ task, reason }) => (task ? `${task}: ${reason}` : reason)).join('; '),
    failures,
    source: entry
  }
}

function verdictOf(word: string, failures: readonly TaskFailure[]): Verdict | null {
  if (word === 'failed') return 'ERROR'
  if (word === 'completed') return failures.length > 0 ? 'PARTIAL_FAILURES' : 'NORMAL'
  return null
}

/** The parts of a job, such as `data.restore.batch` and `data.multi-volume-backup.volume`, that failed. */
function failuresIn({ data }: JsonObject): TaskFailure[] {
  return Object.values(asObject(data) ?? {})
    .flatMap(work => Object.values(asObject(work) ?? {}))
    .flatMap(asObjects)
    .filter(({ status }) => asWord(status) === 'failed')
    .map(({ id, error }) => ({ task: asText(id), reason: asText(error) || 'failed without a message' }))
}
