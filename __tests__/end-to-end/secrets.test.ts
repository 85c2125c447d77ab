import { EOL } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../simulator/server.ts'
import { startProxy } from '../support/connect-proxy.ts'
import { createIdentity } from '../support/x509.ts'
import { ALWAYS, type Inputs, runStep, type Step } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const PASSWORD = 'p@ss "w<o>rd"\\ü%41&x'
const TOKEN = 'eyJhbGciOi.J9+/tok-en_~=='
const API_KEY = 'k3y-0f-the-api'
const PAIR = Buffer.from(`operator:${PASSWORD}`).toString('base64')
const SCRIPT = [
  { after: 0, state: 'running' },
  { after: 0.3, state: 'failure' }
]

const LOGIN: Inputs = { username: 'operator', password: PASSWORD }

/** Everything of a step that a person or a later step can read, without what the runner keeps to itself. */
function seen({ stdout, stderr, outputs, summary }: Step): string {
  const log = stdout.replace(/^::add-mask::.*$/gm, '')
  return [log, stderr, summary, ...Object.values(outputs)].join('\n')
}

/** The masks of a step, and whether all of them came before anything was said about the wait. */
function masksOf({ stdout }: Step): { masks: string[]; first: boolean } {
  const lines = stdout.split(EOL)
  const masks = lines.filter(line => line.startsWith('::add-mask::')).map(line => line.slice('::add-mask::'.length))
  const last = lines.findLastIndex(line => line.startsWith('::add-mask::'))
  return {
    masks: masks.map(mask => decodeURIComponent(mask)),
    first: last < lines.findIndex(line => /Waiting/.test(line))
  }
}

const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;')
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A server's text that holds a secret in every spelling. */
function echo(secret: string): string {
  const encoded = encodeURIComponent(secret)
  const lower = encoded.replace(/%../g, code => code.toLowerCase())
  return [secret, encoded, lower, JSON.stringify({ got: secret }), html(secret), base64(secret)].join(' ')
}

/** The places of an answer where such a text could stand. */
const PLACES: [name: string, fault: (text: string) => FaultKind][] = [
  [
    'in the job',
    text => job({ message: text, error: { message: text, code: text }, description: text, [text]: [text] })
  ],
  ['in the state', text => job({ state: text })],
  ['in an error', text => answer(503, { error: { message: text, code: text } })],
  ['in a page', text => answer(502, `<html>${text}</html>`)],
  ['in a redirect', text => ({ ...answer(302, ''), headers: { Location: encodeURI(text).slice(0, 2_000) } })],
  ['in a content type', text => ({ ...answer(200, 'x'), contentType: text })],
  ['in place of the job', text => answer(200, { uuid: text, state: 'success' })]
]

function answer(status: number, body: unknown): FaultKind & { kind: 'answer' } {
  return { kind: 'answer', status, body }
}

function job(fields: object): FaultKind {
  return answer(200, { uuid: UUID, state: 'failure', end_time: '2026-01-01T00:00:00Z', ...fields })
}

/** Awaits a job of a server that sends a text back. */
function echoed(inputs: Inputs, fault: FaultKind): Promise<Step> {
  return runStep(simulator => {
    simulator.addJob({ api: 'ontap', key: UUID, script: SCRIPT })
    simulator.fault({ ...fault, times: ALWAYS })
    return { 'job-key': UUID, timeout: '2s', 'unreachable-timeout': '1s', ...inputs }
  })
}

/** What a step must not show of a secret. */
function spellings(secret: string): string[] {
  const encoded = encodeURIComponent(secret)
  const forms = [secret, encoded, JSON.stringify(secret).slice(1, -1), html(secret), base64(secret)]
  return forms.flatMap(form => [form, form.slice(0, 6)])
}

function expectUnseen(step: Step, ...secrets: string[]): void {
  const text = seen(step)
  for (const form of secrets.flatMap(spellings)) expect(text).not.toContain(form)
  for (const name of ['job', 'jobs', 'result']) expect(() => JSON.parse(step.outputs[name] ?? '')).not.toThrow()
}

describe('a secret shows nowhere, though the server sends it back', () => {
  test.concurrent.each(PLACES)('%s', async (_place, fault) => {
    const step = await echoed(LOGIN, fault(`${echo(PASSWORD)} ${PAIR}`))
    expectUnseen(step, PASSWORD, PAIR)
    expect(seen(step)).toContain('***')
  })

  test.concurrent.each([
    ['token', { token: TOKEN }, [TOKEN]],
    ['headers', { headers: `X-Api-Key: ${API_KEY}\nAuthorization: Custom ${TOKEN}` }, [API_KEY, TOKEN]]
  ])('given as "%s"', async (_input, inputs, secrets) => {
    const step = await echoed(inputs, job({ message: secrets.map(echo).join(' ') }))
    expectUnseen(step, ...secrets)
    expect(step.requests[0]?.headers).toMatchObject(
      'token' in inputs
        ? { authorization: `Bearer ${TOKEN}` }
        : { 'x-api-key': API_KEY, authorization: `Custom ${TOKEN}` }
    )
  })

  test.concurrent('a token and a header value of more than 6,000 characters, whole and cut off', async () => {
    const [token = '', value = ''] = ['t', 'v'].map(name =>
      Array.from({ length: 1_250 }, (_, index) => `${name}${1_000 + index}`).join('')
    )
    const step = await echoed(
      { token, headers: `X-Api-Key: ${value}` },
      job({ message: `${token} ${value}`, error: { message: value }, description: base64(token) })
    )
    expect([step.outputs.outcome, step.requests.length]).toEqual(['error', 1])
    expectUnseen(step, token, value)
  })

  test.concurrent('a private key of 400 lines', async () => {
    const lines = Array.from({ length: 400 }, (_, index) => base64(`line ${index} of a long private key, ${index}`))
    const key = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----'].join('\n')
    const step = await echoed({ 'client-key': key, 'client-certificate': lines.join(' ') }, job({ message: key }))
    expect(step.outputs.outcome).toBe('invalid-input')
    expect(seen(step)).not.toContain(lines[0]?.slice(0, 6))
  })

  test.concurrent('of the private key', async () => {
    const ca = createIdentity('Private CA', { authority: true })
    const { cert, key } = createIdentity('server', { issuer: ca, hosts: ['127.0.0.1'] })
    const client = createIdentity('runner', { issuer: ca })
    const step = await runStep(
      simulator => {
        const failure = { after: 0, state: 'failure', message: `${client.key} ${client.key.replaceAll('\n', ' ')}` }
        const inputs = { 'ca-certificate': ca.cert, 'client-certificate': client.cert, 'client-key': client.key }
        return { 'job-key': simulator.addJob({ api: 'ontap', script: [failure] }).key, ...inputs }
      },
      { server: { tls: { cert, key, ca: ca.cert, requestCert: true } } }
    )
    expect(step.outputs.outcome).toBe('error')
    expectUnseen(step, ...client.key.split('\n').slice(1, -2))
  })

  test.concurrent('of the proxy', async () => {
    const proxy = await startProxy({ port: 1, refusal: { status: `502 ${PASSWORD} ${PAIR}` } })
    try {
      const address = `http://operator:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}`
      const inputs = { url: 'https://um.example.test', 'job-key': UUID, 'unreachable-timeout': '1s' }
      const step = await runStep(() => inputs, { env: { HTTPS_PROXY: address } })
      expect(step.outputs.outcome).toBe('unreachable')
      expect(proxy.headers[0]?.['proxy-authorization']).toBe(`Basic ${PAIR}`)
      expectUnseen(step, PASSWORD, PAIR)
    } finally {
      await proxy.close()
    }
  })
})

test.concurrent('every secret is masked before the first request, the user name never', async () => {
  const step = await runStep(() => ({ ...LOGIN, 'job-key': UUID, timeout: '1s' }))
  const { masks, first } = masksOf(step)
  expect(first).toBe(true)
  expect(masks).toEqual(
    expect.arrayContaining([PASSWORD, encodeURIComponent(PASSWORD), base64(PASSWORD), PAIR, encodeURIComponent(PAIR)])
  )
  expect(masks).not.toContain('operator')
})

test.concurrent('secrets do not show when the inputs are wrong', async () => {
  const step = await runStep(() => ({
    ...LOGIN,
    url: `https://operator:${encodeURIComponent(PASSWORD)}@um.example.com`,
    'job-key': UUID,
    token: TOKEN,
    headers: `Authorization ${API_KEY}\nHost: x`,
    'client-key': `MIG${TOKEN}`,
    'fail-on': PASSWORD
  }))
  expect(step.outputs.outcome).toBe('invalid-input')
  const text = seen(step)
  for (const form of [PASSWORD, TOKEN, API_KEY, PAIR].flatMap(spellings)) expect(text).not.toContain(form)
})

describe('a password that is an ordinary word', () => {
  test.concurrent.each(['success', 'failure', 'running', 'state', 'ontap', 'a', '1'])(
    'changes nothing of the verdict: %s',
    async password => {
      const step = await runStep(simulator => ({
        'job-key': simulator.addJob({ api: 'ontap', key: UUID, script: [{ after: 0, state: 'success' }] }).key,
        username: 'operator',
        password
      }))
      const { outcome, state, key } = step.outputs
      expect([step.exitCode, outcome, state, key]).toEqual([0, 'success', 'success', UUID])
      const [entry] = JSON.parse(step.outputs.jobs ?? '')
      expect(entry).toMatchObject({ key: UUID, api: 'ontap', outcome: 'success', state: 'success' })
      expect(JSON.parse(step.outputs.job ?? '')).toMatchObject({ uuid: UUID, state: 'success' })
    }
  )
})
