import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { classifyJob } from '../../src/ask/answer.ts'
import type { Exchange } from '../../src/http/client.ts'
import { type Api, canonicalKey } from '../../src/jobs/api.ts'
import { APIS } from '../../src/jobs/apis.ts'
import type { Job } from '../../src/jobs/job.ts'
import { asWord } from '../../src/jobs/json.ts'
import { unifiedManager } from '../../src/jobs/unified-manager.ts'
import { anyJson, hostileText } from './texts.ts'

const api = fc.constantFrom(...APIS)

const WORDS = [
  'normal',
  'NORMAL',
  'warning',
  'WARNING',
  'partial_failures',
  'PARTIAL_FAILURES',
  'Partial Failures',
  'error',
  'ERROR',
  'running',
  'queued',
  'waiting',
  'aborting',
  'aborted',
  'completed',
  'Completed',
  'paused',
  'success',
  'Success',
  'failure',
  'successful',
  'succeeded',
  'normally',
  'not success',
  'done',
  'ok',
  ''
] as const
const word = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: anyJson }
)
const time = fc.oneof(
  fc.constantFrom(undefined, null, '', '2026-01-15T12:00:00Z', '2026-01-15T12:00:00', 'soon', 0),
  anyJson
)

/** A job's members under their right names, with likely and unlikely values. */
const jobLike = fc.record({
  key: fc.constant('k'),
  uuid: fc.constant('k'),
  id: fc.constant('k'),
  state: word,
  status: fc.oneof(word, fc.constant(undefined)),
  complete_time: time,
  end_time: time,
  start_time: time,
  submit_time: time,
  last_modified: time,
  message: fc.oneof(hostileText, anyJson),
  description: fc.oneof(hostileText, anyJson),
  code: anyJson,
  error: anyJson,
  job_results: anyJson,
  task_reports: anyJson,
  spawned_job_summary: fc.oneof(anyJson, fc.record({ running_jobs: fc.oneof(fc.integer(), anyJson) }))
})

/** The words that an API's documents give for a job that succeeded, as `state status`. */
const SUCCESS: Readonly<Record<string, readonly string[]>> = {
  'unified-manager': ['completed normal', 'normal ', 'normal normal'],
  ontap: ['success'],
  'ontap-select': ['success']
}

/** The APIs whose words are in the table. */
const storage = fc.constantFrom(...APIS.filter(({ name }) => SUCCESS[name] !== undefined))

function read(api: Api, body: object): Job | null {
  return api.read({ status: 200, headers: {}, body: JSON.parse(JSON.stringify(body)) }, 'k')
}

function wordsOf({ name }: Api, { state, status }: { state: unknown; status?: unknown }): string {
  return name === 'unified-manager' ? `${asWord(state)} ${asWord(status)}` : asWord(state)
}

describe('a reading of a job', () => {
  test('never throws, and is a success only in the very words for it', () => {
    fc.assert(
      fc.property(storage, jobLike, (api, body) => {
        const job = read(api, body)
        if (job?.verdict !== 'NORMAL') return
        const unknownButDated = job.dated && asWord(body.status) === 'normal' && api.name === 'unified-manager'
        expect((SUCCESS[api.name] ?? []).includes(wordsOf(api, body)) || unknownButDated).toBe(true)
      }),
      { numRuns: 3_000 }
    )
  })

  test('is pending while the job runs, whatever else it contains', () => {
    fc.assert(
      fc.property(storage, jobLike, fc.constantFrom('running', 'queued', ' Running ', 'QUEUED'), (api, body, state) => {
        expect(read(api, { ...body, state })?.verdict).toBeNull()
      })
    )
  })

  test('is pending while jobs that it spawned run', () => {
    fc.assert(
      fc.property(jobLike, fc.integer({ min: 1 }), (body, running_jobs) => {
        const job = read(unifiedManager, { ...body, spawned_job_summary: { running_jobs } })
        expect(job?.verdict).toBeNull()
      })
    )
  })
})

describe('an answer', () => {
  const body = fc.oneof(
    hostileText,
    anyJson.map(value => JSON.stringify(value)),
    jobLike.map(job => JSON.stringify(job)),
    jobLike.map(job => JSON.stringify({ record: job })),
    fc.tuple(jobLike, fc.nat(200)).map(([job, length]) => JSON.stringify(job).slice(0, length))
  )
  const status = fc.oneof(
    fc.constant(200),
    fc.constantFrom(201, 202, 204, 206, 301, 400, 401, 403, 404, 429, 500, 503),
    fc.integer({ min: 100, max: 999 })
  )

  test('is a job only as a whole, well-formed 200 about that very key', () => {
    fc.assert(
      fc.property(api, status, body, fc.constantFrom('k', 'K', 'other'), (api, status, body, key) => {
        const exchange: Exchange = { ok: true, status, reason: '', headers: {}, body }
        const answer = classifyJob(exchange, api, key)
        if (answer.kind !== 'job') return
        expect(status).toBe(200)
        expect(canonicalKey(api, answer.job.key)).toBe(canonicalKey(api, key))
        expect(typeof JSON.parse(body.replace(/^\uFEFF/, ''))).toBe('object')
      }),
      { numRuns: 2_000 }
    )
  })

  test('is shown in one harmless line, for anything that the server says', () => {
    fc.assert(
      fc.property(api, status, body, hostileText, hostileText, (api, status, body, reason, header) => {
        const headers = { 'content-type': header, location: header }
        const answer = classifyJob({ ok: true, status, reason, headers, body }, api, 'other')
        if (!('what' in answer)) return
        expect(answer.what).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|^::|##\[/u)
        expect(answer.what.length).toBeLessThan(1_500)
      }),
      { numRuns: 1_000 }
    )
  })
})
