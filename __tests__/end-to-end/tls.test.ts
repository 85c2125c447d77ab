import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { afterAll, describe, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import type { SimulatorOptions } from '../../simulator/server.ts'
import { alertRecord, startBabbler, startTlsServer, UNFIT_SERVERS } from '../support/tls-servers.ts'
import { createIdentity, type Identity } from '../support/x509.ts'
import { annotationsOf, type Inputs, runStep, type Scene, type Step } from './support.ts'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const KEY = '4ea7a442-86d1-11e0-ae1c-123478563412'
const JOB = { api: 'ontap', script: [{ after: 0, state: 'success' }] } as const

const ca = createIdentity('Private CA', { authority: true })
const otherCa = createIdentity('Other CA', { authority: true })
const server = createIdentity('storage', { issuer: ca, hosts: LOOPBACK })
const client = createIdentity('runner', { issuer: ca })

const folder = mkdtempSync(join(tmpdir(), 'await-job-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Waits for a finished job of a server with this certificate. */
function reach(identity: Identity, inputs: Inputs, scene: Scene = {}, tls: Partial<SimulatorOptions['tls']> = {}) {
  const options = { ...scene.server, tls: { cert: identity.cert, key: identity.key, ...tls } }
  return runStep(simulator => ({ 'job-key': simulator.addJob(JOB).key, ...inputs }), { ...scene, server: options })
}

const errorsOf = (step: Pick<Step, 'stdout'>): string =>
  annotationsOf(step)
    .filter(({ level }) => level === 'error')
    .map(({ text }) => text)
    .join('\n')

describe('a server is trusted', () => {
  const chain = `${otherCa.cert}\n  some words between\r\n${ca.cert.replaceAll('\n', '\r\n')}`
  const selfSigned = createIdentity('localhost', { hosts: LOOPBACK })
  const rows: [name: string, identity: Identity, inputs: Inputs, env?: Record<string, string>][] = [
    ['by its private authority, as PEM text', server, { 'ca-certificate': ca.cert }],
    ['by its private authority, as a file', server, { 'ca-certificate': file('ca.pem', ca.cert) }],
    ['by one of several certificates', server, { 'ca-certificate': chain }],
    ['by its own self-signed certificate', selfSigned, { 'ca-certificate': selfSigned.cert }],
    ['by its own certificate, without that of its authority', server, { 'ca-certificate': server.cert }],
    ['by NODE_EXTRA_CA_CERTS', server, {}, { NODE_EXTRA_CA_CERTS: file('extra.pem', ca.cert) }],
    [
      'by NODE_EXTRA_CA_CERTS beside ca-certificate',
      server,
      { 'ca-certificate': otherCa.cert },
      { NODE_EXTRA_CA_CERTS: file('both.pem', ca.cert) }
    ]
  ]
  test.concurrent.each(rows)('%s', async (_name, identity, inputs, env = {}) => {
    const { exitCode, outputs, stderr } = await reach(identity, inputs, { env })
    expect([exitCode, outputs.outcome, stderr]).toEqual([0, 'success', ''])
  })

  test.concurrent('under an IPv6 address', async () => {
    const scene = { server: { host: '::1' } }
    const step = await reach(server, { 'ca-certificate': ca.cert }, scene)
    expect([step.exitCode, step.requests[0]?.headers.host]).toEqual([0, expect.stringMatching(/^\[::1\]:\d+$/)])
  })
})

describe('a certificate that does not verify ends the wait at once, with the cause, the way out and the fingerprint', () => {
  const issued = (options: object) => createIdentity('storage', { issuer: ca, hosts: LOOPBACK, ...options })
  const trusted = { 'ca-certificate': ca.cert }
  const rows: [name: string, identity: Identity, inputs: Inputs, cause: RegExp, env?: Record<string, string>][] = [
    ['unknown issuer', server, {}, /was issued by an unknown CA: .*"ca-certificate"/],
    [
      'another authority',
      server,
      { 'ca-certificate': otherCa.cert },
      /was issued by an unknown CA \("ca-certificate" does not match it\): /
    ],
    [
      'self-signed',
      createIdentity('localhost', { hosts: LOOPBACK }),
      {},
      /is self-signed and not trusted: .*"ca-certificate"/
    ],
    [
      'host name',
      issued({ hosts: ['um.example.test'] }),
      trusted,
      /is for another host \(it is for DNS:um\.example\.test\): use a name that the certificate contains/
    ],
    ['expired', issued({ from: -9, to: -2 }), trusted, /has expired: .*renew/],
    ['not yet valid', issued({ from: 2, to: 9 }), trusted, /is not valid yet: .*clock/],
    [
      'unknown issuer, though NODE_TLS_REJECT_UNAUTHORIZED is 0',
      server,
      {},
      /was issued by an unknown CA/,
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    ]
  ]
  test.concurrent.each(rows)('%s', async (_name, identity, inputs, cause, env = {}) => {
    const step = await reach(identity, { ...inputs, token: 'never-sent-token' }, { env })
    expect([step.exitCode, step.outputs.outcome, step.requests]).toEqual([1, 'unreachable', []])
    expect(errorsOf(step)).toMatch(cause)
    expect(errorsOf(step)).toContain(`SHA-256 fingerprint ${identity.certificate.fingerprint256}`)
    expect(errorsOf(step)).toContain(`It is ${identity.certificate.subject}, issued by ${identity.certificate.issuer}`)
    expect(JSON.parse(step.outputs.jobs ?? '')[0].requests).toBe(1)
  })
})

describe('what another attempt cannot change ends the wait at once, with the cause and the cure', () => {
  const strong = { cert: server.cert, key: server.key }
  const weakKey = createIdentity('storage', { issuer: ca, hosts: LOOPBACK, rsa: 1_024 })
  const weakDigest = createIdentity('storage', { issuer: ca, hosts: LOOPBACK, digest: 'sha1' })
  const insecure = { ciphers: 'DEFAULT:@SECLEVEL=0' }
  const wanted = { ...strong, ca: ca.cert, requestCert: true }
  const nginx = page(
    '400 Bad Request',
    '<html><head><title>400 No required SSL certificate was sent</title></head></html>'
  )
  const rows: [name: string, tls: TlsOptions, what: RegExp, response?: string][] = [
    ['a key of 1024 bits', { ...weakKey, ...insecure }, /key that is too weak: replace it .* SHA-256 fingerprint/],
    [
      'a SHA-1 signature',
      { ...weakDigest, ...insecure },
      /signature that is too weak: replace it .* SHA-256 fingerprint/
    ],
    [
      'TLS 1.1 at most',
      { ...strong, ...UNFIT_SERVERS['TLS 1.1 at most'] },
      /outdated versions of TLS .*: enable TLS 1.2/
    ],
    [
      'no cipher in common',
      { ...strong, ...UNFIT_SERVERS['no cipher in common'] },
      /do not fit .*: enable current cipher/
    ],
    [
      'a client certificate, in TLS 1.2',
      { ...wanted, maxVersion: 'TLSv1.2' },
      /requires a client certificate .*: set "client-/
    ],
    [
      'a client certificate, in TLS 1.3',
      { ...wanted, minVersion: 'TLSv1.3' },
      /requires a client certificate .*: set "client-/
    ],
    [
      'a client certificate, by nginx',
      strong,
      /requires a client certificate \(400 No required SSL .*: set "client-/,
      nginx
    ]
  ]
  test.concurrent.each(rows)('%s', async (_name, tls, what, response = page('200 OK', '{}')) => {
    const server = await startTlsServer(tls, response)
    await expectFinal(server, what)
  })

  test.concurrent('a port that does not speak TLS', async () => {
    await expectFinal(await startBabbler(page('400 Bad Request', '')), /does not speak TLS: check the port/)
  })

  const sentInTheClear = [
    '<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>',
    '<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>',
    '<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n'
  ].join('\r\n')
  test.concurrent.each([
    [
      'nginx, which answers with a page',
      page('400 Bad Request', sentInTheClear),
      /speaks TLS on this port \(400 The plain HTTP .*: the address must start with https:/
    ],
    [
      'a server that answers with a TLS alert',
      alertRecord(80),
      /speaks TLS on this port \(it sent a TLS alert\): the address must start with https:/
    ]
  ])('http: to the TLS port of %s', async (_name, answer, what) => {
    const server = await startBabbler(answer)
    await expectFinal(server, what, 'http')
  })

  function page(status: string, body: string): string {
    return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  }

  async function expectFinal(
    server: { port: number; close: () => Promise<void> },
    what: RegExp,
    protocol = 'https'
  ): Promise<void> {
    const url = `${protocol}://127.0.0.1:${server.port}`
    const step = await runAction({ url, 'job-key': KEY, 'ca-certificate': ca.cert })
    await server.close()
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(errorsOf(step)).toMatch(what)
    expect(JSON.parse(step.outputs.jobs ?? '')[0].requests).toBe(1)
  }
})

test.concurrent('verify-tls: false accepts any certificate, with one warning', async () => {
  const expired = createIdentity('elsewhere', { from: -9, to: -2 })
  const step = await reach(expired, { 'verify-tls': 'False' })
  expect(step.exitCode).toBe(0)
  expect(annotationsOf(step)).toEqual([{ level: 'warning', text: expect.stringContaining('"verify-tls" is false') }])
})

describe('mutual TLS', () => {
  const wanted = { ca: ca.cert, requestCert: true }
  const trusted = { 'ca-certificate': ca.cert }

  test.concurrent('shows the client certificate, from text or files, in any order of the chain', async () => {
    const text = await reach(
      server,
      { ...trusted, 'client-certificate': `${ca.cert}${client.cert}`, 'client-key': client.key },
      {},
      wanted
    )
    expect([text.exitCode, text.outputs.outcome]).toEqual([0, 'success'])
    const paths = {
      'client-certificate': file('client.pem', client.cert),
      'client-key': file('client.key', `${client.cert}${client.key}`)
    }
    const files = await reach(server, { ...trusted, ...paths }, {}, wanted)
    expect([files.exitCode, files.outputs.outcome]).toEqual([0, 'success'])
    for (const line of client.key.split('\n').slice(1, -2)) expect(text.stdout).toContain(`::add-mask::${line}`)
  })

  test.concurrent('without the certificate, the message says which input is missing', async () => {
    const step = await reach(server, trusted, {}, wanted)
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(errorsOf(step)).toContain('set "client-certificate" and "client-key"')
  })
})
