import { withTokens } from '../src/ask/tokens.ts'
import type { Client, Request as ClientRequest, Exchange } from '../src/http/client.ts'
import { failureOf } from '../src/http/failure.ts'
import { createAnswers } from './answers.ts'
import { createDraw, type Draw } from './random.ts'
import { type Attempt, type Request, saying } from './request.ts'
import { BROKEN, createResponses, type Plan } from './responses.ts'
import type { JobPlan, Scenario } from './scenario.ts'
import { createTokenServer, OAUTH, type TokenServer } from './token-server.ts'
import type { Said } from './trouble.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface ModelServer {
  readonly client: Client
  /** Every request, in the order in which they came: one that is made again with another token is one. */
  readonly requests: readonly Request[]
  /** Requests that are under way: each holds a listener. */
  readonly open: () => number
  /** A job's body at a time. */
  readonly bodyOf: (job: JobPlan, time: number) => Readonly<Record<string, unknown>>
  /** The server's clock at a time, in epoch ms. */
  readonly clock: (time: number) => number
  /** null where requests carry no token. */
  readonly tokenServer: TokenServer | null
}

/** A request on its way to the server, and what becomes of it. */
interface Sent extends ClientRequest {
  readonly request: Request
}

/** A server as the scenario has it. `epoch`: its time at the start of the wait; `isOver`: whether the wait has ended. */
export function createServer(
  scenario: Scenario,
  clock: VirtualClock,
  epoch: number,
  draw: Draw,
  isOver: () => boolean
): ModelServer {
  const { server, requestTimeout, tokens, seed } = scenario
  const origin = clock.now()
  const requests: Request[] = []
  const secrets = new Set<string>()
  const tokenServer = tokens && createTokenServer(tokens, requestTimeout, clock, createDraw(seed, 'tokens'))
  let open = 0

  const serverClock = (time: number): number => {
    const stepped = server.dateSteps.filter(({ at }) => at <= time).reduce((sum, { by }) => sum + by, 0)
    return Math.floor(epoch + server.skew + time + stepped)
  }
  const responses = createResponses(server, { server: serverClock, wall: clock.wall }, draw)
  const { route, pagesBefore, bodyOf } = createAnswers(scenario, serverClock, responses, draw)
  const transport: Client = { send: (sent, signal) => transmit(sent as Sent, signal), close: () => {} }
  const keepSecret = (token: string): void => void secrets.add(token)
  const sender =
    tokenServer === null
      ? transport
      : withTokens(transport, OAUTH, { tokenClient: tokenServer.client, clock, keepSecret })

  return {
    requests,
    open: () => open,
    clock: serverClock,
    bodyOf,
    tokenServer,
    client: { send, close: sender.close }
  }

  async function send(asked: ClientRequest, signal: AbortSignal): Promise<Exchange> {
    const request = startRequest(asked)
    const earlier = pagesBefore(request, asked.path)
    for (const page of earlier) Object.assign(page, { landedAt: null, overAt: Number.POSITIVE_INFINITY })
    request.questionAt = earlier[0]?.askedAt ?? request.askedAt
    open += 1
    const sent: Sent = { ...asked, request }
    const exchange = await sender.send(sent, signal)
    open -= 1
    request.overAt = clock.now() - origin
    if (exchange !== request.attempts.at(-1)?.exchange) withoutAnswer(request, exchange)
    if (!signal.aborted) request.landedAt = request.overAt
    const { overAt } = request
    /** What the pages before have said counts even if the list is given up. */
    const landedAt = signal.aborted && isOver() ? null : overAt
    request.floor = Math.max(request.floor, ...earlier.map(({ floor }) => floor))
    for (const page of earlier) Object.assign(page, { landedAt, overAt, floor: request.floor })
    return exchange
  }

  function startRequest({ path, hold }: ClientRequest): Request {
    const askedAt = clock.now() - origin
    const { answer, ...what } = route(path)
    const request: Request = {
      ...what,
      ...unanswered(what.about, null),
      askedAt,
      questionAt: askedAt,
      readAt: askedAt,
      hold,
      more: what.list && path.includes('offset='),
      answer,
      attempts: [],
      landedAt: null,
      overAt: Number.POSITIVE_INFINITY
    }
    requests.push(request)
    return request
  }

  /** No token was to be had, or none that lived long enough. */
  function withoutAnswer(request: Request, exchange: Exchange): void {
    const isRefused = !exchange.ok && exchange.failure.why === 'denied' && tokenServer?.refuses(clock.now() - origin)
    Object.assign(request, unanswered(request.about, 'token', isRefused ? 'barred' : 'fault'))
  }

  function transmit({ request, headers = {}, hold }: Sent, signal: AbortSignal): Promise<Exchange> {
    const sentAt = clock.now() - origin
    const roundTrip = server.latency * draw.between(1, 1.3)
    const plan = answerTo(request, headers.authorization ?? '', sentAt, sentAt + roundTrip / 2)
    const landsAt = plan.exchange === 'hang' ? Number.POSITIVE_INFINITY : plan.answersAt + roundTrip / 2
    const limit = hold + requestTimeout
    const timesOut = landsAt > sentAt + limit
    const failed = timesOut || plan.exchange === 'hang' || !plan.exchange.ok
    const attempt: Attempt = { sentAt, authorization: headers.authorization ?? '', exchange: null }
    request.attempts.push(attempt)
    Object.assign(request, {
      readAt: plan.readAt,
      said: timesOut ? saying(plan.about, 'fault') : plan.said,
      well: plan.trouble === null && !failed,
      trouble: timesOut ? 'timed out' : plan.trouble,
      cut: !timesOut && isCut(plan.exchange),
      page: !timesOut && plan.page === true,
      dated: server.dates && !failed,
      floor: 0
    })
    return new Promise(resolve => {
      const settle = (exchange: Exchange): void => {
        attempt.exchange = exchange
        forget()
        signal.removeEventListener('abort', callOff)
        resolve(exchange)
      }
      const callOff = (): void => settle({ ok: false, failure: BROKEN })
      const land = (): void => {
        const landedAt = clock.now() - origin
        if (overslept(landedAt, Math.min(landsAt, sentAt + limit))) {
          Object.assign(request, unanswered(plan.about, 'broken'), { cut: true })
          settle({ ok: false, failure: BROKEN })
        } else if (request.trouble === 'broken') settle({ ok: false, failure: BROKEN })
        else if (timesOut) settle({ ok: false, failure: failureOf(null, limit) })
        else {
          request.floor = responses.floorOf(plan)
          settle(plan.exchange as Exchange)
        }
      }
      const forget = clock.at(origin + Math.min(landsAt, sentAt + limit), land)
      signal.addEventListener('abort', callOff)
      if (signal.aborted) callOff()
    })
  }

  /** The server checks the token when the request arrives and, perhaps, again when it answers. */
  function answerTo(request: Request, authorization: string, sentAt: number, arrivesAt: number): Plan {
    if (tokenServer === null || tokens === null) return request.answer(request.hold, arrivesAt)
    if (!secrets.has(authorization.replace('Bearer ', ''))) throw new Error(`not kept secret: ${authorization}`)
    const plan = request.answer(request.hold, arrivesAt)
    if (plan.trouble === 'barred') return plan
    if (!tokenServer.accepts(authorization, arrivesAt)) {
      const isOver = tokenServer.refuses(arrivesAt) || tokenServer.isStillborn(authorization, sentAt, arrivesAt)
      return refusal(request, arrivesAt, isOver)
    }
    const isTooLate = tokens.endsHolds && request.hold > 0 && !tokenServer.accepts(authorization, plan.answersAt)
    return isTooLate ? refusal(request, plan.answersAt, tokenServer.refuses(plan.answersAt)) : plan
  }

  /** `isFinal`: whether no token would be accepted. */
  function refusal({ about }: Request, at: number, isFinal: boolean): Plan {
    return isFinal ? responses.troubled(['barred'], about, at, () => ({})) : responses.expired(about, at)
  }

  /** Whether the machine slept when the answer should have come: the connection did not live that long. */
  function overslept(landedAt: number, due: number): boolean {
    return landedAt - due > 10_000
  }
}

/** What a request brings that is not answered. */
function unanswered(about: readonly number[], trouble: Request['trouble'], said: Said = 'fault') {
  return { said: saying(about, said), well: false, trouble, page: false, cut: false, dated: false, floor: 0 }
}

function isCut(exchange: Exchange | 'hang'): boolean {
  if (exchange === 'hang') return false
  return exchange.ok ? exchange.status === 502 || exchange.status === 504 : exchange.failure.why === 'cut'
}
