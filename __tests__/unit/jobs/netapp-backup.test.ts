import { describe, expect, test } from '@jest/globals'
import { fromAnswer } from '../../../src/jobs/accepted.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import type { Verdict } from '../../../src/jobs/job.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import { netappBackup } from '../../../src/jobs/netapp-backup.ts'
import { bodyOf, type JobReference, statusPath } from '../../../src/jobs/reference.ts'
import { placeOf } from '../../support/apis.ts'

const KEY = '7f2d9b1e-job'
const ROOT = '/account/account-1/providers/cloudmanager_cbs/api/v1'
const PLACE = placeOf('netapp-backup', ROOT)
const read = (...job: unknown[]) => netappBackup.read({ status: 200, headers: {}, body: { job } }, KEY)
const ACCEPTED = { status: 202, headers: {}, body: { 'job-id': KEY } }

test.each(['v1', 'v2', 'v3'])('the job of a call of %s is at v1', version => {
  const place = placeOf('netapp-backup', ROOT.replace('v1', version))
  const { references } = fromAnswer(ACCEPTED, place)
  expect(references.map(statusPath)).toEqual([`${ROOT}/job/${KEY}`])
  expect(fromKeys(KEY, place).references.map(statusPath)).toEqual([`${ROOT}/job/${KEY}`])
  expect(fromKeys(`${ROOT}/job/${KEY}`, place).references.map(statusPath)).toEqual([`${ROOT}/job/${KEY}`])
})

test.each(['/proxy/backup', '/api/v3'])('the root %s, which is of another form, is left as it is', root => {
  const { references } = fromKeys(KEY, placeOf('netapp-backup', root))
  expect(references.map(statusPath)).toEqual([`${root}/job/${KEY}`])
})

describe('the state', () => {
  test.each<[unknown, Verdict | null, boolean]>([
    ['PENDING', null, true],
    ['IN_PROGRESS', null, true],
    ['in progress', null, true],
    ['COMPLETED', 'NORMAL', true],
    ['Completed', 'NORMAL', true],
    ['FAILED', 'ERROR', true],
    ['SUCCESS', null, false],
    ['', null, false],
    [undefined, null, false],
    [1, null, false]
  ])('%j has the verdict %j', (status, verdict, recognized) => {
    expect(read({ id: KEY, status })).toMatchObject({ key: KEY, verdict, over: verdict !== null, recognized })
  })

  test('is that of the entry with the id that was asked for', () => {
    const others = [{ id: 'other', status: 'FAILED' }, null, 'x', { status: 'FAILED' }]
    expect(read(...others, { id: KEY, status: 'COMPLETED' })?.verdict).toBe('NORMAL')
    expect(read(...others)).toBeNull()
    const [completed, failed] = [
      { id: KEY, status: 'COMPLETED' },
      { id: KEY, status: 'FAILED' }
    ]
    expect([read(completed, failed)?.verdict, read(failed, completed)?.verdict]).toEqual(['ERROR', 'ERROR'])
    expect(read(completed, { id: KEY, status: 'PENDING' })?.verdict).toBeNull()
    expect(read({ id: KEY.toUpperCase(), status: 'COMPLETED' })).toBeNull()
  })

  test.each([[{}], [{ job: { id: KEY, status: 'COMPLETED' } }], [[]], [null], ['x']])('is not in %j', body => {
    expect(netappBackup.read({ status: 200, headers: {}, body }, KEY)).toBeNull()
  })

  test('is idle while it is pending', () => {
    expect([read({ id: KEY, status: 'PENDING' })?.idle, read({ id: KEY, status: 'IN_PROGRESS' })?.idle]).toEqual([
      'queued',
      null
    ])
  })
})

describe('a job with several parts', () => {
  const volumes = (...volume: object[]) => ({ data: { 'multi-volume-backup': { volume } } })
  const batches = (...batch: object[]) => ({ data: { restore: { batch } } })
  const failed = { id: 'v2', status: 'FAILED', error: 'no space' }

  test.each<[string, object, string]>([
    ['volume', volumes({ id: 'v1', status: 'COMPLETED' }, failed), 'v2: no space'],
    ['batch', batches(failed, { id: 'v1', status: 'Completed' }), 'v2: no space'],
    ['volume that says nothing', volumes({ status: 'failed' }), 'failed without a message']
  ])('is partially failed by a %s', (_, data, message) => {
    expect(read({ id: KEY, status: 'COMPLETED', ...data })).toMatchObject({ verdict: 'PARTIAL_FAILURES', message })
    expect(read({ id: KEY, status: 'IN_PROGRESS', ...data })).toMatchObject({ verdict: null })
    expect(read({ id: KEY, status: 'FAILED', error: 'broken', ...data })).toMatchObject({
      verdict: 'ERROR',
      message: 'broken',
      failures: [expect.objectContaining({ reason: expect.any(String) })]
    })
  })

  test('is as good as its parts', () => {
    const data = volumes({ id: 'v1', status: 'COMPLETED' }, { id: 'v2', status: 'COMPLETED', error: '' })
    expect(read({ id: KEY, status: 'COMPLETED', ...data })).toMatchObject({ verdict: 'NORMAL', failures: [] })
  })

  test.each([[null], ['x'], [{ restore: null }], [{ restore: { batch: 'x' } }], [{ restore: { batch: [null] } }]])(
    'may have parts that are none: %j',
    data => {
      expect(read({ id: KEY, status: 'COMPLETED', data })).toMatchObject({ verdict: 'NORMAL', failures: [] })
    }
  )
})

test('a job has the reason of its failure, and its kind for a name', () => {
  const entry = { id: KEY, type: 'BACKUP', status: 'FAILED', error: 'bucket is gone', time: 1_700_000_000 }
  expect(read(entry)).toMatchObject({ name: 'BACKUP', message: 'bucket is gone', dated: false, source: entry })
})

test('the answer to a call names the job', () => {
  const { references, faults } = fromAnswer(ACCEPTED, PLACE)
  expect(faults).toEqual([])
  expect(references).toMatchObject([{ api: netappBackup, key: KEY, root: ROOT }])
  expect(statusPath(references[0] as JobReference)).toBe(`${ROOT}/job/${KEY}`)
  const again = fromBodies(JSON.stringify(bodyOf(references[0] as JobReference)), PLACE).references
  expect(again).toMatchObject([{ key: KEY, root: ROOT }])
})

test('a key needs the input that names the API', () => {
  expect(fromKeys(`/x/job/${KEY}`, PLACE).references).toMatchObject([{ key: KEY }])
  expect(fromAnswer(ACCEPTED, placeOf('auto', ROOT)).faults).toEqual([
    'names a job of NetApp Backup and Recovery: set "api" to netapp-backup'
  ])
})

test.each(['a b', 'a/b', 'a%2Fb', 'a\u200Bb'])('%j cannot be a key', text => {
  expect(fromKeys(text, PLACE).references).toEqual([])
})
