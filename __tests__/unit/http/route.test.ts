import { afterEach, describe, expect, test } from '@jest/globals'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../simulator/server.ts'
import { type Client, createClient, type Exchange, type Request } from '../../../src/http/client.ts'
import type { HttpProxy } from '../../../src/http/proxy.ts'
import { type Trust, USUAL_TRUST } from '../../../src/http/trust.ts'
import { startByteServer } from '../../support/byte-server.ts'
import { type ConnectProxy, type ProxyOptions, startProxy } from '../../support/connect-proxy.ts'
import '../../support/one-realm.ts'
import { createIdentity, type Identity } from '../../support/x509.ts'

/** A name that nobody but the proxy resolves, and an address that leads nowhere but through it. */
const HOST = 'storage.example.test'
const ADDRESS = '2001:db8::1'

const ca = createIdentity('Private CA', { authority: true })
const server = createIdentity('storage', { issuer: ca, hosts: [HOST, ADDRESS, '127.0.0.1'] })
const runner = createIdentity('runner', { issuer: ca })
const TRUSTED: Trust = { ...USUAL_TRUST, authorities: [ca.cert] }
const KNOWN: Trust = { ...TRUSTED, identity: { certificates: [runner.cert], key: runner.key } }
const pemOf = ({ cert, key }: Identity) => ({ cert, key })

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function aServer(tls: NonNullable<SimulatorOptions['tls']> | null = pemOf(server)): Promise<Simulator> {
  const simulator = await startSimulator(tls === null ? {} : { tls })
  open.push(simulator)
  return simulator
}

async function aProxy(simulator: Simulator, options: Omit<ProxyOptions, 'port'> = {}): Promise<ConnectProxy> {
  const proxy = await startProxy({ port: Number(new URL(simulator.url).port), ...options })
  open.push(proxy)
  return proxy
}

function aClient(origin: string, trust: Trust, proxy: HttpProxy | null = null, requestTimeout = 30_000): Client {
  const client = createClient({ origin, headers: {}, trust, proxy, requestTimeout }, () => {})
  open.push(client)
  return client
}

const send = (client: Client, method: 'GET' | 'POST' = 'GET', body: string | null = null): Promise<Exchange> =>
  client.send({ method, path: '/api/cluster/jobs', hold: 0, body }, new AbortController().signal)
const by = (origin: string, credentials: HttpProxy['credentials'] = null): HttpProxy => ({
  origin,
  variable: 'HTTPS_PROXY',
  credentials
})
const failed = (what: RegExp, failure: object = {}) => ({
  ok: false,
  failure: { what: expect.stringMatching(what), ...failure }
})

describe('the way to an https: server', () => {
  test('is open where a given authority vouches for its certificate', async () => {
    const { url } = await aServer()
    expect(await send(aClient(url, TRUSTED))).toMatchObject({ ok: true, status: 200 })
  })

  test('is open to a client that has to present a certificate', async () => {
    const { url } = await aServer({ ...pemOf(server), ca: ca.cert, requestCert: true })
    expect(await send(aClient(url, KNOWN))).toMatchObject({ ok: true, status: 200 })
    expect(await send(aClient(url, TRUSTED))).toMatchObject(
      failed(/set "client-certificate" and "client-key"/, { fatal: true })
    )
  })

  test('is open to any certificate where none is verified, and one of our own can be shown there too', async () => {
    const { url } = await aServer({ ...pemOf(server), ca: ca.cert, requestCert: true })
    const trust = { authorities: [], identity: KNOWN.identity, verify: false }
    expect(await send(aClient(url, trust))).toMatchObject({ ok: true, status: 200 })
  })

  test('is closed to a certificate that does not verify, which is shown with its fingerprint', async () => {
    const simulator = await aServer()
    const exchange = await send(aClient(simulator.url, USUAL_TRUST))
    expect(exchange).toMatchObject(failed(/the certificate was issued by an unknown CA/, { fatal: true, sent: false }))
    expect(exchange).toMatchObject(failed(new RegExp(server.certificate.fingerprint256)))
    expect(simulator.requests).toEqual([])
  })

  test('is closed to a certificate that neither a given authority nor the usual roots vouch for', async () => {
    const simulator = await aServer()
    const other = createIdentity('Another CA', { authority: true })
    const exchange = await send(aClient(simulator.url, { ...USUAL_TRUST, authorities: [other.cert] }))
    expect(exchange).toMatchObject(failed(/the certificate was issued by an unknown CA/, { fatal: true }))
    expect(simulator.requests).toEqual([])
  })

  test('cannot have been taken by a request where there was no TLS', async () => {
    const { url } = await aServer(null)
    const exchange = await send(aClient(url.replace('http:', 'https:'), USUAL_TRUST), 'POST', '{}')
    expect(exchange).toMatchObject(failed(/does not speak TLS/, { sent: false }))
  })
})

test('a body is sent as JSON', async () => {
  const simulator = await aServer(null)
  await send(aClient(simulator.url, USUAL_TRUST), 'POST', '{"name": "v1"}')
  expect(simulator.requests).toMatchObject([
    { method: 'POST', body: '{"name": "v1"}', headers: { 'content-type': 'application/json' } }
  ])
})

describe('a tunnel', () => {
  test.each([
    ['a name', HOST],
    ['an IPv6 address', `[${ADDRESS}]`]
  ])('leads to %s that only the proxy reaches, and is kept for the next request', async (_, host) => {
    const simulator = await aServer()
    const { port } = new URL(simulator.url)
    const proxy = await aProxy(simulator)
    const client = aClient(`https://${host}:${port}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`))
    for (let count = 0; count < 3; count += 1) expect(await send(client)).toMatchObject({ ok: true, status: 200 })
    expect([proxy.tunnels, simulator.connections]).toEqual([[`${host}:${port}`], 1])
  })

  test('takes the credentials of the proxy, which the server never sees', async () => {
    const credentials = { username: 'runner', password: 'p:w' }
    const simulator = await aServer()
    const proxy = await aProxy(simulator, { credentials })
    const client = aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`, credentials))
    expect(await send(client)).toMatchObject({ ok: true })
    expect(simulator.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
  })

  test('behind which a certificate does not verify shows that certificate', async () => {
    const proxy = await aProxy(await aServer())
    const exchange = await send(aClient(`https://${HOST}`, USUAL_TRUST, by(`http://127.0.0.1:${proxy.port}`)))
    expect(exchange).toMatchObject(failed(new RegExp(server.certificate.fingerprint256), { fatal: true, sent: false }))
  })

  test('behind which a certificate cannot be verified does not show it if the proxy opens no second tunnel', async () => {
    const proxy: ConnectProxy = await aProxy(await aServer(), {
      onTunnel: () => {
        if (proxy.tunnels.length > 1) void proxy.close()
      }
    })
    const exchange = await send(aClient(`https://${HOST}`, USUAL_TRUST, by(`http://127.0.0.1:${proxy.port}`)))
    expect(exchange).toMatchObject(failed(/was issued by an unknown CA/, { fatal: true, sent: false }))
    expect(exchange).not.toMatchObject(failed(/SHA-256/))
  })

  test('may go to a proxy over TLS, whose certificate counts as well', async () => {
    const simulator = await aServer()
    const trusted = createIdentity('proxy', { issuer: ca, hosts: ['127.0.0.1'] })
    const stranger = createIdentity('proxy', { hosts: ['127.0.0.1'] })
    const [one, other] = [trusted, stranger].map(identity => aProxy(simulator, { tls: pemOf(identity) }))
    const through = async (proxy: Promise<ConnectProxy> | undefined) =>
      send(aClient(`https://${HOST}`, TRUSTED, by(`https://127.0.0.1:${(await proxy)?.port}`)))
    expect(await through(one)).toMatchObject({ ok: true })
    const exchange = await through(other)
    expect(exchange).toMatchObject(failed(/^the proxy https:\/\/127\.0\.0\.1:\d+: the certificate is self-signed/))
    expect(exchange).toMatchObject(failed(new RegExp(stranger.certificate.fingerprint256), { fatal: true }))
  })

  test.each<[string, Omit<ProxyOptions, 'port'>, HttpProxy['credentials'], RegExp, boolean]>([
    [
      '407 without credentials',
      { credentials: { username: 'runner', password: 'secret' } },
      null,
      / answered 407 Proxy Authentication Required .*: put its user name and password in HTTPS_PROXY, as http/,
      true
    ],
    [
      '407 to credentials',
      { credentials: { username: 'runner', password: 'secret' } },
      { username: 'runner', password: 'wrong' },
      /: it does not accept the user name and password in HTTPS_PROXY$/,
      true
    ],
    [
      '407 for another scheme',
      { refusal: { status: '407 No', headers: ['Proxy-Authenticate: Negotiate'] } },
      null,
      / answered 407 No .*: it asks for Negotiate, but only Basic is supported$/,
      true
    ],
    [
      '407 without a scheme',
      { refusal: { status: '407 No' } },
      null,
      /: put its user name and password in HTTPS_PROXY/,
      true
    ],
    ['405', { refusal: { status: '405 No' } }, null, / answered 405 No when asked for /, true],
    ['503 without a reason', { refusal: { status: '503 ' } }, null, / answered 503 Service Unavailable when /, false],
    [
      '403',
      { refusal: { status: '403 By policy' } },
      null,
      / answered 403 By policy when asked for .*: allow this connection on the proxy, or exclude the server with NO_PROXY$/,
      true
    ]
  ])(
    'that the proxy refuses is reported with the answer of the proxy: %s',
    async (_, options, credentials, what, fatal) => {
      const proxy = await aProxy(await aServer(), options)
      const client = aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`, credentials))
      expect(await send(client)).toMatchObject(failed(what, { fatal, sent: false }))
      expect(await send(client)).toMatchObject(failed(/^the proxy http:\/\/127\.0\.0\.1:\d+ answered /))
    }
  )

  test('through which something comes before anything was sent is not used', async () => {
    const proxy = await startByteServer({
      onCall: ({ socket }) => socket.write('HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n\r\n')
    })
    open.push(proxy)
    const exchange = await send(aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`)), 'POST', '{}')
    expect(exchange).toMatchObject(
      failed(/^the server sent an answer before it was asked/, { fatal: false, sent: false })
    )
  })

  test('that the proxy never opens is given up in time', async () => {
    const proxy = await aProxy(await aServer(), { hangs: true })
    const client = aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`), 100)
    expect(await send(client)).toMatchObject(failed(/^no connection could be made within 0.1 s through the proxy http/))
  })

  test('that the proxy never opens is given up in time also where the server may hold the request', async () => {
    const proxy = await aProxy(await aServer(), { hangs: true })
    const client = aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`), 100)
    const request: Request = { method: 'GET', path: '/api/cluster/jobs', hold: 60_000 }
    expect(await client.send(request, new AbortController().signal)).toMatchObject(
      failed(/^no connection could be made within 0.1 s through the proxy http/, { sent: false })
    )
  })

  test('that is being opened when everything ends is given up at once', async () => {
    const begun = Promise.withResolvers<void>()
    const proxy = await aProxy(await aServer(), { hangs: true, onTunnel: begun.resolve })
    const client = aClient(`https://${HOST}`, TRUSTED, by(`http://127.0.0.1:${proxy.port}`))
    const exchange = send(client)
    await begun.promise
    client.close()
    expect(await exchange).toMatchObject({ ok: false, failure: { sent: false } })
  })

  test('to a proxy that is not there says which', async () => {
    const exchange = await send(aClient(`https://${HOST}`, TRUSTED, by('http://127.0.0.1:9')))
    expect(exchange).toMatchObject(failed(/^the proxy http:\/\/127\.0\.0\.1:9: the connection was refused/))
  })
})

describe('a proxy on the way to an http: server', () => {
  test('takes the whole address, on one connection', async () => {
    const simulator = await aServer(null)
    const { port } = new URL(simulator.url)
    const proxy = await aProxy(simulator)
    const client = aClient(`http://${HOST}:${port}`, USUAL_TRUST, by(`http://127.0.0.1:${proxy.port}`))
    for (let count = 0; count < 2; count += 1) expect(await send(client)).toMatchObject({ ok: true, status: 200 })
    expect([proxy.forwarded[0], new Set(proxy.sockets).size]).toEqual([`http://${HOST}:${port}/api/cluster/jobs`, 1])
    expect(simulator.requests[0]?.headers.host).toBe(`${HOST}:${port}`)
  })

  test('that is not there is named', async () => {
    const exchange = await send(aClient(`http://${HOST}`, USUAL_TRUST, by('http://127.0.0.1:9')))
    expect(exchange).toMatchObject(failed(/^the proxy http:\/\/127\.0\.0\.1:9: the connection was refused/))
  })
})
