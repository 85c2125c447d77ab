import { type Answer, type Call, noSuchPath, type Route } from './call.ts'
import type { UnifiedManagerOptions } from './options.ts'

type GatewayLinks = UnifiedManagerOptions['gatewayLinks']

/** Unified Manager's gateway: `/api/gateways/{cluster_uuid}/…` passes to ONTAP's `/api/…`. Any cluster's UUID will do. */
export function createGateway(ontap: Route, links: GatewayLinks): Route {
  return async (call: Call): Promise<Answer> => {
    const [, cluster, ...path] = call.path
    if (cluster === undefined || path.length === 0) return noSuchPath()
    return passBack(await ontap({ ...call, path }), cluster, links)
  }
}

/** ONTAP's answer as it comes out of the gateway. */
export function passBack(answer: Answer, cluster: string, links: GatewayLinks = 'rewritten'): Answer {
  switch (links) {
    case 'unchanged':
      return answer
    case 'absent':
      return revive(answer, (name, value) => (/^(_links|Location)$/.test(name) ? undefined : value))
    case 'rewritten':
      return revive(answer, (name, value) =>
        /^(href|Location)$/.test(name) ? throughGateway(String(value), cluster) : value
      )
  }
}

/** A link of ONTAP, led through the gateway. */
export function throughGateway(link: string, cluster: string): string {
  return link.replace(/^\/api(?=\/)/, () => `/api/gateways/${encodeURIComponent(cluster)}`)
}

/** The answer with each of its members replaced by what `change` makes of it; `undefined` removes it. */
function revive(answer: Answer, change: (name: string, value: unknown) => unknown): Answer {
  return JSON.parse(JSON.stringify(answer), change)
}
