import { noSuchPath, type Route } from './call.ts'
import { createGateway, passBack, throughGateway } from './gateway.ts'
import type { Api, Job } from './jobs.ts'
import { CLUSTER, createOntap } from './ontap.ts'
import { jobLink, hrefOf as ontapHref } from './ontap-job.ts'
import { createOntapSelect, acceptedBody as selectAccepted, hrefOf as selectHref } from './ontap-select.ts'
import type { SimulatorOptions } from './options.ts'
import { createUnifiedManager } from './unified-manager.ts'
import { acceptedBody as managerAccepted, hrefOf as managerHref } from './unified-manager-job.ts'
import type { World } from './world.ts'

/** Which server a path is for, by its first segment after `/api`. */
const SERVERS: Readonly<Record<string, Api>> = {
  'management-server': 'unified-manager',
  'storage-provider': 'unified-manager',
  cluster: 'ontap',
  storage: 'ontap',
  svm: 'ontap',
  snapmirror: 'ontap',
  security: 'ontap',
  jobs: 'ontap-select',
  clusters: 'ontap-select'
}

/** What is at a path. */
export interface Place {
  /** The API that the path is part of, if it is part of any here. */
  api: Api | undefined
  route: Route
}

/** A job's link, and the body of the answer that accepts it. */
export interface Introduction {
  href: string
  accepted: Record<string, unknown>
}

/** Finds what is at a path, given by its segments after `/api`. */
export function createRoutes(
  world: World,
  { plays, ...options }: SimulatorOptions
): (path: readonly string[]) => Place {
  const ontap = createOntap(world, options.ontap ?? {})
  const gateway = createGateway(ontap, options.unifiedManager?.gatewayLinks)
  const routes: Readonly<Record<Api, Route>> = {
    'unified-manager': createUnifiedManager(world, options.unifiedManager ?? {}),
    ontap,
    'ontap-select': createOntapSelect(world, options.ontapSelect ?? {})
  }
  return ([first = '']) => {
    if (first === 'gateways' && plays === 'unified-manager') return { api: 'ontap', route: gateway }
    const api = SERVERS[first]
    if (api === undefined || (plays !== undefined && plays !== api)) return { api: undefined, route: noSuchPath }
    return { api, route: routes[api] }
  }
}

/** The segments of a target's path after `/api`, decoded, and its query. `/api/v2` is Unified Manager's `/api`. */
export function splitTarget(target: string, root = '/api'): { path: readonly string[]; search: string } {
  const [whole = '', ...search] = target.split('?')
  const base = [`${root.replace(/\/+$/, '')}/`, '/api/'].find(prefix => whole.startsWith(prefix))
  if (base === undefined) return { path: [], search: '' }
  const path = whole.slice(base.length).split('/').map(decodeSegment)
  const versioned = path[0] === 'v2' && SERVERS[path[1] ?? ''] === 'unified-manager'
  return { path: versioned ? path.slice(1) : path, search: search.join('?') }
}

/** How the servers introduce a job. Where Unified Manager is played, those of ONTAP are behind its gateway. */
export function introduce({ jobs }: World, job: Job, { plays, ontap, unifiedManager }: SimulatorOptions): Introduction {
  switch (job.api) {
    case 'unified-manager':
      return { href: managerHref(job.key), accepted: managerAccepted(job.key) }
    case 'ontap': {
      const href = ontapHref(job.key)
      const accepted = { job: jobLink(job, ontap?.hal ?? true) }
      if (plays !== 'unified-manager') return { href, accepted }
      const answer = passBack({ status: 202, body: accepted }, CLUSTER.uuid, unifiedManager?.gatewayLinks)
      return { href: throughGateway(href, CLUSTER.uuid), accepted: answer.body as Introduction['accepted'] }
    }
    case 'ontap-select':
      return { href: selectHref(job.key), accepted: selectAccepted(jobs, job) }
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
