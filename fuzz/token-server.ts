import type { Client, Exchange, Request } from '../src/http/client.ts'
import { failureOf } from '../src/http/failure.ts'
import type { OAuthClient } from '../src/http/oauth.ts'
import type { Draw } from './random.ts'
import { isWithin, type TokenPlan } from './scenario.ts'
import { type Trouble, troubleNamed } from './trouble.ts'
import type { VirtualClock } from './virtual-clock.ts'

export const OAUTH: OAuthClient = {
  origin: 'https://login.example.com',
  path: '/token',
  proxy: null,
  id: 'await-job',
  secret: 'secret',
  scope: '',
  audience: ''
}

/** One request for a token. Times are ms from the start of the wait. */
export interface TokenRequest {
  readonly askedAt: number
  /** null for a request that failed, or was refused. */
  readonly token: string | null
  /** When the server issued the token. */
  readonly issuedAt: number
  landedAt: number | null
}

export interface TokenServer {
  readonly client: Client
  readonly requests: readonly TokenRequest[]
  /** Whether the API accepts what a request carries at a time. */
  readonly accepts: (authorization: string, time: number) => boolean
  /** Whether no use of a token could have been early enough, and its shown life did not say so. */
  readonly isStillborn: (authorization: string, sentAt: number, arrivesAt: number) => boolean
  /** Whether it truly refuses the client at a time. */
  readonly refuses: (time: number) => boolean
}

/** `requestTimeout`: how long the client waits for an answer, in ms. */
export function createTokenServer(
  plan: TokenPlan,
  requestTimeout: number,
  clock: VirtualClock,
  draw: Draw
): TokenServer {
  const origin = clock.now()
  const requests: TokenRequest[] = []
  const issued = new Map<string, number>()
  const open = new Set<() => void>()
  const refuses = (time: number): boolean => plan.refusedFrom !== null && time >= plan.refusedFrom
  return { client: { send, close }, requests, accepts, isStillborn, refuses }

  function accepts(authorization: string, time: number): boolean {
    const issuedAt = issued.get(authorization.replace('Bearer ', ''))
    if (issuedAt === undefined) throw new Error(`a token that was never issued: ${authorization}`)
    const isRevoked = plan.revokedAt !== null && issuedAt < plan.revokedAt && plan.revokedAt <= time
    return time < issuedAt + plan.life && !isRevoked
  }

  function isStillborn(authorization: string, sentAt: number, arrivesAt: number): boolean {
    const request = requests.find(({ token }) => authorization === `Bearer ${token}`)
    if (request === undefined || plan.shownLife === plan.life) return false
    return sentAt === request.landedAt && arrivesAt >= request.issuedAt + plan.life
  }

  function send({ body, headers }: Request): Promise<Exchange> {
    const askedAt = clock.now() - origin
    const roundTrip = plan.latency * draw.between(1, 1.3)
    const arrivesAt = askedAt + roundTrip / 2
    const trouble = troubleAt(arrivesAt)
    const isKnown =
      plan.place === 'header' ? headers?.authorization?.startsWith('Basic ') : body?.includes('client_secret=')
    const isLate = trouble?.failure === 'hang' || roundTrip > requestTimeout
    const isGranted = trouble === null && isKnown === true && !refuses(arrivesAt) && !isLate
    const token = isGranted ? `token-${requests.length}` : null
    if (token !== null) issued.set(token, arrivesAt)
    const request: TokenRequest = { askedAt, token, issuedAt: arrivesAt, landedAt: null }
    requests.push(request)
    const exchange = isLate
      ? ({ ok: false, failure: failureOf(null, requestTimeout) } as const)
      : answer(trouble, token)
    return new Promise(resolve => {
      const land = (): void => {
        open.delete(forget)
        request.landedAt = clock.now() - origin
        resolve(exchange)
      }
      const forget = clock.at(origin + askedAt + (isLate ? requestTimeout : roundTrip), land)
      open.add(forget)
    })
  }

  function troubleAt(time: number): Trouble | null {
    const spell = plan.weather.find(one => isWithin(one, time) && draw.chance(one.share))
    return spell === undefined ? null : troubleNamed(draw.pick(spell.kinds))
  }

  function answer(trouble: Trouble | null, token: string | null): Exchange {
    if (trouble !== null && trouble.failure !== undefined && trouble.failure !== 'hang')
      return { ok: false, failure: trouble.failure }
    if (trouble !== null) return received(trouble.status ?? 500, trouble.body?.('{}', draw) ?? '')
    if (token === null) return received(401, JSON.stringify({ error: 'invalid_client' }))
    const expires_in = plan.shownLife === null ? undefined : plan.shownLife / 1_000
    return received(200, JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in }))
  }

  function received(status: number, body: string): Exchange {
    return { ok: true, status, reason: '', headers: { 'content-type': 'application/json' }, body }
  }

  function close(): void {
    for (const forget of open) forget()
    open.clear()
  }
}
