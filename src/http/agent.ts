import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { isNativeError } from 'node:util/types'
import { closeWhenUnasked, expectAnswer, whenReady } from './connection.ts'
import { BROKEN } from './failure.ts'
import type { TlsOptions } from './trust.ts'
import type { Tunnels } from './tunnel.ts'

export type Agent = http.Agent

/** How far a request has come. It is given to the agent among the request's options. */
export interface Progress {
  /** Whether the server can have got the request: there is a connection that could carry it. */
  sent: boolean
}

/** A connection that the server had closed breaks as soon as it is used, in ms: later it is the request that was cut. */
const STALE = 1_000

/** Errors of requests that had been given a connection which was kept from an earlier one. */
const onReusedSocket = new WeakSet<Error>()

/** An agent that keeps its connections to `origin`, direct or through tunnels, for the next request. */
export function createAgent(origin: string, tls: Partial<TlsOptions> = {}, tunnels: Tunnels | null = null): Agent {
  const isTls = origin.startsWith('https:')
  const agent = isTls ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true })
  const { createConnection, keepSocketAlive, reuseSocket, destroy } = agent
  const opening = new Set<Socket>()

  agent.createConnection = (options, done) => {
    const { progress } = options as { progress?: Progress }
    if (progress !== undefined) progress.sent = false
    open(options).then(
      connection => {
        if (progress !== undefined) progress.sent = true
        done?.(null, connection)
      },
      error => done?.(error, undefined as unknown as Duplex)
    )
    return undefined
  }
  agent.keepSocketAlive = socket => Boolean(keepSocketAlive.call(agent, socket)) && closeWhenUnasked(socket)
  agent.reuseSocket = (socket, request) => {
    expectAnswer(socket)
    const reusedAt = performance.now()
    request.once('error', (error: Error) => {
      if (isBroken(error) && performance.now() - reusedAt < STALE) onReusedSocket.add(error)
    })
    reuseSocket.call(agent, socket, request)
  }
  agent.destroy = () => {
    for (const connection of opening) connection.destroy()
    destroy.call(agent)
  }
  return agent

  async function open(options: http.ClientRequestArgs): Promise<Socket> {
    const tunnel = tunnels === null ? {} : { socket: await tunnels.open() }
    const connection = createConnection.call(agent, { ...options, ...tunnel }) as Socket
    opening.add(connection)
    return whenReady(connection, isTls).finally(() => opening.delete(connection))
  }
}

/**
 * Whether the error is that of a connection which the server had closed while it was kept idle: nothing is wrong, and
 * the request is worth repeating at once on a new one.
 */
export function wasReused(error: unknown): boolean {
  return isNativeError(error) && onReusedSocket.has(error)
}

function isBroken(error: Error & { code?: string }): boolean {
  return BROKEN.includes(String(error.code))
}
