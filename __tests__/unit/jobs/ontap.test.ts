import { describe, expect, test } from '@jest/globals'
import type { Job, Verdict } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { ontap } from '../../../src/jobs/ontap.ts'

function read(body: JsonObject): Job {
  const job = ontap.read({ uuid: 'u', ...body })
  if (job === null) throw new Error('no job')
  return job
}

describe('the state', () => {
  test.each([['queued'], ['running'], ['Running'], ['paused'], [' PAUSED ']])('%j is pending', state => {
    expect(read({ state })).toMatchObject({ verdict: null, recognized: true, state: state.trim() })
  })

  test.each<[string, Verdict, string]>([
    ['success', 'NORMAL', 'success'],
    ['Success', 'NORMAL', 'success'],
    [' SUCCESS\n', 'NORMAL', 'success'],
    ['failure', 'ERROR', 'failure'],
    ['Failure', 'ERROR', 'failure'],
    ['error', 'ERROR', 'error']
  ])('%j is over as %s', (state, verdict, word) => {
    expect(read({ state })).toMatchObject({ verdict, recognized: true, state: word })
  })

  test.each([
    ['unsuccessful'],
    ['success?'],
    ['done'],
    ['constructor'],
    ['__proto__'],
    [''],
    [undefined],
    [true],
    [{ state: 'success' }]
  ])('%j is no known word: pending', state => {
    expect(read({ state })).toMatchObject({ verdict: null, recognized: false })
  })

  test('alone decides: a failure with code 0 and neither message nor error is one', () => {
    expect(read({ state: 'failure', code: 0 })).toMatchObject({ verdict: 'ERROR', errorCode: '', message: '' })
    expect(read({ state: 'success', code: 7, error: { message: 'odd', code: '4' } })).toMatchObject({
      verdict: 'NORMAL'
    })
  })
})

describe('what a job tells', () => {
  test.each<[string, JsonObject, string, string]>([
    [
      'from its error',
      { error: { message: 'no space', code: '917927' }, message: 'failed', code: 4 },
      'no space',
      '917927'
    ],
    ['with a code that is a number', { error: { message: 'no space', code: 917927 } }, 'no space', '917927'],
    ['from itself where it has no error', { message: 'entry exists', code: 262179 }, 'entry exists', '262179'],
    ['of itself where its error is empty', { error: {}, message: 'failed', code: 4 }, 'failed', '4'],
    ['with nothing for a code of 0', { error: { message: 'x', code: '0' } }, 'x', ''],
    ['with nothing for an error that is none', { error: 'x', message: null, code: null }, '', '']
  ])('of what went wrong is taken %s', (_, body, message, errorCode) => {
    expect(read({ state: 'failure', ...body })).toMatchObject({ message, errorCode, failures: [] })
  })

  test('while it runs is its progress', () => {
    expect(read({ state: 'running', message: ' Creating volume ' }).message).toBe('Creating volume')
  })

  test.each<[string | undefined, JsonObject]>([
    ['POST /api/storage/volumes/5f3a', { resource: '/api/storage/volumes/5f3a' }],
    ['PATCH  /api/svm/svms/5f3a more', { resource: '/api/svm/svms/5f3a' }],
    ['Volume move', {}],
    ['see /api/storage/volumes', {}],
    [undefined, {}]
  ])('of its result, from the description %j, is %j', (description, result) => {
    expect(read({ state: 'success', description })).toMatchObject({ result, name: description ?? '' })
  })

  test('of its times is read with its offset', () => {
    expect(read({ start_time: '2026-01-05T12:00:00+01:00', end_time: '2026-01-05T12:00:00Z' })).toMatchObject({
      startedAt: Date.UTC(2026, 0, 5, 11),
      endedAt: Date.UTC(2026, 0, 5, 12),
      dated: true
    })
    expect(read({})).toMatchObject({ startedAt: null, endedAt: null, dated: false, lastModified: null })
  })

  test('is kept as it came', () => {
    const body = { uuid: 'u', state: 'running', svm: { name: 's' } }
    expect(ontap.read(body)?.source).toBe(body)
  })
})

test.each([[{}], [{ uuid: '' }], [{ key: 'k', state: 'success' }], [{ record: { uuid: 'u' } }]])(
  '%j is no job',
  body => {
    expect(ontap.read(body)).toBeNull()
  }
)
