import { describe, expect, test } from '@jest/globals'
import { APIS } from '../../../src/jobs/apis.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import type { Found } from '../../../src/jobs/found.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import { apiOfRoot } from '../../../src/jobs/place.ts'
import { placeOf } from '../../support/apis.ts'
import { CLUSTER, GATEWAY_JOB, KEY, ONTAP_JOB, reported, UM_JOB, UUID } from '../../support/references.ts'

/** What the inputs say of the place. */
interface Given {
  readonly api?: string
  readonly root?: string
}

const AUTO = placeOf()

test.each(['nullable', 'not-null', "o'clock", 'a-b', 'x-http://y'])(
  'a key that only contains what people write by mistake is a key: %j',
  key => {
    expect(reported(fromKeys(key, placeOf('ontap-select')))).toEqual([`ontap-select /api ${key}`])
  }
)

describe('a key', () => {
  test.each<[string, string, Given, string]>([
    ['of Unified Manager', KEY, {}, UM_JOB],
    ['of Unified Manager, encoded', encodeURIComponent(KEY), {}, UM_JOB],
    ['of Unified Manager, partly encoded', KEY.replace(':', '%3a'), {}, UM_JOB],
    ['that is a UUID', UUID, {}, ONTAP_JOB],
    ['that is a UUID in upper case', UUID.toUpperCase(), {}, `ontap /api ${UUID.toUpperCase()}`],
    ['with white space around it', ` ${UUID}\t`, {}, ONTAP_JOB],
    ['of ONTAP Select, where the input says so', UUID, { api: 'ontap-select' }, `ontap-select /api ${UUID}`],
    ['of any shape, where the input says so', 'job-7', { api: 'ontap-select' }, 'ontap-select /api job-7'],
    ['of ONTAP, where the root is a gateway', UUID, { root: '/api/gateways/g' }, `ontap /api/gateways/g ${UUID}`],
    ['with a colon, where the root has a version', 'x:y', { root: '/api/v2' }, 'unified-manager /api/v2 x:y'],
    [
      'of the API that the input names, whatever the root',
      UUID,
      { api: 'ontap', root: '/api/v2' },
      `ontap /api/v2 ${UUID}`
    ],
    ['encoded twice is decoded once', 'a%252Fb', { api: 'ontap-select' }, 'ontap-select /api a%2Fb'],
    ['with a % that encodes nothing keeps it', '100%', { api: 'ontap-select' }, 'ontap-select /api 100%'],
    ['with a % that encodes no character keeps it', 'a%ff', { api: 'ontap-select' }, 'ontap-select /api a%ff'],
    ['with a slash, encoded', 'a%2Fb', { api: 'ontap-select' }, 'ontap-select /api a/b'],
    ['with ?, # and \\', 'a?b#c\\d', { api: 'ontap-select' }, 'ontap-select /api a?b#c\\d']
  ])('%s', (_, text, place, reference) => {
    expect(fromKeys(text, placeOf(place.api, place.root))).toMatchObject({ faults: [] })
    expect(reported(fromKeys(text, placeOf(place.api, place.root)))).toEqual([reference])
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
      `"job-7" could be a job of any API: set "api" to one of ${APIS.map(({ name }) => name).join(', ')}`
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
    expect(reported(fromKeys(text, placeOf(place.api, place.root)))).toEqual([reference])
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
    expect(reported(fromKeys(text, AUTO))).toEqual([ONTAP_JOB])
    const body = { job: { uuid: UUID, _links: { self: { href: text } } } }
    expect(reported(fromBodies(JSON.stringify(body), AUTO))).toEqual([ONTAP_JOB])
  })

  test.each([
    ['a%2F..%2F..', 'ontap /api/gateways/a%2F..%2F.. '],
    ['g%3Fx=1', 'ontap /api/gateways/g%3Fx%3D1 '],
    ['g%23x', 'ontap /api/gateways/g%23x ']
  ])('lends its gateway %s as one segment of the path', (gateway, reference) => {
    expect(reported(fromKeys(`/api/gateways/${gateway}${ontap}`, AUTO))).toEqual([reference + UUID])
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
    ['to something below a job', `/api/cluster/jobs/${UUID}/results`, {}, /is a link, but not to a job$/]
  ])('%s is refused', (_, text, place, fault) => {
    expect(fromKeys(text, placeOf(place.api, place.root))).toEqual({
      references: [],
      faults: [expect.stringMatching(fault)]
    })
  })
})

describe('a key as people write it', () => {
  const faultOf = (text: string, api?: string, root?: string) => fromKeys(text, placeOf(api, root)).faults.join('; ')
  const OTHER = 'a0b1c2d3-0d4e-11ef-9a3c-005056a1b2c3'

  test.each([
    [`"${UUID}"`, 'is in quotes: leave them out'],
    [`'${UUID}'`, 'is in quotes: leave them out'],
    [`“${UUID}”`, 'is in quotes: leave them out'],
    [`${UUID}"`, 'is in quotes: leave them out'],
    [`"${UUID}",`, 'is in quotes: leave them out'],
    [`${UUID},`, 'ends with a separator: write one key per line and nothing else'],
    [`${UUID};`, 'ends with a separator: write one key per line and nothing else'],
    [`- ${UUID}`, 'starts with a bullet: leave it out'],
    [`* ${UUID}`, 'starts with a bullet: leave it out'],
    [`vol = ${UUID}, ${OTHER}`, 'has several keys on one line: write one per line', `${UUID}, ${OTHER}`],
    [`${UUID}, ${OTHER}`, 'has several keys on one line: write one per line'],
    [`${UUID} ${OTHER}`, 'has several keys on one line: write one per line'],
    [`${UUID};${OTHER}`, 'has several keys on one line: write one per line'],
    [`${KEY} ${KEY}`, 'has several keys on one line: write one per line'],
    [`\u200B${UUID}`, 'has an invisible character in it: type the key, or copy it from somewhere else'],
    [`${UUID}\u2060`, 'has an invisible character in it: type the key, or copy it from somewhere else'],
    [`vol_01=${UUID}`, 'has a label: write white space on both sides of "="'],
    [`vol_01 =${UUID}`, 'has a label: write white space on both sides of "="'],
    ['null', 'is what jq and other tools print for a missing value: check what reads the key'],
    ['undefined', 'is what jq and other tools print for a missing value: check what reads the key'],
    ['None', 'is what jq and other tools print for a missing value: check what reads the key'],
    ['2379', 'is a number, such as "job show" prints: use the UUID of the job'],
    ['/api/storage/aggregates/1', 'is a link, but not to a job'],
    ['/api/cluster/jobs', 'is a link, but not to a job'],
    ['https://storage.example.com/docs', 'is a link, but not to a job']
  ])('%s is refused with its likely cause', (text, cause, shown = text) => {
    const fault = `${JSON.stringify(shown)} ${cause}`
    expect([faultOf(text), faultOf(text, 'ontap')]).toEqual([fault, fault])
  })

  test.each([
    ['job-7', 'ontap', 'is not the key of a job of ONTAP, which is a UUID'],
    [`${UUID}0`, 'ontap', 'is not the key of a job of ONTAP, which is a UUID'],
    ['/api/cluster/jobs/seven', 'ontap', 'is not the key of a job of ONTAP, which is a UUID'],
    [UUID, 'unified-manager', 'is not the key of a job of Unified Manager, which is a text with colons'],
    ['2379', 'unified-manager', 'is not the key of a job of Unified Manager, which is a text with colons'],
    ['a b', 'ontap-select', 'is not the key of a job of ONTAP Select Deploy, which is a text without white space']
  ])('%s cannot be the key of a job of %s', (text, api, cause) => {
    expect(faultOf(text, api)).toContain(`${JSON.stringify(text)} ${cause}`)
  })

  test('is refused however it is encoded', () => {
    expect(faultOf(`%22${UUID}%22`)).toContain('is in quotes')
    expect(faultOf(`/api/cluster/jobs/%22${UUID}%22`)).toContain('is in quotes')
  })

  test('may be a number where ONTAP is not meant', () => {
    expect(faultOf('2379', 'ontap-select')).toBe('')
  })
})

describe('a label', () => {
  const labels = (text: string) => fromKeys(text, AUTO).references.map(({ label, key }) => [label, key])

  test.each([
    [`vol_01 = ${UUID}`, 'vol_01'],
    [`vol 01\t=  ${UUID}`, 'vol 01'],
    [`a=b = ${UUID}`, 'a=b'],
    [`a = b = ${UUID}`, 'a = b'],
    [`vol\u0007\u202E 1 = ${UUID}`, 'vol 1'],
    [`vol = /api/cluster/jobs/${UUID}?fields=*`, 'vol'],
    [UUID, undefined]
  ])('comes before the sign: %j', (text, label) => {
    expect(labels(text)).toEqual([[label, UUID]])
  })

  test('is kept for a job that is named again without one', () => {
    expect(labels(`${UUID}\nvol_01 = ${UUID}`)).toEqual([['vol_01', UUID]])
    expect(labels(`vol_01 = ${UUID}\n${UUID}\nother = ${UUID}`)).toEqual([['vol_01', UUID]])
  })

  test('may be given to a resource whose operation is awaited', () => {
    const { references } = fromKeys(`move = /api/storage/volumes/${UUID}`, AUTO)
    expect(references).toMatchObject([{ key: UUID, label: 'move' }])
  })

  test('without a key is refused', () => {
    expect(fromKeys('vol_01 =', AUTO).faults).toEqual([expect.stringContaining('could be a job of any API')])
  })
})

describe('several lines', () => {
  test.each([['\n'], ['\r\n'], ['\r'], ['\n\n  \n']])('separated by %j are several jobs', separator => {
    expect(reported(fromKeys(`${UUID}${separator}${CLUSTER}`, AUTO))).toEqual([ONTAP_JOB, `ontap /api ${CLUSTER}`])
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

describe('what only looks like something else', () => {
  const at = placeOf
  const keysIn = ({ references }: Found) => references.map(({ key }) => key)
  const faultIn = ({ faults }: Found) => faults.join('; ')

  test.each([`x${UUID}`, `${UUID}x`, 'za:b', 'a:bz'])('the key %s could be of any API', key => {
    expect(faultIn(fromKeys(key, at('auto')))).toContain('could be a job of any API')
  })

  test('a key with a brace inside is no JSON body', () => {
    expect(keysIn(fromKeys('a{b', at('ontap-select')))).toEqual(['a{b'])
  })

  test('a body in place of a key is shown without the white space around it', () => {
    expect(faultIn(fromKeys('\n {"a": 1} ', at('auto')))).toBe(
      'is the JSON body "{\\"a\\": 1}": give it as "response" instead'
    )
  })

  test('a text is shown up to 100 characters', () => {
    const shown = (length: number) => faultIn(fromKeys('x'.repeat(length), at('auto')))
    expect(shown(100)).toContain(`"${'x'.repeat(100)}" could`)
    expect(shown(101)).toContain(`"${'x'.repeat(100)}…" could`)
  })

  test('a link with slashes at its end is a link', () => {
    expect(keysIn(fromKeys(`/api/cluster/jobs/${UUID}//`, at('auto')))).toEqual([UUID])
    expect(faultIn(fromKeys('/api/cluster/jobs/', at('auto')))).toContain('is a link, but not to a job')
  })

  test('a link to a job of the API that is given is a link', () => {
    expect(keysIn(fromKeys(`/api/cluster/jobs/${UUID}`, at('ontap')))).toEqual([UUID])
  })

  test('a gateway that is not right before the jobs does not count', () => {
    const { references } = fromKeys(`/api/gateways/g/more/cluster/jobs/${UUID}`, at('auto'))
    expect(references).toMatchObject([{ key: UUID, root: '/api' }])
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
})
