import { plainText } from '../text/plain-text.ts'

/** An error as Node and OpenSSL describe it; `reason` is OpenSSL's, '' without one. */
export interface ErrorDetails {
  readonly code: string
  readonly message: string
  readonly reason: string
  /** The bytes that came instead of HTTP. */
  readonly rawPacket?: Buffer | undefined
}

/** What is known of the handshake in addition to its error. */
export interface Handshake {
  /** Whether a client certificate was offered. */
  readonly hasIdentity: boolean
  /** Whether the other end is the server of `url`: to nothing else is one ever offered. */
  readonly isServer: boolean
  /** Whether the other end had shown its certificate: version and ciphers were agreed then. */
  readonly hasCertificate: boolean
}

/** Alerts (RFC 8446, 6.2; RFC 7507 for 86): the numbers are the same in each OpenSSL, the codes and words are not. */
const HANDSHAKE_FAILURE = 40
const OLD_VERSION = [70, 86]
const UNFIT_SETTINGS = [HANDSHAKE_FAILURE, 71]
const CLIENT_CERTIFICATE = [42, 43, 44, 45, 46, 48, 49, 116]

/** What OpenSSL says of an answer in the clear to its first message. */
const NOT_TLS = /wrong version number|packet length too long|http request/
/** What it says of a server that chooses an old version, or settings that it refuses. */
const OLD_VERSION_CHOSEN = /^unsupported protocol$/
const UNFIT_SETTINGS_CHOSEN = /^(dh key too small|unsafe legacy renegotiation disabled|unknown cipher returned)$/

/** What servers answer to a request in the clear: nginx, Apache, Tomcat, Go. */
const IN_THE_CLEAR =
  /The plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port|This combination of host and port requires TLS|Client sent an HTTP request to an HTTPS server/
/** What nginx answers without the client certificate that it wants. */
const ABOUT_CLIENT_CERTIFICATE = /No required SSL certificate was sent|The SSL certificate error/

/** Why TLS was not agreed and what to do about it, where another try cannot help; null for any other error. */
export function handshakeFault(error: ErrorDetails, handshake: Handshake): string | null {
  const alert = alertOf(error)
  const why = `(${reasonIn(error)})`
  if (isTlsAlert(error.rawPacket)) return speaksTls('it sent a TLS alert')
  if (NOT_TLS.test(error.message)) {
    return 'what answered does not speak TLS: check the port, and whether the address should start with http:'
  }
  if (OLD_VERSION.includes(alert) || OLD_VERSION_CHOSEN.test(error.reason)) {
    return `the server supports only outdated versions of TLS ${why}: enable TLS 1.2 or 1.3 on it`
  }
  if (CLIENT_CERTIFICATE.includes(alert) || (alert === HANDSHAKE_FAILURE && handshake.hasCertificate)) {
    return clientCertificateFault(why, handshake)
  }
  if (UNFIT_SETTINGS.includes(alert) || UNFIT_SETTINGS_CHOSEN.test(error.reason)) {
    return `the TLS settings of the server do not fit ${why}: enable current cipher suites on it, such as ECDHE with AES-GCM`
  }
  return null
}

/** Whether the certificate of the other end, if it shows one, would explain the error. */
export function isHandshakeFailure(error: ErrorDetails): boolean {
  return alertOf(error) === HANDSHAKE_FAILURE
}

/** What OpenSSL says in words: `handshake failure`. */
export function reasonIn({ reason, message }: ErrorDetails): string {
  return plainText(reason.replace(/^(ssl|tls)\S* (alert )?/, '') || message, 200)
}

/** Why a server answers 400 by itself where the TLS of a request is not what it wants; null for any other answer. */
export function tlsAnswerFault(
  status: number,
  body: string,
  handshake: Pick<Handshake, 'hasIdentity' | 'isServer'>
): string | null {
  if (status !== 400) return null
  const inTheClear = IN_THE_CLEAR.exec(body)?.[0]
  if (inTheClear !== undefined) return speaksTls(`400 ${inTheClear}`)
  const aboutCertificate = ABOUT_CLIENT_CERTIFICATE.exec(body)?.[0]
  return aboutCertificate === undefined ? null : clientCertificateFault(`(400 ${aboutCertificate})`, handshake)
}

/** Whether bytes begin as a TLS record with an alert does (RFC 8446, 5.1). */
function isTlsAlert(bytes: Buffer | undefined): boolean {
  return bytes?.[0] === 21 && bytes[1] === 3
}

function speaksTls(why: string): string {
  return `what answered speaks TLS on this port (${why}): the address must start with https:`
}

function clientCertificateFault(why: string, { hasIdentity, isServer }: Omit<Handshake, 'hasCertificate'>): string {
  if (!isServer) return `it requires a client certificate, which is not supported ${why}`
  return hasIdentity
    ? `the server rejected the client certificate ${why}: check "client-certificate"`
    : `the server requires a client certificate ${why}: set "client-certificate" and "client-key"`
}

function alertOf({ message }: ErrorDetails): number {
  return Number(/SSL alert number (\d+)/.exec(message)?.[1])
}
