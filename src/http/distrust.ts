import type { X509Certificate } from 'node:crypto'
import { plainText } from '../text/plain-text.ts'
import { dayOf, nameIn } from './pem.ts'

const ADD_ISSUER =
  'give the certificate of the authority that issued it as "ca-certificate", or let the server send its whole chain'
const RENEW = 'renew it on the server, or check the clock of the runner'

/** Causes by OpenSSL's and Node's codes, each with the way out. */
const CAUSES: Readonly<Record<string, readonly [cause: string, wayOut: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'is self-signed, and not known',
    'compare the fingerprint with that of the server, and give the certificate as "ca-certificate"'
  ],
  SELF_SIGNED_CERT_IN_CHAIN: ['comes from an authority that is not known', ADD_ISSUER],
  UNABLE_TO_GET_ISSUER_CERT: ['comes from an authority that is not known', ADD_ISSUER],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['comes from an authority that is not known', ADD_ISSUER],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['comes from an authority that is not known', ADD_ISSUER],
  CERT_SIGNATURE_FAILURE: ['has a signature that is not that of its issuer', ADD_ISSUER],
  CERT_HAS_EXPIRED: ['has expired', RENEW],
  CERT_NOT_YET_VALID: ['is not valid yet', RENEW],
  ERR_TLS_CERT_ALTNAME_INVALID: ['is for another host', 'use a name that stands in the certificate'],
  CERT_REVOKED: ['was revoked', 'install another one on the server'],
  CERT_UNTRUSTED: ['is not trusted', ADD_ISSUER],
  CERT_REJECTED: ['is not trusted', ADD_ISSUER],
  INVALID_CA: ['was issued by a certificate that may not issue any', 'install another one on the server'],
  INVALID_PURPOSE: ['is not meant for a server', 'install another one on the server']
}

/** OpenSSL's other verdicts on a certificate: weak keys and digests, chains too long, broken fields. */
const OTHER_CAUSE = /^(CA_|EE_|CERT_|CRL_|ERROR_IN_CERT|PATH_LENGTH|UNABLE_TO_DECODE|UNSUPPORTED_)/

/** What a server says that does not take the client's certificate, or misses one. */
const REFUSED = /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_(.*CERTIFICATE.*|UNKNOWN_CA)$/

/** What is wrong with a certificate and what to do about it; null for an error of any other kind. */
export function distrust(code: string, message: string, certificate: X509Certificate | undefined): string | null {
  const refused = REFUSED.exec(code)?.[2]
  if (refused !== undefined) {
    const why = refused.toLowerCase().replaceAll('_', ' ')
    return `the server does not accept the client's certificate, or wants one (${why}): check "client-certificate"`
  }
  if (!isAboutCertificate(code)) return null
  const [cause, wayOut] = CAUSES[code] ?? [
    `is not accepted (${plainText(message, 200)})`,
    'install another one on the server'
  ]
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (it is for ${namesOf(certificate)})` : ''
  return `its certificate ${cause}${names}: ${wayOut}${identityOf(certificate)}`
}

/** Whether an error's code is a verdict on the peer's certificate. */
export function isAboutCertificate(code: string): boolean {
  return code in CAUSES || OTHER_CAUSE.test(code)
}

function identityOf(certificate: X509Certificate | undefined): string {
  if (certificate === undefined) return ''
  const { subject, issuer, validFrom, validTo, fingerprint256 } = certificate
  const name = (text: string): string => plainText(nameIn(text), 150)
  const period = `${dayOf(validFrom)} to ${dayOf(validTo)}`
  return `. It is ${name(subject)}, issued by ${name(issuer)}, valid from ${period}, SHA-256 fingerprint ${fingerprint256}`
}

function namesOf(certificate: X509Certificate | undefined): string {
  return plainText(certificate?.subjectAltName ?? '', 200) || 'no host by name'
}
