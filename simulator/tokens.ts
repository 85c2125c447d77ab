import { randomBytes } from 'node:crypto'
import { type Answer, type Call, type Route, wrongMethod } from './call.ts'
import type { Clock } from './clock.ts'
import type { TokenOptions } from './options.ts'

/** The tokens of an OAuth 2.0 server: those that it has issued, and that have not expired, open the other servers. */
export interface Tokens {
  issue(): string
  accepts(token: string): boolean
  /** Takes back every token that was issued so far. */
  revoke(): void
  /** How many were issued. */
  readonly count: number
}

/** `lifetime` is real seconds: a client counts those. */
export function createTokens(clock: Clock, { lifetime = 3600 }: TokenOptions): Tokens {
  const expiries = new Map<string, number>()
  let count = 0
  return {
    get count() {
      return count
    },
    issue() {
      count += 1
      const token = `simulated-${count}-${randomBytes(12).toString('base64url')}`
      expiries.set(token, clock.realNow() + lifetime * 1000)
      return token
    },
    accepts: token => (expiries.get(token) ?? 0) > clock.realNow(),
    revoke: () => expiries.clear()
  }
}

/** The token endpoint: the client-credentials grant of RFC 6749, section 4.4. */
export function createTokenEndpoint(tokens: Tokens, options: TokenOptions): Route {
  const { clientId = 'client', clientSecret = 'secret', lifetime = 3600, clientIn = 'either', audience } = options

  function error(status: number, code: string, description: string): Answer {
    const headers = { 'Cache-Control': 'no-store', ...(status === 401 ? { 'WWW-Authenticate': 'Basic' } : {}) }
    return { status, headers, body: { error: code, error_description: description } }
  }

  function grant(call: Call): Answer {
    const form = new URLSearchParams(call.body)
    const basic = basicOf(call)
    const given = basic ?? { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
    if (clientIn !== 'either' && clientIn !== (basic ? 'header' : 'body')) {
      return error(401, 'invalid_client', `Client authentication is expected in the ${clientIn}`)
    }
    if (given.id !== clientId || given.secret !== clientSecret) {
      return error(401, 'invalid_client', 'Invalid client or invalid client credentials')
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return error(400, 'unsupported_grant_type', 'Only client_credentials is supported')
    }
    if (audience !== undefined && form.get('audience') !== audience) {
      return error(400, 'invalid_request', `The audience must be ${audience}`)
    }
    const expires = options.announced === false ? {} : { expires_in: lifetime }
    const body = { access_token: tokens.issue(), token_type: 'Bearer', ...expires }
    return { status: 200, headers: { 'Cache-Control': 'no-store' }, body }
  }

  return call => (call.method === 'POST' ? grant(call) : wrongMethod('POST'))
}

/** HTTP Basic, its two parts encoded as in a form (section 2.3.1). */
function basicOf({ headers }: Call): { id: string; secret: string } | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(String(headers.authorization ?? '')) ?? []
  if (encoded === undefined) return undefined
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':').map(decode)
  return { id, secret }
}

function decode(text: string): string {
  return new URLSearchParams(`text=${text}`).get('text') ?? ''
}
