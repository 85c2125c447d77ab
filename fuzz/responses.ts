import { STATUS_CODES } from 'node:http'
import type { Exchange } from '../src/http/client.ts'
import { failureOf } from '../src/http/failure.ts'
import type { Reading } from './jobs.ts'
import type { Draw } from './random.ts'
import { type Request, saying } from './request.ts'
import { drawRetryAfter, type RetryAfter } from './retry-after.ts'
import type { ServerPlan } from './scenario.ts'
import { type Said, type Trouble, type TroubleName, troubleNamed } from './trouble.ts'

/** What the server is about to send. */
export interface Plan {
  readonly answersAt: number
  readonly exchange: Exchange | 'hang'
  readonly said: Map<number, Said>
  /** Every job that it was to tell of. */
  readonly about: readonly number[]
  readonly readAt: number
  readonly trouble: Request['trouble']
  readonly page?: true
  readonly retry: RetryAfter | null
}

export const BROKEN = failureOf(Object.assign(new Error('simulated'), { code: 'ECONNRESET' }), null)

/** The clocks that responses depend on: the server's at a time (epoch ms), and the client's now. */
export interface Clocks {
  readonly server: (time: number) => number
  readonly wall: () => number
}

/** What a server sends, well or not. */
export type Responses = ReturnType<typeof createResponses>

export function createResponses(server: ServerPlan, clocks: Clocks, draw: Draw) {
  return { wellDone, troubled, cutOff, expired, floorOf }

  function wellDone(body: Reading['body'], said: Plan['said'], about: Plan['about'], readAt: number): Plan {
    const retry = draw.chance(server.retryAfter) ? drawRetryAfter(draw, dateAt(readAt) ?? clocks.wall()) : null
    const text = `${draw.chance(0.02) ? '\uFEFF' : ''}${JSON.stringify(body)}`
    const exchange = received(200, text, readAt, retry)
    return { answersAt: readAt, readAt, exchange, said, about, trouble: null, retry }
  }

  /** `name`: what to record as the trouble, by default its kind; null: the server works as it should. */
  function troubled(
    kinds: readonly [TroubleName, ...TroubleName[]],
    numbers: readonly number[],
    at: number,
    well: () => Reading['body'],
    name?: 'blind' | null,
    list = false
  ): Plan {
    const kind = draw.pick(kinds)
    const trouble: Trouble = troubleNamed(kind)
    const said = saying(numbers, list ? (trouble.ofList ?? trouble.said) : trouble.said)
    const note = name === undefined ? kind : name
    const page = trouble.page === undefined ? {} : { page: trouble.page }
    const common = { answersAt: at, readAt: at, said, about: numbers, trouble: note, ...page }
    if (trouble.failure === 'hang') return { ...common, exchange: 'hang', retry: null }
    if (trouble.failure !== undefined) {
      return { ...common, exchange: { ok: false, failure: trouble.failure }, retry: null }
    }
    const retry = note !== null && draw.chance(0.4) ? drawRetryAfter(draw, dateAt(at) ?? clocks.wall()) : null
    const body = trouble.body?.(JSON.stringify(well()), draw) ?? ''
    return { ...common, exchange: received(trouble.status ?? 500, body, at, retry, trouble.headers), retry }
  }

  function cutOff(number: number, at: number, trouble: 'cut' | 'broken'): Plan {
    const said = saying([number], 'fault')
    const exchange: Exchange = draw.chance(0.5)
      ? { ok: false, failure: BROKEN }
      : received(draw.pick([502, 504]), '<h1>Gateway</h1>', at, null)
    return { answersAt: at, readAt: at, exchange, said, about: [number], trouble, retry: null }
  }

  /** The token is not accepted, although the client is. */
  function expired(about: Plan['about'], at: number): Plan {
    const exchange = received(401, draw.chance(0.5) ? '' : '{"error":{"message":"expired","code":"6691623"}}', at, null)
    return { answersAt: at, readAt: at, exchange, said: saying(about, 'fault'), about, trouble: 'token', retry: null }
  }

  /** The answer's `Date`, in epoch ms: whole seconds. */
  function dateAt(time: number): number | null {
    return server.dates ? Math.floor(clocks.server(time) / 1_000) * 1_000 : null
  }

  /** What an answer that lands now asks for: a date counts from the answer's own `Date`, else from the client's clock. */
  function floorOf({ retry, readAt }: Plan): number {
    if (retry === null) return 0
    return retry.until === undefined ? retry.ms : Math.max(0, retry.until - (dateAt(readAt) ?? clocks.wall()))
  }

  function received(
    status: number,
    body: string,
    at: number,
    retry: RetryAfter | null,
    headers: Readonly<Record<string, string>> = {}
  ): Exchange {
    const date = dateAt(at)
    return {
      ok: true,
      status,
      reason: STATUS_CODES[status] ?? '',
      headers: {
        'content-type': 'application/json',
        ...(date === null ? {} : { date: new Date(date).toUTCString() }),
        ...(retry === null ? {} : { 'retry-after': retry.header }),
        ...headers
      },
      body
    }
  }
}
