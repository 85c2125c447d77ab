import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { isNativeError } from 'node:util/types'
import { BROKEN } from './failure.ts'
import type { TlsOptions } from './trust.ts'
import type { Tunnels } from './tunnel.ts'

export type Agent = http.Agent

/** A connection that the server had closed breaks as soon as it is used, in ms: later it is the request that was cut. */
const STALE = 1_000

/** Errors of requests that had been given a connection which was kept from an earlier one. */
const onReusedSocket = new WeakSet<Error>()

/** Errors of connections that were not made, or whose TLS was not agreed: no request can have gone over them. */
const beforeReady = new WeakSet<Error>()

/** An agent that keeps its connections to `origin`, direct or through tunnels, for the next request. */
export function createAgent(origin: string, tls: Partial<TlsOptions> = {}, tunnels: Tunnels | null = null): Agent {
  const agent = origin.startsWith('https:')
    ? new https.Agent({ keepAlive: true, ...tls })
    : new http.Agent({ keepAlive: true })
  const reuseSocket = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, request) => {
    const reusedAt = performance.now()
    request.once('error', (error: Error) => {
      if (isBroken(error) && performance.now() - reusedAt < STALE) onReusedSocket.add(error)
    })
    reuseSocket(socket, request)
  }
  const connect = agent.createConnection.bind(agent)
  const ready = origin.startsWith('https:') ? 'secureConnect' : 'connect'
  if (tunnels === null) {
    agent.createConnection = (options, done) => noticeUnsent(connect(options, done), ready)
    return agent
  }
  agent.createConnection = (options, done) => {
    tunnels.open().then(
      socket => done?.(null, noticeUnsent(connect({ ...options, socket } as typeof options), ready) as Duplex),
      error => done?.(error, undefined as unknown as Duplex)
    )
    return undefined
  }
  return agent
}

/**
 * Whether the error is that of a connection which the server had closed while it was kept idle: nothing is wrong, and
 * the request is worth repeating at once on a new one.
 */
export function wasReused(error: unknown): boolean {
  return isNativeError(error) && onReusedSocket.has(error)
}

/** Whether the error came before the connection could carry a request. */
export function wasUnsent(error: unknown): boolean {
  return isNativeError(error) && beforeReady.has(error)
}

function noticeUnsent<Connection extends Duplex | null | undefined>(connection: Connection, ready: string): Connection {
  const onError = (error: Error): unknown => beforeReady.add(error)
  connection?.once('error', onError)
  connection?.once(ready, () => connection.off('error', onError))
  return connection
}

function isBroken(error: Error & { code?: string }): boolean {
  return BROKEN.includes(error.code ?? '')
}
