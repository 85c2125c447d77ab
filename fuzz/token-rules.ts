import { at, type Check } from './job-run.ts'
import type { Attempt, Request } from './request.ts'
import type { Run } from './run.ts'
import type { TokenPlan } from './scenario.ts'
import type { TokenRequest } from './token-server.ts'

/** How long before its end a token is renewed: a fifth of its life, at most this, in ms. */
const LONGEST_AHEAD = 60_000

/** 10. Tokens are renewed in time, and again where one is refused; their server gets few requests. */
export function tokens(run: Run, check: Check): void {
  const { scenario, tokenServer, requests, endedAt } = run
  const plan = scenario.tokens
  if (plan === null || tokenServer === null) return
  for (const request of requests) renewal(request, run, check)
  if (plan.life > 1.3 * (plan.latency + scenario.server.latency)) surrender(run, check)
  const grants = new Map(tokenServer.requests.map(grant => [grant.token, grant]))
  const attempts = requests.flatMap(request => request.attempts)
  freshness(attempts, plan, grants, check)
  thrift(tokenServer.requests, attempts, plan, endedAt, check)
}

function isRefused({ exchange }: Attempt): boolean {
  return exchange?.ok === true && exchange.status === 401
}

/** A request whose token is refused is made again with another one, once: unless it was held, ended the wait, or there was none. */
function renewal({ attempts, landedAt, overAt, hold, about }: Request, run: Run, check: Check): void {
  const [first, second, ...others] = attempts
  check('10 a request is made twice at most', others.length === 0, () => `at ${at(first?.sentAt ?? 0)}`)
  if (first === undefined || !isRefused(first) || landedAt === null || hold > 0) return
  const isEnd = about.every(number => run.awaited[number]?.elapsed === overAt)
  const isWithoutToken = run.tokenServer?.requests.some(({ token, landedAt }) => token === null && landedAt === overAt)
  const isRenewed =
    second === undefined ? isEnd || isWithoutToken === true : second.authorization !== first.authorization
  check('10 a token that is refused is renewed', isRenewed, () => `not for the request at ${at(first.sentAt)}`)
}

/** Where tokens live long enough to arrive, a client that is refused is soon told so: after two requests about a job. */
function surrender({ awaited, requests }: Run, check: Check): void {
  awaited.forEach((_, number) => {
    const plain = requests.filter(({ about, hold, attempts }) => {
      return about.includes(number) && hold === 0 && attempts.some(({ exchange }) => exchange !== null)
    })
    const third = plain.findIndex((_, index) => {
      return index >= 2 && plain.slice(index - 2, index + 1).every(({ attempts }) => attempts.every(isRefused))
    })
    const when = (): string => `asked again at ${at(plain[third]?.askedAt ?? 0)}`
    check('10 a client that is refused is told so', third === -1, when)
  })
}

/** No request carries a token that is known to have expired, but for those that waited for it. */
function freshness(
  attempts: readonly Attempt[],
  { shownLife }: TokenPlan,
  grants: ReadonlyMap<string | null, TokenRequest>,
  check: Check
): void {
  for (const { sentAt, authorization } of attempts) {
    const { askedAt = Number.NaN, landedAt = null } = grants.get(authorization.replace('Bearer ', '')) ?? {}
    const expiresAt = askedAt + (shownLife ?? Number.POSITIVE_INFINITY)
    const right = sentAt <= Math.max(expiresAt, landedAt ?? Number.NaN)
    check('10 no token is used after its end', right, () => `at ${at(sentAt)}, it ended at ${at(expiresAt)}`)
  }
}

/** As many tokens as their life and the refusals ask for; a server in trouble is asked no more often than the API is. */
function thrift(
  requests: readonly TokenRequest[],
  attempts: readonly Attempt[],
  { shownLife }: TokenPlan,
  endedAt: number,
  check: Check
): void {
  const life = shownLife ?? Number.POSITIVE_INFINITY
  const refused = attempts.filter(isRefused).length
  const granted = requests.filter(({ token }) => token !== null).length
  const most = 2 + refused + endedAt / (life - Math.min(life / 5, LONGEST_AHEAD))
  check('10 few tokens are fetched', granted <= most, () => `${granted}, where ${most} are enough`)
}
