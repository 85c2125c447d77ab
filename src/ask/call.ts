import type { Client, Exchange, Received } from '../http/client.ts'
import { apiOfCall, type Call } from '../jobs/call.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import { asObject, asObjects, asText, type JsonObject } from '../jobs/json.ts'
import { fromBodies, holdsJob, type Place } from '../jobs/reference.ts'
import { type Attempt, type RetryLimits, type RetryOptions, retry } from '../wait/retry.ts'
import { classifyBody, describeExchange, errorOf, parseJson } from './answer.ts'
import { timing } from './pages.ts'

/** What came of a call. `status` is the HTTP status of its answer, null where there was none. */
export type Called = { readonly status: number | null } & (
  | { readonly kind: 'accepted'; readonly references: readonly JobReference[]; readonly incomplete: boolean }
  /** The server did all of it at once. */
  | { readonly kind: 'done'; readonly result: JsonObject }
  /** `reason` is a sentence for a person; `errorCode` the server's own, '' where it gave none. */
  | {
      readonly kind: 'refused' | 'unreachable' | 'unrecognized' | 'timeout' | 'cancelled'
      readonly reason: string
      readonly errorCode: string
    }
)

/** What the server says of a call that it has not taken: ONTAP's "try again later". */
const NOT_TAKEN = '262160'

interface CallOptions extends RetryOptions {
  readonly client: Client
}

/**
 * Makes the call. It changes something, so it is sent once: again only where it cannot have reached the server, or where
 * the server says that it was not taken.
 */
export async function makeCall(call: Call, place: Place, limits: RetryLimits, options: CallOptions): Promise<Called> {
  const { client, clock, stop } = options
  const calledAt = clock.now()
  const outcome = await retry(attempt, limits, options)
  if ('gaveUp' in outcome) {
    return { kind: outcome.gaveUp, status: null, reason: `the call was not taken: ${outcome.error}`, errorCode: '' }
  }
  return outcome.value

  async function attempt(): Promise<Attempt<Called>> {
    const { method, path, body, returnTimeout } = call
    const query =
      returnTimeout === null ? '' : `${path.includes('?') ? '&' : '?'}return_timeout=${returnTimeout / 1_000}`
    const request = { method, path: `${path}${query}`, hold: returnTimeout ?? 0, body }
    const exchange = await client.send(request, stop)
    const reason = describeExchange(exchange)
    if (isNotTaken(exchange)) {
      const unresolved = !exchange.ok && exchange.failure.why === 'unresolved'
      return { error: reason, unresolved, retryAfter: timing(exchange, clock.wall).retryAfter }
    }
    if (exchange.ok && !isGatewayFailure(exchange)) return { value: readAnswer(exchange, place) }
    const status = exchange.ok ? exchange.status : null
    if (!exchange.ok && !exchange.failure.sent) {
      return { value: { kind: 'unreachable', status, reason: `the call was not sent: ${reason}`, errorCode: '' } }
    }
    const doubt = `${reason}. The server may have taken the call`
    if (stop.aborted) return { value: { kind: 'cancelled', status, reason: doubt, errorCode: '' } }
    return { value: { kind: 'unreachable', status, reason: `${doubt}. ${await candidates()}`, errorCode: '' } }
  }

  async function candidates(): Promise<string> {
    const api = apiOfCall(call, place)
    if (api === undefined || api.newestQuery === null) return 'Look at the server before you call again.'
    const path = `${place.root}${api.collection}?${api.newestQuery}`
    const exchange = await client.send({ method: 'GET', path, hold: 0 }, stop)
    const body = classifyBody(exchange, api)
    const { serverNow } = timing(exchange, clock.wall)
    const since = (serverNow ?? clock.wall()) - (clock.now() - calledAt) - CLOCK_GRAIN
    const jobs = 'kind' in body ? [] : asObjects(body.object.records).flatMap(record => api.read(record) ?? [])
    const recent = jobs.filter(job => job.startedAt !== null && job.startedAt >= since)
    if (recent.length === 0) return `No job of that time was found at ${path}: look there before you call again.`
    return `Jobs of that time, one of which could be it: ${recent.map(candidate).join(', ')}.`
  }
}

/** How much a server's times may be off by rounding, in ms. */
const CLOCK_GRAIN = 2_000

function candidate({ key, name, state }: Job): string {
  const about = [name, state].filter(Boolean).join(', ')
  return about === '' ? key : `${key} (${about})`
}

/** Whether the call can be made again: it did not reach the server, or the server says that it did not take it. */
function isNotTaken(exchange: Exchange): boolean {
  if (!exchange.ok) return !exchange.failure.sent && !exchange.failure.fatal
  return exchange.status === 429 || errorOf(exchange.body).code === NOT_TAKEN
}

/** A 5xx without an error of the API's own says nothing of what became of the call. */
function isGatewayFailure({ status, body }: Received): boolean {
  return status >= 500 && errorOf(body).message === ''
}

function readAnswer(exchange: Received, place: Place): Called {
  const { status, body } = exchange
  const reason = describeExchange(exchange)
  const { code: errorCode, message } = errorOf(body)
  if (status >= 300 || message !== '') return { kind: 'refused', status, reason, errorCode }
  const object = asObject(parseJson(body))
  if (object !== null && status !== 202 && !holdsJob(object)) return { kind: 'done', status, result: object }
  if (body.trim() === '' && (status === 201 || status === 204)) return { kind: 'done', status, result: {} }
  const { references, faults } = fromBodies(body, place)
  if (faults.length === 0) return { kind: 'accepted', status, references, incomplete: hasNext(object) }
  return { kind: 'unrecognized', status, reason: `${reason}, and the body ${faults.join('; ')}`, errorCode }
}

function hasNext(body: JsonObject | null): boolean {
  return asText(asObject(asObject(body?._links)?.next)?.href) !== ''
}
