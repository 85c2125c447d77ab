import { describe, expect, test } from '@jest/globals'
import type { Operation } from '../../../src/jobs/api.ts'
import type { OpenOutcome } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { adviceOf } from '../../../src/report/advice.ts'
import type { Reported } from '../../../src/report/names.ts'
import { api } from '../../support/apis.ts'
import { awaitedWith, failed, jobWith, succeeded } from './awaited.ts'

const open = (outcome: OpenOutcome, members: Partial<Job> | null = null): Reported =>
  awaitedWith({
    outcome,
    job: members === null ? null : jobWith({ over: false, verdict: null, ...members }),
    reason: ''
  })
const move = api('ontap').operations?.find(({ name }) => name === 'volume-move') as Operation
const beyond = (one: Reported): Reported => ({
  ...one,
  isBeyond: true,
  reference: { ...one.reference, until: { operation: move, target: null, key: 'v1', since: null } }
})
const KEY_GIVEN = ['job-key', 'username', 'password']
const REPEAT = 'Fix the cause, then repeat the call: the job has ended.'
const CONTINUE = 'The job may still be running. Continue waiting in a later step, or raise "timeout".'

test.each<[string, Reported, string]>([
  ['a failure', failed(), REPEAT],
  ['a time-out', open('timeout'), CONTINUE],
  [
    'a time-out of a paused job',
    open('timeout', { state: 'paused', idle: 'paused' }),
    'A paused job does not continue by itself: resume it on the server, then continue waiting in a later step.'
  ],
  [
    'an operation that waits for a person',
    beyond(open('timeout', { state: 'cutover_wait', idle: 'paused' })),
    'It waits for a person: do what its last message says, then continue waiting in a later step.'
  ],
  ['an operation that failed', beyond(failed()), 'Fix the cause, then repeat the call: the volume move has ended.'],
  [
    'an operation that is not shown',
    beyond(open('not-found')),
    'Check on the server whether the volume move was started.'
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
    'a job that succeeded, but does not name what it started',
    {
      ...open('unrecognized', { over: true }),
      reference: { ...open('unrecognized').reference, until: { operation: move, target: null, key: null, since: null } }
    },
    'To wait for the volume move, give the link to its resource as "job-key".'
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
  expect(adviceOf([named], KEY_GIVEN)).toEqual([advice])
})

test('there is none for a job that succeeded, or that was seen to end after its wait', () => {
  expect(adviceOf([succeeded(), open('timeout', { over: true })], KEY_GIVEN)).toEqual([])
})

describe('of several jobs', () => {
  const called = (named: Reported, handle: string): Reported => ({ ...named, handle })

  test('that want the same advice, it is given once', () => {
    expect(adviceOf([called(failed(), '#1'), called(failed(), '#2')], KEY_GIVEN)).toEqual([REPEAT])
  })

  test('that want different advice, each has its jobs', () => {
    const late = ['#2', '#3', '#4', '#5'].map(handle => called(open('timeout'), handle))
    expect(adviceOf([called(failed(), '#1'), ...late], KEY_GIVEN)).toEqual([
      `#1: ${REPEAT}`,
      `#2, #3, #4 and 1 more: ${CONTINUE}`
    ])
  })
})

describe('blames no input that was not given', () => {
  const notFound = (root = '/api', name = 'ontap'): Reported => {
    const named = open('not-found')
    return { ...named, reference: { ...named.reference, root, api: api(name) } }
  }
  const ANSWER = 'Check that the server in "url" is the one that gave this answer to the call.'
  const GATEWAY =
    ' If it is Unified Manager, which passes calls on to ONTAP, set "url" to …/api/gateways/<cluster-uuid>.'
  const MEMORY = ' ONTAP deletes a job 300 s after it ends.'

  test.each<[string, Reported, readonly string[], string]>([
    [
      'a job of a call that the step made',
      notFound(),
      ['request', 'password'],
      `The server accepted the call and named this job, but does not show it: it may have succeeded. Check the resource itself.${MEMORY}`
    ],
    [
      'a job from the list',
      notFound(),
      ['job-query'],
      `The job was in the list, but is not on the server: check the resource itself.${MEMORY}`
    ],
    ['a job from a body', notFound(), ['response'], `${ANSWER}${GATEWAY}${MEMORY}`],
    ['a job from a body behind a gateway', notFound('/api/gateways/c'), ['response-file'], `${ANSWER}${MEMORY}`],
    ['a job of an API without a gateway', notFound('/api', 'ontap-select'), ['response'], ANSWER],
    [
      'a job that needs a login',
      open('unauthorized'),
      ['job-key'],
      'The job may still be running. No credentials were given: set "username" and "password", or "token".'
    ],
    [
      'a job that this login may not read',
      open('unauthorized'),
      ['job-key', 'token'],
      'The job may still be running. After a 401, check the credentials; after a 403, whether their role may read jobs.'
    ]
  ])('%s', (_title, named, given, advice) => {
    expect(adviceOf([named], given)).toEqual([advice])
  })
})

test.each([
  [undefined, 'it'],
  ['SVM svm1', 'it, a job of SVM svm1']
])("a gate that somebody else's job of %s closed says so", (owner, whose) => {
  const job = failed(owner === undefined ? {} : { owner })
  expect(adviceOf([job], ['job-query'])).toEqual([
    `This step did not start the job: "job-query" found ${whose}. To wait only until no job is pending, no matter how each ended, set "fail-on: NONE".`
  ])
})
