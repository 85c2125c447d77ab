import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { runAction, type StepResult } from '../../simulator/runner.ts'
import {
  type FaultOptions,
  type NewJob,
  type ReceivedRequest,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type TokenOptions
} from '../../simulator/server.ts'
import { createWorld } from '../../simulator/world.ts'
import { startProxy } from '../support/connect-proxy.ts'
import { createIdentity } from '../support/x509.ts'
import { ALWAYS, annotationsOf, atRequest, type Inputs, moveAtRequest } from './support.ts'

const SECRET = 's3cr3t+/=&%'
const RUNNING: NewJob = { api: 'ontap', script: [{ after: 0, state: 'running' }] }

interface Stage {
  /** The API, which only tokens open. */
  readonly server: Simulator
  /** The token server, at another port. */
  readonly issuer: Simulator
  readonly key: string
}

interface TokenStep extends StepResult {
  readonly toServer: readonly ReceivedRequest[]
  readonly toIssuer: readonly ReceivedRequest[]
  /** How many tokens were issued. */
  readonly issued: number
}

/** Awaits a job of a server that only tokens open, which another server issues. */
async function awaitWith(
  tokens: TokenOptions,
  arrange: (stage: Stage) => Inputs,
  { job = RUNNING, server: options = {} }: { job?: NewJob; server?: SimulatorOptions } = {}
): Promise<TokenStep> {
  const world = createWorld({ tokens })
  const open = { tokens: { clientId: 'await-job', clientSecret: SECRET, ...tokens } }
  const [server, issuer] = [await startSimulator({ ...options, ...open }, world), await startSimulator(open, world)]
  try {
    const { key } = server.addJob(job)
    const inputs = {
      url: server.url,
      'job-key': key,
      'token-url': `${issuer.url}/oauth/token`,
      'client-id': 'await-job',
      'client-secret': SECRET,
      ...arrange({ server, issuer, key })
    }
    const step = await runAction(inputs)
    return { ...step, toServer: server.requests, toIssuer: issuer.requests, issued: world.tokens.count }
  } finally {
    await Promise.all([server.close(), issuer.close()])
  }
}

const bearers = ({ toServer }: TokenStep) => toServer.map(({ headers }) => String(headers.authorization))
const statuses = (requests: readonly ReceivedRequest[]) => requests.map(({ status }) => status)
const textOf = (step: StepResult) =>
  annotationsOf(step)
    .map(({ text }) => text)
    .join('\n')

/** No token, and nothing of the secret, in what a person or a later step can read; the secret in nothing that the server got. */
function expectSecret(step: TokenStep): void {
  const log = step.stdout.replace(/^::add-mask::.*$/gm, '')
  const seen = [log, step.stderr, step.summary, ...Object.values(step.outputs)].join('\n')
  expect(seen).not.toMatch(/simulated-\d/)
  for (const form of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
    expect(seen).not.toContain(form)
    expect(JSON.stringify(step.toServer)).not.toContain(form)
  }
  expect(JSON.stringify(step.toIssuer)).not.toMatch(/simulated-\d/)
}

/** Each token is masked before the server gets it: its mask is the first that the log says of it. */
function expectMasked(step: TokenStep): void {
  const tokens = new Set(bearers(step).map(value => value.replace('Bearer ', '')))
  for (const token of tokens) expect(step.stdout).toContain(`::add-mask::${token}`)
}

describe('a wait that is longer than the life of a token passes', () => {
  test.concurrent('with tokens of two seconds, which are renewed before they expire', async () => {
    const step = await awaitWith({ lifetime: 2 }, ({ server, issuer, key }) => {
      atRequest(issuer, 3, () => server.moveJob(key, { state: 'success' }))
      return {}
    })
    expect([step.exitCode, step.outputs.outcome, step.toIssuer.length]).toEqual([0, 'success', 3])
    expect(new Set(bearers(step)).size).toBeGreaterThanOrEqual(2)
    expect(step.stdout).not.toContain('No usable answer')
    expectMasked(step)
    expectSecret(step)
  })

  test.concurrent('with tokens of which nobody says when they expire', async () => {
    const step = await awaitWith({ lifetime: 2, announced: false }, ({ server, issuer, key }) => {
      atRequest(issuer, 2, () => server.moveJob(key, { state: 'success' }))
      return {}
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expect(statuses(step.toServer)).toContain(401)
    expect(step.stdout).not.toContain('No usable answer')
    expectSecret(step)
  })

  test.concurrent('with a token that expires while the server holds a request', async () => {
    const job: NewJob = { api: 'ontap-select', script: [{ after: 0, state: 'running' }] }
    const step = await awaitWith(
      {},
      ({ server, key }) => {
        server.fault({ kind: 'delay', ms: 1_000, skip: 1 })
        atRequest(server, 2, () => server.tokens.revoke())
        moveAtRequest(server, 3, key, { state: 'success' })
        return { api: 'ontap-select' }
      },
      { job }
    )
    expect([step.exitCode, step.outputs.outcome, step.issued]).toEqual([0, 'success', 2])
    expect(statuses(step.toServer)).toEqual([200, 401, 200])
    expect(step.stdout).toContain('the server answered 401: the token may have expired')
  })
})

test.concurrent('a call is made with a token, and once', async () => {
  const step = await awaitWith({}, () => ({
    'job-key': '',
    api: 'ontap',
    request: 'POST /storage/volumes',
    'request-body': '{"name": "v1", "simulate": {"seconds": 0}}'
  }))
  expect([step.exitCode, step.outputs.outcome, step.issued]).toEqual([0, 'success', 1])
  expect(step.toServer.filter(({ method }) => method === 'POST')).toMatchObject([
    { headers: { authorization: expect.stringMatching(/^Bearer simulated-1-/) } }
  ])
})

test.concurrent('the token server gets the grant, and nothing that is for the server alone', async () => {
  const step = await awaitWith({ audience: 'https://ontap' }, ({ server, key }) => {
    server.moveJob(key, { state: 'success' })
    return { 'token-audience': 'https://ontap', 'token-scope': 'jobs.read', headers: 'X-Api-Key: k3y-0f-the-api' }
  })
  expect([step.exitCode, step.toIssuer.length]).toEqual([0, 1])
  const [request] = step.toIssuer
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'jobs.read',
    audience: 'https://ontap'
  })
  expect(request?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' })
  expect(request?.headers).not.toHaveProperty('x-api-key')
  expect(step.toServer[0]?.headers).toMatchObject({ 'x-api-key': 'k3y-0f-the-api' })
  expectSecret(step)
})

test.concurrent('a server that takes the client in the form alone gets it there', async () => {
  const step = await awaitWith({ clientIn: 'body', lifetime: 2 }, ({ server, issuer, key }) => {
    atRequest(issuer, 3, () => server.moveJob(key, { state: 'success' }))
    return {}
  })
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  expect(statuses(step.toIssuer).slice(0, 3)).toEqual([401, 200, 200])
  expectSecret(step)
})

describe('a client that is refused ends the step at once', () => {
  const refusal =
    /the token server http:\S+ answered 401 Unauthorized: Invalid client or .* \(invalid_client\): check "client-id"/

  test.concurrent('as unauthorized, with the code and the words of the token server', async () => {
    const step = await awaitWith({}, () => ({ 'client-secret': 'another-secret' }))
    const { outcome, 'error-code': code } = step.outputs
    expect([step.exitCode, outcome, code, step.toServer]).toEqual([1, 'unauthorized', 'invalid_client', []])
    expect(step.toIssuer).toHaveLength(2)
    expect(textOf(step)).toMatch(refusal)
    expect(step.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('another-secret')
  })

  test.concurrent('before a call, of which nothing was sent', async () => {
    const request = { 'job-key': '', api: 'ontap', request: 'POST /storage/volumes', 'request-body': '{}' }
    const step = await awaitWith({}, () => ({ ...request, 'client-secret': 'another-secret' }))
    const { outcome, 'error-code': code } = step.outputs
    expect([step.exitCode, outcome, code, step.toServer]).toEqual([1, 'unauthorized', 'invalid_client', []])
    expect(textOf(step)).toMatch(/the call was not sent: the token server/)
  })

  test.concurrent('before a gate', async () => {
    const query = { 'job-key': '', api: 'ontap', 'job-query': 'state=running' }
    const step = await awaitWith({}, () => ({ ...query, 'client-id': 'somebody-else' }))
    const { outcome, 'error-code': code } = step.outputs
    expect([step.exitCode, outcome, code, step.toServer]).toEqual([1, 'unauthorized', 'invalid_client', []])
  })
})

test.concurrent('tokens that the server does not accept end the step as unauthorized after one renewal', async () => {
  const step = await awaitWith({}, () => ({}), { server: { credentials: { token: 'another' } } })
  expect([step.exitCode, step.outputs.outcome, step.issued]).toEqual([1, 'unauthorized', 2])
  expect(statuses(step.toServer)).toEqual([401, 401])
})

describe('a token server in trouble', () => {
  const down: FaultOptions = { kind: 'answer', status: 503, match: '/oauth/token' }

  test.concurrent.each<[string, FaultOptions]>([
    ['answers 503', { ...down, times: 3 }],
    ['resets connections', { kind: 'reset', times: 3 }],
    [
      'answers with a page',
      { kind: 'answer', status: 200, body: '<html>Sign in</html>', contentType: 'text/html', times: 3 }
    ]
  ])('is survived: it %s', async (_, fault) => {
    const step = await awaitWith({}, ({ server, issuer, key }) => {
      issuer.fault(fault)
      server.moveJob(key, { state: 'success' })
      return {}
    })
    expect([step.exitCode, step.outputs.outcome, step.toIssuer.length]).toEqual([0, 'success', 4])
    expect(step.stdout).toMatch(/No usable answer: the token server http:\S+/)
  })

  test.concurrent('is survived for as long as the last token lives', async () => {
    const step = await awaitWith({ lifetime: 20 }, ({ server, issuer, key }) => {
      issuer.fault({ ...down, skip: 1, times: ALWAYS })
      atRequest(issuer, 2, () => server.moveJob(key, { state: 'success' }))
      return { 'poll-interval': '1s' }
    })
    expect([step.exitCode, step.outputs.outcome, step.issued]).toEqual([0, 'success', 1])
    expect(step.stdout).not.toContain('No usable answer')
  })

  test.concurrent('is given up after "unreachable-timeout", and named', async () => {
    const step = await awaitWith({}, ({ issuer }) => {
      issuer.fault({ ...down, times: ALWAYS })
      return { 'unreachable-timeout': '1s' }
    })
    expect([step.exitCode, step.outputs.outcome, step.toServer]).toEqual([1, 'unreachable', []])
    expect(step.outputs.message).toMatch(/the token server http:\S+ answered 503 Service Unavailable/)
  })

  test.concurrent('is never asked by way of a redirect', async () => {
    const step = await awaitWith({}, ({ server, issuer }) => {
      issuer.fault({ ...down, status: 307, headers: { Location: `${server.url}/oauth/token` }, times: ALWAYS })
      return {}
    })
    expect([step.exitCode, step.outputs.outcome, step.toServer]).toEqual([1, 'unreachable', []])
    expect(step.outputs.message).toMatch(/a redirect to http:\S+, which is not followed: correct "token-url"/)
  })
})

describe('the token server is reached', () => {
  const ca = createIdentity('Private CA', { authority: true })
  const HOST = 'login.example.test'
  const { cert, key } = createIdentity('both', { issuer: ca, hosts: ['127.0.0.1', HOST, 'um.example.test'] })
  const client = createIdentity('runner', { issuer: ca })

  test.concurrent('by the same trust, but is not shown the client certificate', async () => {
    const shown: boolean[] = []
    const issuer = createServer(
      { cert, key, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        shown.push(Object.keys((request.socket as TLSSocket).getPeerCertificate()).length > 0)
        response.end('{"access_token": "t0ken-0f-the-test", "token_type": "bearer"}')
      }
    )
    await new Promise<void>(resolve => issuer.listen(0, '127.0.0.1', resolve))
    const server = await startSimulator({ tls: { cert, key, ca: ca.cert, requestCert: true } })
    const step = await runAction({
      url: server.url,
      'job-key': server.addJob({ api: 'ontap', script: [{ after: 0, state: 'success' }] }).key,
      'token-url': `https://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`,
      'client-id': 'await-job',
      'client-secret': SECRET,
      'ca-certificate': ca.cert,
      'client-certificate': client.cert,
      'client-key': client.key
    })
    await server.close()
    await new Promise(resolve => issuer.close(resolve))
    expect([step.exitCode, step.outputs.outcome, shown]).toEqual([0, 'success', [false]])
    expect(server.requests[0]?.headers.authorization).toBe('Bearer t0ken-0f-the-test')
    expect(step.stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('t0ken-0f-the-test')
  })

  test.concurrent('through the proxy', async () => {
    const tokens = { clientId: 'await-job', clientSecret: SECRET }
    const server = await startSimulator({ tls: { cert, key }, tokens })
    const { port } = new URL(server.url)
    const proxy = await startProxy({ port: Number(port) })
    const step = await runAction(
      {
        url: `https://um.example.test:${port}`,
        'job-key': server.addJob({ api: 'ontap', script: [{ after: 0, state: 'success' }] }).key,
        'token-url': `https://${HOST}:${port}/oauth/token`,
        'client-id': 'await-job',
        'client-secret': SECRET,
        'ca-certificate': ca.cert
      },
      { env: { https_proxy: `http://127.0.0.1:${proxy.port}` } }
    )
    await Promise.all([server.close(), proxy.close()])
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expect(proxy.tunnels).toEqual([`${HOST}:${port}`, `um.example.test:${port}`])
  })
})
