import type { X509Certificate } from 'node:crypto'
import type { RequestOptions } from 'node:http'
import { type Agent, createAgent } from './agent.ts'
import { endpointOf } from './endpoint.ts'
import { peekCertificate } from './peek.ts'
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
  /** The certificate that is shown at the other end. */
  readonly peek: () => Promise<X509Certificate | undefined>
  /** Closes every connection. */
  readonly close: () => void
}

/**
 * The way to the server at `origin`: straight; for `https:` through a tunnel that the proxy opens and that is kept for
 * the next request; for `http:` by requests to the proxy itself. `limit` is the time in ms that opening a tunnel may take.
 */
export function createRoute(origin: string, trust: Trust, proxy: HttpProxy | null, limit: number): Route {
  const tls = tlsOptionsOf(trust)
  if (proxy === null) return routeBy(origin, createAgent(origin, tls))
  const url = new URL(origin)
  const proxyTls = tlsOptionsOf({ ...trust, identity: null, verify: true })
  if (url.protocol === 'http:') {
    const route = routeBy(proxy.origin, createAgent(proxy.origin, proxyTls))
    return {
      ...route,
      proxy: nameOf(proxy),
      peer: nameOf(proxy),
      prepare: options => route.prepare(forwarded(options, url, proxy))
    }
  }
  const tunnels = createTunnels(proxy, `${url.hostname}:${endpointOf(origin).port}`, proxyTls, limit)
  const route = routeBy(origin, createAgent(origin, tls, tunnels))
  return {
    ...route,
    proxy: nameOf(proxy),
    peek: async () => peekCertificate(origin, await tunnels.open()),
    close: () => {
      tunnels.close()
      route.close()
    }
  }
}

function routeBy(origin: string, agent: Agent): Route {
  return {
    proxy: null,
    peer: null,
    peek: () => peekCertificate(origin, null),
    close: () => agent.destroy(),
    prepare: options => {
      options.agent = agent
      options.host = endpointOf(origin).host
    }
  }
}

/** A request as a proxy takes it: the whole address in the place of the path (RFC 9112, 3.2.2). */
function forwarded(options: RequestOptions, { origin, host }: URL, proxy: HttpProxy): RequestOptions {
  const { protocol } = new URL(proxy.origin)
  const headers = { ...options.headers, host, ...proxyHeaders(proxy) }
  return Object.assign(options, { ...endpointOf(proxy.origin), protocol, path: `${origin}${options.path}`, headers })
}
