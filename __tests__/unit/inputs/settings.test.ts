import { describe, expect, test } from '@jest/globals'
import type { Environment } from '../../../src/http/proxy.ts'
import { INPUTS } from '../../../src/inputs/names.ts'
import { type CheckedInputs, readInputs, type Settings } from '../../../src/inputs/settings.ts'
import { createIdentity } from '../../support/x509.ts'

const UUID = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
const SOUND = { url: 'https://um.example.com', 'job-key': UUID }

type Given = Readonly<Record<string, string>>

function read(
  given: Given,
  readFile: (path: string) => string = () => '',
  environment: Environment = {}
): CheckedInputs {
  return readInputs({ get: name => given[name] ?? '', readFile, environment })
}

function settingsOf(given: Given, readFile?: (path: string) => string): Settings {
  const reading = read(given, readFile)
  if ('faults' in reading) throw new Error(reading.faults.join('\n'))
  return reading.settings
}

function faultsOf(given: Given, readFile?: (path: string) => string): readonly string[] {
  const reading = read(given, readFile)
  return 'faults' in reading ? reading.faults : []
}

describe('the least that must be given', () => {
  test('leaves everything else at its default', () => {
    expect(settingsOf(SOUND)).toMatchObject({
      server: { origin: 'https://um.example.com', root: '/api' },
      source: { references: [{ api: { name: 'ontap' }, key: UUID, root: '/api' }] },
      credentials: null,
      requestTimeout: 30_000,
      rules: { timeout: 3_600_000, longPoll: 30_000, pollInterval: 15_000, unreachableTimeout: 300_000 },
      failOn: new Set(['PARTIAL_FAILURES', 'ERROR']),
      failFast: false,
      cancelOn: []
    })
  })

  test('is reported as missing if nothing is set, all at once', () => {
    expect(faultsOf({})).toEqual([
      expect.stringMatching(/^url: is not set/),
      expect.stringMatching(/^job-key: no job is given: set one of/)
    ])
  })

  test('may have white space around it', () => {
    expect(settingsOf({ url: ' https://um.example.com\n', 'job-key': `\n ${UUID}\n`, api: ' ONTAP ' })).toMatchObject({
      server: { origin: 'https://um.example.com' },
      source: { references: [{ key: UUID }] }
    })
  })
})

test('the inputs that were given are known by their names, defaults left out', () => {
  expect(settingsOf({ ...SOUND, timeout: '60m', 'verify-tls': 'false', token: 'abc' }).given).toEqual([
    'url',
    'job-key',
    'token',
    'verify-tls'
  ])
})

describe('every fault', () => {
  test('is reported at once, each with the name of its input', () => {
    const faults = faultsOf({
      url: 'um.example.com',
      'job-key': '..',
      api: 'um',
      username: 'admin',
      timeout: '60',
      'long-poll': 'x',
      'poll-interval': '0s',
      'request-timeout': '0s',
      'unreachable-timeout': '-1s',
      'fail-on': 'SOME',
      'fail-fast': 'yes',
      'cancel-job': 'maybe'
    })
    expect(faults.map(fault => fault.slice(0, fault.indexOf(':'))).sort()).toEqual([
      'api',
      'cancel-job',
      'fail-fast',
      'fail-on',
      'job-key',
      'long-poll',
      'password',
      'poll-interval',
      'request-timeout',
      'timeout',
      'unreachable-timeout',
      'url'
    ])
  })
})

describe('the job', () => {
  const body = JSON.stringify({ job: { uuid: UUID } })

  test.each<[string, Given]>([
    ['a key', { 'job-key': UUID }],
    ['a link', { 'job-key': `/api/cluster/jobs/${UUID}` }],
    ['a body', { response: body }],
    ['a file that holds a body', { 'response-file': 'answer.json' }]
  ])('is named by %s', (_, given) => {
    const readFile = (path: string) => (path === 'answer.json' ? `\uFEFF${body}\n` : '')
    expect(settingsOf({ url: SOUND.url, ...given }, readFile).source).toMatchObject({ references: [{ key: UUID }] })
  })

  test.each<[Given, RegExp]>([
    [{ 'job-key': UUID, response: body }, /^job-key: cannot be combined with response: set exactly one/],
    [{ response: body, 'response-file': 'x' }, /^response: cannot be combined with response-file/],
    [
      { 'job-key': UUID, response: body, 'response-file': 'x' },
      /^job-key: cannot be combined with response and response-file/
    ],
    [{ response: '<html>' }, /^response: is HTML or XML, not JSON: it starts with "<html>"$/],
    [{ 'job-key': '{"job": {}}' }, /^job-key: is the JSON body .*give it as "response"/],
    [
      { response: body, api: 'unified-manager' },
      /^response: names a job of ONTAP \(ontap\), but "api" says unified-manager/
    ]
  ])('is not named by %j', (given, fault) => {
    expect(faultsOf({ url: SOUND.url, ...given })).toEqual([expect.stringMatching(fault)])
  })

  test('is not named by a file that cannot be read, and the fault says why', () => {
    const readFile = () => {
      throw new Error('ENOENT: no such file')
    }
    expect(faultsOf({ url: SOUND.url, 'response-file': 'gone.json' }, readFile)).toEqual([
      'response-file: "gone.json" cannot be read: ENOENT: no such file'
    ])
  })

  test('is looked for under the root that "url" names', () => {
    const { source } = settingsOf({ url: 'https://um/api/gateways/g', 'job-key': UUID })
    expect(source).toMatchObject({ references: [{ api: { name: 'ontap' }, root: '/api/gateways/g' }] })
  })
})

test('the operation that is waited for is part of where the jobs are', () => {
  const given = { url: SOUND.url, request: 'PATCH /storage/volumes/1', until: 'volume-move' }
  expect(settingsOf(given).source).toMatchObject({ place: { until: { operation: { name: 'volume-move' } } } })
  expect(faultsOf({ ...given, until: 'move' })).toEqual([expect.stringMatching(/^until: "move" is not an operation/)])
})

describe('the path of "url"', () => {
  test.each([
    ['/api/cluster/jobs', '/api'],
    [`/api/cluster/jobs/${UUID}`, '/api'],
    ['/api/gateways/g/cluster/jobs/', '/api/gateways/g'],
    ['/storage/api/management-server/jobs/a:b', '/storage/api'],
    ['/api/v2/management-server/jobs', '/api/v2'],
    ['/api/jobs', '/api'],
    [`/api/jobs/${UUID}`, '/api']
  ])('%s is the path of jobs, and the root above it is named', (path, root) => {
    const shown = path.replace(/\/$/, '')
    expect(faultsOf({ ...SOUND, url: `https://um.example.com${path}` })).toEqual([
      `url: "${shown}" is the path of jobs, not of the API: use https://um.example.com${root}, and give the job as "job-key"`
    ])
  })

  test.each(['/docs/api', '/docs/api/', '/sysmgr', '/sysmgr/v4/storage', '/api/ui'])(
    '%s is that of a web page',
    path => {
      const shown = path.replace(/\/$/, '')
      expect(faultsOf({ ...SOUND, url: `https://um.example.com${path}` })).toEqual([
        `url: "${shown}" is the path of a web page, not of the API: use https://um.example.com`
      ])
    }
  )

  test.each(['/docs', '/um/api', '/my/jobs/api', '/sysmgr-proxy/api', '/cluster/jobs-proxy'])(
    '%s may be a root',
    path => {
      expect(settingsOf({ ...SOUND, url: `https://um.example.com${path}` }).server.root).toBe(path)
    }
  )

  test('is judged by the API that the inputs name', () => {
    const given = { ...SOUND, url: 'https://um.example.com/jobs' }
    expect(faultsOf(given)).toHaveLength(1)
    expect(settingsOf({ ...given, api: 'ontap' }).server.root).toBe('/jobs')
  })
})

describe('the credentials', () => {
  test.each<[Given, Settings['credentials']]>([
    [
      { username: 'admin', password: 'p:w' },
      { username: 'admin', password: 'p:w' }
    ],
    [{ token: 'abc.def==' }, { token: 'abc.def==' }],
    [{ token: 'Bearer abc.def==' }, { token: 'abc.def==' }],
    [{ token: ' bearer \t abc' }, { token: 'abc' }],
    [{ token: 'bearerabc' }, { token: 'bearerabc' }],
    [{}, null]
  ])('%j are sound', (given, credentials) => {
    expect(settingsOf({ ...SOUND, ...given }).credentials).toEqual(credentials)
  })

  test.each<[Given, RegExp]>([
    [{ username: 'admin' }, /^password: is empty/],
    [{ password: 's3cret' }, /^username: is empty/],
    [{ username: 'a:b', password: 's3cret' }, /^username: contains a colon/],
    [{ username: 'admin', password: 's3cret', token: 's3cret' }, /^token: cannot be combined with "username"/],
    [{ username: 'admin', token: 's3cret' }, /^token: cannot be combined with "username"/],
    [{ token: 's3cret\nx' }, /^token: contains a character/],
    [{ token: 's3crét' }, /^token: contains a character/],
    [{ token: 'Basic s3cret' }, /^token: contains a character/],
    [{ token: 'Bearer ' }, /^token: is empty after "Bearer"$/],
    [{ token: 'Bearer', username: 'admin' }, /^token: cannot be combined with "username"/]
  ])('%j are not, and no fault repeats a secret', (given, fault) => {
    const faults = faultsOf({ ...SOUND, ...given })
    expect(faults).toEqual([expect.stringMatching(fault)])
    expect(faults.join()).not.toContain('s3cr')
  })

  test('in the address are not repeated either', () => {
    expect(faultsOf({ ...SOUND, url: 'https://admin:s3cret@um' }).join()).not.toContain('s3cret')
  })

  test.each([
    ['http://um.example.com', 1],
    ['http://127.0.0.1:8080', 0],
    ['http://localhost', 0],
    ['http://[::1]', 0],
    ['https://um.example.com', 0]
  ])('go to %s: %p fault(s)', (url, count) => {
    const faults = faultsOf({ ...SOUND, url, token: 'abc' })
    expect(faults).toHaveLength(count)
    expect(faults.every(fault => /^url: .*in the clear: use https:/.test(fault))).toBe(true)
    expect(faultsOf({ ...SOUND, url })).toEqual([])
  })
})

describe('what is allowed but not safe', () => {
  test.each<[Given, RegExp]>([
    [{ 'verify-tls': 'false' }, /^"verify-tls" is false: any certificate is accepted/],
    [{ url: 'http://um.example.com' }, /^http:\/\/um\.example\.com is http:, so anyone on the network path/]
  ])('is warned of: %j', (given, warning) => {
    expect(settingsOf({ ...SOUND, ...given }).warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe('headers', () => {
  test('are handed on, and those that are credentials are kept secret', () => {
    const reading = read({ ...SOUND, headers: 'X-Dot-SVM-Name: svm1\nAuthorization: Bearer s3cret' })
    expect(reading).toMatchObject({
      settings: { headers: { 'x-dot-svm-name': 'svm1', authorization: 'Bearer s3cret' } },
      secrets: expect.arrayContaining(['Bearer s3cret', 's3cret'])
    })
    expect(reading.secrets).not.toContain('svm1')
  })

  test.each<[Given, RegExp]>([
    [{ headers: 'nonsense' }, /^headers: /],
    [
      { headers: 'Authorization: x', token: 'abc' },
      /^headers: Authorization cannot be combined with "username", "token" or "token-url"/
    ],
    [
      { headers: 'Authorization: x', username: 'admin', password: 's3cret' },
      /^headers: Authorization cannot be combined with "username", "token" or "token-url"/
    ],
    [
      {
        headers: 'Authorization: x',
        'token-url': 'https://login.example.com/token',
        'client-id': 'a',
        'client-secret': 's3cret'
      },
      /^headers: Authorization cannot be combined with "username", "token" or "token-url"/
    ],
    [
      { headers: 'Authorization: x', url: 'http://um.example.com' },
      /^url: .* would send authorization in the clear: use https:$/
    ]
  ])('are refused: %j', (given, fault) => {
    expect(faultsOf({ ...SOUND, ...given })).toEqual([expect.stringMatching(fault)])
  })
})

describe('certificates', () => {
  const client = createIdentity('runner')
  const given = { 'client-certificate': client.cert, 'client-key': client.key }

  test('are handed on, and the lines of the key are kept secret', () => {
    const { secrets, ...reading } = read({ ...SOUND, ...given })
    expect(reading).toMatchObject({ settings: { trust: { identity: { certificates: [client.cert] }, verify: true } } })
    expect(client.key.split('\n')).toEqual(expect.arrayContaining(secrets.filter(Boolean)))
    expect(secrets.filter(Boolean).length).toBeGreaterThan(1)
  })

  test('of the client cannot be shown over http:', () => {
    expect(faultsOf({ ...SOUND, ...given, url: 'http://127.0.0.1' })).toEqual([
      'client-certificate: cannot be used over http:: "url" must be https:'
    ])
  })
})

describe('the proxy', () => {
  test('is the one that the environment names, and its password is kept secret', () => {
    const reading = read(SOUND, undefined, { HTTPS_PROXY: 'http://runner:s3cret@proxy.example.com:3128' })
    expect(reading).toMatchObject({
      settings: { proxy: { origin: 'http://proxy.example.com:3128', variable: 'HTTPS_PROXY' } },
      secrets: expect.arrayContaining(['s3cret'])
    })
  })

  test('that is not an address is an error of its variable', () => {
    const reading = read(SOUND, undefined, { HTTPS_PROXY: 'socks5://proxy' })
    expect(reading).toMatchObject({
      faults: [expect.stringMatching(/^HTTPS_PROXY: names a socks5: proxy/)]
    })
  })
})

test('a return timeout is read as a duration that may be none', () => {
  const given = { url: SOUND.url, request: 'POST /storage/volumes', 'return-timeout': '0s' }
  expect(settingsOf(given).source).toMatchObject({
    kind: 'call',
    call: { path: '/api/storage/volumes?return_timeout=0', hold: 0 }
  })
  expect(faultsOf({ ...given, 'return-timeout': '5' })).toEqual([
    expect.stringMatching(/^return-timeout: "5" is not a valid duration/)
  ])
})

describe('a duration', () => {
  test.each([
    ['timeout', '90', /"90" is not a valid duration: write a number with a unit, such as 90s, 30m, 2h or 1h30m/],
    ['timeout', '0s', /0s is too short: it must be above 0s/],
    ['poll-interval', '0s', /it must be at least 1s/],
    ['request-timeout', '0m', /it must be above 0s/],
    ['unreachable-timeout', '5 minutes', /is not a valid duration/],
    ['long-poll', '', null],
    ['long-poll', '0s', null],
    ['poll-interval', '1s', null]
  ])('of %s: %j', (name, given, fault) => {
    expect(faultsOf({ ...SOUND, [name]: given })).toEqual(fault === null ? [] : [expect.stringMatching(fault)])
  })

  test('is handed on in ms', () => {
    const { rules, requestTimeout } = settingsOf({
      ...SOUND,
      timeout: '1h30m',
      'long-poll': '0s',
      'poll-interval': '2m',
      'request-timeout': '5s',
      'unreachable-timeout': '1m'
    })
    expect([rules, requestTimeout]).toEqual([
      { timeout: 5_400_000, longPoll: 0, pollInterval: 120_000, unreachableTimeout: 60_000 },
      5_000
    ])
  })
})

describe('what fails the step', () => {
  test.each([
    ['ERROR', ['ERROR']],
    ['error, Partial Failures', ['PARTIAL_FAILURES', 'ERROR']],
    ['WARNING\nERROR\n', ['WARNING', 'ERROR']],
    ['ERROR,,ERROR', ['ERROR']],
    ['none', []],
    [' NONE ', []]
  ])('%j is %j', (given, verdicts) => {
    expect([...settingsOf({ ...SOUND, 'fail-on': given }).failOn]).toEqual(verdicts)
  })

  test.each([
    ['NORMAL', /^fail-on: NORMAL: no such verdict: use any of WARNING, PARTIAL_FAILURES, ERROR, or NONE alone/],
    ['ERROR, OOPS, X', /^fail-on: OOPS, X: no such verdict/],
    ['NONE, ERROR', /^fail-on: NONE cannot be combined with ERROR: use it alone/],
    ['constructor', /^fail-on: constructor: no such verdict/]
  ])('is not %j', (given, fault) => {
    expect(faultsOf({ ...SOUND, 'fail-on': given })).toEqual([expect.stringMatching(fault)])
  })
})

describe('a choice', () => {
  test.each([
    ['api', 'auto'],
    ['api', 'unified-manager'],
    ['api', 'ONTAP-Select'],
    ['fail-fast', 'TRUE'],
    ['fail-fast', 'false'],
    ['cancel-job', 'On-Cancel'],
    ['cancel-job', 'always']
  ])('of %s may be %s', (name, given) => {
    expect(faultsOf({ ...SOUND, 'job-key': 'a:b', api: 'unified-manager', [name]: given })).toEqual([])
  })

  test.each([
    ['api', 'um', 'use one of auto, unified-manager, ontap, ontap-select'],
    ['fail-fast', 'yes', 'neither true nor false'],
    ['wait', 'no', 'neither true nor false'],
    ['cancel-job', 'constructor', 'use one of never, on-cancel, on-timeout, always']
  ])('of %s may not be %s', (name, given, advice) => {
    expect(faultsOf({ ...SOUND, [name]: given })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: "${given}" .*${advice}`))
    ])
  })

  test('to fail fast and to cancel is handed on', () => {
    expect(settingsOf({ ...SOUND, 'fail-fast': 'true', 'cancel-job': 'always' })).toMatchObject({
      failFast: true,
      cancelOn: ['cancelled', 'timeout']
    })
  })
})

test('every input with a default is sound at it, said in so many words', () => {
  const defaults = Object.fromEntries(Object.entries(INPUTS).filter(([, value]) => value !== ''))
  expect(settingsOf({ ...defaults, ...SOUND })).toEqual(settingsOf(SOUND))
})

describe('"wait"', () => {
  const CALL = { url: SOUND.url, request: 'POST /storage/volumes' }

  test('leaves the job of a call alone', () => {
    expect(settingsOf(CALL).waits).toBe(true)
    expect(settingsOf({ ...CALL, wait: 'false' }).waits).toBe(false)
  })

  test('cannot be false for a job that something else has started, or with "until"', () => {
    expect(faultsOf({ ...SOUND, wait: 'false' })).toEqual([expect.stringMatching(/^wait: false needs "request"/)])
    expect(faultsOf({ ...CALL, wait: 'false', until: 'volume-move' })).toEqual([
      expect.stringMatching(/^wait: false cannot be combined with "until"/)
    ])
  })
})
