import { describe, expect, test } from '@jest/globals'
import type { Job, Verdict } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import { jobOf } from '../../support/apis.ts'

function read(body: JsonObject): Job {
  const job = jobOf('ontap', { uuid: 'u', ...body })
  if (job === null) throw new Error('no job')
  return job
}

describe('the state', () => {
  test.each([['queued'], ['running'], ['Running'], ['paused'], [' PAUSED ']])('%j is pending', state => {
    expect(read({ state })).toMatchObject({ verdict: null, over: false, recognized: true, state: state.trim() })
  })

  test.each<[string, Verdict, string]>([
    ['success', 'NORMAL', 'success'],
    ['Success', 'NORMAL', 'success'],
    [' SUCCESS\n', 'NORMAL', 'success'],
    ['failure', 'ERROR', 'failure'],
    ['Failure', 'ERROR', 'failure'],
    ['error', 'ERROR', 'error'],
    ['cancelled', 'ERROR', 'cancelled'],
    ['Canceled', 'ERROR', 'canceled'],
    ['expired', 'ERROR', 'expired']
  ])('%j has finished as %s', (state, verdict, word) => {
    expect(read({ state })).toMatchObject({ verdict, over: true, recognized: true, state: word })
  })

  test.each([['queued'], ['running'], ['paused']])('%j with an end time is pending', state => {
    expect(read({ state, end_time: '2026-01-05T12:00:00Z' })).toMatchObject({ verdict: null, over: false })
  })

  test.each<[JsonObject, Verdict]>([
    [{ error: { message: 'no license', code: '787141' } }, 'WARNING'],
    [{ error: { message: 'no license' } }, 'WARNING'],
    [{ error: { code: 787141 } }, 'WARNING'],
    [{ error: { message: 'Partially completed.', code: '262288' } }, 'PARTIAL_FAILURES'],
    [{ message: 'Partially completed.', code: 262288 }, 'PARTIAL_FAILURES'],
    [{ message: 'Failed to create the volume "v2".', code: 262287 }, 'PARTIAL_FAILURES'],
    [{ error: {} }, 'NORMAL'],
    [{ error: { message: '', code: '0' } }, 'NORMAL'],
    [{ error: { code: 0 } }, 'NORMAL'],
    [{ error: null }, 'NORMAL'],
    [{ error: 'x' }, 'NORMAL'],
    [{ code: 4, message: 'done' }, 'NORMAL']
  ])('of a success with %j is %s', (body, verdict) => {
    expect(read({ state: 'success', ...body })).toMatchObject({ verdict, state: 'success' })
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
  ])('%j is unknown: pending', state => {
    expect(read({ state })).toMatchObject({ verdict: null, over: false, recognized: false })
  })

  test('alone decides: a failure with code 0 and neither message nor error is one', () => {
    expect(read({ state: 'failure', code: 0 })).toMatchObject({ verdict: 'ERROR', errorCode: '', message: '' })
    expect(read({ state: 'running', code: 7, error: { message: 'odd', code: '4' } }).verdict).toBeNull()
  })
})

describe('what a job contains', () => {
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
    ['PATCH /api/storage/volumes/5f3a?return_timeout=0', { resource: '/api/storage/volumes/5f3a' }],
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
    expect(jobOf('ontap', body)?.source).toBe(body)
  })
})

test.each([[{}], [{ uuid: '' }], [{ key: 'k', state: 'success' }], [{ record: { uuid: 'u' } }]])(
  '%j is no job',
  body => {
    expect(jobOf('ontap', body)).toBeNull()
  }
)

describe('a call that several administrators have to approve', () => {
  const error = { message: 'The security multi-admin-verify request (index 3) requires approval.', code: '262325' }
  const NEXT =
    'Nothing was executed: have /api/security/multi-admin-verify/requests/3 approved, then make the call again'

  test('is turned down with what to do', () => {
    const complaint = ontap.complaint({ status: 400, headers: {}, body: { error } })
    expect(complaint).toMatchObject({ means: 'unapproved', code: '262325', message: `${error.message} ${NEXT}` })
  })

  test('fails with what to do, where it has a job', () => {
    expect(read({ state: 'failure', error })).toMatchObject({ verdict: 'ERROR', message: `${error.message} ${NEXT}` })
    expect(read({ state: 'failure', message: error.message, code: 262325 }).message).toBe(`${error.message} ${NEXT}`)
    expect(read({ state: 'success', error })).toMatchObject({ verdict: 'ERROR', message: `${error.message} ${NEXT}` })
  })

  test('fails with what to do, where it is one of several records', () => {
    const bulk = read({ state: 'success', _links: { results: { href: '/api/x' } } })
    const failures = [{ task: '', reason: `${error.message} ${NEXT}` }]
    expect(ontap.details?.merge(bulk, { errors: [error] })).toMatchObject({ failures })
  })

  test('is told so, where the server does not say which request it is', () => {
    const { message } = read({ state: 'failure', error: { ...error, message: 'Requires approval' } })
    expect(message).toBe('Requires approval. Nothing was executed: have the request approved, then make the call again')
  })
})

describe('the results of a bulk call', () => {
  const linked = (href: string, state = 'success') => read({ state, _links: { results: { href } } })
  const UUID = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'

  test.each<[string, string | null]>([
    [`/api/cluster/jobs/${UUID}/results`, `/cluster/jobs/${UUID}/results`],
    ['/api/storage/volumes?fields=*&name=a|b', '/storage/volumes?fields=*&name=a|b'],
    [`/api/gateways/${UUID}/cluster/jobs/1/results`, '/cluster/jobs/1/results'],
    ['/api/v2/cluster/jobs/1/results', '/cluster/jobs/1/results'],
    ['https://evil.example/api/cluster/jobs/1/results', '/cluster/jobs/1/results'],
    ['https://evil.example/results', null],
    ['\\\\evil\\api\\x', null],
    ['/api/../secrets', null],
    ['/api/x/..', null],
    ['/api/x/%2e%2E/y', null],
    ['/api/x/.%2e?y', null],
    ['/api/./x', null],
    ['/api/x y', null],
    ['https://evil.example/apiary/api/cluster/jobs/1/results', '/cluster/jobs/1/results']
  ])('are asked for, where the link is %j, under %j', (href, path) => {
    expect(ontap.details?.ask(linked(href), null)?.path).toBe(path)
  })

  test('are looked for in no time, however long the link', () => {
    expect(ontap.details?.ask(linked(`${'/api/'.repeat(1_500_000)}#`), null)?.path).toBeNull()
  })

  test('are found by the link of the body that accepted the call, where the job has none', () => {
    expect(ontap.details?.ask(read({ state: 'success' }), linked('/api/x'))?.path).toBe('/x')
    expect(ontap.details?.ask(linked('/api/y'), linked('/api/x'))?.path).toBe('/y')
    expect(ontap.details?.ask(read({ state: 'success' }), null)).toBeNull()
    expect(ontap.details?.ask(linked(''), null)).toBeNull()
  })

  test('decide whether a success is one, and nothing else', () => {
    const warned = { ...linked('/api/x'), verdict: 'WARNING' as const }
    expect(ontap.details?.ask(warned, null)?.decisive).toBe(true)
    expect(ontap.details?.ask(linked('/api/x'), null)?.decisive).toBe(true)
    expect(ontap.details?.ask(linked('/api/x', 'failure'), null)?.decisive).toBe(false)
    const partial = { ...linked('/api/x'), verdict: 'PARTIAL_FAILURES' as const }
    expect(ontap.details?.ask(partial, null)?.decisive).toBe(false)
    expect(ontap.details?.merge(partial, { records: [], num_records: 1 })).toMatchObject({
      verdict: 'PARTIAL_FAILURES'
    })
  })

  const described = (description: string, state = 'success') => read({ state, description })

  test.each<[string, string]>([
    ['POST /api/storage/volumes', '/storage/volumes?job_results_uuid=u'],
    ['POST /api/storage/volumes?return_timeout=0', '/storage/volumes?job_results_uuid=u'],
    ['POST  /api/protocols/san/igroups', '/protocols/san/igroups?job_results_uuid=u'],
    [`POST /api/storage/volumes/${UUID}/snapshots`, `/storage/volumes/${UUID}/snapshots?job_results_uuid=u`]
  ])('are looked for where a job without a link is described as %j', (description, path) => {
    expect(ontap.details?.ask(described(description), null)).toEqual({ path, decisive: true, promised: false })
    expect(ontap.details?.ask(described(description, 'failure'), null)).toMatchObject({ decisive: false })
  })

  test.each([
    `POST /api/storage/volumes/${UUID}`,
    `POST /api/storage/volumes/${UUID}/`,
    'PATCH /api/storage/volumes',
    'DELETE /api/storage/volumes',
    'POST /volumes',
    'POST /api/../secrets',
    'POST /api/storage/volumes and more',
    'POST /api/storage/volumes/5f3a?fields=name',
    'POST /api/cluster/software/download',
    'Volume create POST /api/storage/volumes',
    ''
  ])('are not looked for where it is described as %j', description => {
    expect(ontap.details?.ask(described(description), null)).toBeNull()
  })

  test('are promised by a link, which goes before the description', () => {
    const job = read({ state: 'success', description: 'POST /api/storage/volumes' })
    expect(ontap.details?.ask(job, linked('/api/x'))).toEqual({ path: '/x', decisive: true, promised: true })
  })

  test('are looked for by the description if a proxy rewrote the link that promises them', () => {
    const job = read({ state: 'success', description: 'POST /api/storage/volumes' })
    const path = '/storage/volumes?job_results_uuid=u'
    expect(ontap.details?.ask(job, linked('/um1/storage/volumes'))).toEqual({ path, decisive: true, promised: true })
  })

  test('are behind a link of its own where the call was one with records', () => {
    const path = '/storage/volumes'
    const reported = read({ _links: { self: { href: '/api/cluster/jobs/u' } } })
    const bulk = ontap.details?.link?.(reported, { path, body: { records: [{}] } })
    expect(bulk?.source._links).toEqual({
      self: { href: '/api/cluster/jobs/u' },
      results: { href: '/api/storage/volumes?job_results_uuid=u' }
    })
    expect(ontap.details?.link?.(reported, { path, body: { name: 'v1' } })).toBe(reported)
    expect(ontap.details?.link?.(reported, { path, body: undefined })).toBe(reported)
    const withLink = linked('/api/x')
    expect(ontap.details?.link?.(withLink, { path, body: { records: [] } })).toBe(withLink)
  })

  const records = [{ uuid: 'v1' }]
  const error = { message: 'no space', code: '917927', target: 'name' }

  test.each<[string, JsonObject, Verdict]>([
    ['without errors', { records }, 'NORMAL'],
    ['with a count alone', { num_records: 0 }, 'NORMAL'],
    ['with empty lists', { records, errors: [], rollback_errors: [] }, 'NORMAL'],
    ['with errors', { records, errors: [{ error }] }, 'PARTIAL_FAILURES'],
    ['with errors that are bare', { errors: [error] }, 'PARTIAL_FAILURES'],
    ['with errors that say nothing', { errors: [{}] }, 'PARTIAL_FAILURES'],
    ['with errors of the rollback alone', { records, rollback_errors: [{ error }] }, 'PARTIAL_FAILURES'],
    ['with no errors as null', { records, errors: null, rollback_errors: [null] }, 'NORMAL'],
    ['with errors in texts', { records, errors: ['no space'] }, 'PARTIAL_FAILURES'],
    ['with one error in the place of a list', { records, errors: error }, 'PARTIAL_FAILURES'],
    ['with nothing but one error in the place of a list', { errors: error }, 'PARTIAL_FAILURES'],
    ['with one text in the place of a list', { records, rollback_errors: 'no space' }, 'PARTIAL_FAILURES']
  ])('%s make the success %#', (_, body, verdict) => {
    expect(ontap.details?.merge(linked('/api/x'), body)).toMatchObject({ verdict })
  })

  test.each<[JsonObject]>([[{}], [{ error: { message: 'no', code: '4' } }], [{ records: {} }], [{ uuid: 'u' }]])(
    'are none that neither list nor count: %j',
    body => expect(ontap.details?.merge(linked('/api/x'), body)).toBeNull()
  )

  test.each<[unknown]>([[{ message: 'a node is down' }], [{ code: '4' }], ['a node is down']])(
    'are incomplete where the answer reports the error %j',
    said => expect(ontap.details?.merge(linked('/api/x'), { records, num_records: 1, error: said })).toBe('incomplete')
  )

  test.each<[JsonObject]>([
    [{ records, num_records: 2 }],
    [{ records, num_records: '2' }],
    [{ records, errors: [error], num_records: 3 }],
    [{ records, errors: [error], rollback_errors: [error], num_records: 4 }],
    [{ num_records: 1 }]
  ])('are incomplete where they count more than they list: %j', body => {
    expect(ontap.details?.merge(linked('/api/x'), body)).toBe('incomplete')
    expect(ontap.details?.merge(linked('/api/x', 'failure'), body)).toMatchObject({ verdict: 'ERROR' })
  })

  test('are complete where the count includes the errors', () => {
    expect(ontap.details?.merge(linked('/api/x'), { records, errors: [error], num_records: 2 })).toMatchObject({
      verdict: 'PARTIAL_FAILURES'
    })
  })

  test.each<[unknown]>([[null], [''], [{}], [{ message: '', code: '0' }]])(
    'are read where the error of the answer is %j',
    said =>
      expect(ontap.details?.merge(linked('/api/x'), { records, error: said })).toMatchObject({ verdict: 'NORMAL' })
  )

  test('with errors make a success with a warning partial', () => {
    const warned = read({ state: 'success', error: { message: 'odd', code: '1' } })
    expect(ontap.details?.merge(warned, { errors: [error] })).toMatchObject({
      verdict: 'PARTIAL_FAILURES',
      message: 'odd; 1 record(s) failed: no space',
      errorCode: '1'
    })
    expect(ontap.details?.merge(warned, { records })).toMatchObject({ verdict: 'WARNING', message: 'odd' })
  })

  test('that are empty are no result', () => {
    expect(ontap.details?.merge(linked('/api/x'), { records: [], errors: [] })).toMatchObject({ result: {} })
  })

  test('name what failed by its name, its UUID or the field that was wrong', () => {
    const errors = [{ name: 'vol', uuid: 'v', error }, { uuid: 'v', error }, { error }]
    const failures = ['vol', 'v', 'name'].map(task => ({ task, reason: 'no space' }))
    expect(ontap.details?.merge(linked('/api/x'), { errors })).toMatchObject({ failures })
  })

  test('make no failure better', () => {
    const failed = { ...linked('/api/x', 'failure'), message: 'failed' }
    expect(ontap.details?.merge(failed, { records })).toMatchObject({ verdict: 'ERROR', message: 'failed' })
    expect(ontap.details?.merge(failed, { errors: [error] })).toMatchObject({ verdict: 'ERROR', message: 'failed' })
  })

  test('are the result, next to the resource, and their errors the reasons', () => {
    const job = read({ state: 'success', description: 'POST /api/storage/volumes' })
    expect(ontap.details?.merge(job, { records, errors: [{ name: 'vol2', error }, {}], num_records: 1 })).toMatchObject(
      {
        result: { resource: '/api/storage/volumes', records, errors: [{ name: 'vol2', error }, {}] },
        failures: [
          { task: 'vol2', reason: 'no space' },
          { task: '', reason: 'failed without a message' }
        ],
        message: '2 record(s) failed: no space',
        errorCode: '917927'
      }
    )
  })
})
