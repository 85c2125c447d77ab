import { describe, expect, test } from '@jest/globals'
import { type Found, fromBodies, fromKeys, namesJob } from '../../../src/jobs/found.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { apiOfRoot } from '../../../src/jobs/place.ts'
import { bodyOf, type JobReference } from '../../../src/jobs/reference.ts'
import { api, placeOf } from '../../support/apis.ts'

/** What the inputs say of the place. */
interface Given {
  readonly api?: string
  readonly root?: string
}

const AUTO = placeOf()
const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const UUID = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
const CLUSTER = '1cd8a442-86d1-11e0-ae1c-123478563412'

const UM_JOB = `unified-manager /api ${KEY}`
const ONTAP_JOB = `ontap /api ${UUID}`
const GATEWAY_JOB = `ontap /api/gateways/${CLUSTER} ${UUID}`

const told = ({ references }: Found): string[] => references.map(({ api, root, key }) => `${api.name} ${root} ${key}`)
const fromBody = (body: unknown, place = AUTO): Found => fromBodies(JSON.stringify(body), place)

describe('a key', () => {
  test.each<[string, string, Given, string]>([
    ['of Unified Manager', KEY, {}, UM_JOB],
    ['of Unified Manager, encoded', encodeURIComponent(KEY), {}, UM_JOB],
    ['of Unified Manager, partly encoded', KEY.replace(':', '%3a'), {}, UM_JOB],
    ['that is a UUID', UUID, {}, ONTAP_JOB],
    ['that is a UUID in upper case', UUID.toUpperCase(), {}, `ontap /api ${UUID.toUpperCase()}`],
    ['with white space around it', ` ${UUID}\t`, {}, ONTAP_JOB],
    ['of ONTAP Select, where the input says so', UUID, { api: 'ontap-select' }, `ontap-select /api ${UUID}`],
    ['of any shape, where the input says so', 'job 7', { api: 'ontap' }, 'ontap /api job 7'],
    ['of any shape, where the root is a gateway', '7', { root: '/api/gateways/g' }, 'ontap /api/gateways/g 7'],
    ['of any shape, where the root has a version', '7', { root: '/api/v2' }, 'unified-manager /api/v2 7'],
    [
      'of the API that the input names, whatever the root',
      UUID,
      { api: 'ontap', root: '/api/v2' },
      `ontap /api/v2 ${UUID}`
    ],
    ['encoded twice is decoded once', 'a%252Fb', { api: 'ontap' }, 'ontap /api a%2Fb'],
    ['with a % that encodes nothing keeps it', '100%', { api: 'ontap' }, 'ontap /api 100%'],
    ['with a % that encodes no character keeps it', 'a%ff', { api: 'ontap' }, 'ontap /api a%ff'],
    ['with a slash, encoded', 'a%2Fb', { api: 'ontap' }, 'ontap /api a/b'],
    ['with ?, # and \\', 'a?b#c\\d', { api: 'ontap' }, 'ontap /api a?b#c\\d']
  ])('%s', (_, text, place, reference) => {
    expect(fromKeys(text, placeOf(place.api, place.root))).toMatchObject({ faults: [] })
    expect(told(fromKeys(text, placeOf(place.api, place.root)))).toEqual([reference])
  })

  test.each([
    ['.'],
    ['..'],
    ['%2e%2E'],
    ['%2e'],
    ['a\u0000b'],
    ['a%00b'],
    ['a%0Ab'],
    ['a\u007fb'],
    ['a%0d'],
    ['a\ud800b']
  ])('of %j is refused', text => {
    const { references, faults } = fromKeys(text, placeOf('ontap'))
    expect([references, faults]).toEqual([[], [expect.stringContaining("cannot be a job's key")]])
  })

  test('of no known shape asks for the API', () => {
    expect(fromKeys('job-7', AUTO).faults).toEqual([
      '"job-7" could be a job of any API: set "api" to one of unified-manager, ontap, ontap-select'
    ])
  })

  test('is quoted in a message no longer than a person would read', () => {
    expect(fromKeys('k'.repeat(5_000), AUTO).faults[0]?.length).toBeLessThan(250)
  })

  test.each([['{"job": {}}'], ['\n  {"job":\n {}}'], ['[{"job": {}}]']])(
    'that is a JSON body is not a key: %j',
    text => {
      expect(fromKeys(text, placeOf('ontap')).faults).toEqual([expect.stringContaining('give it as "response"')])
    }
  )
})

describe('a link', () => {
  const um = `/management-server/jobs/${encodeURIComponent(KEY)}`
  const ontap = `/cluster/jobs/${UUID}`

  test.each<[string, string, Given, string]>([
    ['of Unified Manager', `/api${um}`, {}, UM_JOB],
    ['of Unified Manager, not encoded', `/api/management-server/jobs/${KEY}`, {}, UM_JOB],
    ['with the version that "url" pins', `/api${um}`, { root: '/api/v2' }, `unified-manager /api/v2 ${KEY}`],
    ['of ONTAP', `/api${ontap}`, {}, ONTAP_JOB],
    ['of ONTAP Select', `/api/jobs/${UUID}`, {}, `ontap-select /api ${UUID}`],
    ['whole', `https://um.example.com${ontap}`, {}, ONTAP_JOB],
    ['with a query and a fragment', `/api${ontap}?fields=*#top`, {}, ONTAP_JOB],
    ['with a slash at its end', `/api${ontap}/`, {}, ONTAP_JOB],
    ['behind a gateway', `/api/gateways/${CLUSTER}${ontap}`, {}, GATEWAY_JOB],
    [
      'behind a gateway, which "url" names too',
      `/api/gateways/${CLUSTER}${ontap}`,
      { root: `/api/gateways/${CLUSTER}` },
      GATEWAY_JOB
    ],
    [
      'behind a gateway, which "url" names in another case',
      `/api/gateways/${CLUSTER.toUpperCase()}${ontap}`,
      { root: `/api/gateways/${CLUSTER}` },
      GATEWAY_JOB
    ],
    ['without a gateway, where "url" names one', `/api${ontap}`, { root: `/api/gateways/${CLUSTER}` }, GATEWAY_JOB],
    ['behind a prefix', `/proxy/api${ontap}`, { root: '/proxy/api' }, `ontap /proxy/api ${UUID}`]
  ])('%s', (_, text, place, reference) => {
    expect(fromKeys(text, placeOf(place.api, place.root)).faults).toEqual([])
    expect(told(fromKeys(text, placeOf(place.api, place.root)))).toEqual([reference])
  })

  test.each([
    [`https://evil.example/api${ontap}`],
    [`//evil.example/api${ontap}`],
    [`\\\\evil.example\\api\\cluster\\jobs\\${UUID}`],
    [` https://evil.example${ontap}`],
    [`https://user:password@evil.example/x/y${ontap}`],
    [`https:evil.example/../..${ontap}`],
    [`javascript:alert(1)//${ontap}`]
  ])('never lends its origin nor its path: %s', text => {
    expect(told(fromKeys(text, AUTO))).toEqual([ONTAP_JOB])
    const body = fromBody({ job: { uuid: UUID, _links: { self: { href: text } } } })
    expect(told(body)).toEqual([ONTAP_JOB])
  })

  test.each([
    ['a%2F..%2F..', 'ontap /api/gateways/a%2F..%2F.. '],
    ['g%3Fx=1', 'ontap /api/gateways/g%3Fx%3D1 '],
    ['g%23x', 'ontap /api/gateways/g%23x ']
  ])('lends its gateway %s as one segment of the path', (gateway, reference) => {
    expect(told(fromKeys(`/api/gateways/${gateway}${ontap}`, AUTO))).toEqual([reference + UUID])
  })

  test.each([['..'], ['.'], ['%2e%2e'], ['a%0d%0ab']])('with the gateway %s is refused', gateway => {
    const { references, faults } = fromKeys(`/api/gateways/${gateway}${ontap}`, AUTO)
    expect([references, faults]).toEqual([[], [expect.stringContaining('gateway')]])
  })

  test.each<[string, string, Given, RegExp]>([
    [
      'to another API than "api" names',
      `/api${um}`,
      { api: 'ontap' },
      /Unified Manager \(unified-manager\).*"api" says ontap/
    ],
    [
      'to another gateway than "url" names',
      `/api/gateways/other${ontap}`,
      { root: `/api/gateways/${CLUSTER}` },
      /other/
    ],
    ['whose key is no key', '/api/cluster/jobs/..', {}, /cannot be a job's key/],
    ['to something below a job', `/api/cluster/jobs/${UUID}/results`, {}, /could be a job of any API/]
  ])('%s is refused', (_, text, place, fault) => {
    expect(fromKeys(text, placeOf(place.api, place.root))).toEqual({
      references: [],
      faults: [expect.stringMatching(fault)]
    })
  })
})

test('a link of millions of slashes is read in no time', () => {
  expect(told(fromBody({ job: { uuid: UUID, _links: { self: { href: `${'/'.repeat(5_000_000)}x` } } } }))).toEqual([
    ONTAP_JOB
  ])
})

describe('several lines', () => {
  test.each([['\n'], ['\r\n'], ['\r'], ['\n\n  \n']])('separated by %j are several jobs', separator => {
    expect(told(fromKeys(`${UUID}${separator}${CLUSTER}`, AUTO))).toEqual([ONTAP_JOB, `ontap /api ${CLUSTER}`])
  })

  test('that name one job count once, however they are spelt', () => {
    const lines = [UUID, UUID.toUpperCase(), `/api/cluster/jobs/${UUID}`, CLUSTER]
    const { references } = fromKeys(lines.join('\n'), AUTO)
    expect(references.map(({ key }) => key.toLowerCase())).toEqual([UUID, CLUSTER])
  })

  test('of different APIs are refused', () => {
    expect(fromKeys(`${UUID}\n${KEY}`, AUTO).faults).toEqual([
      'names jobs of different APIs (ontap, unified-manager): use one step per API'
    ])
  })

  test('have all their errors reported, each once', () => {
    expect(fromKeys('x\n..\nx\ny', AUTO).faults).toHaveLength(3)
  })

  test('of nothing hold no job', () => {
    expect(fromKeys('\n \n', AUTO)).toEqual({ references: [], faults: ['contains no job'] })
  })
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
    expect(told(fromBody(body))).toEqual(references)
    expect(told(fromBodies(`\uFEFF${JSON.stringify(body, null, 2)}\n`, AUTO))).toEqual(references)
  })

  test('contains its end, if it has one', () => {
    const finished = { job: { uuid: UUID, state: 'success', end_time: '2026-01-05T12:00:00Z' } }
    expect(fromBody(finished).references[0]?.told).toMatchObject({ verdict: 'NORMAL', key: UUID })
    expect(fromBody({ job: { uuid: UUID } }).references[0]?.told).toMatchObject({ verdict: null })
    expect(fromKeys(UUID, AUTO).references[0]?.told).toBeNull()
  })

  test.each([
    ['[', ',', ']'],
    ['', '\n', ''],
    ['', '\r\n\r\n', '\n']
  ])('may stand with others in an array or as JSON lines: %j %j %j', (start, separator, end) => {
    const bodies = [UUID, CLUSTER, UUID].map(uuid => JSON.stringify({ job: { uuid } }))
    expect(told(fromBodies(`${start}${bodies.join(separator)}${end}`, AUTO))).toEqual([
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
    ['that is null', null, 'contains no job'],
    ['that is a text', 'x', 'contains no job'],
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

  test.each([['<html>'], ['{"job": {'], [''], ['not JSON']])('that is no JSON is refused: %j', text => {
    expect(fromBodies(text, AUTO)).toEqual({
      references: [],
      faults: [expect.stringContaining('is not JSON: it starts with')]
    })
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
    expect(told({ references, faults: [] })).toEqual([ONTAP_JOB])
  })
})

describe('what only looks like something else', () => {
  const at = placeOf
  const keysIn = ({ references }: Found) => references.map(({ key }) => key)
  const faultIn = ({ faults }: Found) => faults.join('; ')

  test.each([`x${UUID}`, `${UUID}x`, 'za:b', 'a:bz'])('the key %s could be of any API', key => {
    expect(faultIn(fromKeys(key, at('auto')))).toContain('could be a job of any API')
  })

  test('a key with a brace inside is no JSON body', () => {
    expect(keysIn(fromKeys('a{b', at('ontap')))).toEqual(['a{b'])
  })

  test('a body in place of a key, and what is no JSON, are shown without the white space around them', () => {
    expect(faultIn(fromKeys('\n {"a": 1} ', at('auto')))).toBe(
      'is the JSON body "{\\"a\\": 1}": give it as "response" instead'
    )
    expect(faultIn(fromBodies(' \nhello ', at('auto')))).toBe('is not JSON: it starts with "hello"')
  })

  test('a text is shown up to 100 characters', () => {
    const shown = (length: number) => faultIn(fromKeys('x'.repeat(length), at('auto')))
    expect(shown(100)).toContain(`"${'x'.repeat(100)}" could`)
    expect(shown(101)).toContain(`"${'x'.repeat(100)}…" could`)
  })

  test('a link with slashes at its end is a link', () => {
    expect(keysIn(fromKeys('/api/cluster/jobs/one//', at('auto')))).toEqual(['one'])
    expect(faultIn(fromKeys('/api/cluster/jobs/', at('auto')))).toContain('could be a job of any API')
  })

  test('a link to a job of the API that is given is a link', () => {
    expect(keysIn(fromKeys('/api/cluster/jobs/one', at('ontap')))).toEqual(['one'])
  })

  test('a gateway that is not right before the jobs does not count', () => {
    const { references } = fromKeys('/api/gateways/g/more/cluster/jobs/one', at('auto'))
    expect(references).toMatchObject([{ key: 'one', root: '/api' }])
  })

  test('behind a gateway is ONTAP, no matter what "api" says', () => {
    expect(faultIn(fromKeys('one', at('unified-manager', '/api/gateways/g')))).toBe(
      'names a job of ONTAP (ontap), but "api" says unified-manager'
    )
  })

  test.each([
    ['/api/v2', 'unified-manager'],
    ['/api/v12', 'unified-manager'],
    ['/api/v2/more', undefined],
    ['/api', undefined]
  ])('the root %s is that of %s', (root, api) => {
    expect(apiOfRoot(placeOf('auto', root))?.name).toBe(api)
  })

  test.each([
    ['5', '5'],
    ['{"jobs": []}', '{\\"jobs\\":[]}']
  ])('the body %s contains no job, and is shown', (body, shown) => {
    expect(faultIn(fromBodies(body, at('auto')))).toBe(
      `contains no job: a 202 answer has {"job": {…}} or {"jobs": […]}, but this is "${shown}"`
    )
  })

  test('an empty list of jobs next to a job is ignored', () => {
    expect(keysIn(fromBodies(`{"jobs": [], "job": {"uuid": "${UUID}"}}`, at('auto')))).toEqual([UUID])
  })

  test('a byte-order mark inside a body is no JSON', () => {
    expect(faultIn(fromBodies(`{\uFEFF"job": {"uuid": "${UUID}"}}`, at('auto')))).toContain('is not JSON')
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
})

describe('the body that names a job again', () => {
  const results = { href: `/api/storage/volumes?job_results_uuid=${UUID}` }
  const resultsOf = ({ told }: JobReference) => (told?.source._links as JsonObject | undefined)?.results

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
})
