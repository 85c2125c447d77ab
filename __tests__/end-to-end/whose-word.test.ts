import { expect, test } from '@jest/globals'
import { runAction, type StepResult } from '../../simulator/runner.ts'
import { type Call, startByteServer } from '../support/byte-server.ts'
import type { Inputs } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const RUNNING = { uuid: UUID, state: 'running' }
const SUCCESS = { uuid: UUID, state: 'success', end_time: '2026-01-01T00:00:00Z' }
const NOENT = { error: { message: "entry doesn't exist", code: '4', target: 'uuid' } }

interface Reply {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Asked {
  /** Counted from 1. */
  readonly nth: number
  /** ms since the first request. */
  readonly at: number
}

/** Awaits a job on a server that says this, request by request; null: it never answers. */
async function awaitFrom(
  say: (asked: Asked) => Reply | null,
  inputs: Inputs = {}
): Promise<StepResult & { readonly calls: readonly Call[] }> {
  const server = await startByteServer({
    onCall: ({ nth, at, socket }) => {
      const reply = say({ nth, at: at - (server.calls[0]?.at ?? at) })
      if (reply === null) return
      const { status = 200, body, headers = {} } = reply
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const type = typeof body === 'string' ? 'text/html' : 'application/json'
      const head = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), ...headers }
      const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`)
      socket.write(`HTTP/1.1 ${status} As It Says\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
    }
  })
  try {
    const url = `http://127.0.0.1:${server.port}`
    return { ...(await runAction({ url, 'job-key': UUID, ...inputs })), calls: server.calls }
  } finally {
    await server.close()
  }
}

const endOf = ({ exitCode, outputs }: StepResult) => [exitCode, outputs.outcome, outputs.state]

test.concurrent('an end without its time that is taken back half a second later is no end', async () => {
  const job = (state: string) => ({ key: KEY, state, complete_time: null })
  const step = await awaitFrom(
    ({ at }) => ({ body: at < 500 ? job('NORMAL') : at < 3_000 ? job('RUNNING') : job('ERROR') }),
    { 'job-key': KEY, 'long-poll': '0s' }
  )
  expect(endOf(step)).toEqual([1, 'error', 'ERROR'])
  const [first, second] = step.calls.slice(-2)
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990)
})

test.concurrent('a server that loses sight of a running job for 5 s is asked again', async () => {
  const step = await awaitFrom(({ nth, at }) => {
    if (nth === 1) return { body: RUNNING }
    return at < 5_000 ? { status: 404, body: NOENT } : { body: SUCCESS }
  })
  expect(endOf(step)).toEqual([0, 'success', 'success'])
  expect(step.stdout).toContain('checking again for 10s')
})

test.concurrent.each<[string, Reply]>([
  ['404 in HTML', { status: 404, body: '<h1>404 page not found</h1>' }],
  ['404 in plain text', { status: 404, body: 'default backend - 404' }],
  ['403 in HTML', { status: 403, body: '<h1>Request blocked</h1>' }],
  ['410 without a body', { status: 410, body: '' }],
  ['a redirect', { status: 302, body: '', headers: { Location: 'https://login.example.com/' } }],
  ['501 without a body', { status: 501, body: '' }]
])('a page of something in front of the server says nothing of a job that was seen: %s', async (_, page) => {
  const step = await awaitFrom(({ nth }) => (nth === 1 ? { body: RUNNING } : nth < 5 ? page : { body: SUCCESS }))
  expect(endOf(step)).toEqual([0, 'success', 'success'])
  expect(step.stdout).toContain(`No usable answer: the server answered ${page.status}`)
})

test.concurrent.each<[string, number, unknown, string, string]>([
  ['401', 401, { error: { code: '6691623', message: 'User is not authorized.' } }, 'unauthorized', '6691623'],
  ['403', 403, { error: { code: 6, message: 'not authorized for that command' } }, 'unauthorized', '6'],
  ['404', 404, NOENT, 'not-found', '4'],
  ['401 in HTML', 401, '<h1>Log in</h1>', 'unauthorized', '']
])('the code of the error that ended the wait is an output: %s', async (_, status, body, outcome, code) => {
  const step = await awaitFrom(() => ({ status, body }))
  expect(endOf(step)).toEqual([1, outcome, ''])
  expect(step.outputs['error-code']).toBe(code)
  expect(JSON.parse(step.outputs.jobs ?? '')).toMatchObject([{ outcome, 'error-code': code }])
})

test.concurrent('a server that accepts and never answers is named as such, and its request counted', async () => {
  const step = await awaitFrom(() => null, { timeout: '5s' })
  expect(endOf(step)).toEqual([1, 'timeout', ''])
  expect(step.outputs.message).toContain('the server did not answer within 7s')
  expect(JSON.parse(step.outputs.jobs ?? '')).toMatchObject([{ requests: 1 }])
})
