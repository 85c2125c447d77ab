import type { Api } from './api.ts'
import { errorMember } from './complaint.ts'
import { encodeSegment } from './encode.ts'
import { type Job, meaningOf, type PendingWords, UNKNOWN_JOB } from './job.ts'
import { asInstant, asObject, asText, asWord, isTime, type JsonObject } from './json.ts'
import { pollQuery } from './long-poll.ts'
import { verdictOf } from './ontap-words.ts'
import { jobsNamed } from './records.ts'

const LINK = /\/jobs\/(?<key>[^/]*)$/

const PENDING: PendingWords = new Map([
  ['queued', 'queued'],
  ['running', null]
])
/**
 * ONTAP Select Deploy. Its documentation asks clients to long-poll always: `poll_timeout` with
 * `last_modified=>=<stamp of the last answer>` is answered when the job has changed since, or when the timeout is out.
 */
export const ontapSelect: Api = {
  name: 'ontap-select',
  title: 'ONTAP Select Deploy',
  defaultRoot: '/api',
  naming: {
    link: LINK,
    pages: /^\/api\/ui(\/|$)/,
    key: { form: /^\S+$/, words: 'a text without white space' },
    accepted: ({ body }) => jobsNamed(asObject(body)?.record ?? body, 'id', LINK, jobIn),
    calls: /^\/(clusters|hosts|images|licensing)(\/|\?|$)/,
    canonical
  },
  status: (key, hold) => {
    const query = ['fields=state,message,last_modified', pollQuery(hold)].filter(Boolean).join('&')
    return `/jobs/${encodeSegment(key)}?${query}`
  },
  read: ({ body }, key) => {
    const job = jobIn(asObject(asObject(body)?.record) ?? asObject(body) ?? {})
    return job !== null && canonical(job.key) === canonical(key) ? job : null
  },
  complaint: answer => errorMember(answer),
  longestHold: 120_000
}

function canonical(key: string): string {
  return key.toLowerCase()
}

function jobIn(job: JsonObject): Job | null {
  const key = asText(job.id)
  if (key === '') return null
  const word = asWord(job.state)
  const error = asObject(job.error)
  const errorCode = asText(error?.code)
  const verdict = verdictOf(word, error, errorCode)
  return {
    ...UNKNOWN_JOB,
    key,
    name: asText(job.name),
    state: verdict === null ? asText(job.state) : word,
    ...meaningOf(word, verdict, PENDING),
    dated: isTime(job.end_time),
    message: asText(error?.message) || asText(job.message),
    errorCode,
    startedAt: asInstant(job.start_time),
    endedAt: asInstant(job.end_time),
    lastModified: asText(job.last_modified) || null,
    source: job
  }
}
