import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { failure } from './call.ts'
import { createControl } from './control.ts'
import { refuse } from './credentials.ts'
import { type Exchange, encode, readBody, send } from './exchange.ts'
import { createFaults, type Fault, type FaultOptions } from './faults.ts'
import type { NewJob } from './jobs.ts'
import type { ReceivedRequest, SimulatorOptions } from './options.ts'
import { parseQuery } from './query.ts'
import { createRoutes, type Introduction, introduce } from './routes.ts'
import type { Step } from './script.ts'
import { reset, spoil } from './spoil.ts'
import type { Tokens } from './tokens.ts'
import { createWorld, type World } from './world.ts'

export type { Fault, FaultKind, FaultOptions } from './faults.ts'
export type { Api, BulkResults, NewJob, Task } from './jobs.ts'
export type * from './options.ts'
export type { JobError, Script, Step } from './script.ts'

/** A job in place: its key, its link (a path from `/api` on), and the body that accepts it (202). */
export interface AddedJob extends Introduction {
  key: string
}

export interface Simulator {
  /** Such as `http://127.0.0.1:8080`, without a path. */
  readonly url: string
  addJob(job: NewJob): AddedJob
  /** Moves a job to another state now, and drops the rest of its script. */
  moveJob(key: string, step: Omit<Step, 'after'>): void
  /** Real time, in ms since the epoch, at which the job ended; `undefined` while it has not. */
  endedAt(key: string): number | undefined
  /** Spoils the requests that match. One request meets one fault at most: the first in the order of these calls. */
  fault(options: FaultOptions): Fault
  /** Calls `listener` with every request from now on as it arrives, before it is answered. */
  onArrival(listener: (request: ReceivedRequest) => void): void
  /** Everything received, in the order of arrival. */
  readonly requests: ReceivedRequest[]
  /** How many connections were opened so far. */
  readonly connections: number
  /** The tokens of the OAuth server, which all servers share. */
  readonly tokens: Tokens
  /** Ends it: every connection is dropped, and no timer is left. */
  close(): Promise<void>
}

/** Starts a server. Given the world of another one, both have the same jobs. */
export async function startSimulator(
  options: SimulatorOptions = {},
  world: World = createWorld(options)
): Promise<Simulator> {
  const { clock, jobs } = world
  const faults = createFaults()
  const placeOf = createRoutes(world, createControl(faults, world.tokens), options)
  const requests: ReceivedRequest[] = []
  const listeners: ((request: ReceivedRequest) => void)[] = []

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    const place = placeOf(message.url ?? '/')
    const request: ReceivedRequest = {
      method: message.method ?? 'GET',
      path: message.url ?? '/',
      headers: message.headers,
      body: '',
      api: place.api,
      at: clock.realNow(),
      status: 0,
      heldMs: 0
    }
    requests.push(request)
    response.once('close', () => {
      gone.abort()
      request.heldMs = clock.realNow() - request.at
      options.onRequest?.(request)
    })
    const exchange: Exchange = { request, response, clock, signal: gone.signal }
    try {
      request.body = await readBody(message)
    } catch {
      response.destroy()
      return
    }

    const isOpen = place.part === 'token' || place.part === 'control'
    const admission = { credentials: options.credentials, tokens: options.tokens && world.tokens }
    const answer = async () =>
      (isOpen ? undefined : refuse(message, admission)) ??
      (await place.route({
        method: request.method,
        path: place.path,
        query: parseQuery(place.search),
        headers: message.headers,
        accept: message.headers.accept ?? '',
        body: request.body,
        signal: gone.signal
      }))
    for (const listener of listeners) listener(request)
    if (request.api === 'ontap' && world.restarts.isDown()) return reset(exchange)
    const fault = place.part === 'control' ? undefined : faults.take(request)
    if (fault) await spoil(fault, exchange, answer)
    else send(exchange, encode(await answer()))
  }

  function listener(message: IncomingMessage, response: ServerResponse): void {
    serve(message, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end(JSON.stringify(failure(500, 'simulator', String(error)).body))
    })
  }

  const { tls } = options
  const server = tls
    ? createTlsServer({ ...tls, rejectUnauthorized: tls.requestCert === true && !options.credentials }, listener)
    : createServer(listener)
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo

  return {
    tokens: world.tokens,
    url: `${tls ? 'https' : 'http'}://${reachable(host)}:${port}`,
    requests,
    get connections() {
      return connections
    },
    addJob(given) {
      const job = jobs.add(given)
      return { key: job.key, ...introduce(world, job, options) }
    },
    moveJob: (key, step) => jobs.move(jobs.get(key), step),
    endedAt(key) {
      const job = jobs.get(key)
      const { ended } = jobs.moment(job)
      return ended === undefined ? undefined : clock.toReal(job.acceptedAt + ended * 1000)
    },
    fault: faults.add,
    onArrival: listener => void listeners.push(listener),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }
}

/** An address that a client can call, for one that a server listens on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
