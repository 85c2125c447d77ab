import { STATUS_CODES } from 'node:http'
import type { Exchange, Received } from '../http/client.ts'
import type { Api } from '../jobs/api.ts'
import { asObject, asText, type JsonObject } from '../jobs/json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Answer } from '../wait/ask.ts'

const REDIRECTS = [301, 302, 303, 307, 308]
const LATER = [408, 425, 429]
const NEVER = [501, 505]
/** What a gateway says when the server behind it is slower than its patience. */
const GATEWAY = [502, 504]
/** What comes from a proxy rather than from the server, which speaks JSON, where it comes as HTML. */
const BY_PROXY = [502, 503, 504]

/** What came of a status request about the job with this key: only a whole, well-formed job of that key is a job. */
export function classifyJob(exchange: Exchange, api: Api, key: string): Answer {
  const body = classifyBody(exchange, api)
  if ('kind' in body) return body
  const job = api.read(body.object)
  if (job === null) return fault(`the answer is JSON, but no job: ${excerpt(body.received)}`)
  if (api.canonicalKey(job.key) !== api.canonicalKey(key)) {
    return fault(`the answer is about another job, ${plainText(job.key, 100)}`)
  }
  return { kind: 'job', job }
}

/** The JSON object of a 200 and the whole of what was received, or what else came instead. */
export function classifyBody(
  exchange: Exchange,
  api: Api
): Answer | { readonly object: JsonObject; readonly received: Received } {
  if (!exchange.ok) {
    const { fatal, what, why } = exchange.failure
    return fatal ? { kind: 'fatal', what } : { kind: 'fault', what, why }
  }
  const { status, headers, body } = exchange
  const what = describe(exchange)
  if (status === 401) return { kind: 'denied', final: true, what }
  if (status >= 400) {
    const { code } = errorOf(body)
    if (api.transientCodes.includes(code)) return fault(what)
    if (api.deniedCodes.includes(code)) return { kind: 'denied', final: false, what }
  }
  if (status === 202) return { kind: 'accepted' }
  if (status === 403) return { kind: 'denied', final: false, what }
  if (status === 404 || status === 410) return { kind: 'missing', what }
  if (status === 407) return { kind: 'fatal', what: `a proxy wants credentials: ${what}` }
  if (REDIRECTS.includes(status)) {
    const target = plainText(headers.location ?? '', 200)
    return { kind: 'fatal', what: `${what}, a redirect to ${target || 'nowhere'}, which is not followed` }
  }
  if (NEVER.includes(status)) return { kind: 'fatal', what }
  if (LATER.includes(status) || status >= 500) {
    return { kind: 'fault', what, why: GATEWAY.includes(status) ? 'cut' : 'other' }
  }
  if (status >= 400) return { kind: 'refused', what }
  if (body.trim() === '') return fault(`${what} with an empty body`)
  if (status !== 200) return fault(what)
  const object = asObject(parseJson(body))
  return object === null ? fault(`the answer is no JSON object: ${excerpt(exchange)}`) : { object, received: exchange }
}

function fault(what: string): Answer {
  return { kind: 'fault', what, why: 'other' }
}

/** What came of a request, as one sentence. */
export function describeExchange(exchange: Exchange): string {
  return exchange.ok ? describe(exchange) : exchange.failure.what
}

/** The status and what the server said with it. */
function describe(exchange: Received): string {
  const { status, reason, body, headers } = exchange
  const isPage = /^text\/html\b/i.test(headers['content-type'] ?? '')
  const speaker = isPage && BY_PROXY.includes(status) ? 'a proxy' : 'the server'
  const title = `${speaker} answered ${status} ${plainText(reason, 100) || (STATUS_CODES[status] ?? '')}`.trim()
  if (status < 400) return title
  const { message, code, target } = errorOf(body)
  const details = [code && `code ${plainText(code, 50)}`, target && `target ${plainText(target, 100)}`].filter(Boolean)
  if (message !== '')
    return `${title}: ${plainText(message, 500)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`
  return body.trim() === '' ? title : `${title}: ${excerpt(exchange)}`
}

/** The content type and the first 200 characters of a body that is not what was asked for. */
function excerpt({ headers, body }: Received): string {
  const type = plainText(headers['content-type'] ?? 'no content type', 100)
  return `${type}, ${JSON.stringify(plainText(body, 200))}`
}

/** All three APIs: `{"error": {"message", "code", "target"}}`, the code a string or a number. */
export function errorOf(body: string): { message: string; code: string; target: string } {
  const error = asObject(asObject(parseJson(body))?.error)
  return { message: asText(error?.message), code: asText(error?.code), target: asText(error?.target) }
}

/** undefined for what is no JSON; a byte-order mark is passed over. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
