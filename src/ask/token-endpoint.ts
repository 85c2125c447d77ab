import { STATUS_CODES } from 'node:http'
import type { Client, Exchange, Received } from '../http/client.ts'
import { authorizationOf } from '../http/credentials.ts'
import type { Failure } from '../http/failure.ts'
import { clientCredentials, type OAuthClient, tokenServerOf } from '../http/oauth.ts'
import { asObject, asText, parseJson } from '../jobs/json.ts'
import { plainText } from '../text/plain-text.ts'
import type { Clock } from '../time/clock.ts'
import { LATER, redirectIn } from './answer.ts'
import { timing } from './pages.ts'

/** Times are monotonic ms. */
export interface Token {
  readonly value: string
  readonly askedAt: number
  /** Infinite where the server does not say. */
  readonly expiresAt: number
}

/** A token, or why there is none. */
export type Grant = { readonly token: Token } | { readonly failure: Failure }

/** What came of one request for a token. */
interface Answered {
  readonly exchange: Exchange
  readonly grant: Grant
}

/** Where the client says who it is: as HTTP Basic, which every server has to support, or in the form. */
type Place = 'header' | 'form'

/**
 * Requests a token by the client-credentials grant. The client says who it is by HTTP Basic and, where that is refused, in the
 * form. Never asks before `Retry-After`. A server that has not granted a token yet is taken to be the wrong one if it answers
 * with a 4xx that is not OAuth's; later, such an answer may pass.
 */
export function createTokenEndpoint(oauth: OAuthClient, client: Client, clock: Clock): () => Promise<Grant> {
  let place: Place = 'header'
  let isKnown = false
  let closed: { readonly until: number; readonly grant: Grant } | null = null
  return async () => {
    if (closed !== null && clock.now() < closed.until) return closed.grant
    const first = await request(place)
    const second = place === 'header' && isClientRefused(first.exchange) ? await request('form') : null
    if (second !== null && 'token' in second.grant) place = 'form'
    const { exchange, grant } = second === null || saysLess(second) ? first : second
    if ('token' in grant) isKnown = true
    const { retryAfter } = timing(exchange, clock.wall)
    closed = 'token' in grant ? null : { until: clock.now() + (retryAfter ?? 0), grant }
    return grant
  }

  async function request(place: Place): Promise<Answered> {
    const askedAt = clock.now()
    const { path } = oauth
    const exchange = await client.send({ method: 'POST', path, hold: 0, ...formOf(oauth, place) }, NEVER)
    return { exchange, grant: readGrant(exchange, tokenServerOf(oauth), askedAt, isKnown) }
  }
}

/** The request serves all that wait for a token, so that none of them ends it: its time limit does. */
const NEVER = new AbortController().signal

function formOf(oauth: OAuthClient, place: Place): { readonly body: string; readonly headers: Record<string, string> } {
  const { id, secret, scope, audience } = oauth
  const form = {
    grant_type: 'client_credentials',
    ...(scope === '' ? {} : { scope }),
    ...(audience === '' ? {} : { audience }),
    ...(place === 'header' ? {} : { client_id: id, client_secret: secret })
  }
  return {
    body: new URLSearchParams(form).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(place === 'header' ? { authorization: authorizationOf(clientCredentials(oauth)) } : {})
    }
  }
}

const CHECK_CLIENT = 'check "client-id" and "client-secret"'
const ALLOW_GRANT = 'allow the client-credentials grant for this client on the token server'

/** What to do about OAuth's errors (RFC 6749, 5.2, and RFC 8707, 2). */
const ADVICE: Readonly<Record<string, string>> = {
  '': CHECK_CLIENT,
  invalid_client: CHECK_CLIENT,
  invalid_scope: 'set or correct "token-scope"',
  invalid_target: 'set or correct "token-audience"',
  unauthorized_client: ALLOW_GRANT,
  unsupported_grant_type: ALLOW_GRANT
}
/** Those that are not about how the client says who it is. */
const OF_THE_REQUEST = ['invalid_grant', 'invalid_scope', 'invalid_target', 'unsupported_grant_type']
/** Those that may pass. */
const PASSING = ['temporarily_unavailable', 'server_error', 'slow_down']

/** Whether the server may accept the same client if it says who it is in the form. */
function isClientRefused(exchange: Exchange): boolean {
  if (!exchange.ok) return false
  const { error } = errorIn(exchange)
  return exchange.status === 401 || (exchange.status === 400 && ![...OF_THE_REQUEST, ...PASSING].includes(error))
}

/** Whether this is a refusal that does not say what is wrong with the client itself. */
function saysLess({ exchange, grant }: Answered): boolean {
  const isFinal = 'failure' in grant && grant.failure.fatal
  return isFinal && exchange.ok && exchange.status >= 400 && ['', 'invalid_request'].includes(errorIn(exchange).error)
}

/** What an answer means. Nothing of the body of a success is ever shown. */
function readGrant(exchange: Exchange, server: string, askedAt: number, isKnown: boolean): Grant {
  if (!exchange.ok) return { failure: exchange.failure }
  const { status, body } = exchange
  const answered = `${server} answered ${status} ${STATUS_CODES[status] ?? ''}`.trim()
  if (status < 300) return readToken(body, answered, askedAt)
  if (status < 400) return fatal(`${answered}, ${redirectIn(exchange)}: correct "token-url"`)
  const { error, description } = errorIn(exchange)
  const what = [answered, [description, error && `(${error})`].filter(Boolean).join(' ')].filter(Boolean).join(': ')
  if (PASSING.includes(error) || LATER.includes(status) || status >= 500) return fault(what)
  if (error === '' && status !== 401) return isKnown ? fault(what) : fatal(`${what}: check "token-url"`)
  const advice = ADVICE[error]
  const denied = { why: 'denied', code: error, fatal: true, sent: false } as const
  return { failure: { ...denied, what: advice === undefined ? what : `${what}: ${advice}` } }
}

function readToken(body: string, answered: string, askedAt: number): Grant {
  const { access_token, token_type, expires_in } = asObject(parseJson(body)) ?? {}
  const value = asText(access_token)
  if (!/^[\x21-\x7e]+$/.test(value)) return fault(`${answered} without a token`)
  const type = asText(token_type).toLowerCase() || 'bearer'
  if (type !== 'bearer') {
    return fatal(`${answered} with a token of the type ${plainText(type, 50)}, but only Bearer is supported`)
  }
  const seconds = Number(asText(expires_in) || Number.NaN)
  const life = seconds >= 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY
  return { token: { value, askedAt, expiresAt: askedAt + life } }
}

function errorIn({ body }: Received): { readonly error: string; readonly description: string } {
  const { error, error_description } = asObject(parseJson(body)) ?? {}
  return { error: plainText(asText(error), 100), description: plainText(asText(error_description), 500) }
}

function fault(what: string): Grant {
  return { failure: { why: 'other', what, fatal: false, sent: false } }
}

function fatal(what: string): Grant {
  return { failure: { why: 'other', what, fatal: true, sent: false } }
}
