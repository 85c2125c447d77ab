import http from 'node:http'
import https from 'node:https'

export type Agent = http.Agent

/** Errors of requests that had been given a connection which was kept from an earlier one. */
const onReusedSocket = new WeakSet<Error>()

/** An agent that keeps its connections for the next request to `origin`. */
export function createAgent(origin: string): Agent {
  const options = { keepAlive: true }
  const agent = origin.startsWith('https:') ? new https.Agent(options) : new http.Agent(options)
  const reuseSocket = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, request) => {
    request.once('error', (error: Error) => {
      if (isBroken(error)) onReusedSocket.add(error)
    })
    reuseSocket(socket, request)
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
