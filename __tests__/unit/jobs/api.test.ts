import { describe, expect, test } from '@jest/globals'
import { APIS, apiNamed, statusPath } from '../../../src/jobs/api.ts'
import { outcomeOf } from '../../../src/jobs/endings.ts'
import type { ApiName } from '../../../src/jobs/job.ts'

const NAMES = APIS.map(({ name }) => name)
const KEY = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'

describe('what each API is asked', () => {
  test.each<[ApiName, string, string]>([
    ['unified-manager', '/api/management-server/jobs/a:b%2Fc', ''],
    ['ontap', '/api/cluster/jobs/a:b%2Fc', 'fields=*'],
    ['ontap-select', '/api/jobs/a:b%2Fc', 'fields=state,message,last_modified']
  ])('%s about one job: %s?%s', (name, path, query) => {
    expect(statusPath({ api: name, root: '/api', key: 'a:b/c', told: null })).toBe(path)
    expect(apiNamed(name).query).toBe(query)
  })

  test.each<[ApiName, string | undefined]>([
    ['unified-manager', 'key=a:1|b%2A&max_records=2'],
    ['ontap', 'uuid=a:1|b%2A&fields=*&max_records=2'],
    ['ontap-select', undefined]
  ])('%s about several: %s', (name, query) => {
    expect(apiNamed(name).listQuery?.(['a:1', 'b*'])).toBe(query)
  })

  test.each<[ApiName, string | null, string]>([
    ['unified-manager', 'max_records=10', 'max_records=1000'],
    ['ontap', 'fields=*&order_by=start_time%20desc&max_records=10', 'fields=*&max_records=1000'],
    ['ontap-select', null, '']
  ])('%s for its latest jobs, and for whole jobs', (name, newest, full) => {
    expect([apiNamed(name).newestQuery, apiNamed(name).fullQuery]).toEqual([newest, full])
  })

  test('a long poll is asked for where one is documented', () => {
    expect(NAMES.filter(name => apiNamed(name).longPoll)).toEqual(['unified-manager', 'ontap-select'])
  })

  test('ONTAP alone can cancel a job', () => {
    expect(NAMES.filter(name => apiNamed(name).cancel !== null)).toEqual(['ontap'])
    expect(apiNamed('ontap').cancel).toEqual({ method: 'PATCH', query: 'action=cancel' })
  })
})

test('the codes that mean "later" and "not you" are those of the specification of ONTAP, and no others', () => {
  expect(APIS.map(({ name, transientCodes, deniedCodes }) => [name, transientCodes, deniedCodes])).toEqual([
    ['unified-manager', [], []],
    ['ontap', ['7', '8', '262160', '65541', '65552', '65562'], ['6691623']],
    ['ontap-select', [], []]
  ])
})

test('UUIDs are the same in either case, keys of Unified Manager are not', () => {
  const isSame = (name: ApiName, one: string, other: string) =>
    apiNamed(name).canonicalKey(one) === apiNamed(name).canonicalKey(other)
  expect(NAMES.filter(name => isSame(name, KEY, KEY.toUpperCase()))).toEqual(['ontap', 'ontap-select'])
  expect(NAMES.filter(name => isSame(name, KEY, KEY))).toEqual(NAMES)
  expect(NAMES.filter(name => isSame(name, 'one', 'two'))).toEqual([])
})

test('each verdict is an outcome of its own', () => {
  expect((['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'] as const).map(outcomeOf)).toEqual([
    'success',
    'warning',
    'partial-failures',
    'error'
  ])
})

describe('a job of ONTAP Select', () => {
  const { read, details, withDetails, title } = apiNamed('ontap-select')

  test('is told in the words of the API, and nothing more than it said', () => {
    expect(title).toBe('ONTAP Select Deploy')
    expect(read({ id: 'one', state: ' Success ', end_time: '2026-01-05T12:00:00Z' })).toMatchObject({
      state: 'success',
      dated: true,
      failures: []
    })
    expect(read({ id: 'one', state: 'Running' })).toMatchObject({ state: 'Running', dated: false })
  })

  test('needs no details', () => {
    const job = read({ id: 'one', state: 'failure' })
    if (job === null) throw new Error('it is a job')
    expect(details(job, null)).toBeNull()
    expect(withDetails(job, {})).toBe(job)
  })
})

describe('a job of Unified Manager', () => {
  const { read, details } = apiNamed('unified-manager')

  test('whose state and status say the same is over, without an end time as well', () => {
    expect(read({ key: 'one', state: 'NORMAL', status: 'NORMAL' })).toMatchObject({ verdict: 'NORMAL', errorCode: '' })
  })

  test('that says nothing of spawned jobs has no further details', () => {
    const job = read({ key: 'one', state: 'ERROR' })
    if (job === null) throw new Error('it is a job')
    expect(details(job, null)).toBeNull()
  })
})

describe('a job of ONTAP', () => {
  const { read, details } = apiNamed('ontap')

  test.each([
    ['POST /api/storage/volumes/1', { resource: '/api/storage/volumes/1' }],
    ['then POST /api/storage/volumes/1', {}],
    ['', {}]
  ])('described as %j has the result %j', (description, result) => {
    expect(read({ uuid: 'u', state: 'success', description })?.result).toStrictEqual(result)
  })

  test('whose results are behind a link with a version is asked for them under the root', () => {
    const job = read({ uuid: 'u', state: 'success', _links: { results: { href: '/api/v12/cluster/jobs/u/results' } } })
    if (job === null) throw new Error('it is a job')
    expect(details(job, null)).toEqual({ path: '/cluster/jobs/u/results', decisive: true })
  })
})
