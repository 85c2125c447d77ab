import { type Answer, type Call, noSuchPath, type Route, wrongMethod } from './call.ts'
import { createApprovals } from './ontap-approvals.ts'
import { createOntapJobs } from './ontap-jobs.ts'
import { createProtection } from './ontap-protection.ts'
import { answerRecord, type Collection } from './ontap-records.ts'
import { createRelationships } from './ontap-snapmirror.ts'
import { createSoftware } from './ontap-software.ts'
import { createSvms } from './ontap-svms.ts'
import { createVolumeCalls } from './ontap-volumes.ts'
import type { OntapOptions } from './options.ts'
import type { World } from './world.ts'

/** The cluster, as far as clients look at it before they do anything else. */
export const CLUSTER = {
  name: 'cluster1',
  uuid: '1cd8a442-86d1-11e0-ae1c-123478563412',
  version: { full: 'NetApp Release 9.16.1 (simulated)', generation: 9, major: 16, minor: 1 },
  contact: '',
  location: ''
}

const CLUSTERS: Collection = {
  path: '/api/cluster',
  isField: name => (name.split('.')[0] ?? '') in CLUSTER,
  keys: []
}

/** ONTAP: its cluster, jobs and SVMs, the calls that start a job, and the resources whose changes outlive one. */
export function createOntap(world: World, options: OntapOptions): Route {
  const isLinked = ({ accept }: Call) => options.hal ?? (accept === '' || /application\/hal\+json|\*\/\*/.test(accept))
  const approvals = createApprovals(world, isLinked)
  const protection = createProtection(approvals, isLinked)
  const routes: readonly (readonly [path: RegExp, route: Route])[] = [
    [/^cluster$/, cluster],
    [/^cluster\/jobs(\/[^/]*)?$/, createOntapJobs(world, options, isLinked)],
    [/^cluster\/software(\/download)?$/, createSoftware(world, options, isLinked)],
    [/^storage\/volumes(\/[^/]*)?$/, protection.guard(createVolumeCalls(world, options, isLinked))],
    [/^snapmirror\/relationships(\/[^/]*(\/transfers)?)?$/, createRelationships(world, options, isLinked)],
    [/^security\/multi-admin-verify\/requests(\/[^/]*)?$/, approvals.route],
    [/^security\/multi-admin-verify\/rules$/, protection.route],
    [/^svm\/svms(\/[^/]*)?$/, createSvms(world, isLinked)]
  ]

  function cluster(call: Call): Answer {
    const links = isLinked(call) ? { _links: { self: { href: CLUSTERS.path } } } : {}
    return call.method === 'GET' ? answerRecord(CLUSTERS, { ...CLUSTER, ...links }, call) : wrongMethod('GET')
  }

  return async call => {
    const path = call.path.map(encodeURIComponent).join('/')
    const [, route = noSuchPath] = routes.find(([pattern]) => pattern.test(path)) ?? []
    const answer = await route(call)
    const type = isLinked(call) ? 'application/hal+json' : 'application/json'
    return { ...answer, headers: { 'Content-Type': type, ...answer.headers } }
  }
}
