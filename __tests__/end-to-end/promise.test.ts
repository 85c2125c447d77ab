import { expect, test } from '@jest/globals'
import type { FaultKind, Simulator } from '../../simulator/server.ts'
import { ALWAYS, annotationsOf, type Inputs, runStep, type Step } from './support.ts'

/** Nothing but a well-formed answer about this very job, which says so, ends with exit code 0. */

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const END = '2026-01-01T00:00:00+00:00'
const SUCCESS = { uuid: UUID, state: 'success', end_time: END }

/** Awaits a job about which the server answers only what `fault` says, though in truth the job has failed. */
function answered(fault: FaultKind, inputs: Inputs = {}): Promise<Step> {
  return runStep(simulator => {
    const script = [{ after: 0, state: 'failure' }]
    simulator.addJob({ api: 'ontap', key: UUID, script })
    simulator.addJob({ api: 'ontap-select', key: UUID, script })
    simulator.addJob({ api: 'unified-manager', key: KEY, script })
    simulator.fault({ ...fault, times: ALWAYS })
    return { 'job-key': UUID, timeout: '2s', 'unreachable-timeout': '1s', 'fail-on': 'NONE', ...inputs }
  })
}

const body = (value: unknown, more: object = {}): FaultKind => ({ kind: 'answer', body: value, ...more })

test.concurrent.each<[name: string, fault: FaultKind, inputs: Inputs]>([
  ['ONTAP', body(SUCCESS), {}],
  ['ONTAP Select', body({ record: { id: UUID, state: 'success' } }), { api: 'ontap-select' }],
  ['Unified Manager', body({ key: KEY, state: 'completed', status: 'normal' }), { 'job-key': KEY }]
])('a well-formed answer of %s does end with exit code 0', async (_name, fault, inputs) => {
  const step = await answered(fault, inputs)
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
})

type Row = [name: string, fault: FaultKind, outcome: string, inputs?: Inputs]

const LOGIN = '<!doctype html><html><head><title>Log in</title></head><body>state: "success"</body></html>'

const ANSWERS: Row[] = [
  ['an empty 200', { kind: 'answer' }, 'unreachable'],
  ['white space', body('  \r\n '), 'unreachable'],
  ['204', { kind: 'answer', status: 204 }, 'unreachable'],
  ...[201, 203, 206, 226, 300].map((status): Row => [`${status} with a job`, body(SUCCESS, { status }), 'unreachable']),
  ['202 with a job', body(SUCCESS, { status: 202 }), 'timeout'],
  ['302 with a job', body(SUCCESS, { status: 302, headers: { Location: '/api' } }), 'unreachable'],
  ['304', { kind: 'answer', status: 304 }, 'unreachable'],
  ['400 with a job', body(SUCCESS, { status: 400 }), 'unreachable'],
  ['401 with a job', body(SUCCESS, { status: 401 }), 'unauthorized'],
  ['403 with a job', body(SUCCESS, { status: 403 }), 'unauthorized'],
  ['404 with a job', body(SUCCESS, { status: 404 }), 'not-found'],
  ['500 with a job', body(SUCCESS, { status: 500 }), 'unreachable'],
  ['a login page', body(LOGIN), 'unreachable'],
  ['a login page that claims to be JSON', body(LOGIN, { contentType: 'application/json' }), 'unreachable'],
  ['a body cut in the middle', { kind: 'cut' }, 'unreachable'],
  ['truncated JSON', { kind: 'truncated' }, 'unreachable'],
  ['a whole job but for its last brace', body(JSON.stringify(SUCCESS).slice(0, -1)), 'unreachable'],
  ['a job and more', body(`${JSON.stringify(SUCCESS)}\n{}`), 'unreachable'],
  ['a job in UTF-16', body(Buffer.from(JSON.stringify(SUCCESS), 'utf16le')), 'unreachable'],
  ['a byte-order mark alone', body('\uFEFF'), 'unreachable'],
  ['a job that claims to be compressed', body(SUCCESS, { headers: { 'Content-Encoding': 'gzip' } }), 'unreachable'],
  ['a job in an unknown encoding', body(SUCCESS, { headers: { 'Content-Encoding': 'br' } }), 'unreachable'],
  ['a connection that is reset', { kind: 'reset' }, 'unreachable'],
  ['a server that hangs', { kind: 'hang' }, 'unreachable', { 'request-timeout': '1s' }],
  ['a byte a second', { kind: 'drip', everyMs: 1_000 }, 'unreachable', { 'request-timeout': '1s' }]
]

const JSONS: Row[] = (
  [
    [{}, 'unreachable'],
    [null, 'unreachable'],
    [[], 'unreachable'],
    [[SUCCESS], 'unreachable'],
    ['"success"', 'unreachable'],
    [true, 'unreachable'],
    [200, 'unreachable'],
    [{ state: 'success', end_time: END }, 'unreachable'],
    [{ ...SUCCESS, uuid: null }, 'unreachable'],
    [{ ...SUCCESS, uuid: [UUID] }, 'unreachable'],
    [{ ...SUCCESS, uuid: '5ea7a442-86d1-11e0-ae1c-123478563412' }, 'unreachable'],
    [{ job: SUCCESS }, 'unreachable'],
    [{ record: SUCCESS }, 'unreachable'],
    [{ records: [SUCCESS], num_records: 1 }, 'unreachable'],
    [{ error: { message: 'success', code: '0' } }, 'unreachable'],
    [`{"__proto__": ${JSON.stringify(SUCCESS)}}`, 'unreachable'],
    [`{"uuid": "${UUID}", "__proto__": {"state": "success", "end_time": "${END}"}}`, 'unrecognized'],
    [{ uuid: UUID }, 'unrecognized'],
    [{ uuid: UUID, message: 'success', code: 0, end_time: END }, 'unrecognized'],
    ...[null, '', true, 0, ['success'], { success: true }, 'successful', 'not success', 'completed', 'NORMAL'].map(
      state => [{ ...SUCCESS, state }, 'unrecognized'] as const
    ),
    ...['running', 'queued', 'paused'].map(state => [{ ...SUCCESS, state }, 'timeout'] as const)
  ] as const
).map(([value, outcome]) => [JSON.stringify(value), body(value), outcome])

const MANAGER: Row[] = (
  [
    [{ key: KEY.toUpperCase(), state: 'NORMAL', complete_time: END }, 'unreachable'],
    [{ key: KEY, status: 'normal' }, 'unrecognized'],
    [{ key: KEY, state: 'running', status: 'normal', complete_time: END }, 'timeout'],
    [{ key: KEY, state: 'NORMAL', status: 'running' }, 'unrecognized'],
    [{ key: KEY, state: 'NORMAL', status: 'error' }, 'unrecognized'],
    [{ key: KEY, state: 'success' }, 'unrecognized'],
    [{ key: KEY, state: 'completed', status: 'normal', spawned_job_summary: { running_jobs: 1 } }, 'timeout']
  ] as const
).map(([value, outcome]) => [JSON.stringify(value), body(value), outcome, { 'job-key': KEY }])

const SELECT: Row[] = (
  [
    [{ record: { id: KEY, state: 'success' } }, 'unreachable'],
    [{ record: { state: 'success' } }, 'unreachable'],
    [{ record: [{ id: UUID, state: 'success' }] }, 'unreachable'],
    [{ records: [{ id: UUID, state: 'success' }] }, 'unreachable'],
    [{ record: { id: UUID, message: 'success' } }, 'unrecognized'],
    [{ id: UUID, record: { id: UUID, state: 'running' }, state: 'success' }, 'timeout']
  ] as const
).map(([value, outcome]) => [JSON.stringify(value), body(value), outcome, { api: 'ontap-select' }])

const NO_ANSWERS = Object.entries({
  this: ANSWERS,
  "ONTAP's": JSONS,
  "Unified Manager's": MANAGER,
  "ONTAP Select's": SELECT
}).flatMap(([whose, rows]) =>
  rows.map(([name, fault, outcome, inputs = {}]) => [whose, name, fault, outcome, inputs] as const)
)

test.concurrent.each(NO_ANSWERS)('%s is no success: %s', async (_whose, _name, fault, outcome, inputs) => {
  const step = await answered(fault, inputs)
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, outcome])
  expect(annotationsOf(step).at(-1)?.level).toBe('error')
})

/** Breaks something inside the process before the action is loaded. */
const broken = (script: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
const onRequest = (script: string): string[] =>
  broken(`
    import { ClientRequest } from 'node:http'
    const { end } = ClientRequest.prototype
    ClientRequest.prototype.end = function (...args) {
      ${script}
      return end.apply(this, args)
    }
  `)

const BREAKS: [name: string, nodeOptions: string[]][] = [
  ['an uncaught exception', onRequest("setImmediate(() => { throw new Error('broken') })")],
  ['an uncaught exception without an error', onRequest('setImmediate(() => { throw undefined })')],
  ['an unhandled rejection', onRequest("Promise.reject(new Error('broken'))")],
  ['an exception in a decision', broken("Math.random = () => { throw new Error('broken') }")],
  ['an exception in the report', broken("Math.round = () => { throw new Error('broken') }")],
  ['a promise that never settles', broken('globalThis.setTimeout = () => ({ ref() {}, unref() {} })')],
  ['a process that is told to exit', onRequest('setImmediate(() => process.exit())')],
  ['a process that is told to exit with 0', onRequest('setImmediate(() => process.exit(0))')]
]

function awaitRunning(nodeOptions: string[]): Promise<Step> {
  const arrange = (simulator: Simulator): Inputs => {
    simulator.addJob({ api: 'ontap', key: UUID, script: [{ after: 0, state: 'running' }] })
    return { 'job-key': UUID, timeout: '2s' }
  }
  return runStep(arrange, { nodeOptions })
}

test.concurrent.each(BREAKS)(
  'a defect never ends with exit code 0, and is called one: %s',
  async (name, nodeOptions) => {
    const step = await awaitRunning(nodeOptions)
    expect(step.exitCode).toBeGreaterThan(0)
    expect(annotationsOf(step)).toEqual([{ level: 'error', text: expect.stringMatching(/defect/) }])
    if (name.startsWith('an exception')) expect(step.stderr).toBe('')
  }
)

test.concurrent('a process that is killed does not end with exit code 0', async () => {
  const step = await awaitRunning(onRequest("setImmediate(() => process.kill(process.pid, 'SIGKILL'))"))
  expect([step.exitCode, step.outputs]).toEqual([null, {}])
})
