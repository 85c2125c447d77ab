import type { X509Certificate } from 'node:crypto'
import type { RequestOptions } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { type Agent, createAgent } from './agent.ts'
import { peekCertificate } from './peek.ts'
import type { HttpProxy } from './proxy.ts'
import { endpointOf } from './server.ts'
import { narrowTlsOptionsOf, type TlsOptions, type Trust, tlsOptionsOf } from './trust.ts'
import { createTunnels, nameOf, proxyHeaders, type Tunnels } from './tunnel.ts'

/** The route to one server. */
export interface Route {
  /** Sets the options of a request that takes this route. */
  readonly prepare: (options: RequestOptions) => void
  /** The proxy in between, and what connections are made to if that is not the server: as in `FailureContext`. */
  readonly proxy: string | null
  readonly peer: string | null
  /** Whether the usual roots are not trusted yet, but the given authorities alone: most servers need no more. */
  readonly isNarrow: () => boolean
  /** Trusts the usual roots too, from the next connection on. */
  readonly widen: () => void
  /** The certificate that is shown at the other end. */
  readonly peek: () => Promise<X509Certificate | undefined>
  /** Closes every connection. */
  readonly close: () => void
}

/**
 * The route to the server at `origin`: direct; for `https:` through a tunnel that the proxy opens and that is kept for
 * the next request; for `http:` by requests to the proxy itself. `limit` is the time in ms that opening a tunnel may take.
 */
export function createRoute(origin: string, trust: Trust, proxy: HttpProxy | null, limit: number): Route {
  if (proxy === null) return routeTo(origin, trust)
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
  const route = routeTo(origin, trust, tunnels)
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

/** Made with the narrow trust, where there is one, and the wide one only if that turns out not to do. */
function routeTo(origin: string, trust: Trust, tunnels: Tunnels | null = null): Route {
  if (!origin.startsWith('https:')) return routeBy(origin, createAgent(origin))
  const narrow = narrowTlsOptionsOf(trust)
  const agent = createAgent(origin, narrow ?? tlsOptionsOf(trust), tunnels)
  return routeBy(origin, agent, narrow && (() => tlsOptionsOf(trust)))
}

function routeBy(origin: string, agent: Agent, wider: (() => TlsOptions) | null = null): Route {
  return {
    proxy: null,
    peer: null,
    isNarrow: () => wider !== null,
    widen: () => {
      if (wider !== null) Object.assign((agent as HttpsAgent).options, wider())
      wider = null
    },
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
