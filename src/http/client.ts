import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createInflate } from 'node:zlib'
import { HttpClient } from '@actions/http-client'
import { clampDelay, systemClock } from '../time/clock.ts'
import { type Progress, wasReused } from './agent.ts'
import { everySocketRead } from './connection.ts'
import { type Failure, failureOf, isDistrust, prefixOf, RequestError, wantsCertificate } from './failure.ts'
import { tlsAnswerFault } from './handshake-fault.ts'
import type { HttpProxy } from './proxy.ts'
import { createRoute, type Route } from './route.ts'
import { type Trust, USUAL_TRUST } from './trust.ts'

/** How to reach one server. */
export interface ClientOptions {
  /** `https://um.example.com:8443`: the only place that requests, and with them the credentials, ever go to. */
  readonly origin: string
  /** How messages name it, if it is not the server of `url`. */
  readonly name?: string
  readonly headers: Readonly<Record<string, string>>
  /** Without it, the usual roots. */
  readonly trust?: Trust
  readonly proxy?: HttpProxy | null
  /** ms for a request's headers and body together, beyond the time that a long poll asks the server to hold. */
  readonly requestTimeout: number
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query, encoded. */
  readonly path: string
  /** ms that the server may hold its answer, on top of the connection's `requestTimeout`. */
  readonly hold: number
  /** JSON text, unless `headers` say otherwise. */
  readonly body?: string | null
  /** In addition to those of the connection. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * What came of a request: a whole answer with any status, or the reason why there was none. A status of 300 or above counts
 * by itself: if its body cannot be read, the body is ''.
 */
export type Exchange = Received | { readonly ok: false; readonly failure: Failure }

/** A whole answer with any status. */
export interface Received {
  readonly ok: true
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Client {
  /** Sends a request. Never rejects; settles within its time limit, and at once when `signal` aborts. */
  readonly send: (request: Request, signal: AbortSignal) => Promise<Exchange>
  /** Closes every connection. */
  readonly close: () => void
}

/** How many bytes of a body, decoded, are read before the answer is given up. */
const LONGEST_BODY = 8 * 1024 * 1024
/** Replaces the error of the decoder that is aborted for it, which Node 24.4 reports instead. */
const TOO_LONG = new Error(`the answer is longer than ${LONGEST_BODY / 1024 / 1024} MiB`)
/** `@actions/http-client` has an idle timer of its own, 3 minutes by default: ours are the limits. */
const NO_TIMEOUT = 2 ** 31 - 1

/** A client for one server. `debug` gets a line for every request: its path, what came of it, and the time it took. */
export function createClient(connection: ClientOptions, debug: (line: string) => void): Client {
  const { origin, trust = USUAL_TRUST, proxy = null, requestTimeout } = connection
  const route = createRoute(origin, trust, proxy, requestTimeout)
  return {
    send: async (request, signal) => {
      const startedAt = systemClock.now()
      const exchange = await attempt(connection, route, request, signal)
      const outcome = exchange.ok ? `${exchange.status} ${exchange.body.length} characters` : exchange.failure.what
      debug(`${request.method} ${request.path}: ${outcome}, ${Math.round(systemClock.now() - startedAt)} ms`)
      return exchange
    },
    close: route.close
  }
}

function attempt(connection: ClientOptions, route: Route, request: Request, outer: AbortSignal): Promise<Exchange> {
  const inner = new AbortController()
  const abort = (): void => inner.abort()
  const limit = request.hold + connection.requestTimeout
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    abort()
  }, clampDelay(limit))
  outer.addEventListener('abort', abort)
  if (outer.aborted) abort()
  const narrow = route.isNarrow()
  const progress = { sent: false }
  return exchange(connection, route, request, inner.signal, progress)
    .catch(error => {
      if (narrow && isDistrust(error)) route.widen()
      else if (!wasReused(error) || request.method !== 'GET') throw error
      return exchange(connection, route, request, inner.signal, progress)
    })
    .catch(async (error): Promise<Exchange> => {
      const certificate = wantsCertificate(error)
        ? await untilAborted(route.peek(), inner.signal).catch(() => undefined)
        : undefined
      const { proxy } = route
      const peer = route.peer ?? connection.name ?? null
      const hasAuthorities = (connection.trust?.authorities.length ?? 0) > 0
      const given = { hasAuthorities, hasIdentity: hasIdentity(connection) }
      const context = { proxy, peer, certificate, ...given, sent: progress.sent }
      return { ok: false, failure: failureOf(error, timedOut ? limit : null, context) }
    })
    .finally(() => {
      clearTimeout(timer)
      outer.removeEventListener('abort', abort)
    })
}

const hasIdentity = ({ trust }: ClientOptions): boolean => trust?.identity != null

async function exchange(
  connection: ClientOptions,
  route: Route,
  { method, path, body: data = null, headers: further }: Request,
  signal: AbortSignal,
  progress: Progress
): Promise<Exchange> {
  const { origin, headers } = connection
  const prepareRequest = (options: RequestOptions): void => {
    route.prepare(options)
    Object.assign(options, { signal, progress })
  }
  const handler = { prepareRequest, canHandleAuthentication: () => false, handleAuthentication: unreachable }
  await everySocketRead()
  signal.throwIfAborted()
  progress.sent = true
  const client = new HttpClient('await-job', [handler], { allowRedirects: false, socketTimeout: NO_TIMEOUT })
  const request = client.request(method, `${origin}${path}`, data, {
    ...headers,
    ...(data === null ? {} : { 'content-type': 'application/json' }),
    ...further
  })
  const { message } = await untilAborted(request, signal)
  const { statusCode: status = 0, statusMessage: reason = '', headersDistinct } = message
  const body = await readBody(message, signal).catch(error => {
    if (status < 300) throw error
    return ''
  })
  const { name } = connection
  const fault = tlsAnswerFault(status, body, { hasIdentity: hasIdentity(connection), isServer: name === undefined })
  if (fault !== null) {
    throw new RequestError({ why: 'other', what: `${prefixOf(name)}${fault}`, fatal: true, sent: false })
  }
  return { ok: true, status, reason, headers: { ...message.headers, ...joined(headersDistinct['retry-after']) }, body }
}

/** A request that the server answers with an upgrade, which was not requested, never settles by itself. */
function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  return Promise.race([promise, aborted])
}

/** Of several `Retry-After` Node keeps the first alone. */
function joined(retryAfter: string[] | undefined): IncomingHttpHeaders {
  return retryAfter === undefined ? {} : { 'retry-after': retryAfter.join(', ') }
}

async function readBody(message: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length
      if (size > LONGEST_BODY) throw TOO_LONG
      chunks.push(chunk)
    }
  }
  const decoder = decoderFor(message.headers['content-encoding'])
  if (decoder === undefined) {
    message.destroy()
    throw new Error(`the answer is encoded as ${message.headers['content-encoding']}, which was not asked for`)
  }
  const steps = decoder === null ? collect(message) : pipeline(message, decoder, collect, { signal })
  await steps.catch(error => {
    throw size > LONGEST_BODY ? TOO_LONG : error
  })
  // A body that lasts until the connection ends looks whole where it was this side that ended it.
  signal.throwIfAborted()
  return Buffer.concat(chunks).toString('utf8')
}

/** What decodes a body: null for nothing to do, undefined for an encoding that is not known. */
function decoderFor(encoding = 'identity'): Transform | null | undefined {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    default:
      return undefined
  }
}

/* v8 ignore next 3: a handler has to have it, and it is never called */
function unreachable(): never {
  throw new Error('authentication is never negotiated')
}
