import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from './trust.ts'
import type { Tunnels } from './tunnel.ts'

export type Agent = http.Agent

/** Errors of requests that had been given a connection which was kept from an earlier one. */
const onReusedSocket = new WeakSet<Error>()

/** An agent that keeps its connections to `origin`, direct or through tunnels, for the next request. */
export function createAgent(origin: string, tls: Partial<TlsOptions> = {}, tunnels: Tunnels | null = null): Agent {
  const agent = origin.startsWith('https:')
    ? new https.Agent({ keepAlive: true, ...tls })
    : new http.Agent({ keepAlive: true })
  const reuseSocket = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, request) => {
    request.once('error', (error: Error) => {
      if (isBroken(error)) onReusedSocket.add(error)
    })
    reuseSocket(socket, request)
  }
  if (tunnels === null) return agent
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    tunnels.open().then(
      socket => done?.(null, connect({ ...options, socket } as typeof options) as Duplex),
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
  return error instanceof Error && onReusedSocket.has(error)
}

function isBroken(error: Error & { code?: string }): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE'
}
