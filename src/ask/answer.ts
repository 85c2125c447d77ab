import { STATUS_CODES } from 'node:http'
import type { Exchange, Received } from '../http/client.ts'
import type { Api, Complaint, HttpAnswer } from '../jobs/api.ts'
import { asObject, type JsonObject, parseJson } from '../jobs/json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer, Problem } from '../wait/ask.ts'

const REDIRECTS = [301, 302, 303, 307, 308]
/** The statuses that ask to come back later. */
export const LATER = [408, 425, 429]
/** What a server with too much to do says, and what limits the rate of requests to it. */
const BUSY = [429, 503]
/** What a gateway says when the server behind it is slower than its patience. */
const GATEWAY = [502, 504]
/** What comes from a proxy rather than from the server, which speaks JSON, where it comes as HTML. */
const BY_PROXY = [502, 503, 504]

/** What came of a status request about the job with this key: only a whole, well-formed job of that key is a job. */
export function classifyJob(exchange: Exchange, api: Api, key: string): Answer {
  const body = classifyBody(exchange, api)
  if ('kind' in body) return body
  const answer = httpAnswer(body.received)
  const absent = api.missing?.(answer, key)
  if (absent != null) return { kind: 'missing', page: false, what: absent, code: '' }
  const job = api.read(answer, key)
  return job === null ? fault(`the answer does not describe this job: ${excerpt(body.received)}`) : { kind: 'job', job }
}

/** The JSON object of a 200 and the whole of what was received, or what else came instead. */
export function classifyBody(
  exchange: Exchange,
  api: Api
): Answer | { readonly object: JsonObject; readonly received: Received } {
  if (!exchange.ok) {
    const { fatal, what, why, code = '' } = exchange.failure
    if (why === 'denied') return { kind: 'denied', final: true, page: false, what, code }
    return fatal ? { kind: 'fatal', what, code: '', page: false } : { kind: 'fault', what, code: '', why }
  }
  const { status, body } = exchange
  const complaint = complaintIn(exchange, [api])
  const what = describe(exchange, complaint)
  const problem: Problem = { what, code: complaint?.code ?? '' }
  const page = complaint === null
  if (status === 401) return { kind: 'denied', final: true, page: false, ...problem }
  if (status >= 400) {
    if (complaint?.means === 'later' || complaint?.means === 'not-taken')
      return { kind: 'fault', why: 'busy', ...problem }
    if (complaint?.means === 'denied') return { kind: 'denied', final: false, page, ...problem }
  }
  if (status === 202) return { kind: 'accepted' }
  if (status === 403) return { kind: 'denied', final: false, page, ...problem }
  if (status === 404 || status === 410) return { kind: 'missing', page, ...problem }
  if (status === 407) return { kind: 'fatal', page: false, ...problem, what: `a proxy requires credentials: ${what}` }
  if (REDIRECTS.includes(status)) {
    return { kind: 'fatal', page, ...problem, what: `${what}, ${redirectIn(exchange)}` }
  }
  if (status === 501) return { kind: 'fatal', page, ...problem }
  if (status === 505) return { kind: 'fatal', page: false, ...problem }
  if (LATER.includes(status) || status >= 500) {
    return { kind: 'fault', why: whyOf(status), ...problem }
  }
  if (status >= 400) return { kind: 'refused', ...problem }
  if (body.trim() === '') return fault(`${what} with an empty body`)
  if (status !== 200) return fault(what)
  const object = asObject(parseJson(body))
  return object === null
    ? fault(`the answer is not a JSON object: ${excerpt(exchange)}`)
    : { object, received: exchange }
}

function whyOf(status: number): 'cut' | 'busy' | 'other' {
  if (GATEWAY.includes(status)) return 'cut'
  return BUSY.includes(status) ? 'busy' : 'other'
}

function fault(what: string): Answer {
  return { kind: 'fault', why: 'other', what, code: '' }
}

/** What came of a request to a server that speaks one of these APIs, as one sentence. */
export function describeExchange(exchange: Exchange, apis: readonly Api[]): string {
  return exchange.ok ? describe(exchange, complaintIn(exchange, apis)) : exchange.failure.what
}

/** The answer as the APIs read it. */
export function httpAnswer({ status, headers, body }: Received): HttpAnswer {
  return { status, headers, body: parseJson(body) }
}

/** The error in the form of one of these APIs, preferring one whose code has a meaning; null if there is none. */
export function complaintIn(received: Received, apis: readonly Api[]): Complaint | null {
  const answer = httpAnswer(received)
  const complaints = apis.flatMap(api => api.complaint(answer) ?? [])
  return complaints.find(({ means }) => means !== 'other') ?? complaints[0] ?? null
}

/** The status and what the server said with it. */
function describe(exchange: Received, complaint: Complaint | null): string {
  const { status, reason, body, headers } = exchange
  const isPage = /^text\/html\b/i.test(headers['content-type'] ?? '')
  const speaker = isPage && BY_PROXY.includes(status) ? 'a proxy' : 'the server'
  const title = `${speaker} answered ${status} ${plainText(reason, 100) || (STATUS_CODES[status] ?? '')}`.trim()
  const { message = '', code = '', target = '' } = complaint ?? {}
  const details = [code && `code ${plainText(code, 50)}`, target && `target ${plainText(target, 100)}`].filter(Boolean)
  if (message !== '')
    return `${title}: ${plainText(message, 500)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
  return status < 400 || body.trim() === '' ? title : `${title}: ${excerpt(exchange)}`
}

/** Where a redirect leads, in words. */
export function redirectIn({ headers }: Received): string {
  return `a redirect to ${plainText(headers.location ?? '', 200) || 'nowhere'}, which is not followed`
}

/** The content type and the first 200 characters of a body that is not what was asked for. */
export function excerpt({ headers, body }: Received): string {
  const type = plainText(headers['content-type'] ?? 'no content type', 100)
  return `${type}, ${JSON.stringify(plainText(body, 200))}`
}
