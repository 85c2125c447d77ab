import type { X509Certificate } from 'node:crypto'
import { isNativeError } from 'node:util/types'
import { plainText } from '../text/plain-text.ts'
import { certificateFault, isAboutCertificate } from './certificate-fault.ts'
import { type ErrorDetails, handshakeFault, isHandshakeFailure, reasonIn } from './handshake-fault.ts'

/** Why there was no answer. `what` is a sentence for a person. */
export interface Failure {
  readonly why: 'cut' | 'unresolved' | 'denied' | 'other'
  readonly what: string
  /** The code of the server that denied access, if it gave one. */
  readonly code?: string
  /** Whether another try cannot help. */
  readonly fatal: boolean
  /** Whether the server can have got the request. */
  readonly sent: boolean
}

/** An error that knows already what it means for the request. */
export class RequestError extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.what)
    this.failure = failure
  }
}

/** What is known of a failed request in addition to its error. */
export interface FailureContext {
  /** What the connection was made to, if that is not the server of `url`: `the proxy http://proxy.example.com:3128`. */
  readonly peer?: string | null
  /** The proxy in between, as `peer` names it. */
  readonly proxy?: string | null
  /** The certificate that was shown. */
  readonly certificate?: X509Certificate | undefined
  /** Whether `ca-certificate` was given; false by default. */
  readonly hasAuthorities?: boolean
  /** Whether a client certificate was offered; false by default. */
  readonly hasIdentity?: boolean
  /** Whether the server can have got the request; true by default. */
  readonly sent?: boolean
}

/** Codes of a connection that broke. Windows has `ECONNABORTED` for one that it gave up itself (WSAECONNABORTED). */
export const BROKEN: readonly string[] = ['ECONNRESET', 'ECONNABORTED', 'EPIPE']
const CUT = [...BROKEN, 'ERR_STREAM_PREMATURE_CLOSE']
/** Not `EAI_AGAIN`: it says that the name server did not answer, which may pass. */
const UNRESOLVED = ['ENOTFOUND', 'EAI_NODATA']

const CUT_IN_ANSWER = 'the connection broke in the middle of the answer'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  ECONNABORTED: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_STREAM_PREMATURE_CLOSE: CUT_IN_ANSWER,
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ETIMEDOUT: 'the connection could not be made in time',
  ENOTFOUND: 'the host name does not resolve',
  EAI_NODATA: 'the host name does not resolve',
  EAI_AGAIN: 'the host name cannot be resolved at the moment'
}

/** What Node's own words for a connection that broke mean. */
const PLAINER: readonly (readonly [words: RegExp, plainer: string])[] = [
  [/^aborted$/, CUT_IN_ANSWER],
  [/^socket hang up$/, 'the connection broke before there was an answer'],
  [/disconnected before secure TLS connection/, 'the connection broke during the TLS handshake']
]

/** An error of a request as a failure; `limit` is its time limit in ms if that ran out. */
export function failureOf(error: unknown, limit: number | null, context: FailureContext = {}): Failure {
  if (error instanceof RequestError) return error.failure
  const { peer = null, proxy = null, certificate, hasAuthorities = false, hasIdentity = false, sent = true } = context
  if (limit !== null) {
    const missing = sent ? 'no complete answer arrived' : 'no connection could be made'
    const through = proxy === null ? '' : ` through ${proxy}`
    const prefix = peer === proxy ? '' : prefixOf(peer)
    return { why: 'other', what: `${prefix}${missing} within ${limit / 1_000} s${through}`, fatal: false, sent }
  }
  const prefix = prefixOf(peer)
  const details = detailsOf(error)
  const handshake = { hasIdentity, isServer: peer === null, hasCertificate: certificate !== undefined }
  const final = certificateFault(details, certificate, hasAuthorities) ?? handshakeFault(details, handshake)
  if (final !== null) return { why: 'other', what: `${prefix}${final}`, fatal: true, sent: false }
  const { code } = details
  const why = CUT.includes(code) ? 'cut' : UNRESOLVED.includes(code) ? 'unresolved' : 'other'
  return { why, what: `${prefix}${wordsFor(details)}`, fatal: false, sent }
}

/** How a message begins that is about something other than the server of `url`. */
export function prefixOf(name: string | null | undefined): string {
  return name == null ? '' : `${name}: `
}

/** Whether the certificate of the other end would help to explain an error. */
export function wantsCertificate(error: unknown): boolean {
  return isDistrust(error) || isHandshakeFailure(detailsOf(error))
}

/** Whether the certificate of the other end did not verify. */
export function isDistrust(error: unknown): boolean {
  return isAboutCertificate(detailsOf(error).code)
}

function wordsFor(details: ErrorDetails): string {
  const { code, message } = details
  if (code.startsWith('ERR_SSL_')) return `TLS could not be agreed (${reasonIn(details)})`
  const plainer = PLAINER.find(([words]) => words.test(message))?.[1]
  if (plainer !== undefined) return plainer
  const detail = plainText(message, 200)
  const words = WORDS[code]
  return words === undefined ? `the request failed: ${detail || code}` : `${words}${detail && ` (${detail})`}`
}

/** The details of an error; of the first attempt if several addresses were tried. */
function detailsOf(error: unknown): ErrorDetails {
  if (error instanceof AggregateError && error.errors.length > 0) return detailsOf(error.errors[0])
  if (!isNativeError(error)) return { code: '', message: String(error), reason: '' }
  const { code = '', reason = '', rawPacket } = error as { code?: unknown; reason?: unknown; rawPacket?: Buffer }
  return { code: String(code), message: error.message, reason: String(reason), rawPacket }
}
