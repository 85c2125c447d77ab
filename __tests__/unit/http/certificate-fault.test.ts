import type { X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createClient, type Exchange } from '../../../src/http/client.ts'
import { failureOf } from '../../../src/http/failure.ts'
import { USUAL_TRUST } from '../../../src/http/trust.ts'
import '../../support/one-realm.ts'
import { startTlsServer } from '../../support/tls-servers.ts'
import { createIdentity, type Identity } from '../../support/x509.ts'

const { certificate } = createIdentity('storage', { hosts: ['um.example.com', '10.0.0.1'] })
const failed = (code: string, message = code) => Object.assign(new Error(message), { code })

describe('a certificate that does not verify', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed and not trusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'was issued by an unknown CA'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'was issued by an unknown CA'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'was issued by an unknown CA'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'was issued by an unknown CA'],
    ['CERT_HAS_EXPIRED', 'has expired'],
    ['CERT_NOT_YET_VALID', 'is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host (it is for DNS:um.example.com, IP Address:10.0.0.1)'],
    ['CERT_REVOKED', 'was revoked'],
    ['INVALID_PURPOSE', 'is not for a server'],
    ['EE_KEY_TOO_SMALL', 'is not accepted (EE_KEY_TOO_SMALL)']
  ])('ends the wait, with the cause, the certificate and its fingerprint: %s', (code, cause) => {
    const { fatal, what } = failureOf(failed(code), null, { certificate })
    expect(fatal).toBe(true)
    expect(what).toContain(`the certificate ${cause}: `)
    expect(what).toContain('It is CN=storage, issued by CN=storage, valid from ')
    expect(what).toContain(`SHA-256 fingerprint ${certificate.fingerprint256}`)
  })

  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed and not trusted ("ca-certificate" does not match it): '],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'was issued by an unknown CA ("ca-certificate" does not match it): '],
    ['CERT_HAS_EXPIRED', 'has expired: ']
  ])('is compared with "ca-certificate" if that was given and could help: %s', (code, cause) => {
    expect(failureOf(failed(code), null, { hasAuthorities: true }).what).toContain(`the certificate ${cause}`)
  })

  test('is reported without its fingerprint if it could not be read', () => {
    const { fatal, what } = failureOf(failed('CERT_HAS_EXPIRED'), null)
    expect([fatal, what]).toEqual([
      true,
      'the certificate has expired: renew it on the server, or check the clock of the runner'
    ])
  })

  test.each<[string, X509Certificate | undefined]>([
    ['that has none', createIdentity('storage').certificate],
    ['that could not be read', undefined]
  ])('is for no host by name where it is one %s', (_, certificate) => {
    const { what } = failureOf(failed('ERR_TLS_CERT_ALTNAME_INVALID'), null, { certificate })
    expect(what).toMatch(/^the certificate is for another host \(it is for no host name\): use a name/)
  })

  test('has its names cleaned, like all that comes from outside', () => {
    const hostile = createIdentity('x\u001b[31m ##[add-mask]y \u202e', { hosts: ['a.example'] }).certificate
    const { what } = failureOf(failed('CERT_HAS_EXPIRED'), null, { certificate: hostile })
    expect(what).toContain('It is CN=x\\1B[31m ## [add-mask]y')
    expect(what).not.toMatch(/[\p{Cc}\p{Cf}]|##\[/u)
  })
})

describe('a certificate that OpenSSL finds too weak, by its own words in a real handshake', () => {
  const ca = createIdentity('Private CA', { authority: true })
  const hosts = ['127.0.0.1']

  test.each([
    [
      'its key',
      createIdentity('storage', { issuer: ca, hosts, rsa: 1_024 }),
      ca,
      /^the certificate has a key that is too weak: replace it by one with an RSA key of 2048 bits or more, or an ECDSA key/
    ],
    [
      'its signature',
      createIdentity('storage', { issuer: ca, hosts, digest: 'sha1' }),
      ca,
      /^the certificate has a signature that is too weak: replace it by one that is signed with SHA-256 or better/
    ]
  ])('%s', async (_, identity, authority, what) => {
    expect(await reach(identity, authority)).toEqual({
      ok: false,
      failure: { why: 'other', what: expect.stringMatching(what), fatal: true, sent: false }
    })
    expect(await reach(identity, authority)).toMatchObject({
      failure: { what: expect.stringContaining(identity.certificate.fingerprint256) }
    })
  })

  test('the key of its CA', async () => {
    const weak = createIdentity('Weak CA', { authority: true, rsa: 1_024 })
    expect(await reach(createIdentity('storage', { issuer: weak, hosts }), weak)).toMatchObject({
      failure: { what: expect.stringMatching(/^the certificate was issued by a CA whose key is too weak: replace it/) }
    })
  })

  async function reach({ cert, key }: Identity, { cert: authority }: Identity): Promise<Exchange> {
    const server = await startTlsServer({ cert, key, ciphers: 'DEFAULT:@SECLEVEL=0' }, 'HTTP/1.1 200 OK\r\n\r\n{}')
    const trust = { ...USUAL_TRUST, authorities: [authority] }
    const origin = `https://127.0.0.1:${server.port}`
    const client = createClient({ origin, headers: {}, trust, requestTimeout: 30_000 }, () => {})
    const exchange = await client.send({ method: 'GET', path: '/api', hold: 0 }, new AbortController().signal)
    client.close()
    await server.close()
    return exchange
  }
})

test.each([
  'ECONNRESET',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'EPROTO',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'CERTIFICATE',
  ''
])('any other error says nothing about a certificate: %s', code => {
  expect(failureOf(failed(code, 'words'), null).fatal).toBe(false)
})
