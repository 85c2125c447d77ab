import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/jobs/job.ts'
import { jobOf } from '../../support/apis.ts'

const job = { id: '5f3a', state: 'Running', message: 'deploying', last_modified: '2026-01-05T12:00:00.1+00:00' }

describe('the body', () => {
  test.each([
    ['wrapped', { record: job, num_records: 1 }],
    ['bare', job]
  ])('may be %s', (_, body) => {
    expect(jobOf('ontap-select', body)).toMatchObject({
      key: '5f3a',
      state: 'Running',
      message: 'deploying',
      lastModified: job.last_modified,
      source: job
    })
  })

  test.each([[{}], [{ record: {} }], [{ record: [job] }], [{ record: { state: 'success' }, id: 'not this' }]])(
    '%j is no job',
    body => {
      expect(jobOf('ontap-select', body)).toBeNull()
    }
  )
})

describe('the state', () => {
  test.each<[unknown, Verdict | null, boolean]>([
    ['queued', null, true],
    ['Queued', null, true],
    ['running', null, true],
    ['success', 'NORMAL', true],
    ['Success', 'NORMAL', true],
    ['FAILURE', 'ERROR', true],
    ['Cancelled', 'ERROR', true],
    ['canceled', 'ERROR', true],
    ['expired', 'ERROR', true],
    ['failed', null, false],
    ['constructor', null, false],
    ['', null, false],
    [undefined, null, false]
  ])('%j has the verdict %j', (state, verdict, recognized) => {
    expect(jobOf('ontap-select', { ...job, state })).toMatchObject({ verdict, over: verdict !== null, recognized })
  })

  test('of a failure contains its reason and code, from an error if there is one', () => {
    const error = { message: 'no host', code: 17 }
    expect(jobOf('ontap-select', { ...job, state: 'failure', error })).toMatchObject({
      message: 'no host',
      errorCode: '17'
    })
    expect(jobOf('ontap-select', { ...job, state: 'failure' })).toMatchObject({ message: 'deploying', errorCode: '' })
  })
})

test('a job without a stamp or times says so', () => {
  expect(jobOf('ontap-select', { id: 1 })).toMatchObject({
    key: '1',
    name: '',
    lastModified: null,
    dated: false,
    startedAt: null,
    endedAt: null,
    result: {}
  })
})
