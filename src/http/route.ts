import type { RequestOptions } from 'node:http'
import { type Agent, createAgent } from './agent.ts'
import type { HttpProxy } from './proxy.ts'
import { type Trust, tlsOptionsOf } from './trust.ts'
import { createTunnels, nameOf, proxyHeaders } from './tunnel.ts'

/** The way to one server. */
export interface Route {
  /** Sends a request this way. */
  readonly prepare: (options: RequestOptions) => void
  /** The proxy on the way, and whether it is the one that connections are made to: as `Circumstances` has them. */
  readonly proxy: string | null
  readonly peer: string | null
  /** Closes every connection. */
  readonly close: () => void
}

/**
 * The way to the server at `origin`: straight; for `https:` through a tunnel that the proxy opens and that is kept for
 * the next request; for `http:` by requests to the proxy itself. `limit` is the time in ms that opening a tunnel may take.
 */
export function createRoute(origin: string, trust: Trust, proxy: HttpProxy | null, limit: number): Route {
  const tls = tlsOptionsOf(trust)
  if (proxy === null) return routeBy(createAgent(origin, tls, null))
  const url = new URL(origin)
  const proxyTls = tlsOptionsOf({ ...trust, identity: null, verify: true })
  if (url.protocol === 'http:') {
    const route = routeBy(createAgent(proxy.origin, proxyTls, null))
    return {
      ...route,
      proxy: nameOf(proxy),
      peer: nameOf(proxy),
      prepare: options => route.prepare(forwarded(options, url, proxy))
    }
  }
  const tunnels = createTunnels(proxy, `${url.hostname}:${url.port || 443}`, proxyTls, limit)
  const route = routeBy(createAgent(origin, tls, tunnels))
  return {
    ...route,
    proxy: nameOf(proxy),
    close: () => {
      tunnels.close()
      route.close()
    }
  }
}

function routeBy(agent: Agent): Route {
  return {
    proxy: null,
    peer: null,
    close: () => agent.destroy(),
    prepare: options => {
      options.agent = agent
      options.host = options.host?.replace(/^\[(.*)\]$/, '$1') ?? null
    }
  }
}

/** A request as a proxy takes it: the whole address in the place of the path (RFC 9112, 3.2.2). */
function forwarded(options: RequestOptions, { origin, host }: URL, proxy: HttpProxy): RequestOptions {
  const { protocol, hostname, port } = new URL(proxy.origin)
  const headers = { ...options.headers, host, ...proxyHeaders(proxy) }
  return Object.assign(options, { protocol, host: hostname, port, path: `${origin}${options.path}`, headers })
}
