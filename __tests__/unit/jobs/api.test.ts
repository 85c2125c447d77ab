import { describe, expect, test } from '@jest/globals'
import { canonicalKey } from '../../../src/jobs/api.ts'
import { APIS } from '../../../src/jobs/apis.ts'
import { outcomeOf } from '../../../src/jobs/endings.ts'
import { api, jobOf } from '../../support/apis.ts'

const KEY = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'

describe('what each API is asked', () => {
  test.each([
    ['unified-manager', '/management-server/jobs/a:b%2Fc'],
    ['ontap', '/cluster/jobs/a:b%2Fc?fields=*'],
    ['ontap-select', '/jobs/a:b%2Fc?fields=state,message,last_modified']
  ])('%s about one job: %s', (name, path) => {
    expect(api(name).status('a:b/c', null)).toBe(path)
  })

  test.each([
    ['unified-manager', '/management-server/jobs/1?poll_timeout=20&last_modified=%3E%3Da%20b'],
    ['ontap-select', '/jobs/1?fields=state,message,last_modified&poll_timeout=20&last_modified=%3E%3Da%20b']
  ])('%s about one job, by a long poll: %s', (name, path) => {
    expect(api(name).status('1', { seconds: 20, lastModified: 'a b' })).toBe(path)
    expect(api(name).status('1', { seconds: 20, lastModified: null })).toBe(path.replace(/&last_modified.*/, ''))
  })

  test.each([
    ['unified-manager', '/management-server/jobs?key=a:1|b%2A|c%7Cd&max_records=3'],
    ['ontap', '/cluster/jobs?uuid=a:1|b%2A|c%7Cd&fields=*&max_records=3'],
    ['ontap-select', undefined]
  ])('%s about several jobs, with each key and no more records than keys: %s', (name, path) => {
    expect(api(name).list?.of(['a:1', 'b*', 'c|d'])).toBe(path)
  })

  test.each([
    [
      'unified-manager',
      '/management-server/jobs?max_records=10',
      '/management-server/jobs?state=running&max_records=1000'
    ],
    [
      'ontap',
      '/cluster/jobs?fields=*&order_by=start_time%20desc&max_records=10',
      '/cluster/jobs?state=running&fields=*&max_records=1000'
    ],
    ['ontap-select', undefined, undefined]
  ])('%s for its latest jobs, and for those that match a filter', (name, newest, matching) => {
    const search = api(name).list?.search
    expect([search?.newest, search?.matching('state=running')]).toEqual([newest, matching])
  })

  test('ONTAP to cancel a job', () => {
    expect(api('ontap').cancel?.('a/b')).toEqual({ method: 'PATCH', path: '/cluster/jobs/a%2Fb?action=cancel' })
  })

  test('ONTAP to take its time with a call', () => {
    const { longest, query } = api('ontap').returnTimeout ?? {}
    expect([longest, query?.(90_000)]).toEqual([120_000, 'return_timeout=90'])
  })
})

test.each([
  ['unified-manager', ['defaultRoot', 'datesEnds', 'longestHold', 'list', 'nextPage', 'details']],
  [
    'ontap',
    [
      'defaultRoot',
      'gateway',
      'datesEnds',
      'operations',
      'remembers',
      'list',
      'nextPage',
      'details',
      'cancel',
      'returnTimeout'
    ]
  ],
  ['ontap-select', ['defaultRoot', 'longestHold']]
])('beyond what every API has, %s has %j', (name, capabilities) => {
  const { name: _, title, naming, status, read, complaint, ...others } = api(name)
  expect(Object.keys(others)).toEqual(capabilities)
})

test.each([
  ['ontap', '262160', 'not-taken'],
  ['ontap', 7, 'later'],
  ['ontap', '8', 'later'],
  ['ontap', '65541', 'later'],
  ['ontap', '65552', 'later'],
  ['ontap', '65562', 'later'],
  ['ontap', '6691623', 'denied'],
  ['ontap', '262325', 'unapproved'],
  ['ontap', '4', 'other'],
  ['unified-manager', '7', 'other'],
  ['ontap-select', '7', 'other']
])('an error of %s with the code %j means %j', (name, code, means) => {
  const body = { error: { message: ' no ', code, target: 'uuid' } }
  const complaint = { message: 'no', code: String(code), target: 'uuid', means }
  expect(api(name).complaint({ status: 400, headers: {}, body })).toMatchObject(
    means === 'unapproved' ? { code, means } : complaint
  )
})

test.each([[undefined], [null], ['x'], [{}], [{ error: 'x' }], [{ message: 'x' }]])(
  'the body %j holds no error of any of the three APIs',
  body => {
    for (const name of ['unified-manager', 'ontap', 'ontap-select']) {
      expect(api(name).complaint({ status: 500, headers: {}, body })).toBeNull()
    }
  }
)

test('an error that says nothing is one all the same', () => {
  const complaint = { message: '', code: '', target: '', means: 'other' }
  expect(api('ontap').complaint({ status: 500, headers: {}, body: { error: {} } })).toEqual(complaint)
})

test('UUIDs are the same in either case, keys of Unified Manager are not', () => {
  const isSame = (name: string, one: string, other: string) =>
    canonicalKey(api(name), one) === canonicalKey(api(name), other)
  const names = ['unified-manager', 'ontap', 'ontap-select']
  expect(names.filter(name => isSame(name, KEY, KEY.toUpperCase()))).toEqual(['ontap', 'ontap-select'])
  expect(names.filter(name => isSame(name, KEY, KEY))).toEqual(names)
  expect(names.filter(name => isSame(name, 'one', 'two'))).toEqual([])
})

test.each(APIS.map(({ name }) => [name]))('an answer of %s that is no object is no job', name => {
  for (const body of [undefined, null, 'x', 7, []]) {
    expect(api(name).read({ status: 200, headers: {}, body }, 'x')).toBeNull()
    expect(api(name).naming.accepted({ status: 202, headers: {}, body })).toEqual([])
  }
})

test.each([['unified-manager'], ['ontap'], ['ontap-select']])('a job of %s with another key is not the one', name => {
  const body = { key: 'one', uuid: 'one', id: 'one', state: 'running' }
  expect(api(name).read({ status: 200, headers: {}, body }, 'one')).not.toBeNull()
  expect(api(name).read({ status: 200, headers: {}, body }, 'two')).toBeNull()
})

describe('a page of a list', () => {
  const jobs = (name: string, body: object) => api(name).list?.jobs(body as Readonly<Record<string, unknown>>)

  test.each([['unified-manager'], ['ontap']])(
    'of %s contains the jobs of its records, and marks records that are not jobs',
    name => {
      const one = { key: 'one', uuid: 'one', state: 'running' }
      expect(jobs(name, { records: [one, {}, 'x', null], num_records: 4 })).toEqual([
        expect.objectContaining({ key: 'one', source: one }),
        null,
        null,
        null
      ])
      expect(jobs(name, { records: [] })).toEqual([])
    }
  )

  test.each([['unified-manager'], ['ontap']])(
    'of %s is not a list without records, or with fewer than it counts',
    name => {
      expect(jobs(name, {})).toBeNull()
      expect(jobs(name, { records: {} })).toBeNull()
      expect(jobs(name, { records: [], num_records: 1 })).toBeNull()
    }
  )

  test.each<[unknown, string | null]>([
    ['/api/cluster/jobs?start.uuid=x&max_records=2', '?start.uuid=x&max_records=2'],
    ['https://evil.example/x?offset=2#top', '?offset=2'],
    ['/api/cluster/jobs', null],
    [undefined, null]
  ])('leads to the next page by the query of the link %j', (href, query) => {
    expect(api('ontap').nextPage?.({ _links: { next: { href } } })).toBe(query)
  })
})

test('each verdict is an outcome of its own', () => {
  expect((['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'] as const).map(outcomeOf)).toEqual([
    'success',
    'warning',
    'partial-failures',
    'error'
  ])
})

test.each([
  ['ontap', 'queued', 'queued'],
  ['ontap', 'Paused', 'paused'],
  ['ontap', 'running', null],
  ['ontap', 'strange', null],
  ['ontap', 'success', null],
  ['unified-manager', 'QUEUED', 'queued'],
  ['unified-manager', 'waiting', 'queued'],
  ['unified-manager', 'initialized', 'queued'],
  ['unified-manager', 'aborting', null],
  ['ontap-select', 'queued', 'queued'],
  ['ontap-select', 'running', null]
])('a job of %s in the state %j is idle: %j', (name, state, idle) => {
  expect(jobOf(name, { key: 'one', uuid: 'one', id: 'one', state })?.idle).toBe(idle)
})

test.each([
  ['ontap', 'end_time'],
  ['unified-manager', 'complete_time'],
  ['ontap-select', 'end_time']
])('a job of %s whose %s is no time does not show the time of its end', (name, field) => {
  const job = { key: 'one', uuid: 'one', id: 'one', state: 'WARNING', [field]: 'never' }
  expect(jobOf(name, job)).toMatchObject({ over: false, dated: false, endedAt: null })
  expect(jobOf(name, { ...job, [field]: '2026-01-05 12:00' })).toMatchObject({ dated: true })
})

describe('a job of ONTAP Select', () => {
  test('is described in the words of the API, and nothing more than it said', () => {
    expect(jobOf('ontap-select', { id: 'one', state: ' Success ', end_time: '2026-01-05T12:00:00Z' })).toMatchObject({
      state: 'success',
      dated: true,
      failures: []
    })
    expect(jobOf('ontap-select', { id: 'one', state: 'Running' })).toMatchObject({ state: 'Running', dated: false })
  })
})

describe('a job of Unified Manager', () => {
  test('whose state and status agree has finished, even without an end time', () => {
    expect(jobOf('unified-manager', { key: 'one', state: 'NORMAL', status: 'NORMAL' })).toMatchObject({
      verdict: 'NORMAL',
      errorCode: ''
    })
  })

  test('that says nothing of spawned jobs has no further details', () => {
    const job = jobOf('unified-manager', { key: 'one', state: 'ERROR' })
    if (job === null) throw new Error('it is a job')
    expect(api('unified-manager').details?.ask(job, null)).toBeNull()
  })
})

describe('a job of ONTAP', () => {
  test.each([
    ['POST /api/storage/volumes/1', { resource: '/api/storage/volumes/1' }],
    ['then POST /api/storage/volumes/1', {}],
    ['', {}]
  ])('described as %j has the result %j', (description, result) => {
    expect(jobOf('ontap', { uuid: 'u', state: 'success', description })?.result).toStrictEqual(result)
  })

  test('whose results are behind a link with a version is asked for them under the root', () => {
    const href = '/api/v12/cluster/jobs/u/results'
    const job = jobOf('ontap', { uuid: 'u', state: 'success', _links: { results: { href } } })
    if (job === null) throw new Error('it is a job')
    expect(api('ontap').details?.ask(job, null)).toMatchObject({ path: '/cluster/jobs/u/results', decisive: true })
  })
})
