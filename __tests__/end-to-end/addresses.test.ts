import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Simulator } from '../../simulator/server.ts'
import { type Recorder, startRecorder } from '../support/recorder.ts'
import { ALWAYS, annotationsOf, type Inputs, moveAtRequest, pathsOf, runStep, type Step } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const PATH = `/api/cluster/jobs/${UUID}`
const LOGIN: Inputs = { username: 'operator', password: 'never-sent-elsewhere', headers: 'X-Api-Key: nor-is-this' }
const DONE = [{ after: 0, state: 'success' }]

/** Another origin, which must get neither a header nor a connection. */
let elsewhere: Recorder
beforeAll(async () => {
  elsewhere = await startRecorder()
})
afterAll(async () => {
  await elsewhere.close()
  expect([elsewhere.headers, elsewhere.connections]).toEqual([[], 0])
})

/** Links to the other origin, in every disguise. */
const disguises = (path: string): string[] => [
  `http://${elsewhere.host}${path}`,
  `//${elsewhere.host}${path}`,
  `\\\\${elsewhere.host}${path}`,
  `/\\${elsewhere.host}${path}`,
  `http:${elsewhere.host}${path}`,
  ` http://${elsewhere.host}${path}`,
  `\thttp://${elsewhere.host}${path}`,
  `@${elsewhere.host}${path}`,
  `http://127.0.0.1@${elsewhere.host}${path}`,
  `http://operator:never-sent-elsewhere@${elsewhere.host}${path}`
]
const DISGUISES = Array.from({ length: 10 }, (_, index) => index)

function expectHome(step: Step): void {
  expect(step.requests.length).toBeGreaterThan(0)
  expect([elsewhere.headers, elsewhere.connections]).toEqual([[], 0])
}

describe('a link to another origin lends its key and nothing else', () => {
  test.concurrent('in "job-key", all disguises at once', async () => {
    const step = await runStep(simulator => {
      simulator.addJob({ api: 'ontap', key: UUID, script: DONE })
      return { ...LOGIN, 'job-key': disguises(PATH).join('\n') }
    })
    expect([step.exitCode, new Set(pathsOf(step))]).toEqual([0, new Set([PATH])])
    expectHome(step)
  })

  test.concurrent('in the body that accepted the job, all disguises at once', async () => {
    const step = await runStep(simulator => {
      simulator.addJob({ api: 'ontap', key: UUID, script: DONE })
      const jobs = disguises(PATH).map(href => ({ uuid: UUID, _links: { self: { href } } }))
      return { ...LOGIN, response: JSON.stringify({ jobs }) }
    })
    expect([step.exitCode, new Set(pathsOf(step))]).toEqual([0, new Set([PATH])])
    expectHome(step)
  })

  test.concurrent.each(DISGUISES)('in a job as the link to its results, disguise %d', async index => {
    const results = disguises('/api/storage/volumes')[index]
    const step = await runStep(simulator => {
      const _links = { self: { href: disguises(PATH)[index] }, results: { href: results } }
      const body = { uuid: UUID, state: 'success', end_time: '2026-01-01T00:00:00Z', _links }
      simulator.fault({ kind: 'answer', body, match: PATH, times: ALWAYS })
      return { ...LOGIN, 'job-key': UUID, timeout: '2s', 'unreachable-timeout': '1s' }
    })
    expectHome(step)
  })

  test.concurrent('in a list as the link to its next page', async () => {
    const others = ['5ea7a442-86d1-11e0-ae1c-123478563412', '6ea7a442-86d1-11e0-ae1c-123478563412']
    const keys = [UUID, ...others]
    const step = await runStep(simulator => {
      for (const key of keys) simulator.addJob({ api: 'ontap', key, script: DONE })
      const records = [{ uuid: UUID, state: 'running' }]
      const _links = { next: { href: `http://${elsewhere.host}/api/cluster/jobs?offset=1` } }
      simulator.fault({ kind: 'answer', body: { records, _links }, match: '|' })
      return { ...LOGIN, 'job-key': keys.join('\n') }
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expectHome(step)
  })
})

describe('a redirect is not followed, and its target is named', () => {
  const targets: [name: string, target: (simulator: Simulator) => string][] = [
    ['another host', () => 'https://sso.example.com/login'],
    ['another port of the same host', () => `http://${elsewhere.host}${PATH}`],
    ['without a scheme', () => `//${elsewhere.host}${PATH}`],
    ['the same server', () => '/login'],
    ['from https: to http:', () => `http://${elsewhere.host}/`]
  ]
  const rows = targets.flatMap(([name, target], index) => [
    [name, [301, 302, 303, 307, 308][index] ?? 302, target] as const
  ])
  test.concurrent.each(rows)('%s (%d)', async (_name, status, target) => {
    let location = ''
    const step = await runStep(simulator => {
      simulator.addJob({ api: 'ontap', key: UUID, script: DONE })
      location = target(simulator)
      simulator.fault({ kind: 'answer', status, headers: { Location: location }, times: ALWAYS })
      return { ...LOGIN, 'job-key': UUID }
    })
    expect([step.exitCode, step.outputs.outcome, step.requests.length]).toEqual([1, 'unreachable', 1])
    expect(step.outputs.message).toContain(
      `a redirect to ${location.replace(UUID, '4ea7a442…')}, which is not followed`
    )
    expectHome(step)
  })
})

describe('url', () => {
  const asked = (url: (port: string) => string, host = '127.0.0.1') =>
    runStep(
      simulator => {
        simulator.addJob({ api: 'ontap', key: UUID, script: DONE })
        return { ...LOGIN, url: url(new URL(simulator.url).port), 'job-key': UUID }
      },
      { server: { host } }
    )

  test.concurrent.each([
    ['a host in capitals', (port: string) => `HTTP://LOCALHOST:${port}/`, /^localhost:\d+$/],
    ['an address in another notation', (port: string) => `http://0x7f.1:${port}`, /^127\.0\.0\.1:\d+$/],
    ['slashes at its end', (port: string) => `http://127.0.0.1:${port}/api//`, /^127\.0\.0\.1:\d+$/]
  ])('may have %s', async (_name, url, host) => {
    const step = await asked(url)
    expect([step.exitCode, pathsOf(step)]).toEqual([0, [PATH]])
    expect(step.requests[0]?.headers.host).toMatch(host)
  })

  test.concurrent('may be an IPv6 address', async () => {
    const step = await asked(port => `http://[::1]:${port}`, '::1')
    expect([step.exitCode, pathsOf(step)]).toEqual([0, [PATH]])
    expect(step.requests[0]?.headers.host).toMatch(/^\[::1\]:\d+$/)
  })

  test.concurrent.each([
    ['http://um.example.com', { token: 'abcdefgh' }, 'would send credentials in the clear'],
    ['http://um.example.com', { headers: 'Authorization: Custom abcdefgh' }, 'would send authorization in the clear'],
    ['http://um.example.com', { headers: 'X-Api-Key: abcdefgh' }, 'would send x-api-key in the clear'],
    ['http://localhost.example.com', { token: 'abcdefgh' }, 'would send credentials in the clear'],
    ['http://127.0.0.1.example.com', { token: 'abcdefgh' }, 'would send credentials in the clear']
  ])('%s with credentials is refused: %j', async (url, inputs, words) => {
    const step = await runStep(() => ({ url, 'job-key': UUID, ...inputs }))
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'invalid-input'])
    expect(annotationsOf(step)).toEqual([{ level: 'error', text: expect.stringContaining(words) }])
    expect(step.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('abcdefgh')
  })

  test.concurrent('http: without credentials is allowed, with one warning', async () => {
    const inputs = { url: 'http://um.invalid', 'job-key': UUID, timeout: '1s' }
    const step = await runStep(() => inputs)
    expect(annotationsOf(step)[0]).toEqual({ level: 'warning', text: expect.stringContaining('is http:') })
  })

  test.concurrent('user-info in it is refused without being repeated', async () => {
    const step = await runStep(() => ({ url: 'https://operator:hunter22@um.example.com/', 'job-key': UUID }))
    expect(step.outputs.message).toContain('url: contains a user name or password')
    expect(step.stdout).not.toContain('hunter22')
  })
})

describe('headers', () => {
  test.concurrent('are sent with every request', async () => {
    const step = await runStep(simulator => {
      const headers = ' X-Dot-SVM-Name: svm1\r\n\n Accept:application/json '
      const { key } = simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'running' }] })
      moveAtRequest(simulator, 2, key, { state: 'success' })
      return { 'job-key': key, headers }
    })
    expect([step.exitCode, step.requests.length]).toEqual([0, 2])
    for (const { headers } of step.requests) {
      expect(headers).toMatchObject({ 'x-dot-svm-name': 'svm1', accept: 'application/json' })
    }
    expect(step.stdout).not.toContain('svm1')
  })

  test.concurrent.each([
    ['Host: elsewhere.example', 'Host cannot be set'],
    ['Content-Length: 1000', 'Content-Length cannot be set'],
    ['Proxy-Authorization: Basic abcdefgh', 'Proxy-Authorization cannot be set: put a proxy'],
    ['Authorization: Basic abcdefgh', 'Authorization cannot be combined with "username", "token" or'],
    ['X-One: a\nx-one: b', 'x-one is given twice'],
    ['X-One:', 'X-One has no value'],
    ['X-One: a\u0001b', 'X-One has a value with characters'],
    ['X One: abcdefgh', 'line 1 is not a valid header: write it as "Name: value"'],
    ['abcdefgh', 'line 1 is not a valid header']
  ])('%j is refused', async (headers, words) => {
    const step = await runStep(simulator => ({ ...LOGIN, url: simulator.url, 'job-key': UUID, headers }))
    expect([step.exitCode, step.outputs.outcome, step.requests]).toEqual([1, 'invalid-input', []])
    expect(step.outputs.message).toContain(`headers: ${words}`)
    expect(step.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('abcdefgh')
  })
})
