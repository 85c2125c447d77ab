import { hrefOf as backupHref, createBackup } from './backup.ts'
import { noSuchPath, type Route } from './call.ts'
import { hrefOf as consoleHref, createConsole } from './console.ts'
import { createGateway, passBack, throughGateway } from './gateway.ts'
import type { Api, Job } from './jobs.ts'
import { CLUSTER, createOntap } from './ontap.ts'
import { jobLink, hrefOf as ontapHref } from './ontap-job.ts'
import { createOntapSelect, acceptedBody as selectAccepted, hrefOf as selectHref } from './ontap-select.ts'
import type { Service, SimulatorOptions } from './options.ts'
import { type Part, readTarget, type Target } from './target.ts'
import { createTokenEndpoint } from './tokens.ts'
import { createUnifiedManager } from './unified-manager.ts'
import { acceptedBody as managerAccepted, hrefOf as managerHref } from './unified-manager-job.ts'
import type { World } from './world.ts'

/** What each server has. Without `plays`, one server has everything but the gateway. */
const SERVICES: Readonly<Record<Service, readonly Part[]>> = {
  'unified-manager': ['unified-manager', 'gateway'],
  ontap: ['ontap'],
  'ontap-select': ['ontap-select'],
  'netapp-console': ['netapp-console', 'netapp-backup'],
  oauth: ['token']
}

/** What is at a path. `part` is `undefined` where there is nothing. */
export interface Place extends Target {
  /** The API that the path is part of, if it is part of any here. */
  api: Api | undefined
  route: Route
}

/** A job's link, and the body of the answer that accepts it. */
export interface Introduction {
  href: string
  accepted: Record<string, unknown>
}

/** Finds what is at the target of a request. */
export function createRoutes(
  world: World,
  control: Route,
  { plays, root, ...options }: SimulatorOptions
): (target: string) => Place {
  const ontap = createOntap(world, options.ontap ?? {})
  const routes: Readonly<Record<Part, Route>> = {
    'unified-manager': createUnifiedManager(world, options.unifiedManager ?? {}),
    ontap,
    gateway: createGateway(ontap, options.unifiedManager?.gatewayLinks),
    'ontap-select': createOntapSelect(world, options.ontapSelect ?? {}),
    'netapp-console': createConsole(world, options.netappConsole ?? {}),
    'netapp-backup': createBackup(world),
    token: createTokenEndpoint(world.tokens, options.tokens ?? {}),
    control
  }
  const isHere = (part: Part): boolean =>
    part === 'control' || (plays === undefined ? part !== 'gateway' : SERVICES[plays].includes(part))
  return target => {
    const { part, ...rest } = readTarget(target, root)
    if (part === undefined || !isHere(part)) return { ...rest, part: undefined, api: undefined, route: noSuchPath }
    return { ...rest, part, api: apiOf(part), route: routes[part] }
  }
}

function apiOf(part: Part): Api | undefined {
  if (part === 'gateway') return 'ontap'
  return part === 'token' || part === 'control' ? undefined : part
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
    case 'netapp-console':
      return { href: consoleHref(job.key), accepted: {} }
    case 'netapp-backup':
      return { href: backupHref(job.key), accepted: { 'job-id': job.key } }
  }
}
