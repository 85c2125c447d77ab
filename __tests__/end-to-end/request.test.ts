import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { atRequest, moveAtRequest } from './support.ts'

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator({ speed: 5, unifiedManager: { longPoll: 'held' } })
})
afterEach(() => simulator.close())

const run = (inputs: Record<string, string>) => runAction({ url: simulator.url, ...inputs })
const calls = () => simulator.requests.filter(({ method }) => method !== 'GET')
const lun = (simulate: object) => JSON.stringify({ name: 'lun1', simulate })

describe('a call whose answer names a job', () => {
  test('202: the job is awaited and gives the result', async () => {
    const step = await run({ request: 'POST /storage-provider/luns', 'request-body': lun({ seconds: 3 }) })
    expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'success', '202'])
    expect(JSON.parse(step.outputs.result ?? '')).toHaveProperty('lunKey')
    expect(calls()).toHaveLength(1)
    expect(calls()[0]?.headers['content-type']).toBe('application/json')
  })

  test('202: a job that fails fails the step', async () => {
    const step = await run({
      request: 'POST /storage-provider/luns',
      'request-body': lun({ seconds: 1, ending: 'failure' })
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'error'])
  })

  test('the path may be given with the root of the API', async () => {
    const step = await run({ request: 'POST /api/storage-provider/luns', 'request-body': lun({ seconds: 0 }) })
    expect([step.exitCode, calls()[0]?.path]).toEqual([0, '/api/storage-provider/luns'])
  })

  test('the body may come from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'await-job-test-'))
    try {
      writeFileSync(join(folder, 'lun.json'), lun({ seconds: 0 }))
      const step = await run({
        request: 'POST /storage-provider/luns',
        'request-body': `@${join(folder, 'lun.json')}`
      })
      expect([step.exitCode, calls()[0]?.body]).toEqual([0, lun({ seconds: 0 })])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('201 with a job that has finished, thanks to return-timeout: done', async () => {
    const step = await run({
      request: 'POST /storage/volumes',
      'request-body': JSON.stringify({ name: 'v1', simulate: { seconds: 2 } }),
      'return-timeout': '60s'
    })
    expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'success', '201'])
    expect(calls()[0]?.path).toBe('/api/storage/volumes?return_timeout=60')
  })

  test('return-timeout 0s is sent as well', async () => {
    await run({
      request: 'POST /storage/volumes',
      'request-body': JSON.stringify({ name: 'v1', simulate: { seconds: 1 } }),
      'return-timeout': '0s'
    })
    expect(calls()[0]?.path).toBe('/api/storage/volumes?return_timeout=0')
  })

  test('a DELETE over a query names several jobs, and all are awaited', async () => {
    const step = await run({
      request: 'DELETE /storage/volumes?name=v1|v2|v3',
      'request-body': '{"simulate":{"seconds":1}}'
    })
    expect([step.exitCode, JSON.parse(step.outputs.jobs ?? '').length]).toEqual([0, 3])
  })

  test('a bulk call that fails in parts ends as partial failures', async () => {
    const step = await run({
      request: 'POST /storage/volumes',
      'request-body': JSON.stringify({ records: [{ name: 'v1' }, { name: 'v2-fail' }], simulate: { seconds: 1 } })
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'partial-failures'])
  })

  test('a next link in the answer is a warning that work remains', async () => {
    const job = simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'success' }] })
    const body = { ...job.accepted, _links: { next: { href: '/api/storage/volumes?start.uuid=1' } } }
    simulator.fault({ match: '/storage/volumes', kind: 'answer', status: 202, body: JSON.stringify(body) })
    const step = await run({ request: 'PATCH /storage/volumes?name=v*', 'request-body': '{}' })
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expect(step.stdout).toMatch(/::(warning|notice).*part of the work remains/i)
  })
})

describe('a call that the server did at once', () => {
  test.each([
    {
      status: 200,
      body: '{"uuid":"u1","name":"v1","state":"online"}',
      result: { uuid: 'u1', name: 'v1', state: 'online' }
    },
    { status: 201, body: '{"records":[{"uuid":"u1"}]}', result: { records: [{ uuid: 'u1' }] } },
    { status: 201, body: '', result: {} },
    { status: 204, body: '', result: {} }
  ])('$status with $body succeeds, and the body is the result', async ({ status, body, result }) => {
    simulator.fault({ match: '/storage/', kind: 'answer', status, body })
    const step = await run({ request: 'POST /storage/volumes', 'request-body': '{}' })
    expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'success', String(status)])
    expect([JSON.parse(step.outputs.result ?? ''), step.outputs.jobs]).toEqual([result, '[]'])
  })

  test('201 with errors partially fails, unless "fail-on" leaves that out', async () => {
    const body = { records: [{ uuid: '1' }], num_records: 1, errors: [{ message: 'exists', code: '917927' }] }
    const answer = { match: '/storage/', kind: 'answer', status: 201, body: JSON.stringify(body) } as const
    const inputs = { request: 'POST /storage/volumes', 'request-body': '{"records":[{},{}]}' }
    simulator.fault(answer)
    const failed = await run(inputs)
    expect([failed.exitCode, failed.outputs.outcome, failed.outputs['error-code']]).toEqual([
      1,
      'partial-failures',
      '917927'
    ])
    expect(failed.outputs.message).toContain('exists')
    expect(JSON.parse(failed.outputs.result ?? '')).toEqual(body)
    simulator.fault(answer)
    const passed = await run({ ...inputs, 'fail-on': 'ERROR' })
    expect([passed.exitCode, passed.outputs.outcome]).toEqual([0, 'partial-failures'])
    expect(passed.stdout).toMatch(/^::warning /m)
  })

  test.each([
    { title: 'a login page', status: 200, body: '<html>Log in</html>' },
    { title: 'an empty 200', status: 200, body: '' },
    { title: 'a 202 without a job', status: 202, body: '{}' },
    { title: 'truncated JSON', status: 201, body: '{"uuid":"' },
    { title: 'an error with 200', status: 200, body: '{"error":{"message":"no","code":"4"}}' },
    { title: 'a list', status: 200, body: '[]' }
  ])('$title does not count as a success', async ({ status, body }) => {
    simulator.fault({ match: '/storage/', kind: 'answer', status, body })
    const step = await run({ request: 'POST /storage/volumes', 'request-body': '{}' })
    expect(step.exitCode).toBe(1)
    expect(['unrecognized', 'refused']).toContain(step.outputs.outcome)
    expect(calls()).toHaveLength(1)
  })
})

test.each([400, 404, 409, 422])('%d: the call is refused, with what the server said', async status => {
  const body = JSON.stringify({ error: { message: 'duplicate entry', code: '1', target: 'name' } })
  simulator.fault({ match: '/storage/', kind: 'answer', status, body, times: 9 })
  const step = await run({ request: 'POST /storage/volumes', 'request-body': '{}' })
  expect([step.exitCode, step.outputs.outcome, step.outputs['error-code']]).toEqual([1, 'refused', '1'])
  expect(step.outputs['status-code']).toBe(String(status))
  expect(step.outputs.message).toMatch(/duplicate entry.*name/)
  expect(calls()).toHaveLength(1)
})

test.each([401, 403])('%d: nothing was started, and the code of the server is shown', async status => {
  const body = JSON.stringify({ error: { message: 'not authorized for that command', code: '6' } })
  simulator.fault({ match: '/storage/', kind: 'answer', status, body, times: 9 })
  const step = await run({ request: 'POST /storage/volumes', 'request-body': '{}' })
  expect([step.exitCode, step.outputs.outcome, step.outputs['error-code']]).toEqual([1, 'unauthorized', '6'])
  expect(step.outputs.message).toMatch(/not authorized for that command.*Nothing was started/)
  expect(calls()).toHaveLength(1)
})

test('500: the server may have executed the call, which is not made again', async () => {
  const body = JSON.stringify({ error: { message: 'internal error', code: '13434889' } })
  simulator.fault({ match: '/storage/', kind: 'answer', status: 500, body, times: 9 })
  const step = await run({ request: 'POST /storage/volumes', 'request-body': '{}' })
  expect([step.exitCode, step.outputs.outcome, step.outputs['error-code']]).toEqual([1, 'unreachable', '13434889'])
  expect(step.outputs.message).toMatch(/internal error.*may have executed the call/)
  expect(calls()).toHaveLength(1)
})

test('429, and the codes with which ONTAP says that it did not start the call: it is made again', async () => {
  simulator.fault({ match: '/storage/', kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: '{}' })
  const later = (code: string) => JSON.stringify({ error: { message: 'temporarily locked, try again', code } })
  simulator.fault({ match: '/storage/', kind: 'answer', status: 503, body: later('262160') })
  simulator.fault({ match: '/storage/', kind: 'answer', status: 409, body: later('2621573') })
  const step = await run({
    request: 'POST /storage/volumes',
    'request-body': JSON.stringify({ name: 'v1', simulate: { seconds: 0 } })
  })
  expect([step.exitCode, step.outputs.outcome, calls().length]).toEqual([0, 'success', 4])
})

test('after a broken call the latest jobs are looked up and those of that time are named', async () => {
  simulator.fault({ match: 'storage-provider', kind: 'reset' })
  let key = 'none'
  simulator.onArrival(({ method }) => {
    if (method !== 'POST') return
    key = simulator.addJob({ api: 'unified-manager', name: 'Create LUN', script: [{ after: 0, state: 'running' }] }).key
  })
  const old = simulator.addJob({ api: 'unified-manager', age: 3_600, script: [{ after: 0, state: 'running' }] })
  const step = await run({ request: 'POST /storage-provider/luns', 'request-body': '{}' })
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
  expect(step.outputs.message).toMatch(/may have executed/)
  expect(step.outputs.message).toContain(key)
  expect(step.outputs.message).not.toContain(old.key)
  expect(calls()).toHaveLength(1)
})

describe('a server that cuts the connection', () => {
  let server: Server
  let whole: number

  /** Counts whole requests that change something, and lets `cut` end each connection. */
  async function serve(cut: (socket: Socket, whole: boolean) => void): Promise<string> {
    whole = 0
    server = createServer(socket => {
      let text = ''
      socket.on('error', () => {})
      cut(socket, false)
      socket.on('data', data => {
        text += data
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
        const head = text.indexOf('\r\n\r\n')
        if (head === -1 || text.length < head + 4 + length) return
        if (text.startsWith('POST')) whole += 1
        if (text.startsWith('POST')) cut(socket, true)
        else socket.destroy()
        text = ''
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  afterEach(() => new Promise(resolve => server.close(resolve)))

  const answer =
    'HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"job":{"key":"a:b'
  test.each<[string, (socket: Socket, whole: boolean) => void]>([
    ['after the whole request', (socket, whole) => whole && socket.destroy()],
    ['after the whole request, by a reset', (socket, whole) => whole && socket.resetAndDestroy()],
    ['in the head of the answer', (socket, whole) => whole && socket.end(answer.slice(0, 30))],
    ['in the body of the answer', (socket, whole) => whole && socket.end(answer)],
    ['as soon as it is made', (socket, whole) => whole || socket.resetAndDestroy()]
  ])('%s gets the call once', async (_, cut) => {
    const url = await serve(cut)
    const step = await run({
      url,
      request: 'POST /storage-provider/luns',
      'request-body': '{"name":"lun1"}',
      'unreachable-timeout': '4s'
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(whole).toBeLessThanOrEqual(1)
    if (whole === 1) expect(step.outputs.message).toMatch(/may have executed/)
  })

  test('that is refused is made again: the call cannot have reached the server', async () => {
    const url = await serve(() => {})
    const { port } = server.address() as AddressInfo
    await new Promise(resolve => server.close(resolve))
    server = createServer(socket => socket.on('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n')))
    const listen = () => server.listen(port)
    // Another process can have the port for a moment.
    server.on('error', () => setTimeout(listen, 20))
    const later = setTimeout(listen, 1_500)
    const step = await run({ url, request: 'DELETE /storage/volumes/1', 'unreachable-timeout': '20s' })
    clearTimeout(later)
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  })
})

test('nothing of the body is ever printed', async () => {
  simulator.fault({ match: '/storage-provider', kind: 'answer', status: 400, body: '{}' })
  const step = await run({
    request: 'POST /storage-provider/luns?x=Chamber',
    'request-body': '{"chap":{"password":"Correct-Horse"}}'
  })
  expect(step.stdout + step.stderr + JSON.stringify(step.outputs) + step.summary).not.toContain('Correct-Horse')
})

test.each([
  { inputs: { request: 'GET /storage/volumes' }, fault: /^request: .*POST \/storage-provider\/luns/ },
  { inputs: { request: 'POST https://elsewhere.example/x' }, fault: /^request: / },
  { inputs: { request: 'POST /../../x' }, fault: /^request: .*path outside the API/ },
  { inputs: { request: 'POST /storage/volumes', 'request-body': '{"secret' }, fault: /^request-body: .*JSON/ },
  {
    inputs: { request: 'POST /storage/volumes', 'request-body': '@/no/such/file' },
    fault: /^request-body: .*cannot be read/
  },
  { inputs: { request: 'POST /storage/volumes', 'return-timeout': '121s' }, fault: /^return-timeout: .*2m/ },
  { inputs: { request: 'POST /storage-provider/luns', 'return-timeout': '10s' }, fault: /^return-timeout: .*ONTAP/ },
  { inputs: { 'job-key': 'a:b:c:-d', 'request-body': '{}' }, fault: /^request-body: .*request/ },
  { inputs: { 'job-key': 'a:b:c:-d', request: 'POST /storage/volumes' }, fault: /^job-key: .*request/ },
  { inputs: { 'job-query': 'name', api: 'ontap' }, fault: /^job-query: .*name=value/ },
  { inputs: { 'job-query': 'max_records=5', api: 'ontap' }, fault: /^job-query: .*max_records/ },
  { inputs: { 'job-query': 'name=x' }, fault: /^job-query: .*api/ },
  { inputs: { 'job-query': 'name=x', api: 'ontap-select' }, fault: /^job-query: .*list/ }
])('$inputs is reported before anything is sent', async ({ inputs, fault }) => {
  const step = await run(inputs as Record<string, string>)
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'invalid-input'])
  expect(step.outputs.message).toMatch(fault)
  expect(step.stdout + JSON.stringify(step.outputs)).not.toContain('{"secret')
  expect(simulator.requests).toHaveLength(0)
})

describe('job-query', () => {
  const add = (description: string, state = 'running') =>
    simulator.addJob({ api: 'ontap', description, script: [{ after: 0, state }] }).key

  test('every pending job that matches is awaited, and no other', async () => {
    const [one, two] = [add('POST /api/storage/volumes/1'), add('POST /api/storage/volumes/2')]
    add('POST /api/storage/volumes/3', 'failure')
    add('DELETE /api/svm/svms/4')
    for (const key of [one, two]) moveAtRequest(simulator, 2, key, { state: 'success' })
    const step = await run({ 'job-query': 'description=POST*', api: 'ontap' })
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expect(step.outputs.key?.split('\n').sort()).toEqual([one, two].sort())
  })

  test('jobs that begin while the gate waits are awaited as well', async () => {
    const first = add('POST /api/storage/volumes/1')
    let second = ''
    atRequest(simulator, 2, () => {
      second = add('POST /api/storage/volumes/2')
      simulator.moveJob(first, { state: 'success' })
    })
    atRequest(simulator, 4, () => simulator.moveJob(second, { state: 'failure' }))
    const step = await run({ 'job-query': 'description=POST*', api: 'ontap' })
    expect([step.exitCode, step.outputs.outcome, JSON.parse(step.outputs.jobs ?? '').length]).toEqual([1, 'error', 2])
  })

  test('none at all is a success, with a notice', async () => {
    const step = await run({ 'job-query': 'state=running', api: 'unified-manager' })
    expect([step.exitCode, step.outputs.outcome, step.outputs.jobs]).toEqual([0, 'success', '[]'])
    expect(step.stdout).toMatch(/::notice/)
  })

  test('the values are encoded, and the words of the API stay', async () => {
    await run({ 'job-query': 'name=Create ?#*|Delete*&submit_time=>2026-01-01T00:00:00Z', api: 'unified-manager' })
    expect(simulator.requests[0]?.path).toContain(
      '/management-server/jobs?name=Create%20%3F%23*|Delete*&submit_time=%3E2026-01-01T00:00:00Z&max_records=1000'
    )
  })

  test('a filter that the server refuses is an input error in its words', async () => {
    simulator.fault({
      match: '/jobs?',
      kind: 'answer',
      status: 400,
      body: '{"error":{"message":"Unexpected argument \\"colour\\".","code":"262179"}}'
    })
    const step = await run({ 'job-query': 'colour=blue', api: 'ontap' })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'invalid-input'])
    expect(step.outputs.message).toMatch(/job-query: .*Unexpected argument "colour"/)
  })

  test('the gate is not passed while a job is pending when the time is out', async () => {
    add('POST /api/storage/volumes/1')
    const step = await run({ 'job-query': 'state=running', api: 'ontap', timeout: '2s' })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'timeout'])
  })
})

test('a gate that stays closed after a job has failed names the job', async () => {
  const failing = simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'running' }] })
  moveAtRequest(simulator, 2, failing.key, { state: 'failure' })
  simulator.fault({ match: '/jobs?', kind: 'answer', status: 401, body: '{}', skip: 1, times: 9 })
  const step = await run({ 'job-query': 'state=running|queued', api: 'ontap' })
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'error'])
  expect(step.outputs.message).toContain(failing.key)
  expect(step.stdout).toMatch(/job-query: .*401/)
  expect(step.stdout.match(/^::error/gm)).toHaveLength(1)
})
