import type { X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { failureOf } from '../../../src/http/failure.ts'
import { createIdentity } from '../../support/x509.ts'

const { certificate } = createIdentity('storage', { hosts: ['um.example.com', '10.0.0.1'] })
const failed = (code: string, message = code) => Object.assign(new Error(message), { code })

describe('a certificate that does not verify', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed, and not known'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'comes from an authority that is not known'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'comes from an authority that is not known'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'comes from an authority that is not known'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'comes from an authority that is not known'],
    ['CERT_HAS_EXPIRED', 'has expired'],
    ['CERT_NOT_YET_VALID', 'is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host (it is for DNS:um.example.com, IP Address:10.0.0.1)'],
    ['CERT_REVOKED', 'was revoked'],
    ['INVALID_PURPOSE', 'is not meant for a server'],
    ['EE_KEY_TOO_SMALL', 'is not accepted (EE_KEY_TOO_SMALL)']
  ])('ends the wait, with the cause, the certificate and its fingerprint: %s', (code, cause) => {
    const { fatal, what } = failureOf(failed(code), null, { certificate })
    expect(fatal).toBe(true)
    expect(what).toContain(`its certificate ${cause}: `)
    expect(what).toContain('It is CN=storage, issued by CN=storage, valid from ')
    expect(what).toContain(`SHA-256 fingerprint ${certificate.fingerprint256}`)
  })

  test('is told without its fingerprint where it could not be read', () => {
    const { fatal, what } = failureOf(failed('CERT_HAS_EXPIRED'), null)
    expect([fatal, what]).toEqual([
      true,
      'its certificate has expired: renew it on the server, or check the clock of the runner'
    ])
  })

  test.each<[string, X509Certificate | undefined]>([
    ['that has none', createIdentity('storage').certificate],
    ['that could not be read', undefined]
  ])('is for no host by name where it is one %s', (_, certificate) => {
    const { what } = failureOf(failed('ERR_TLS_CERT_ALTNAME_INVALID'), null, { certificate })
    expect(what).toMatch(/^its certificate is for another host \(it is for no host by name\): use a name/)
  })

  test('has its names cleaned, like all that comes from outside', () => {
    const hostile = createIdentity('x\u001b[31m ##[add-mask]y \u202e', { hosts: ['a.example'] }).certificate
    const { what } = failureOf(failed('CERT_HAS_EXPIRED'), null, { certificate: hostile })
    expect(what).toContain('It is CN=x\\1B[31m ## [add-mask]y')
    expect(what).not.toMatch(/[\p{Cc}\p{Cf}]|##\[/u)
  })
})

test.each([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED'
])("a client's certificate that the server does not take ends the wait: %s", code => {
  const { fatal, what } = failureOf(failed(code), null)
  expect([fatal, what]).toEqual([true, expect.stringContaining('check "client-certificate"')])
})

test.each([
  'ECONNRESET',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'EPROTO',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'CERTIFICATE',
  ''
])('any other error is no verdict on a certificate: %s', code => {
  expect(failureOf(failed(code, 'words'), null).fatal).toBe(false)
})
