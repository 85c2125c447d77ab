import { describe, expect, test } from '@jest/globals'
import type { Job, Verdict } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { unifiedManager } from '../../../src/jobs/unified-manager.ts'
import { jobOf } from '../../support/apis.ts'

const ENDED = '2026-01-05T12:00:00.000+00:00'

function read(body: JsonObject): Job {
  const job = jobOf('unified-manager', { key: 'k', ...body })
  if (job === null) throw new Error('no job')
  return job
}

const judged = (body: JsonObject) => {
  const { verdict, over, recognized, state } = read(body)
  return { verdict, over, recognized, state }
}

describe('by the specification (state is the lifecycle, status the verdict)', () => {
  test.each([
    ['running', 'normal'],
    ['RUNNING', 'error'],
    [' Running ', undefined],
    ['queued', undefined],
    ['Waiting', 'normal'],
    ['Aborting', 'error'],
    ['initialized', undefined],
    ['IN_PROGRESS', 'normal'],
    ['in progress', 'normal']
  ])('%j with status %j is pending, in the words of the server', (state, status) => {
    expect(judged({ state, status })).toEqual({ verdict: null, over: false, recognized: true, state: state.trim() })
    expect(judged({ state, status, complete_time: ENDED }).verdict).toBeNull()
  })

  test.each<[string, unknown, Verdict]>([
    ['completed', 'normal', 'NORMAL'],
    ['COMPLETED', 'NORMAL', 'NORMAL'],
    ['completed', 'warning', 'WARNING'],
    ['completed', 'partial_failures', 'PARTIAL_FAILURES'],
    ['Completed', 'Partial Failures', 'PARTIAL_FAILURES'],
    ['completed', 'error', 'ERROR'],
    ['aborted', 'normal', 'ERROR'],
    ['aborted', undefined, 'ERROR']
  ])('%j with status %j has finished as %s', (state, status, verdict) => {
    expect(judged({ state, status })).toEqual({ verdict, over: true, recognized: true, state: verdict })
  })

  test.each([
    [undefined, ''],
    [null, ''],
    ['', ''],
    ['Splendid', 'Splendid'],
    ['normally', 'normally'],
    ['constructor', 'constructor'],
    [{ normal: true }, '']
  ])('completed with status %j has finished in an unknown way, in the words of the server', (status, message) => {
    const job = read({ state: ' COMPLETED ', status })
    expect(job).toMatchObject({ verdict: null, over: true, recognized: true, state: 'COMPLETED', message })
  })

  test('what failed in a job that finished in an unknown way follows its status', () => {
    const task_reports = [{ name: 'Create LUN', failure_reason: 'no space' }]
    expect(read({ state: 'completed', status: 'odd', task_reports }).message).toBe('odd: Create LUN: no space')
    expect(read({ state: 'completed', task_reports }).message).toBe('Create LUN: no space')
  })
})

describe('by the documentation (state is the verdict)', () => {
  test.each<[string, Verdict]>([
    ['NORMAL', 'NORMAL'],
    ['normal', 'NORMAL'],
    ['ERROR', 'ERROR'],
    ['PARTIAL_FAILURES', 'PARTIAL_FAILURES'],
    ['Partial Failures', 'PARTIAL_FAILURES']
  ])('%j alone has finished as %s', (state, verdict) => {
    expect(judged({ state })).toEqual({ verdict, over: true, recognized: true, state: verdict })
  })

  test('WARNING is pending until the job has a time of its end', () => {
    expect(judged({ state: 'WARNING' })).toEqual({ verdict: null, over: false, recognized: true, state: 'WARNING' })
    expect(judged({ state: 'WARNING', complete_time: null })).toMatchObject({ verdict: null })
    expect(judged({ state: 'WARNING', complete_time: ENDED })).toMatchObject({ verdict: 'WARNING' })
  })

  test('a verdict that contradicts the status does not count', () => {
    expect(judged({ state: 'NORMAL', status: 'error' })).toMatchObject({
      verdict: null,
      over: false,
      recognized: false
    })
    expect(judged({ state: 'NORMAL', status: 'error', complete_time: ENDED })).toMatchObject({ verdict: 'ERROR' })
    expect(judged({ state: 'ERROR', status: 'normal' })).toMatchObject({ verdict: null, over: false })
  })

  test.each<[string, string]>([
    ['ERROR', 'normal'],
    ['PARTIAL_FAILURES', 'warning'],
    ['WARNING', 'normal']
  ])('%s with the status %s is no better than the worse of the two, once it has a time of its end', (state, status) => {
    expect(judged({ state, status, complete_time: ENDED })).toMatchObject({ verdict: state, over: true })
  })
})

describe('an unknown state', () => {
  test.each([
    ['success'],
    ['NORMAL!'],
    ['abnormal'],
    ['completed with errors'],
    ['constructor'],
    ['__proto__'],
    [''],
    [undefined],
    [4]
  ])('%j is pending without a time of its end, and not recognized', state => {
    expect(judged({ state, status: 'normal' })).toMatchObject({ verdict: null, over: false, recognized: false })
    expect(judged({ state })).toMatchObject({ verdict: null, over: false, recognized: false })
  })

  test.each<[unknown, Verdict]>([
    ['normal', 'NORMAL'],
    ['warning', 'WARNING'],
    ['partial_failures', 'PARTIAL_FAILURES'],
    ['error', 'ERROR']
  ])('has finished with status %j as %s once it has one', (status, verdict) => {
    const end = { verdict, over: true, recognized: true }
    expect(judged({ state: 'finished', status, complete_time: ENDED })).toMatchObject(end)
  })

  test.each([['fine'], ['constructor'], [undefined]])(
    'is over in no known way with status %j once it has one',
    status => {
      const end = { verdict: null, over: true, recognized: false, state: 'Finished' }
      expect(judged({ state: 'Finished', status, complete_time: ENDED })).toEqual(end)
    }
  )
})

describe('a job that has spawned others', () => {
  const spawned_job_summary = { total_jobs: 3, running_jobs: 2, completed_jobs: 1 }

  test('is pending while they run, whatever its own state', () => {
    const job = read({ state: 'completed', status: 'normal', complete_time: ENDED, spawned_job_summary })
    expect(job).toMatchObject({ verdict: null, over: false, recognized: true, state: 'completed' })
    expect(job.message).toBe('waiting for 2 spawned job(s)')
  })

  test.each([[0], ['0'], [null], [-1], ['none']])('has finished when %j of them run', running_jobs => {
    expect(read({ state: 'completed', status: 'normal', spawned_job_summary: { running_jobs } }).verdict).toBe('NORMAL')
  })
})

describe('what a job contains', () => {
  const reports = [
    { name: 'Create LUN', failure_reason: 'no space' },
    { name: 'Map LUN', failure_reason: '' },
    { type: 'CLEANUP', failure_reason: 'not allowed' },
    { failure_reason: 'no name' },
    null,
    'x'
  ]
  const failed = { state: 'completed', status: 'error', task_reports: reports }

  test('of its failure stands with its tasks', () => {
    expect(read(failed).failures).toEqual([
      { task: 'Create LUN', reason: 'no space' },
      { task: 'CLEANUP', reason: 'not allowed' },
      { task: '', reason: 'no name' }
    ])
    expect(read(failed).message).toBe('Create LUN: no space; CLEANUP: not allowed; no name')
  })

  test.each([
    ['while it runs', { ...failed, state: 'running' }],
    ['when it succeeded', { ...failed, status: 'normal' }],
    ['when no task says anything', { ...failed, task_reports: undefined }]
  ])('does not count as a message: %s', (_, body) => {
    expect(read(body).message).toBe('')
  })

  test('about its result is one object, harmless for any names', () => {
    const { result } = read({
      job_results: [
        { name: 'lunKey', value: 'a:b' },
        { name: '__proto__', value: { polluted: true } },
        { name: 'a\nb=c', value: 1 },
        { name: 'none' },
        'x'
      ]
    })
    expect(JSON.stringify(result)).toBe('{"lunKey":"a:b","__proto__":{"polluted":true},"a\\nb=c":1,"none":null}')
    expect(({} as JsonObject).polluted).toBeUndefined()
  })

  test('of its times is read with its offset', () => {
    const job = read({ submit_time: '2026-01-05T11:00:00+00:00', complete_time: ENDED, last_modified: 'stamp' })
    expect(job).toMatchObject({
      startedAt: Date.UTC(2026, 0, 5, 11),
      endedAt: Date.UTC(2026, 0, 5, 12),
      dated: true,
      lastModified: 'stamp'
    })
    expect(read({})).toMatchObject({ startedAt: null, endedAt: null, dated: false, lastModified: null })
  })

  test('of its name and key is kept, and the whole as it came', () => {
    const body = { key: ' a:b ', name: 'provision', state: 'running', more: [1] }
    expect(jobOf('unified-manager', body)).toMatchObject({ key: 'a:b', name: 'provision', source: body })
  })
})

test.each([[{}], [{ key: '' }], [{ key: null }], [{ uuid: 'u', state: 'NORMAL' }], [{ error: { message: 'no' } }]])(
  '%j is no job',
  body => {
    expect(jobOf('unified-manager', body)).toBeNull()
  }
)

describe('the spawned jobs of one that did not end well', () => {
  const parent = (status: string, total_jobs: unknown = 2) =>
    read({ key: 'a:b|c', state: 'completed', status, spawned_job_summary: { total_jobs } })

  test('are asked for by their parent, though the verdict stands without them', () => {
    expect(unifiedManager.details?.ask(parent('error'), null)).toEqual({
      path: '/management-server/jobs?parent_job_key=a:b%7Cc&max_records=1000',
      decisive: false,
      promised: true
    })
  })

  test.each([
    ['it ended well', parent('normal')],
    ['it has spawned none', parent('error', 0)],
    ['it does not say', parent('error', null)]
  ])('are not asked for where %s', (_, job) => {
    expect(unifiedManager.details?.ask(job, null)).toBeNull()
  })

  test('are reported with the failures, and change no verdict', () => {
    const records = [
      { key: 'c1', name: 'map', state: 'completed', status: 'error', task_reports: [{ failure_reason: 'no host' }] },
      { key: 'c2', state: 'completed', status: 'warning' },
      { key: 'c3', state: 'completed', status: 'normal' },
      { key: 'c4', state: 'running' },
      { state: 'completed', status: 'error' },
      null
    ]
    expect(unifiedManager.details?.merge(parent('partial_failures'), { records })).toMatchObject({
      verdict: 'PARTIAL_FAILURES',
      failures: [
        { task: 'map', reason: 'no host' },
        { task: 'c2', reason: 'WARNING' }
      ],
      message: 'map: no host; c2: WARNING'
    })
    expect(unifiedManager.details?.merge(parent('error'), { records: [] })).toMatchObject({
      verdict: 'ERROR',
      failures: [],
      message: ''
    })
    expect(unifiedManager.details?.merge(parent('error'), {})).toBeNull()
  })
})
