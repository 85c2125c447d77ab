import { type Answer, type Call, isObject, noSuchPath, type Route } from './call.ts'

/**
 * Unified Manager's gateway to a cluster: `/api/gateways/{cluster_uuid}/…` passes to ONTAP's `/api/…`, and its answer
 * comes back with its links rewritten to the gateway. Any cluster's UUID will do.
 */
export function createGateway(ontap: Route): Route {
  return async (call: Call): Promise<Answer> => {
    const [, cluster, ...path] = call.path
    if (cluster === undefined || path.length === 0) return noSuchPath()
    const answer = await ontap({ ...call, path })
    return { ...answer, body: rewriteLinks(answer.body, `/api/gateways/${encodeURIComponent(cluster)}`) }
  }
}

function rewriteLinks(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map(item => rewriteLinks(item, prefix))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === 'href' && typeof inner === 'string'
        ? [name, inner.replace(/^\/api(?=\/)/, () => prefix)]
        : [name, rewriteLinks(inner, prefix)]
    )
  )
}
