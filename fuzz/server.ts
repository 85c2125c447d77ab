import type { Client, Exchange } from '../src/http/client.ts'
import { failureOf } from '../src/http/failure.ts'
import { createAnswers } from './answers.ts'
import type { Draw } from './random.ts'
import { type Request, saying } from './request.ts'
import { BROKEN, createResponses, type Plan } from './responses.ts'
import type { JobPlan, Scenario } from './scenario.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface ModelServer {
  readonly client: Client
  /** Every request, in the order in which they came. */
  readonly requests: readonly Request[]
  /** Requests that are under way: each holds a listener. */
  readonly open: () => number
  /** A job's body at a time. */
  readonly bodyOf: (job: JobPlan, time: number) => Readonly<Record<string, unknown>>
  /** The server's clock at a time, in epoch ms. */
  readonly clock: (time: number) => number
}

/** A server as the scenario has it. `origin` is the clock's time at the start of the wait; `epoch` the server's then. */
export function createServer(scenario: Scenario, clock: VirtualClock, epoch: number, draw: Draw): ModelServer {
  const { server, requestTimeout } = scenario
  const origin = clock.now()
  const requests: Request[] = []
  let open = 0

  const serverClock = (time: number): number => {
    const stepped = server.dateSteps.filter(({ at }) => at <= time).reduce((sum, { by }) => sum + by, 0)
    return Math.floor(epoch + server.skew + time + stepped)
  }
  const responses = createResponses(server, { server: serverClock, wall: clock.wall }, draw)
  const { answer, pagesBefore, bodyOf } = createAnswers(scenario, serverClock, responses, draw)

  return {
    requests,
    open: () => open,
    clock: serverClock,
    bodyOf,
    client: { send, close: () => {} }
  }

  function send({ path, hold }: { path: string; hold: number }, signal: AbortSignal): Promise<Exchange> {
    const askedAt = clock.now() - origin
    const roundTrip = server.latency * draw.between(1, 1.3)
    const { plan, list, details, beyond } = answer(path, hold, askedAt + roundTrip / 2)
    const landsAt = plan.exchange === 'hang' ? Number.POSITIVE_INFINITY : plan.answersAt + roundTrip / 2
    const limit = hold + requestTimeout
    const timesOut = landsAt > askedAt + limit
    const failed = timesOut || plan.exchange === 'hang' || !plan.exchange.ok
    const request: Request = {
      askedAt,
      questionAt: askedAt,
      readAt: plan.readAt,
      hold,
      list,
      details,
      beyond,
      about: plan.about,
      said: timesOut ? saying(plan.about, 'fault') : plan.said,
      well: plan.trouble === null && !failed,
      trouble: timesOut ? 'timed out' : plan.trouble,
      cut: !timesOut && isCut(plan.exchange),
      page: !timesOut && plan.page === true,
      more: list && path.includes('offset='),
      dated: server.dates && !failed,
      landedAt: null,
      overAt: Number.POSITIVE_INFINITY,
      floor: 0
    }
    requests.push(request)
    open += 1
    const earlier = pagesBefore(request, path)
    for (const page of earlier) Object.assign(page, { landedAt: null, overAt: Number.POSITIVE_INFINITY })
    request.questionAt = earlier[0]?.askedAt ?? askedAt
    return new Promise(resolve => {
      const settle = (exchange: Exchange): void => {
        open -= 1
        request.overAt = clock.now() - origin
        const { landedAt, floor, overAt } = request
        for (const page of earlier) Object.assign(page, { landedAt, overAt, floor: Math.max(page.floor, floor) })
        forget()
        signal.removeEventListener('abort', callOff)
        resolve(exchange)
      }
      const callOff = (): void => settle({ ok: false, failure: BROKEN })
      const land = (): void => {
        request.landedAt = clock.now() - origin
        if (overslept(request.landedAt, Math.min(landsAt, askedAt + limit))) breakOff(request, plan)
        if (request.trouble === 'broken') settle({ ok: false, failure: BROKEN })
        else if (timesOut) settle({ ok: false, failure: failureOf(null, limit) })
        else {
          request.floor = Math.max(responses.floorOf(plan), ...earlier.map(({ floor }) => floor))
          settle(plan.exchange as Exchange)
        }
      }
      const forget = clock.at(origin + Math.min(landsAt, askedAt + limit), land)
      signal.addEventListener('abort', callOff)
      if (signal.aborted) callOff()
    })
  }

  /** Whether the machine slept when the answer should have come: the connection did not live that long. */
  function overslept(landedAt: number, due: number): boolean {
    return landedAt - due > 10_000
  }

  function breakOff(request: Request, plan: Plan): void {
    const said = saying(plan.about, 'fault')
    Object.assign(request, { said, well: false, trouble: 'broken', page: false, cut: true, dated: false })
  }
}

function isCut(exchange: Exchange | 'hang'): boolean {
  if (exchange === 'hang') return false
  return exchange.ok ? exchange.status === 502 || exchange.status === 504 : exchange.failure.why === 'cut'
}
