import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { failure, noSuchPath, type Route, type World } from './call.ts'
import { startClock } from './clock.ts'
import { refuse } from './credentials.ts'
import { type Exchange, encode, readBody, send } from './exchange.ts'
import { createFaults, type Fault, type FaultOptions } from './faults.ts'
import { createGateway } from './gateway.ts'
import { type Api, createJobs, type Job, type NewJob } from './jobs.ts'
import { createOntap } from './ontap.ts'
import { acceptedBody as ontapAccepted, hrefOf as ontapHref } from './ontap-job.ts'
import { createOntapSelect, acceptedBody as selectAccepted, hrefOf as selectHref } from './ontap-select.ts'
import type { ReceivedRequest, SimulatorOptions } from './options.ts'
import { parseQuery } from './query.ts'
import type { Step } from './script.ts'
import { spoil } from './spoil.ts'
import { createUnifiedManager } from './unified-manager.ts'
import { acceptedBody as managerAccepted, hrefOf as managerHref } from './unified-manager-job.ts'

export type { Fault, FaultKind, FaultOptions } from './faults.ts'
export type { Api, BulkResults, NewJob, Task } from './jobs.ts'
export type * from './options.ts'
export type { JobError, Script, Step } from './script.ts'

/** What `addJob` tells of a job. */
export interface AddedJob {
  key: string
  /** The link to the job, as the server gives it: a path from `/api` on. */
  href: string
  /** The body with which the server accepts such a job: 202. */
  accepted: Record<string, unknown>
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
  /** Ends it: every connection is dropped, and no timer is left. */
  close(): Promise<void>
}

/** Which server a path is for, by its first segment after `/api`. */
const SERVERS: Readonly<Record<string, Api>> = {
  'management-server': 'unified-manager',
  'storage-provider': 'unified-manager',
  cluster: 'ontap',
  storage: 'ontap',
  gateways: 'ontap',
  jobs: 'ontap-select',
  clusters: 'ontap-select'
}

/** Starts the three servers on one port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = startClock(options.speed ?? 1)
  const jobs = createJobs(clock, options.ontap?.retention ?? 300)
  const routeOf = createRoutes({ clock, jobs }, options)
  const faults = createFaults()
  const requests: ReceivedRequest[] = []
  const listeners: ((request: ReceivedRequest) => void)[] = []

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    const target = splitTarget(message.url ?? '/', options.root)
    const request: ReceivedRequest = {
      method: message.method ?? 'GET',
      path: message.url ?? '/',
      headers: message.headers,
      body: '',
      api: SERVERS[target.path[0] ?? ''],
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

    const answer = async () =>
      refuse(message, options.credentials) ??
      (await routeOf(target.path)({
        method: request.method,
        path: target.path,
        query: parseQuery(target.search),
        accept: message.headers.accept ?? '',
        body: request.body,
        signal: gone.signal
      }))
    for (const listener of listeners) listener(request)
    const fault = faults.take(request)
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
    url: `${tls ? 'https' : 'http'}://${reachable(host)}:${port}`,
    requests,
    get connections() {
      return connections
    },
    addJob(given) {
      const job = jobs.add(given)
      return { key: job.key, ...introduce({ clock, jobs }, job, options) }
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

/** Finds the server that a path is for. */
function createRoutes(world: World, options: SimulatorOptions): (path: readonly string[]) => Route {
  const ontap = createOntap(world, options.ontap ?? {})
  const routes: Readonly<Record<Api, Route>> = {
    'unified-manager': createUnifiedManager(world, options.unifiedManager ?? {}),
    ontap,
    'ontap-select': createOntapSelect(world, options.ontapSelect ?? {})
  }
  const gateway = createGateway(ontap)
  return ([first = '']) => {
    if (first === 'gateways') return gateway
    const api = SERVERS[first]
    return api ? routes[api] : noSuchPath
  }
}

/** The segments of a path after `/api`, decoded, and the query. `/api/v2` is Unified Manager's `/api`. */
function splitTarget(target: string, root = '/api'): { path: readonly string[]; search: string } {
  const [whole = '', ...search] = target.split('?')
  const base = [`${root.replace(/\/+$/, '')}/`, '/api/'].find(prefix => whole.startsWith(prefix))
  if (base === undefined) return { path: [], search: '' }
  const path = whole.slice(base.length).split('/').map(decodeSegment)
  const versioned = path[0] === 'v2' && SERVERS[path[1] ?? ''] === 'unified-manager'
  return { path: versioned ? path.slice(1) : path, search: search.join('?') }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function introduce({ jobs }: World, job: Job, options: SimulatorOptions): Pick<AddedJob, 'href' | 'accepted'> {
  switch (job.api) {
    case 'unified-manager':
      return { href: managerHref(job.key), accepted: managerAccepted(job.key) }
    case 'ontap':
      return { href: ontapHref(job.key), accepted: ontapAccepted(job, options.ontap?.hal ?? true) }
    case 'ontap-select':
      return { href: selectHref(job.key), accepted: selectAccepted(jobs, job) }
  }
}

/** An address that a client can call, for one that a server listens on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
