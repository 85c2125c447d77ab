import type { Api, Details } from './api.ts'
import { errorMember } from './complaint.ts'
import { decodeOnce, encodeQuery, encodeSegment } from './encode.ts'
import { type Job, type PendingWords, type TaskFailure, VERDICTS, type Verdict } from './job.ts'
import { asCount, asInstant, asObject, asObjects, asText, asWord, isTime, type JsonObject } from './json.ts'
import { pollQuery } from './long-poll.ts'
import { jobsNamed, nextPage, recordsIn } from './records.ts'

const JOBS = '/management-server/jobs'
const LINK = /\/management-server\/jobs\/(?<key>[^/]*)$/

/** The most records that a list of the server has on one page. */
const LONGEST_PAGE = 1_000

const PENDING: PendingWords = new Map([
  ['running', null],
  ['in_progress', null],
  ['aborting', null],
  ['queued', 'queued'],
  ['waiting', 'queued'],
  ['initialized', 'queued']
])

const VERDICT_WORDS = new Map<string, Verdict>(VERDICTS.map(verdict => [asWord(verdict), verdict]))

/**
 * Active IQ Unified Manager. Its documentation makes `state` the verdict (NORMAL, WARNING, PARTIAL_FAILURES, ERROR); its
 * OpenAPI document makes `state` the lifecycle (running, completed) and `status` the verdict. Servers of both kinds are
 * read. Long polling is documented without a parameter's name, so it is tried.
 */
export const unifiedManager: Api = {
  name: 'unified-manager',
  title: 'Unified Manager',
  defaultRoot: '/api',
  naming: {
    link: LINK,
    pages: /^\/docs\/api(\/|$)/,
    accepted: ({ body }) => {
      const key = asText(asObject(body)?.job_key)
      return key === '' ? jobsNamed(body, 'key', LINK, jobIn) : [{ key: decodeOnce(key), href: '', reported: null }]
    },
    key: {
      form: /^[^\s:]+(:[^\s:]+)+$/,
      words: 'a text with colons, such as db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd',
      unique: /^[0-9a-f]+(:-?[0-9a-f]+)+$/i
    },
    root: /\/api\/v\d+$/,
    calls: /^\/(storage-provider|management-server|datacenter)\//
  },
  status: (key, hold) => {
    const query = pollQuery(hold)
    return `${JOBS}/${encodeSegment(key)}${query && `?${query}`}`
  },
  read: ({ body }, key) => {
    const job = jobIn(asObject(body) ?? {})
    return job?.key === key ? job : null
  },
  complaint: answer => errorMember(answer),
  datesEnds: true,
  longestHold: 120_000,
  list: {
    collection: JOBS,
    of: keys => `${JOBS}?key=${keys.map(encodeQuery).join('|')}&max_records=${keys.length}`,
    jobs: body => recordsIn(body)?.map(record => record && jobIn(record)) ?? null,
    search: {
      matching: filter => `${JOBS}?${filter}&max_records=${LONGEST_PAGE}`,
      newest: `${JOBS}?max_records=10`
    }
  },
  nextPage,
  details: { ask: failedChildren, merge: withFailedChildren }
}

function jobIn(body: JsonObject): Job | null {
  const key = asText(body.key)
  if (key === '') return null
  const dated = isTime(body.complete_time)
  const word = asWord(body.state)
  const judged = judge(word, asWord(body.status), dated)
  const childrenRunning = asCount(asObject(body.spawned_job_summary)?.running_jobs)
  const { verdict, over, recognized } = childrenRunning === 0 ? judged : { ...judged, verdict: null, over: false }
  const failures = failuresOf(body)
  return {
    key,
    name: asText(body.name),
    state: verdict ?? asText(body.state),
    verdict,
    over,
    recognized,
    idle: PENDING.get(word) ?? null,
    dated,
    message:
      judged.over && !over
        ? `waiting for ${childrenRunning} spawned job(s)`
        : messageOf(body, { verdict, over }, failures),
    errorCode: '',
    failures,
    result: Object.fromEntries(asObjects(body.job_results).map(({ name, value }) => [asText(name), value ?? null])),
    startedAt: asInstant(body.submit_time),
    endedAt: asInstant(body.complete_time),
    lastModified: asText(body.last_modified) || null,
    source: body
  }
}

type Judgement = Pick<Job, 'verdict' | 'over' | 'recognized'>

const pending: Judgement = { verdict: null, over: false, recognized: true }
const ended = (verdict: Verdict): Judgement => ({ verdict, over: true, recognized: true })

function judge(state: string, status: string, dated: boolean): Judgement {
  if (PENDING.has(state)) return pending
  if (state === 'aborted') return ended('ERROR')
  const documented = VERDICT_WORDS.get(state)
  if (documented !== undefined && (status === '' || status === state)) {
    return documented === 'WARNING' && !dated ? pending : ended(documented)
  }
  const verdict = worse(VERDICT_WORDS.get(status) ?? null, documented)
  const recognized = state === 'completed'
  if (!recognized && !dated) return { verdict: null, over: false, recognized }
  return { verdict, over: true, recognized: recognized || verdict !== null }
}

/** The verdict of the status, unless a state that is a verdict contradicts it for the worse. */
function worse(status: Verdict | null, state: Verdict | undefined): Verdict | null {
  if (status === null || state === undefined) return status
  return VERDICTS.indexOf(state) > VERDICTS.indexOf(status) ? state : status
}

/** Unified Manager has no message or error for the job as a whole: what went wrong stands with its tasks. */
function failuresOf(body: JsonObject): TaskFailure[] {
  return asObjects(body.task_reports)
    .map(report => ({ task: asText(report.name) || asText(report.type), reason: asText(report.failure_reason) }))
    .filter(({ reason }) => reason !== '')
}

/** What failed in a job that spawned others stands with those: `parent_job_key` finds them. */
function failedChildren(job: Job): Details | null {
  const spawned = asCount(asObject(job.source.spawned_job_summary)?.total_jobs)
  if (spawned === 0 || job.verdict === 'NORMAL') return null
  const path = `${JOBS}?parent_job_key=${encodeQuery(job.key)}&max_records=${LONGEST_PAGE}`
  return { path, decisive: false, promised: true }
}

function withFailedChildren(job: Job, list: JsonObject): Job | null {
  if (!Array.isArray(list.records)) return null
  const failures = asObjects(list.records)
    .map(jobIn)
    .filter(child => child !== null)
    .filter(({ verdict }) => verdict !== null && verdict !== 'NORMAL')
    .map(child => ({ task: child.name || child.key, reason: child.message || child.state }))
  const all = [...job.failures, ...failures]
  return { ...job, failures: all, message: messageOf(job.source, job, all) }
}

/** What went wrong; after the status, where that is a word which is not known. */
function messageOf(
  body: JsonObject,
  { verdict, over }: Pick<Job, 'verdict' | 'over'>,
  failures: readonly TaskFailure[]
) {
  if (!over || verdict === 'NORMAL') return ''
  const status = verdict === null ? asText(body.status) : ''
  return [status, sentence(failures)].filter(Boolean).join(': ')
}

function sentence(failures: readonly TaskFailure[]): string {
  return failures.map(({ task, reason }) => (task === '' ? reason : `${task}: ${reason}`)).join('; ')
}
