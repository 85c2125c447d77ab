import type { Client, Exchange, Received } from '../http/client.ts'
import { failedIn, fromAnswer, namesJob } from '../jobs/accepted.ts'
import type { Api, Complaint } from '../jobs/api.ts'
import { apiOfCall, type Call } from '../jobs/call.ts'
import { type EndedJob, type Job, UNKNOWN_JOB } from '../jobs/job.ts'
import { asObject, type JsonObject, parseJson, saysError } from '../jobs/json.ts'
import { type Place, splitCall } from '../jobs/place.ts'
import { quoteJson } from '../jobs/quote.ts'
import type { JobReference } from '../jobs/reference.ts'
import { plainText } from '../text/plain-text.ts'
import { type Attempt, OUT_OF_TIME, type RetryLimits, type RetryOptions, retry } from '../wait/retry.ts'
import { classifyBody, complaintIn, describeExchange, excerpt, httpAnswer } from './answer.ts'
import { timing } from './pages.ts'

/** What came of a call. `status` is the HTTP status of its answer, null where there was none. */
export type Called = { readonly status: number | null } & (
  | {
      readonly kind: 'accepted'
      readonly references: readonly JobReference[]
      readonly incomplete: boolean
      /** What the server did not even start; null where it started everything. */
      readonly failed: Job | null
    }
  /** The server did it at once. `failed` says what of it failed; null where nothing did. */
  | { readonly kind: 'done'; readonly result: JsonObject; readonly failed: Job | null }
  /** `reason` is a sentence for a person; `errorCode` the server's own, '' where it gave none. */
  | {
      readonly kind: 'refused' | 'unauthorized' | 'unreachable' | 'unrecognized' | 'timeout' | 'cancelled'
      readonly reason: string
      readonly errorCode: string
    }
)

interface CallOptions extends RetryOptions {
  readonly client: Client
}

/**
 * Makes the call. It changes something, so it is sent once: again only where it cannot have reached the server, or where
 * the server says that it did not execute it.
 */
export async function makeCall(call: Call, place: Place, limits: RetryLimits, options: CallOptions): Promise<Called> {
  const { client, clock, stop } = options
  const calledAt = clock.now()
  const api = apiOfCall(call, place)
  const apis = api === undefined ? place.apis : [api]
  const outcome = await retry(attempt, limits, options)
  if ('gaveUp' in outcome) {
    return { kind: outcome.gaveUp, status: null, reason: `the call was not executed: ${outcome.error}`, errorCode: '' }
  }
  return outcome.value

  async function attempt(signal: AbortSignal): Promise<Attempt<Called>> {
    const exchange = await client.send(call, signal)
    const isLate = !exchange.ok && signal.reason === OUT_OF_TIME
    const reason = isLate ? OUT_OF_TIME : describeExchange(exchange, apis)
    const complaint = exchange.ok ? complaintIn(exchange, apis) : null
    if (isNotTaken(exchange, complaint)) {
      const unresolved = !exchange.ok && exchange.failure.why === 'unresolved'
      return { error: reason, unresolved, retryAfter: timing(exchange, clock.wall).retryAfter }
    }
    if (exchange.ok && (exchange.status < 500 || complaint?.means === 'unapproved')) {
      const called = readAnswer(exchange, call, place, apis)
      return { value: awaitOperation(called, exchange, call, place, sinceCall(exchange)) }
    }
    const status = exchange.ok ? exchange.status : null
    const errorCode = (exchange.ok ? complaint?.code : exchange.failure.code) ?? ''
    if (!exchange.ok && !exchange.failure.sent) {
      const kind = exchange.failure.why === 'denied' ? 'unauthorized' : 'unreachable'
      return { value: { kind, status, reason: `the call was not sent: ${reason}`, errorCode } }
    }
    const doubt = `${reason}. The server may have executed the call`
    if (stop.aborted) return { value: { kind: 'cancelled', status, reason: doubt, errorCode } }
    return { value: { kind: 'unreachable', status, reason: `${doubt}. ${await candidates(signal)}`, errorCode } }
  }

  /** The time of the call on the server's clock, in epoch ms, as an answer to a later request shows it. */
  function sinceCall(exchange: Exchange): number {
    const { serverNow } = timing(exchange, clock.wall)
    return (serverNow ?? clock.wall()) - (clock.now() - calledAt) - CLOCK_GRAIN
  }

  async function candidates(signal: AbortSignal): Promise<string> {
    const list = api?.list
    if (api === undefined || list?.search === undefined || clock.now() >= limits.deadline) return CHECK_FIRST
    const path = `${place.root}${splitCall(call.path, place).under}${list.search.newest}`
    const exchange = await client.send({ method: 'GET', path, hold: 0 }, signal)
    const body = classifyBody(exchange, api)
    const since = sinceCall(exchange)
    const jobs = 'kind' in body ? [] : (list.jobs(body.object) ?? [])
    const recent = jobs.filter(job => job !== null).filter(job => job.startedAt !== null && job.startedAt >= since)
    if (recent.length === 0)
      return `No job from that time was found at ${path}: check there before you repeat the call.`
    return `Jobs from that time, one of which may be it: ${recent.map(candidate).join(', ')}.`
  }
}

const CHECK_FIRST = 'Check the server before you repeat the call.'
/** How much a server's times may be off by rounding, in ms. */
const CLOCK_GRAIN = 2_000

function candidate({ key, name, state }: Job): string {
  const about = [name, state].filter(Boolean).join(', ')
  return about === '' ? key : `${key} (${about})`
}

/** Whether the call can be made again: it did not reach the server, or the server says that it did not take it. */
function isNotTaken(exchange: Exchange, complaint: Complaint | null): boolean {
  if (!exchange.ok) return !exchange.failure.sent && !exchange.failure.fatal
  return exchange.status === 429 || complaint?.means === 'not-taken'
}

function readAnswer(received: Received, call: Call, place: Place, apis: readonly Api[]): Called {
  const { status } = received
  const answer = httpAnswer(received)
  const reason = describeExchange(received, apis)
  const { code: errorCode = '', message = '', means = 'other' } = complaintIn(received, apis) ?? {}
  const { references: named, faults } = fromAnswer(answer, place)
  const isError = status >= 300 || (message !== '' && named.length === 0)
  if (isError && means !== 'unapproved' && (status === 401 || status === 403 || means === 'denied')) {
    return { kind: 'unauthorized', status, reason: `${reason}. Nothing was started`, errorCode }
  }
  if (isError) return { kind: 'refused', status, reason, errorCode }
  const object = asObject(answer.body)
  const isDone = status !== 202 && !namesJob(answer, place)
  if (isDone && saysError(object?.error)) {
    return { kind: 'refused', status, reason: `${reason}, with the error ${quoteJson(answer.body)}`, errorCode }
  }
  if (isDone && object !== null) return { kind: 'done', status, result: object, failed: failedIn(object, apis) }
  if (isDone && received.body.trim() === '' && (status === 201 || status === 204)) {
    return { kind: 'done', status, result: {}, failed: null }
  }
  if (faults.length > 0) {
    const { location } = received.headers
    const where = location === undefined ? '' : ` (its "Location" is ${plainText(location, 300)})`
    const body = answer.body === undefined ? noJsonIn(received) : faults.join('; ')
    const unclear = `${reason}${where}, and the body ${body}. ${CHECK_FIRST}`
    return { kind: 'unrecognized', status, reason: unclear, errorCode }
  }
  const references = named.map(reference => asCalled(reference, call, place, status))
  const [first] = references
  const incomplete = object !== null && first?.api.nextPage?.(object) != null
  const failed = object === null ? null : failedIn(object, apis)
  return { kind: 'accepted', status, references, incomplete, failed }
}

/** What is wrong with a body that is no JSON. An empty one with 200 does not say that the call is done: anything could have sent it. */
function noJsonIn(received: Received): string {
  return received.body.trim() === '' ? 'is empty' : `is not JSON: ${excerpt(received)}`
}

/** With `until`: what came of the call, as far as the operation is concerned that it started. `since` in epoch ms. */
function awaitOperation(called: Called, received: Received, call: Call, place: Place, since: number): Called {
  const { until } = place
  if (until === undefined) return called
  const { operation, target } = until
  const { under, rest } = splitCall(call.path, place)
  const key = operation.keyIn(rest)
  if (called.kind === 'accepted') {
    const references = called.references.map(reference => ({ ...reference, until: { ...until, key, since } }))
    return { ...called, references }
  }
  if (called.kind !== 'done' || called.failed !== null) return called
  const found = key ?? operation.keyInAnswer(httpAnswer(received))
  const { status } = called
  if (found === null) {
    const reason = `the call was done at once, but nothing in it or its answer names the resource of a ${operation.title}. To wait for that, give the link to the resource as "job-key"`
    return { kind: 'unrecognized', status, reason, errorCode: '' }
  }
  const resource = { api: operation.resource(target, since), key: found, root: `${place.root}${under}`, reported: null }
  return { kind: 'accepted', status, references: [resource], incomplete: false, failed: null }
}

/**
 * A job that the answer to a call names: behind the gateway that the call went through, unless its link names one, and with
 * the link to its details that such a call has.
 */
function asCalled(reference: JobReference, call: Call, place: Place, status: number): JobReference {
  const { api, key } = reference
  const { under, rest } = splitCall(call.path, place)
  const isBehind = reference.root === place.root && api.naming.root?.test(`${place.root}${under}`)
  const root = isBehind ? `${place.root}${under}` : reference.root
  const body = parseJson(call.body ?? '')
  const reported =
    reference.reported && (api.details?.link?.(reference.reported, { path: rest, body }) ?? reference.reported)
  const done = status === 202 ? null : doneBy(api, key, reported)
  return { ...reference, root, reported, ...(done === null ? {} : { done }) }
}

/**
 * The job of a call that was done at once, as the server says; null if that is not enough: the API does not wait for a call
 * before it answers, the answer shows a job without a verdict, or some of the call's records may have failed.
 */
function doneBy(api: Api, key: string, reported: Job | null): EndedJob | null {
  const verdict = reported === null || reported.state === '' ? 'NORMAL' : reported.verdict
  if (verdict === null || api.returnTimeout === undefined) return null
  const done = { ...(reported ?? UNKNOWN_JOB), key, over: true, verdict }
  return api.details?.ask(done, reported)?.promised ? null : done
}
