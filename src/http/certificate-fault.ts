import type { X509Certificate } from 'node:crypto'
import { plainText } from '../text/plain-text.ts'
import { dayOf, nameIn } from './pem.ts'

type Cause = readonly [cause: string, cure: string]

const UNKNOWN_CA: Cause = [
  'was issued by an unknown CA',
  'give the certificate of that CA as "ca-certificate", or let the server send its whole chain'
]
const REPLACE = 'replace it on the server'
const RENEW = 'renew it on the server, or check the clock of the runner'
const STRONGER_KEY = 'replace it by one with an RSA key of 2048 bits or more, or an ECDSA key'

/** Causes by OpenSSL's and Node's codes. */
const CAUSES: Readonly<Record<string, Cause>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'is self-signed and not trusted',
    'compare the fingerprint with that of the server, and give the certificate as "ca-certificate"'
  ],
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  CERT_SIGNATURE_FAILURE: ['has a signature that does not match its issuer', UNKNOWN_CA[1]],
  CERT_HAS_EXPIRED: ['has expired', RENEW],
  CERT_NOT_YET_VALID: ['is not valid yet', RENEW],
  ERR_TLS_CERT_ALTNAME_INVALID: ['is for another host', 'use a name that the certificate contains'],
  CERT_REVOKED: ['was revoked', REPLACE],
  CERT_UNTRUSTED: ['is not trusted', UNKNOWN_CA[1]],
  CERT_REJECTED: ['is not trusted', UNKNOWN_CA[1]],
  INVALID_CA: ['was issued by a certificate that must not issue any', REPLACE],
  INVALID_PURPOSE: ['is not for a server', REPLACE]
}

/** Causes by OpenSSL's words, for which Node has no code but `UNSPECIFIED`. */
const WEAK: readonly (readonly [words: RegExp, cause: Cause])[] = [
  [/^EE certificate key too weak/, ['has a key that is too weak', STRONGER_KEY]],
  [/^CA certificate key too weak/, ['was issued by a CA whose key is too weak', STRONGER_KEY]],
  [
    /^CA signature digest algorithm too weak/,
    ['has a signature that is too weak', 'replace it by one that is signed with SHA-256 or better']
  ]
]

/** OpenSSL's other verdicts on a certificate: chains too long, broken fields. */
const OTHER_CODE = /^(CA_|EE_|CERT_|CRL_|ERROR_IN_CERT|PATH_LENGTH|UNABLE_TO_DECODE|UNSUPPORTED_|UNSPECIFIED$)/

/**
 * What is wrong with a certificate and what to do about it; null for an error of any other kind. `hasAuthorities`: whether
 * `ca-certificate` was given.
 */
export function certificateFault(
  { code, message }: { readonly code: string; readonly message: string },
  certificate: X509Certificate | undefined,
  hasAuthorities: boolean
): string | null {
  if (!isAboutCertificate(code)) return null
  const weak = WEAK.find(([words]) => words.test(message))?.[1]
  const [cause, cure] = CAUSES[code] ?? weak ?? [`is not accepted (${plainText(message, 200)})`, REPLACE]
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? ` (it is for ${namesOf(certificate)})` : ''
  const compared = hasAuthorities && cure.includes('"ca-certificate"') ? ' ("ca-certificate" does not match it)' : ''
  return `the certificate ${cause}${names}${compared}: ${cure}${identityOf(certificate)}`
}

/** Whether an error's code is a verdict on the peer's certificate. */
export function isAboutCertificate(code: string): boolean {
  return code in CAUSES || OTHER_CODE.test(code)
}

function identityOf(certificate: X509Certificate | undefined): string {
  if (certificate === undefined) return ''
  const { subject, issuer, validFrom, validTo, fingerprint256 } = certificate
  const name = (text: string): string => plainText(nameIn(text), 150)
  const period = `${dayOf(validFrom)} to ${dayOf(validTo)}`
  return `. It is ${name(subject)}, issued by ${name(issuer)}, valid from ${period}, SHA-256 fingerprint ${fingerprint256}`
}

function namesOf(certificate: X509Certificate | undefined): string {
  return plainText(certificate?.subjectAltName ?? '', 200) || 'no host name'
}
