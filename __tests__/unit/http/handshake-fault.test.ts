import type { TlsOptions } from 'node:tls'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createClient, type Exchange } from '../../../src/http/client.ts'
import { handshakeFault, tlsAnswerFault } from '../../../src/http/handshake-fault.ts'
import { type Trust, USUAL_TRUST } from '../../../src/http/trust.ts'
import '../../support/one-realm.ts'
import { alertRecord, serverHello, startBabbler, startTlsServer, UNFIT_SERVERS } from '../../support/tls-servers.ts'
import { createIdentity } from '../../support/x509.ts'

const ca = createIdentity('Private CA', { authority: true })
const { cert, key } = createIdentity('storage', { issuer: ca, hosts: ['127.0.0.1'] })
const runner = createIdentity('runner', { issuer: ca })
const TRUSTED: Trust = { ...USUAL_TRUST, authorities: [ca.cert] }
const KNOWN: Trust = { ...TRUSTED, identity: { certificates: [runner.cert], key: runner.key } }

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

function ask(port: number, trust = TRUSTED, protocol = 'https:'): Promise<Exchange> {
  const client = createClient(
    { origin: `${protocol}//127.0.0.1:${port}`, headers: {}, trust, requestTimeout: 30_000 },
    () => {}
  )
  open.push(client)
  return client.send({ method: 'POST', path: '/api', hold: 0, body: '{}' }, new AbortController().signal)
}

async function askTls(tls: TlsOptions, trust = TRUSTED): Promise<Exchange> {
  const server = await startTlsServer({ cert, key, ...tls }, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
  open.push(server)
  return ask(server.port, trust)
}

async function askBabbler(bytes: Buffer | string, trust = TRUSTED): Promise<Exchange> {
  const server = await startBabbler(bytes)
  open.push(server)
  return ask(server.port, trust)
}

const final = (what: string | RegExp) => ({
  ok: false,
  failure: {
    why: 'other',
    what: typeof what === 'string' ? what : expect.stringMatching(what),
    fatal: true,
    sent: false
  }
})
const SETTINGS = (why: string) =>
  `the TLS settings of the server do not fit (${why}): enable current cipher suites on it, such as ECDHE with AES-GCM`
const OUTDATED = (why: string) =>
  `the server supports only outdated versions of TLS (${why}): enable TLS 1.2 or 1.3 on it`
const WANTED = (why: string) =>
  `the server requires a client certificate (${why}): set "client-certificate" and "client-key"`
const REJECTED = (why: string) => `the server rejected the client certificate (${why}): check "client-certificate"`

describe('a handshake that cannot succeed ends the wait, and nothing was sent', () => {
  test.each([
    ['TLS 1.1 at most', OUTDATED('protocol version')],
    ['no cipher in common', SETTINGS('handshake failure')],
    ['no cipher in common in TLS 1.3', SETTINGS('handshake failure')],
    ['no curve in common', SETTINGS('handshake failure')]
  ])('%s', async (name, what) => {
    expect(await askTls(UNFIT_SERVERS[name] as TlsOptions)).toEqual(final(what))
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('a client certificate that is missing in %s', async version => {
    const wanted = { ca: ca.cert, requestCert: true, minVersion: version, maxVersion: version }
    expect(await askTls(wanted, KNOWN)).toMatchObject({ ok: true, status: 200 })
    expect(await askTls(wanted)).toEqual(
      final(WANTED(version === 'TLSv1.2' ? 'handshake failure' : 'certificate required'))
    )
  })

  test.each([
    ['SSL 3', serverHello(0x0300, 0x002f), OUTDATED('unsupported protocol')],
    ['TLS 1.0', serverHello(0x0301, 0x002f), OUTDATED('unsupported protocol')],
    ['no secure renegotiation', serverHello(0x0303, 0xc02f), SETTINGS('unsafe legacy renegotiation disabled')],
    ['a cipher that was not offered', serverHello(0x0303, 0x0004), SETTINGS('unknown cipher returned')]
  ])('a server that answers with %s', async (_, hello, what) => {
    expect(await askBabbler(hello)).toEqual(final(what))
  })

  test.each([
    [40, SETTINGS('handshake failure')],
    [71, SETTINGS('insufficient security')],
    [70, OUTDATED('protocol version')],
    [86, OUTDATED('inappropriate fallback')]
  ])('alert %i', async (number, what) => {
    expect(await askBabbler(alertRecord(number))).toEqual(final(what))
  })

  test.each([
    [42, 'bad certificate'],
    [43, 'unsupported certificate'],
    [44, 'certificate revoked'],
    [45, 'certificate expired'],
    [46, 'certificate unknown'],
    [48, 'unknown ca'],
    [49, 'access denied'],
    [116, 'certificate required']
  ])('alert %i, which is about the client certificate', async (number, why) => {
    expect(await askBabbler(alertRecord(number))).toEqual(final(WANTED(why)))
    expect(await askBabbler(alertRecord(number), KNOWN)).toEqual(final(REJECTED(why)))
  })

  test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-OpenSSH_9.6\r\n', '220 mail.example.com ESMTP\r\n'])(
    'an answer that is not TLS: %j',
    async text => {
      expect(await askBabbler(text)).toEqual(final(/^what answered does not speak TLS: check the port/))
    }
  )
})

test.each([
  [80, 'internal error'],
  [20, 'bad record mac'],
  [112, 'unrecognized name']
])('alert %i may pass: the request is worth another try', async (number, why) => {
  expect(await askBabbler(alertRecord(number))).toEqual({
    ok: false,
    failure: { why: 'other', what: `TLS could not be agreed (${why})`, fatal: false, sent: false }
  })
})

test('a proxy that requires a client certificate is distinguished: none is ever offered to it', () => {
  const alert = { code: '', message: 'error:…:SSL alert number 116', reason: 'tlsv13 alert certificate required' }
  expect(handshakeFault(alert, { hasIdentity: true, isServer: false, hasCertificate: false })).toBe(
    'it requires a client certificate, which is not supported (certificate required)'
  )
})

describe('a request in the clear to a port that speaks TLS', () => {
  const SPEAKS_TLS = (why: string) =>
    `what answered speaks TLS on this port (${why}): the address must start with https:`

  test.each([
    ['TLS 1.0', 1, 10],
    ['TLS 1.2', 3, 80]
  ])('ends the wait if an alert of %s comes back', async (_, minor, number) => {
    const server = await startBabbler(Buffer.from([21, 3, minor, 0, 2, 2, number]))
    open.push(server)
    expect(await ask(server.port, USUAL_TRUST, 'http:')).toEqual(final(SPEAKS_TLS('it sent a TLS alert')))
  })

  test.each([
    ['nginx', '<center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx/1.24.0</center>'],
    [
      'Apache',
      "<br />\nReason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS"
    ],
    ['Tomcat', 'Bad Request\r\nThis combination of host and port requires TLS.\r\n'],
    ['Go', 'Client sent an HTTP request to an HTTPS server.\n']
  ])('ends the wait if %s answers so', async (_, body) => {
    const server = await startBabbler(
      `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    )
    open.push(server)
    expect(await ask(server.port, USUAL_TRUST, 'http:')).toEqual(
      final(/^what answered speaks TLS on this port \(400 .* (HTTPS|SSL|TLS).*\): the address must start with https:$/)
    )
  })

  test('is worth another try if the connection is only closed, as by Node.js', async () => {
    const server = await startTlsServer({ cert, key }, '')
    open.push(server)
    expect(await ask(server.port, USUAL_TRUST, 'http:')).toMatchObject({ failure: { why: 'cut', fatal: false } })
  })

  test('is not mistaken for one that gets other bytes which are not HTTP', async () => {
    const server = await startBabbler('SSH-2.0-OpenSSH_9.6\r\n')
    open.push(server)
    expect(await ask(server.port, USUAL_TRUST, 'http:')).toMatchObject({ failure: { why: 'other', fatal: false } })
  })
})

describe('what nginx answers by itself', () => {
  const page = (title: string) => `<html>\r\n<head><title>400 ${title}</title></head>\r\n<body>…</body>\r\n</html>`

  test('ends the wait, and no request was passed on', async () => {
    const body = page('No required SSL certificate was sent')
    const server = await startTlsServer(
      { cert, key },
      `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
    open.push(server)
    expect(await ask(server.port)).toEqual(final(WANTED('400 No required SSL certificate was sent')))
  })

  test.each([
    [400, 'No required SSL certificate was sent', false, WANTED('400 No required SSL certificate was sent')],
    [400, 'The SSL certificate error', true, REJECTED('400 The SSL certificate error')],
    [
      400,
      'The plain HTTP request was sent to HTTPS port',
      false,
      'what answered speaks TLS on this port (400 The plain HTTP request was sent to HTTPS port): the address must start with https:'
    ],
    [400, 'Bad Request', false, null],
    [200, 'No required SSL certificate was sent', false, null]
  ])('%i %s', (status, title, hasIdentity, what) => {
    expect(tlsAnswerFault(status, page(title), { hasIdentity, isServer: true })).toBe(what)
  })
})
