import { describe, expect, test } from '@jest/globals'
import { runAction, type StepOptions } from '../../simulator/runner.ts'
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts'
import { type ConnectProxy, type ProxyOptions, startProxy } from '../support/connect-proxy.ts'
import { createIdentity } from '../support/x509.ts'
import { annotationsOf, type Inputs, moveAtRequest, type Step } from './support.ts'

/** A name that nobody but the proxy resolves, and an address that leads nowhere but through it. */
const HOST = 'um.example.test'
const ADDRESS = '2001:db8::1'

/** How the action names a variable: on Windows the case of a name does not matter, and the first spelling finds it. */
const named = (variable: string): string => (process.platform === 'win32' ? variable.toLowerCase() : variable)

const ca = createIdentity('Private CA', { authority: true })
const server = createIdentity('storage', { issuer: ca, hosts: [HOST, ADDRESS] })
const client = createIdentity('runner', { issuer: ca })
const TLS = { cert: server.cert, key: server.key }
const TRUSTED = { 'ca-certificate': ca.cert }

const SCRIPT = [{ after: 0, state: 'running' }]

interface Scene {
  readonly server?: Omit<SimulatorOptions, 'tls'> & { tls?: SimulatorOptions['tls'] | undefined }
  readonly proxy?: Omit<ProxyOptions, 'port'>
  readonly inputs?: Inputs
  /** The address of the server as the action knows it. */
  readonly url?: (port: string) => string
  readonly options?: StepOptions
  readonly env?: (proxy: ConnectProxy) => Record<string, string | undefined>
}

/** Waits for a job that has finished at the third request, through a proxy. */
async function pass(scene: Scene) {
  const simulator = await startSimulator({ tls: TLS, ...scene.server } as SimulatorOptions)
  const { port } = new URL(simulator.url)
  const proxy = await startProxy({ port: Number(port), ...scene.proxy })
  try {
    const { key } = simulator.addJob({ api: 'ontap', script: SCRIPT })
    moveAtRequest(simulator, 3, key, { state: 'success' })
    const url = scene.url?.(port) ?? `https://${HOST}:${port}`
    const env = scene.env?.(proxy) ?? { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const step = await runAction({ url, 'job-key': key, ...TRUSTED, ...scene.inputs }, { ...scene.options, env })
    const { requests, connections } = simulator
    return { ...step, requests, connections, proxy, port, text: textOf({ ...step, requests }) }
  } finally {
    await Promise.all([proxy.close(), simulator.close()])
  }
}

/** The text of all annotations. */
function textOf(step: Step): string {
  return annotationsOf(step)
    .map(({ text }) => text)
    .join('\n')
}

describe('HTTPS_PROXY', () => {
  test.concurrent('leads through one tunnel, which is kept open for the whole wait', async () => {
    const { exitCode, outputs, requests, connections, proxy, port, stdout } = await pass({})
    expect([exitCode, outputs.outcome]).toEqual([0, 'success'])
    expect([requests.length, connections, proxy.tunnels]).toEqual([3, 1, [`${HOST}:${port}`]])
    expect(stdout).toContain(`through the proxy http://127.0.0.1:${proxy.port} (${named('HTTPS_PROXY')})`)
  })

  test.concurrent('leads to an IPv6 address, also where Node itself looks for proxies', async () => {
    const { exitCode, proxy, port } = await pass({
      url: port => `https://[${ADDRESS}]:${port}`,
      env: ({ port }) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_USE_ENV_PROXY: '1' })
    })
    expect([exitCode, proxy.tunnels]).toEqual([0, [`[${ADDRESS}]:${port}`]])
  })

  test.concurrent('takes credentials, together with a private CA and a client certificate', async () => {
    const { exitCode, outputs, proxy, requests, stdout } = await pass({
      server: { tls: { ...TLS, ca: ca.cert, requestCert: true } },
      proxy: { credentials: { username: 'runner', password: 'p@ss:w%rd/1' } },
      inputs: { 'client-certificate': client.cert, 'client-key': client.key },
      env: ({ port }) => ({ https_proxy: `http://runner:p%40ss%3Aw%25rd%2F1@127.0.0.1:${port}` })
    })
    expect([exitCode, outputs.outcome, proxy.tunnels.length]).toEqual([0, 'success', 1])
    expect(requests.map(({ headers }) => headers['proxy-authorization'])).not.toContainEqual(expect.anything())
    expect(stdout).toContain('::add-mask::p@ss:w%25rd/1')
    expect(stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('p@ss')
  })

  test.concurrent('gets no credentials of the server, nor its path', async () => {
    const { exitCode, proxy } = await pass({
      server: { credentials: { username: 'admin', password: 'admin-password' } },
      inputs: { username: 'admin', password: 'admin-password' }
    })
    expect([exitCode, proxy.headers.map(headers => Object.keys(headers).sort())]).toEqual([0, [['connection', 'host']]])
  })

  test.concurrent('may be an https: address, whose certificate counts as well', async () => {
    const own = createIdentity('proxy', { issuer: ca, hosts: ['127.0.0.1'] })
    const env = ({ port }: ConnectProxy) => ({ HTTPS_PROXY: `https://127.0.0.1:${port}` })
    const trusted = await pass({ proxy: { tls: { cert: own.cert, key: own.key } }, env })
    expect([trusted.exitCode, trusted.proxy.tunnels.length, trusted.text]).toEqual([0, 1, ''])

    const stranger = createIdentity('proxy', { hosts: ['127.0.0.1'] })
    const other = await pass({ proxy: { tls: { cert: stranger.cert, key: stranger.key } }, env })
    expect([other.exitCode, other.outputs.outcome, other.proxy.tunnels]).toEqual([1, 'unreachable', []])
    expect(other.text).toMatch(/the proxy https:\/\/127\.0\.0\.1:\d+: the certificate is self-signed/)
    expect(other.text).toContain(stranger.certificate.fingerprint256)
  })

  test.concurrent('may be an https: address for an http: server too', async () => {
    const own = createIdentity('proxy', { issuer: ca, hosts: ['127.0.0.1'] })
    const { exitCode, proxy } = await pass({
      server: { tls: undefined },
      proxy: { tls: { cert: own.cert, key: own.key } },
      url: port => `http://${HOST}:${port}`,
      env: ({ port }) => ({ HTTP_PROXY: `https://127.0.0.1:${port}` })
    })
    expect([exitCode, proxy.tunnels, new Set(proxy.sockets).size]).toEqual([0, [], 1])
  })

  test.concurrent('a certificate that does not verify behind it is shown with its fingerprint', async () => {
    const { exitCode, text, requests } = await pass({ inputs: { 'ca-certificate': '' } })
    expect([exitCode, requests]).toEqual([1, []])
    expect(text).toContain('the certificate was issued by an unknown CA')
    expect(text).toContain(server.certificate.fingerprint256)
  })

  test.concurrent('a tunnel that was cut between two requests is opened again, unnoticed', async () => {
    const { exitCode, proxy, stdout } = await pass({ proxy: { cutAfter: 300 } })
    expect([exitCode, proxy.tunnels.length]).toEqual([0, 3])
    expect(stdout).not.toContain('No usable answer')
  })
})

test.concurrent('ALL_PROXY serves where there is no other', async () => {
  const { exitCode, proxy } = await pass({ env: ({ port }) => ({ ALL_PROXY: `127.0.0.1:${port}` }) })
  expect([exitCode, proxy.tunnels.length]).toEqual([0, 1])
})

describe('HTTP_PROXY', () => {
  test.concurrent('takes whole addresses, on one connection, with its own credentials', async () => {
    const { exitCode, requests, proxy, port, text } = await pass({
      server: { tls: undefined },
      proxy: { credentials: { username: 'runner', password: 'proxy-password' } },
      url: port => `http://${HOST}:${port}`,
      env: ({ port }) => ({ HTTP_PROXY: `http://runner:proxy-password@127.0.0.1:${port}` })
    })
    expect([exitCode, proxy.tunnels, new Set(proxy.sockets).size]).toEqual([0, [], 1])
    expect(proxy.forwarded[0]).toMatch(new RegExp(`^http://${HOST}:${port}/api/cluster/jobs/`))
    expect(requests[0]?.headers.host).toBe(`${HOST}:${port}`)
    expect(text).toContain('is http:, so anyone on the network path can read and change the answers')
  })
})

describe('NO_PROXY', () => {
  test.concurrent('keeps a host from the proxy', async () => {
    const { exitCode, outputs, proxy } = await pass({
      env: ({ port }) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'localhost, .example.test' })
    })
    expect([exitCode, outputs.outcome, proxy.tunnels]).toEqual([1, 'unreachable', []])
    expect(outputs.message).toContain('the host name does not resolve')
  })

  test.concurrent('is not needed for the loopback', async () => {
    const own = createIdentity('storage', { issuer: ca, hosts: ['127.0.0.1'] })
    const { exitCode, proxy } = await pass({
      server: { tls: { cert: own.cert, key: own.key } },
      url: port => `https://127.0.0.1:${port}`,
      env: ({ port }) => ({ HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_USE_ENV_PROXY: '1' })
    })
    expect([exitCode, proxy.tunnels]).toEqual([0, []])
  })
})

describe('a proxy that does not lead to the server is named as the one that answered', () => {
  const html = { headers: ['Content-Type: text/html'], body: '<html><h1>Access denied</h1></html>' }
  const rows: [name: string, proxy: Omit<ProxyOptions, 'port'>, fatal: boolean, words: RegExp][] = [
    [
      '407 without credentials',
      { credentials: { username: 'runner', password: 'secret' } },
      true,
      /the proxy http:\/\/127\.0\.0\.1:\d+ answered 407 .*put its user name and password in HTTPS_PROXY/i
    ],
    [
      '407 for another scheme',
      { refusal: { status: '407 Proxy Authentication Required', headers: ['Proxy-Authenticate: Negotiate'] } },
      true,
      /it asks for Negotiate, but only Basic is supported/
    ],
    [
      '502 with HTML',
      { refusal: { status: '502 Bad Gateway', ...html } },
      false,
      /the proxy http.* answered 502 Bad Gateway/
    ],
    [
      '403',
      { refusal: { status: '403 Forbidden by policy' } },
      true,
      /the proxy http.* answered 403 Forbidden by policy .*: allow this connection on the proxy, or exclude .* NO_PROXY/
    ],
    ['no answer', { hangs: true }, false, /no connection could be made within 1 s through the proxy http/]
  ]
  test.concurrent.each(rows)('%s', async (_name, proxy, fatal, words) => {
    const inputs = { 'request-timeout': '1s', 'unreachable-timeout': '1s' }
    const step = await pass({ proxy, inputs })
    expect([step.exitCode, step.outputs.outcome, step.requests]).toEqual([1, 'unreachable', []])
    expect(step.text).toMatch(words)
    if (fatal) expect(step.proxy.tunnels.length).toBe(1)
  })

  test.concurrent('it is not there', async () => {
    const env = () => ({ HTTPS_PROXY: 'http://127.0.0.1:9' })
    const { exitCode, text } = await pass({ inputs: { 'unreachable-timeout': '1s' }, env })
    expect([exitCode, text]).toEqual([
      1,
      expect.stringContaining('the proxy http://127.0.0.1:9: the connection was refused')
    ])
  })
})

test.concurrent('a signal ends the step at once while a proxy hangs', async () => {
  const kill: { now?: () => void } = {}
  const { exitCode, outputs, stderr, proxy } = await pass({
    proxy: { hangs: true, onTunnel: () => kill.now?.() },
    options: { onStart: signal => Object.assign(kill, { now: () => signal('SIGINT') }) }
  })
  expect([exitCode, outputs.outcome, stderr, proxy.tunnels.length]).toEqual([130, 'cancelled', '', 1])
})

test.concurrent.each([
  ['HTTPS_PROXY', 'http://user:hunter22@[bad', 'is not a valid proxy address'],
  ['https_proxy', 'socks5://user:hunter22@127.0.0.1', 'names a socks5: proxy']
])('a wrong %s is reported before the first request, without what it holds', async (name, value, words) => {
  const { exitCode, outputs, text, stdout } = await pass({ env: () => ({ [name]: value }) })
  expect([exitCode, outputs.outcome, text]).toEqual([
    1,
    'invalid-input',
    expect.stringContaining(`${named(name)}: ${words}`)
  ])
  expect(stdout).not.toContain('hunter22')
})
