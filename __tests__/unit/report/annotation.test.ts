import { describe, expect, test } from '@jest/globals'
import type { Operation } from '../../../src/jobs/api.ts'
import type { Ending } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { annotationOf, annotationOfFaults } from '../../../src/report/annotation.ts'
import { continuationOf } from '../../../src/report/continuation.ts'
import type { Reported } from '../../../src/report/names.ts'
import { api } from '../../support/apis.ts'
import { awaitedWith, concluded, failed, jobWith, KEY, succeeded } from './awaited.ts'
import { SERVER } from './play.ts'

const annotation = (...awaited: [Reported, ...Reported[]]): string =>
  annotationOf(concluded(...awaited), continuationOf(awaited, SERVER, []))
const running: Job = jobWith({ state: 'running', verdict: null, message: 'Creating volume.' })
const open = (outcome: Exclude<Ending, { job: Job }>['outcome'], job: Job | null = running): Reported =>
  awaitedWith({ outcome, job, reason: 'the server answered 503 Service Unavailable' })
const REPEAT = 'Fix the cause, then repeat the call: the job has ended.'
const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ task: `Task ${index}`, reason: `reason ${index}` }))

test('a failure shows job, state, code and message', () => {
  expect(annotation(failed({ name: 'POST /api/x', message: 'No space.', errorCode: '917845' }))).toBe(
    `Job ${KEY} (POST /api/x) failed (failure, code 917845): No space. (waited 1m 5s)\n${REPEAT}`
  )
})

test('a failure without any reason says so', () => {
  expect(annotation(failed())).toBe(
    `Job ${KEY} failed (failure): the server gave no reason; see its event log (waited 1m 5s)\n${REPEAT}`
  )
})

describe('the failed tasks are listed', () => {
  test('and no text is repeated where the message is made of them', () => {
    const failures = tasks(2)
    const message = 'Task 0: reason 0; Task 1: reason 1'
    expect(annotation(failed({ message, failures })).split('\n').slice(1)).toEqual([
      '- Task 0: reason 0',
      '- Task 1: reason 1',
      REPEAT
    ])
    expect(annotation(failed({ message, failures }))).not.toContain(message)
  })

  test('after a message of its own, without what that says already', () => {
    expect(annotation(failed({ message: 'Stopped: reason 1', failures: tasks(3) })).split('\n')).toEqual([
      `Job ${KEY} failed (failure): Stopped: reason 1 (waited 1m 5s)`,
      '- Task 0: reason 0',
      '- Task 2: reason 2',
      REPEAT
    ])
  })

  test('as many as fit; of several jobs, three each', () => {
    expect(annotation(failed({ failures: tasks(500) }))).toMatch(/- Task 99: .*\n… \(\d+ more lines\)\n.*$/s)
    expect(annotation(failed({ failures: tasks(1) }), failed({ failures: tasks(5) }))).toMatch(
      /- Task 2: .*\n- … and 2 more failed tasks\nFix/
    )
  })
})

describe('an ending without a verdict shows what was seen last, and what to do next', () => {
  test.each([
    ['timeout', 'did not finish in 1m 5s', 'may still be running. Continue waiting'],
    ['lost', 'no longer knows job', 'check the resource itself'],
    ['unauthorized', 'did not allow job', 'may still be running. After a 401, check the credentials'],
    ['unreachable', 'gave no usable answer about job', 'may still be running. Check "url"'],
    ['unrecognized', 'is unknown after 1m 5s', 'may still be running. Check it on the server'],
    ['cancelled', 'before the job finished', 'The job may still be running.']
  ] as const)('%s', (outcome, what, advice) => {
    const text = annotation(open(outcome))
    expect(text).toContain(what)
    expect(text).toContain('the server answered 503 Service Unavailable')
    expect(text).toContain('Last seen running, 5s earlier: Creating volume.')
    expect(text).toContain(advice)
  })

  test('not-found', () => {
    expect(annotation(open('not-found', null))).toMatch(/^Job .* was not found: .*\nCheck the key/)
  })

  test.each(['timeout', 'unauthorized', 'unreachable', 'unrecognized', 'cancelled'] as const)(
    '%s: the inputs to continue waiting with',
    outcome => {
      expect(annotation(open(outcome))).toContain(
        `To continue waiting: url: https://storage.example.com/api, api: ontap, job-key: ${KEY}`
      )
    }
  )

  test.each(['lost', 'not-found'] as const)('%s: nothing to continue waiting for', outcome => {
    expect(annotation(open(outcome))).not.toContain('To continue waiting')
  })
})

test('to continue waiting, what is to be reached is an input too', () => {
  const operation = api('ontap').operations?.find(({ name }) => name === 'snapmirror') as Operation
  const late = open('timeout')
  const until = { operation, target: 'broken_off', key: null, since: null }
  expect(annotation({ ...late, reference: { ...late.reference, until } })).toContain(
    `api: ontap, until: snapmirror=broken_off, job-key: ${KEY}`
  )
})

describe('a job that was read only in the answer to its call', () => {
  const unread = awaitedWith({
    outcome: 'success',
    job: jobWith({ state: '', verdict: 'NORMAL' }),
    unread: 'the server answered 404 Not Found'
  })

  test('is warned of, with what is not known', () => {
    expect(annotation(unread)).toMatch(
      /succeeded, according to the answer to the call.* the server answered 404 Not Found$/
    )
    expect(annotation(unread, succeeded({}, { key: 'other' }))).not.toContain('other')
  })
})

describe('the inputs to continue waiting for bulk jobs with', () => {
  const bulk = (key: string, href = `/api/storage/volumes?job_results_uuid=${key}`): Reported => {
    const reported = jobWith({ key, over: false, verdict: null, source: { _links: { results: { href } } } })
    const { reference, ...named } = open('timeout')
    return { ...named, reference: { ...reference, key, reported } }
  }
  const body = (key: string): string =>
    `{"job":{"_links":{"results":{"href":"/api/storage/volumes?job_results_uuid=${key}"},"self":{"href":"/api/cluster/jobs/${key}"}}}}`

  test('are their bodies', () => {
    expect(annotation(bulk('a'))).toContain(`api: ontap, response: ${body('a')}`)
    expect(annotation(bulk('a'), bulk('b'))).toContain(`response: [${body('a')}, ${body('b')}]`)
  })

  test('are in the log where they are too long', () => {
    expect(annotation(bulk('a', `/api/${'x'.repeat(1_000)}`))).toContain(
      'To continue waiting, run the workflow in the log or the job summary.'
    )
  })
})

test('a job that was cancelled with the wait, and ended, is not waited for again', () => {
  const text = annotation(open('cancelled', jobWith({ state: 'failure', message: 'Cancelled.' })))
  expect(text).not.toMatch(/may still be running|To continue waiting/)
})

test('a single failed task is the reason itself', () => {
  expect(annotation(failed({ failures: [{ task: 'Map LUN', reason: 'no' }] }))).toContain(
    'failed (failure): Map LUN: no (waited 1m 5s)\n'
  )
  expect(annotation(failed({ failures: [{ task: '', reason: 'no' }] }))).toContain('failed (failure): no (waited')
})

test('of several jobs, those that failed come, the worst first, and the advice once', () => {
  const lines = annotation(open('timeout'), succeeded(), open('timeout'), {
    ...failed({}, { key: 'worst' }),
    handle: '#4'
  }).split('\n')
  expect(lines[0]).toBe('1 succeeded, 2 timed out, 1 failed in 1m 5s (14:00:00 to 14:01:05 UTC)')
  expect(lines[1]).toMatch(/^#4 \(worst\) /)
  expect(lines.filter(line => line.includes('The job may'))).toHaveLength(1)
  expect(lines).toHaveLength(7)
})

test('no annotation is longer than what GitHub keeps, and the advice is never what is cut', () => {
  const message = 'x'.repeat(100_000)
  const many = Array.from({ length: 1_000 }, (_, index) =>
    failed({ name: message, message, failures: tasks(9) }, { key: `${index}` })
  )
  const text = annotation(...(many as [Reported]), open('timeout'))
  expect(text.length).toBeLessThanOrEqual(4_096)
  expect(text).toMatch(/^1 timed out, 1000 failed in/)
  expect(text).toContain('Continue waiting in a later step')
})

test('wrong inputs are listed one per line', () => {
  expect(annotationOfFaults(['url: is not given', 'api: no\n::error::x'])).toBe('url: is not given\napi: no ::error::x')
  expect(annotationOfFaults(Array(1_000).fill('url: is not given')).length).toBeLessThanOrEqual(4_096)
})
