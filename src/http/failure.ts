import { plainText } from '../report/plain-text.ts'

/** Why there is no answer. `what` is a sentence for a person. */
export interface Failure {
  readonly why: 'cut' | 'unresolved' | 'other'
  readonly what: string
  /** Whether another try cannot help. */
  readonly fatal: boolean
  /** Whether the server can have got the request. */
  readonly sent: boolean
}

const CUT = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']
const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection broke in the middle of the answer',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ETIMEDOUT: 'the connection could not be made in time',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name does not resolve'
}

/** An error of a request as a failure; `limit` is its time limit in ms where that ran out. */
export function failureOf(error: unknown, limit: number | null): Failure {
  if (limit !== null)
    return { why: 'other', what: `no whole answer came within ${limit / 1_000} s`, fatal: false, sent: true }
  const { code, message } = described(error)
  const words = WORDS[code]
  const detail = plainText(message, 200)
  return {
    why: CUT.includes(code) ? 'cut' : UNRESOLVED.includes(code) ? 'unresolved' : 'other',
    what: words === undefined ? `the request failed: ${detail || code}` : `${words}${detail && ` (${detail})`}`,
    fatal: false,
    sent: true
  }
}

/** Code and message; those of the first attempt where several addresses were tried. */
function described(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return described(error.errors[0])
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  return { code: 'code' in error ? String(error.code) : '', message: error.message }
}
