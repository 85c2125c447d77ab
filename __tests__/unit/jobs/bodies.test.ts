import { describe, expect, test } from '@jest/globals'
import { namesJob } from '../../../src/jobs/accepted.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import type { Found } from '../../../src/jobs/found.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import { bodyOf, type JobReference } from '../../../src/jobs/reference.ts'
import { api, placeOf } from '../../support/apis.ts'
import { CLUSTER, GATEWAY_JOB, KEY, ONTAP_JOB, reported, UM_JOB, UUID } from '../../support/references.ts'

const AUTO = placeOf()
const fromBody = (body: unknown, place = AUTO): Found => fromBodies(JSON.stringify(body), place)

test('a link of millions of slashes is read in no time', () => {
  expect(reported(fromBody({ job: { uuid: UUID, _links: { self: { href: `${'/'.repeat(5_000_000)}x` } } } }))).toEqual([
    ONTAP_JOB
  ])
})

test('a body that names jobs and reports errors has both, in a loop too', () => {
  const errors = [{ message: 'locked', code: '1' }]
  const body = { jobs: [{ uuid: UUID }], num_records: 1, errors }
  const results = [{ json: { job: { uuid: CLUSTER } } }, { json: body }]
  const failed = {
    verdict: 'PARTIAL_FAILURES',
    errorCode: '1',
    message: '1 record(s) failed: locked',
    result: { errors }
  }
  expect(fromBody(body)).toMatchObject({ references: [{ key: UUID }], faults: [], failed })
  expect(fromBody({ results })).toMatchObject({ references: [{ key: CLUSTER }, { key: UUID }], failed })
  expect(fromBody({ ...body, errors: [] })).not.toHaveProperty('failed')
  expect(fromBody([])).not.toHaveProperty('failed')
})

test.each<[string, unknown]>([
  ['a job', { job: { uuid: UUID } }],
  ['several jobs', { jobs: [{ uuid: UUID }], num_records: 1 }]
])('a body that names %s and reports an error has both', (_, body) => {
  const error = { message: 'locked', code: '7' }
  const failed = { verdict: 'PARTIAL_FAILURES', errorCode: '7', message: 'locked' }
  expect(fromBody({ ...(body as object), error })).toMatchObject({ references: [{ key: UUID }], faults: [], failed })
  expect(fromBody({ ...(body as object), error: 'locked' })).toMatchObject({ failed: { message: 'locked' } })
  expect(fromBody({ ...(body as object), error: { code: 7 } })).toMatchObject({
    failed: { message: '"{\\"code\\":7}"' }
  })
  expect(fromBody({ ...(body as object), error: { code: '0' } })).not.toHaveProperty('failed')
})

test.each<[string, unknown]>([
  ['ONTAP', { uuid: UUID, state: 'failure', error: { message: 'no space', code: '1' } }],
  ['ONTAP Select', { record: { id: UUID, state: 'failure', error: { message: 'no space' } } }]
])('the error of a job of %s by itself is its own', (_, body) => {
  expect(fromBody(body)).not.toHaveProperty('failed')
})

describe('a body', () => {
  const umLink = (key = KEY) => ({ self: { href: `/api/management-server/jobs/${encodeURIComponent(key)}` } })
  const ontapLink = { self: { href: `/api/cluster/jobs/${UUID}` } }

  test.each<[string, JsonObject, string[]]>([
    ['of Unified Manager', { job: { key: KEY, _links: umLink() } }, [UM_JOB]],
    ['of Unified Manager without a link', { job: { key: KEY } }, [UM_JOB]],
    ['of Unified Manager with an encoded key', { job: { key: encodeURIComponent(KEY) } }, [UM_JOB]],
    ['with a link alone', { job: { _links: umLink() } }, [UM_JOB]],
    ['of the ancestor', { job_key: KEY }, [UM_JOB]],
    ['of ONTAP', { job: { uuid: UUID, _links: ontapLink } }, [ONTAP_JOB]],
    ['of ONTAP without a link', { job: { uuid: UUID } }, [ONTAP_JOB]],
    [
      'of ONTAP for several',
      { jobs: [{ uuid: UUID }, { uuid: CLUSTER }], num_records: 2 },
      [ONTAP_JOB, `ontap /api ${CLUSTER}`]
    ],
    ['of ONTAP for a list of one', { jobs: [{ uuid: UUID }], num_records: 1 }, [ONTAP_JOB]],
    ['of ONTAP, a job by itself', { uuid: UUID, state: 'success' }, [ONTAP_JOB]],
    ['of ONTAP, a job by itself by its link', { uuid: UUID, _links: ontapLink }, [ONTAP_JOB]],
    [
      'of a gateway',
      { job: { uuid: UUID, _links: { self: { href: `/api/gateways/${CLUSTER}/cluster/jobs/${UUID}` } } } },
      [GATEWAY_JOB]
    ],
    ['of ONTAP Select', { job: { id: UUID, message: '', last_modified: 'x' } }, [`ontap-select /api ${UUID}`]],
    ['of ONTAP Select, wrapped', { record: { id: UUID, state: 'running' } }, [`ontap-select /api ${UUID}`]],
    ['with a key that is a number', { job: { id: 42 } }, ['ontap-select /api 42']]
  ])('%s', (_, body, references) => {
    expect(fromBody(body).faults).toEqual([])
    expect(reported(fromBody(body))).toEqual(references)
    expect(reported(fromBodies(`\uFEFF${JSON.stringify(body, null, 2)}\n`, AUTO))).toEqual(references)
  })

  test('contains its end, if it has one', () => {
    const finished = { job: { uuid: UUID, state: 'success', end_time: '2026-01-05T12:00:00Z' } }
    expect(fromBody(finished).references[0]?.reported).toMatchObject({ verdict: 'NORMAL', key: UUID })
    expect(fromBody({ job: { uuid: UUID } }).references[0]?.reported).toMatchObject({ verdict: null })
    expect(fromKeys(UUID, AUTO).references[0]?.reported).toBeNull()
  })

  test.each([
    ['[', ',', ']'],
    ['', '\n', ''],
    ['', '\r\n\r\n', '\n'],
    ['', '', ''],
    ['\uFEFF', '\n\uFEFF', '\uFEFF'],
    [' [', '] [', '] ']
  ])('may come with others in an array or one after the other: %j %j %j', (start, separator, end) => {
    const bodies = [UUID, CLUSTER, UUID].map(uuid => JSON.stringify({ job: { uuid } }))
    expect(reported(fromBodies(`${start}${bodies.join(separator)}${end}`, AUTO))).toEqual([
      ONTAP_JOB,
      `ontap /api ${CLUSTER}`
    ])
  })

  test.each<[string, unknown, string]>([
    [
      'that is an error',
      { error: { message: 'no license', code: '5' } },
      'is an error, not a job: the server said "no license"'
    ],
    ['that is empty', {}, 'contains no job: a 202 answer has'],
    ['that is a list of other values', [null], 'contains no job'],
    ['that is a list of lists', [['x']], 'contains no job'],
    ['that is a list of nothing', [], 'contains no job'],
    ['whose jobs are none', { jobs: [], num_records: 0 }, 'contains no job'],
    ['whose jobs are no jobs', { jobs: ['x'] }, 'contains no job'],
    ['whose job is no object', { job: 'x' }, 'contains no job'],
    ['whose job has no key', { job: { name: 'x' } }, 'contains no job'],
    ['one of whose jobs has no key', { jobs: [{ uuid: UUID }, {}] }, "cannot be a job's key"],
    ['whose key is no key', { job: { uuid: '..' } }, "cannot be a job's key"],
    ['of a resource', { uuid: UUID, name: 'vol1' }, 'contains no job']
  ])('%s is refused', (_, body, fault) => {
    expect(fromBody(body).faults).toEqual([expect.stringContaining(fault)])
  })

  test('that is nested without end is refused', () => {
    const body = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    expect(fromBodies(body, AUTO).faults).toEqual([expect.stringMatching(/^contains no job: .* but this is \{…\}$/)])
  })

  test.each([
    ['', 'is empty'],
    [' \r\n\uFEFF\n', 'is empty'],
    ['null\n', 'is null, which jq and other tools print for a missing value: check what reads the body'],
    ['{"job": {', 'is not valid JSON: it starts with "{\\"job\\": {" and ends with "{\\"job\\": {"'],
    ["{'job': 1}", 'is not valid JSON: it starts with "{\'job\': 1}" and ends with "{\'job\': 1}"'],
    ['{\uFEFF"job": {}}', 'is not valid JSON: it starts with'],
    [`{"job": ${'x'.repeat(50)}`, `and ends with "${'x'.repeat(20)}"`],
    ['<html>\n', 'is HTML or XML, not JSON: it starts with "<html>"'],
    ['<!DOCTYPE html>', 'is HTML or XML, not JSON: it starts with "<!DOCTYPE html>"'],
    [UUID, 'is a key, not a body: give it as "job-key" instead'],
    [KEY, 'is a key, not a body: give it as "job-key" instead']
  ])('that is not a body is refused with its likely cause: %j', (text, fault) => {
    expect(fromBodies(text, AUTO)).toEqual({ references: [], faults: [expect.stringContaining(fault)] })
  })

  test.each(['hunter2', '-----BEGIN PRIVATE KEY-----', 'root:x:0:0', '"hunter2"', '5', 'x\n{"job": 1}', 'a <b'])(
    'that is something else is not shown: %j',
    text => {
      const fault = 'is not a JSON object or array; its content is not shown, because it could be secret'
      expect(fromBodies(text, AUTO).faults).toEqual([fault])
    }
  )

  test.each([
    ['202', 'on line 2 follows "202", the status code that curl -w writes'],
    ['\r\n202\n', 'on line 3 follows "202", the status code that curl -w writes'],
    ['1202', 'on line 2 follows "1202"'],
    ['202 OK', 'on line 2 follows "202 OK"'],
    ['}', 'on line 2 follows "}"'],
    ['{"job": ', 'on line 2 follows "{\\"job\\":"']
  ])('followed by %j is refused, and it is said where the JSON ends', (rest, fault) => {
    const text = `{"job":\n{"uuid": "${UUID}"}}${rest}`
    expect(fromBodies(text, AUTO).faults).toEqual([`is not only JSON: ${fault}`])
  })

  test('may be pretty-printed, one after the other', () => {
    const bodies = [UUID, CLUSTER].map(uuid => JSON.stringify({ job: { uuid, message: 'a "{[ \\ }' } }, null, 2))
    for (const text of [bodies.join('\n'), bodies.join(''), bodies.join('\r\n').replaceAll('\n', '\r\n')]) {
      expect(reported(fromBodies(text, AUTO))).toEqual([ONTAP_JOB, `ontap /api ${CLUSTER}`])
    }
  })

  test('of megabytes is read in no time', () => {
    const text = JSON.stringify({ padding: 'x"\\'.repeat(1_000_000), job: { uuid: UUID } })
    expect(reported(fromBodies(`${text}${text}`, AUTO))).toEqual([ONTAP_JOB])
  })

  test('that several APIs could have sent is of the one whose link it has, else of the one that "api" names', () => {
    const body = { uuid: UUID, id: '42' }
    const select = placeOf('ontap-select')
    const linked = { ...body, _links: { self: { href: '/api/jobs/42' } } }
    expect(reported(fromBody({ job: linked }))).toEqual(['ontap-select /api 42'])
    expect(reported(fromBody({ job: body }, select))).toEqual(['ontap-select /api 42'])
    expect(reported(fromBody({ jobs: [body, { uuid: CLUSTER }] }, select))).toEqual(['ontap-select /api 42'])
    expect(reported(fromBody({ job: body }))).toEqual([ONTAP_JOB])
    expect(reported(fromBody({ job: { uuid: UUID } }, placeOf('ontap')))).toEqual([ONTAP_JOB])
  })

  test('of another API than "api" names is refused, and both are named', () => {
    expect(fromBody({ job: { uuid: UUID } }, placeOf('unified-manager')).faults).toEqual([
      'names a job of ONTAP (ontap), but "api" says unified-manager'
    ])
  })

  test('with names from the prototype does no harm', () => {
    const { references } = fromBodies(
      `{"__proto__": {"job": {"uuid": "x"}}, "job": {"uuid": "${UUID}", "__proto__": {"key": "k"}}}`,
      AUTO
    )
    expect(reported({ references, faults: [] })).toEqual([ONTAP_JOB])
  })
})

describe('what Ansible registers', () => {
  const accepted = (uuid = UUID) => ({ job: { uuid } })
  const labels = (body: unknown) => fromBody(body).references.map(({ label, key }) => [label, key])

  test.each<[string, unknown]>([
    ['of the module uri', { json: accepted(), status: 202, changed: false }],
    ["of NetApp's modules", { response: accepted(), status_code: 202 }],
    ['several times', [{ json: accepted() }, { json: accepted() }]]
  ])('%s names the job in its body', (_, body) => {
    expect(fromBody(body).faults).toEqual([])
    expect(reported(fromBody(body))).toEqual([ONTAP_JOB])
  })

  test('of a loop names a job for each item, whose text is the label', () => {
    const results = [
      { json: accepted(), item: 'v1' },
      { response: accepted(CLUSTER), item: ' v2\r\nof two ' }
    ]
    expect(labels({ results, msg: 'All items completed' })).toEqual([
      ['v1', UUID],
      ['v2 of two', CLUSTER]
    ])
  })

  test.each<[string, object]>([
    ['is no text', { item: { name: 'v1' } }],
    ['is a number', { item: 7 }],
    ['is empty', { item: ' ' }],
    ['is missing', {}]
  ])('of a loop whose item %s has no label', (_, more) => {
    expect(labels({ results: [{ json: accepted(), ...more }] })).toEqual([[undefined, UUID]])
  })

  test('of a loop with a variable of its own has that as the label', () => {
    const results = [{ json: accepted(), ansible_loop_var: 'volume', volume: 'v1', item: 'other' }]
    expect(labels({ results })).toEqual([['v1', UUID]])
  })

  test('of an item that was skipped is passed over', () => {
    const results = [
      { skipped: true, item: 'v0' },
      { json: accepted(), item: 'v1' }
    ]
    expect(labels({ results })).toEqual([['v1', UUID]])
    expect(fromBody({ results: [{ skipped: true }] }).faults).toEqual(['contains no job'])
  })

  test('of a call that failed is the error of the server', () => {
    const json = { error: { message: 'no license', code: '5' } }
    expect(fromBody({ results: [{ json: accepted() }, { json, failed: true }] }).faults).toEqual([
      'is an error, not a job: the server said "no license"'
    ])
  })

  test('does not hide the job that a body names by itself', () => {
    expect(reported(fromBody({ ...accepted(), json: accepted(CLUSTER) }))).toEqual([ONTAP_JOB])
  })
})

test.each([
  [{ job: { uuid: UUID } }, true],
  [{ jobs: [null, { uuid: UUID }] }, true],
  [{ jobs: [null] }, true],
  [{ job: {} }, true],
  [{}, false]
])('the body %j names a job: %p', (body, holds) => {
  expect(namesJob({ status: 202, headers: {}, body }, AUTO)).toBe(holds)
})

test('an empty list of jobs next to a job is passed over', () => {
  expect(reported(fromBody({ jobs: [], job: { uuid: UUID } }))).toEqual([ONTAP_JOB])
})

describe('the answer with its headers', () => {
  const CONSOLE = placeOf('netapp-console', '/occm/api')
  const HEAD = 'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nOnCloud-Request-Id:  a1b2 \r\n'

  test.each<[string, string]>([
    ['of curl -i', `${HEAD}\r\n{"publicId": "we-1"}`],
    ['of curl -i, with the ends of lines of a text file', `${HEAD}\r\n{"publicId": "we-1"}`.replaceAll('\r\n', '\n')],
    ['of curl -i, without a body', HEAD],
    ['of curl -i through a proxy', `HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 202 \r\n${HEAD.slice(23)}\r\n{}`],
    ['as Ansible registers it', '{"json": {"publicId": "we-1"}, "status": 202, "oncloud_request_id": "a1b2"}'],
    [
      'as Ansible registers it in a loop',
      '{"results": [{"json": {}, "status": 202, "x_response_id": "a1b2", "item": "v"}]}'
    ]
  ])('%s names a job of NetApp Console', (_, text) => {
    expect(fromBodies(text, CONSOLE)).toMatchObject({ references: [{ key: 'a1b2' }], faults: [] })
  })

  test('has what the body says of the resource', () => {
    const [first] = fromBodies(`${HEAD}\r\n{"publicId": "we-1"}`, CONSOLE).references
    expect(first?.reported?.result).toEqual({ publicId: 'we-1' })
  })

  test('names a job of ONTAP in its body', () => {
    expect(reported(fromBodies(`HTTP/1.1 202 Accepted\r\n\r\n{"job": {"uuid": "${UUID}"}}`, AUTO))).toEqual([ONTAP_JOB])
  })

  test.each([
    [
      `${HEAD.replace('OnCloud', 'X')}\r\n`,
      /^contains no job: NetApp Console names it in the header OnCloud-Request-Id/
    ],
    ['HTTP/1.1 400 Bad Request\n\n{"message": "no such region"}', /^is an error, not a job: .*"no such region"$/],
    [`${HEAD}\r\nAccepted`, /^is not a JSON object or array/],
    [`${HEAD}\r\n{}\n202`, /^is not only JSON: on line 6 follows "202", the status code that curl -w writes$/]
  ])('is refused for its reason: %j', (text, fault) => {
    expect(fromBodies(text, CONSOLE).faults).toEqual([expect.stringMatching(fault)])
  })
})

describe('the body that names a job again', () => {
  const results = { href: `/api/storage/volumes?job_results_uuid=${UUID}` }
  const resultsOf = ({ reported }: JobReference) => (reported?.source._links as JsonObject | undefined)?.results

  test.each<[string, string, object, string]>([
    ['unified-manager', '/api', { job_key: KEY }, '/api'],
    ['unified-manager', '/api/v2', { job: { key: KEY } }, '/api/v2'],
    ['ontap', '/api', { job: { uuid: UUID } }, '/api'],
    ['ontap', '/storage/api', { job: { uuid: UUID, _links: { results } } }, '/storage/api'],
    [
      'ontap',
      '/api',
      { job: { uuid: UUID, _links: { self: { href: `/api/gateways/${CLUSTER}/cluster/jobs/${UUID}` }, results } } },
      '/api'
    ],
    ['ontap-select', '/api', { record: { id: UUID, state: 'running' } }, '/api'],
    ['ontap', '/api', { job: { uuid: 'a/b c%' } }, '/api']
  ])('of %s under %s is read as the same: %j', (name, root, body, url) => {
    const [first] = fromBody(body, placeOf(name, root)).references
    const again = fromBody(bodyOf(first as JobReference), placeOf('auto', url)).references
    expect(again.map(({ api, root, key }) => [api, root, key])).toEqual([[api(name), first?.root, first?.key]])
    expect(again.map(resultsOf)).toEqual([resultsOf(first as JobReference)])
  })

  test.each([
    ['netapp-console', '/occm/api', 'a1b2'],
    ['netapp-backup', '/account/1/providers/cloudmanager_cbs/api/v1', '3f-4']
  ])('of %s, whose jobs are named elsewhere, is read as the same too', (name, root, key) => {
    const reference: JobReference = { api: api(name), key, root, reported: null }
    const again = fromBody(bodyOf(reference), placeOf(name, root)).references
    expect(again.map(one => [one.api, one.root, one.key])).toEqual([[api(name), root, key]])
  })
})
