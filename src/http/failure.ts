import type { X509Certificate } from 'node:crypto'
import { isNativeError } from 'node:util/types'
import { plainText } from '../text/plain-text.ts'
import { distrust, isAboutCertificate } from './distrust.ts'

/** Why there was no answer. `what` is a sentence for a person. */
export interface Failure {
  readonly why: 'cut' | 'unresolved' | 'other'
  readonly what: string
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
export interface Circumstances {
  /** Whom the connection was made to, where that is not the server: `the proxy http://proxy.example.com:3128`. */
  readonly peer?: string | null
  /** The proxy that stands between, as `peer` has it. */
  readonly proxy?: string | null
  /** The certificate that was shown. */
  readonly certificate?: X509Certificate | undefined
  /** Whether the server can have got the request; true, if not given. */
  readonly sent?: boolean
}

/** Codes of a connection that broke. Windows has `ECONNABORTED` for one that it gave up itself (WSAECONNABORTED). */
export const BROKEN: readonly string[] = ['ECONNRESET', 'ECONNABORTED', 'EPIPE']
const CUT = [...BROKEN, 'ERR_STREAM_PREMATURE_CLOSE']
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  ECONNABORTED: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection broke in the middle of the answer',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ETIMEDOUT: 'the connection could not be made in time',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve'
}

/** An error of a request as a failure; `limit` is its time limit in ms where that ran out. */
export function failureOf(error: unknown, limit: number | null, circumstances: Circumstances = {}): Failure {
  if (error instanceof RequestError) return error.failure
  const { peer = null, proxy = null, certificate, sent = true } = circumstances
  if (limit !== null) {
    const through = proxy === null ? '' : ` through ${proxy}`
    return { why: 'other', what: `no whole answer came within ${limit / 1_000} s${through}`, fatal: false, sent }
  }
  const prefix = peer === null ? '' : `${peer}: `
  const { code, message } = described(error)
  const distrusted = distrust(code, message, certificate)
  if (distrusted !== null) return { why: 'other', what: `${prefix}${distrusted}`, fatal: true, sent: false }
  const words = WORDS[code] ?? (isNotTls(message) ? NOT_TLS : undefined)
  const detail = plainText(message, 200)
  return {
    why: CUT.includes(code) ? 'cut' : UNRESOLVED.includes(code) ? 'unresolved' : 'other',
    what:
      prefix + (words === undefined ? `the request failed: ${detail || code}` : `${words}${detail && ` (${detail})`}`),
    fatal: false,
    sent
  }
}

/** Whether the peer's certificate did not verify. */
export function isDistrust(error: unknown): boolean {
  return isAboutCertificate(described(error).code)
}

const NOT_TLS = 'what answered does not speak TLS: check the port, and whether the address should start with http:'

/** What OpenSSL says of an answer in the clear to its first message. */
function isNotTls(message: string): boolean {
  return /wrong version number|packet length too long|http request/.test(message)
}

/** Code and message; those of the first attempt where several addresses were tried. */
function described(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return described(error.errors[0])
  if (!isNativeError(error)) return { code: '', message: String(error) }
  return { code: 'code' in error ? String(error.code) : '', message: error.message }
}
