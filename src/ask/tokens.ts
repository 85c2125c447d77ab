import type { Client, Exchange, Request } from '../http/client.ts'
import { authorizationOf } from '../http/credentials.ts'
import type { Failure } from '../http/failure.ts'
import type { OAuthClient } from '../http/oauth.ts'
import type { Clock } from '../time/clock.ts'
import { createTokenEndpoint, type Grant, type Token } from './token-endpoint.ts'

export interface TokenOptions {
  /** A client for the token server alone. */
  readonly tokenClient: Client
  readonly clock: Clock
  /** Called with each token before its first use. */
  readonly keepSecret: (token: string) => void
}

/** So many new tokens refused in a row are no accident: the client is what is refused. */
const MOST_REFUSALS = 2

/**
 * A client whose requests carry a token: fetched before the first, renewed before it expires, and once for a request that is
 * answered 401, which the server has not executed. A 401 counts when new tokens are refused, one after the other. Until then
 * it is a fault: a single one may have expired or been revoked on the way, or during a long poll. The token goes where `client`
 * goes, and nowhere else.
 */
export function withTokens(client: Client, oauth: OAuthClient, options: TokenOptions): Client {
  const { clock } = options
  const tokens = createTokens(oauth, options)
  let refusals = 0
  return {
    send: async (request, signal) => {
      const isHeld = request.method === 'GET' && request.hold > 0
      const first = await attempt(request, isHeld, signal)
      const last = isDoubtful(first) && !isHeld ? await attempt(request, isHeld, signal) : first
      return isDoubtful(last) ? EXPIRED : last
    },
    close: () => {
      client.close()
      options.tokenClient.close()
    }
  }

  async function attempt(request: Request, isHeld: boolean, signal: AbortSignal): Promise<Exchange> {
    const startedAt = clock.now()
    const grant = await tokens.get(signal)
    if ('failure' in grant) return { ok: false, failure: grant.failure }
    const { value, askedAt, expiresAt } = grant.token
    const authorization = authorizationOf({ token: value })
    const exchange = await client.send({ ...request, headers: { ...request.headers, authorization } }, signal)
    const isNew = askedAt >= startedAt && !isHeld && clock.now() < expiresAt
    if (!isRefused(exchange)) refusals = 0
    else if (tokens.drop(grant.token) && isNew) refusals += 1
    return exchange
  }

  function isDoubtful(exchange: Exchange): boolean {
    return isRefused(exchange) && refusals < MOST_REFUSALS
  }
}

function isRefused(exchange: Exchange): boolean {
  return exchange.ok && exchange.status === 401
}

/** The server has not executed the request. */
const EXPIRED: Exchange = {
  ok: false,
  failure: { why: 'other', what: 'the server answered 401: the token may have expired', fatal: false, sent: false }
}

/** The tokens of a client, fetched as they are needed: one for all requests. */
interface Tokens {
  /**
   * Resolves with a token that has not expired, or why there is none: at once where there is one, even if it is to be renewed,
   * and when `signal` aborts.
   */
  readonly get: (signal: AbortSignal) => Promise<Grant>
  /** Forgets a token that the server did not accept. Returns whether it was the latest. */
  readonly drop: (token: Token) => boolean
}

/** How long before its end a token is renewed: a fifth of its life, at most this, in ms. */
const LONGEST_AHEAD = 60_000
/** How long a token that could not be renewed is used before the next try, in ms, if it does not expire before. */
const NEXT_RENEWAL = 5_000

function createTokens(oauth: OAuthClient, { tokenClient, clock, keepSecret }: TokenOptions): Tokens {
  const request = createTokenEndpoint(oauth, tokenClient, clock)
  let current: Token | null = null
  let renewAt = 0
  let pending: Promise<Grant> | null = null
  return {
    get: async signal => {
      const token = current
      if (token !== null && clock.now() < renewAt) return { token }
      pending ??= renew().finally(() => {
        pending = null
      })
      return token !== null && clock.now() < token.expiresAt ? { token } : orAborted(pending, signal)
    },
    drop: token => {
      const isLatest = current === token
      if (isLatest) current = null
      return isLatest
    }
  }

  async function renew(): Promise<Grant> {
    const grant = await request()
    if ('token' in grant) {
      const { value, askedAt, expiresAt } = grant.token
      keepSecret(value)
      current = grant.token
      renewAt = expiresAt - Math.min((expiresAt - askedAt) / 5, LONGEST_AHEAD)
      return grant
    }
    if (current !== null) renewAt = Math.min(clock.now() + NEXT_RENEWAL, current.expiresAt)
    return grant
  }
}

const ABORTED: Failure = { why: 'other', what: 'the request was given up', fatal: false, sent: false }

function orAborted(grant: Promise<Grant>, signal: AbortSignal): Promise<Grant> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve({ failure: ABORTED })
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    grant.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
