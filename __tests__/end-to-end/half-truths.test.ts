import { expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { rawServer } from '../support/raw-server.ts'
import type { Inputs } from './support.ts'

/** Servers whose answers contradict themselves, or say less than they seem to: none of them reports a success. */

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const VOLUME = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
const NOW = new Date().toISOString()
const JOB = { uuid: UUID, state: 'success', start_time: NOW, end_time: NOW }
const ACCEPTED = { job: { uuid: UUID } }
const ONE = { uuid: '1' }

/** Answers by the start of the path under the root, after the method; the first that fits. */
type Answers = Readonly<Record<string, unknown>>

const BULK = { api: 'ontap', request: 'POST /storage/volumes', 'request-body': '{"records":[{},{}]}' }
const resultsOf = (results: unknown): Answers => ({
  'POST ': ACCEPTED,
  'GET /cluster/jobs/': JOB,
  'GET /storage/volumes': results
})
const KEY = 'db409f4c:-7fbd'
const UM = { api: 'unified-manager', 'job-key': KEY }
const CONSOLE = { api: 'netapp-console', 'job-key': 'a1' }
const MIRROR = { api: 'ontap', 'job-key': `/api/snapmirror/relationships/${UUID}` }
const DONE = { api: 'ontap', request: 'PATCH /storage/volumes?state=offline' }

test.each<[string, Inputs, Answers, string]>([
  ['bulk results whose errors are texts', BULK, resultsOf({ records: [ONE], errors: ['no'] }), 'partial-failures'],
  ['bulk results with one error in no list', BULK, resultsOf({ records: [ONE], errors: ONE }), 'partial-failures'],
  ['bulk results that are an error', BULK, resultsOf({ records: [], error: { message: 'down' } }), 'unreachable'],
  ['an error in a text to a done call', DONE, { 'PATCH ': { error: 'no room' } }, 'refused'],
  [
    'a call that started only some of its jobs',
    DONE,
    { 'PATCH ': { jobs: [{ uuid: UUID }], errors: [{ message: 'locked' }] }, 'GET ': JOB },
    'partial-failures'
  ],
  [
    'the answer to a call that started only some of its jobs',
    { api: 'ontap', response: JSON.stringify({ jobs: [{ uuid: UUID }], errors: [{ message: 'locked' }] }) },
    { 'GET ': JOB },
    'partial-failures'
  ],
  [
    'no pending jobs, but an error',
    { api: 'ontap', 'job-query': 'name=x' },
    { 'GET ': { records: [], error: 'down' } },
    'unreachable'
  ],
  [
    'the state ERROR with the status normal',
    UM,
    { 'GET ': { key: KEY, state: 'ERROR', status: 'normal', complete_time: NOW } },
    'error'
  ],
  ['a status of 1 that is not of a task', CONSOLE, { 'GET ': { status: 1, message: 'log in again' } }, 'unreachable'],
  [
    'a mirror whose transfer is in an unknown state',
    MIRROR,
    { 'GET ': { uuid: UUID, state: 'snapmirrored', healthy: true, transfer: { state: 'finalizing' } } },
    'unrecognized'
  ],
  [
    'a job that names no valid resource',
    { api: 'ontap', 'job-key': UUID, until: 'volume-move' },
    { 'GET ': { ...JOB, description: 'PATCH /api/storage/volumes/\ud800' } },
    'unrecognized'
  ],
  [
    'a job that failed by the answer to a call that is not awaited',
    { ...DONE, wait: 'false' },
    { 'PATCH ': { job: { uuid: UUID, state: 'failure' } } },
    'error'
  ]
])('%s', async (_, inputs, answers, outcome) => {
  const url = await rawServer(({ method, url: path = '' }, response) => {
    const under = `${method} ${path.replace(/^\/(occm\/)?api/, '')}`
    const [, body] = Object.entries(answers).find(([start]) => under.startsWith(start)) ?? []
    response.writeHead(method === 'GET' ? 200 : 'error' in (body as object) ? 200 : 202).end(JSON.stringify(body))
  })
  const step = await runAction({ url, timeout: '6s', 'unreachable-timeout': '2s', ...inputs })
  expect([step.outputs.outcome, step.exitCode]).toEqual([outcome, 1])
  expect(step.stdout).not.toContain('defect')
})

test('a volume move counts as that of its job, though a proxy dates the answers an hour later', async () => {
  const url = await rawServer(({ method, url: path = '' }, response) => {
    const movement = { state: 'success', start_time: NOW }
    const body = path.includes('/cluster/jobs/') ? JOB : { uuid: VOLUME, movement }
    response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString())
    response.writeHead(method === 'GET' ? 200 : 202).end(JSON.stringify(method === 'GET' ? body : ACCEPTED))
  })
  const request = `PATCH /storage/volumes/${VOLUME}`
  const step = await runAction({
    url,
    api: 'ontap',
    request,
    'request-body': '{}',
    until: 'volume-move',
    timeout: '6s'
  })
  expect([step.outputs.outcome, step.exitCode]).toEqual(['success', 0])
})

test.concurrent.each<[string, Inputs, string]>([
  ['call', { request: 'POST /storage/volumes' }, 'unreachable'],
  ['list', { 'job-query': 'name=x' }, 'timeout']
])('a %s that is never answered ends with "timeout", long before "request-timeout"', async (_, inputs, outcome) => {
  let requests = 0
  const url = await rawServer(() => {
    requests += 1
  })
  const step = await runAction({ url, api: 'ontap', timeout: '3s', 'request-timeout': '10m', ...inputs })
  expect([step.outputs.outcome, step.exitCode, requests]).toEqual([outcome, 1, 1])
  expect(step.outputs.message).toContain('"timeout" ran out before there was an answer')
})
