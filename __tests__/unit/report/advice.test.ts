import { describe, expect, test } from '@jest/globals'
import type { OpenOutcome } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { adviceOf } from '../../../src/report/advice.ts'
import type { Named } from '../../../src/report/names.ts'
import { api } from '../../support/apis.ts'
import { awaitedWith, failed, jobWith, succeeded } from './awaited.ts'

const open = (outcome: OpenOutcome, members: Partial<Job> | null = null): Named =>
  awaitedWith({
    outcome,
    job: members === null ? null : jobWith({ over: false, verdict: null, ...members }),
    reason: ''
  })
const REPEAT = 'Fix the cause, then repeat the call: the job has ended.'
const CONTINUE = 'The job may still be running. Continue waiting in a later step, or raise "timeout".'

test.each<[string, Named, string]>([
  ['a failure', failed(), REPEAT],
  ['a time-out', open('timeout'), CONTINUE],
  [
    'a time-out of a paused job',
    open('timeout', { state: 'paused', idle: 'paused' }),
    'A paused job goes no further by itself: resume it on the server, then continue waiting in a later step.'
  ],
  [
    'an operation that waits for a person',
    { ...open('timeout', { state: 'cutover_wait', idle: 'paused' }), isBeyond: true },
    'It waits for a person: do what its last message says, then continue waiting in a later step.'
  ],
  [
    'a job that was lost, whatever was seen of it',
    open('lost', { over: true }),
    'The job may have succeeded or failed: check the resource itself.'
  ],
  [
    'a job that finished in no known way',
    open('unrecognized', { over: true }),
    'Check on the server how the job ended.'
  ],
  [
    'a job that a server that forgets does not know',
    open('not-found'),
    'Check the key, and that this is the server that accepted the call. ONTAP deletes a job 300 s after it ends.'
  ],
  [
    'a job that another server does not know',
    { ...open('not-found'), reference: { ...open('not-found').reference, api: api('unified-manager') } },
    'Check the key, and that this is the server that accepted the call.'
  ]
])('advice for %s', (_title, named, advice) => {
  expect(adviceOf([named])).toEqual([advice])
})

test('there is none for a job that succeeded, or that was seen to end after its wait', () => {
  expect(adviceOf([succeeded(), open('timeout', { over: true })])).toEqual([])
})

describe('of several jobs', () => {
  const called = (named: Named, handle: string): Named => ({ ...named, handle })

  test('that want the same advice, it is given once', () => {
    expect(adviceOf([called(failed(), '#1'), called(failed(), '#2')])).toEqual([REPEAT])
  })

  test('that want different advice, each has its jobs', () => {
    const late = ['#2', '#3', '#4', '#5'].map(handle => called(open('timeout'), handle))
    expect(adviceOf([called(failed(), '#1'), ...late])).toEqual([`#1: ${REPEAT}`, `#2, #3, #4 and 1 more: ${CONTINUE}`])
  })
})
