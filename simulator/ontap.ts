import { type Answer, type Call, noSuchPath, type Route, wrongMethod } from './call.ts'
import { createOntapJobs } from './ontap-jobs.ts'
import { answerRecord, type Collection } from './ontap-records.ts'
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

/** ONTAP: its cluster, jobs and SVMs, and the calls on volumes that start a job. */
export function createOntap(world: World, options: OntapOptions): Route {
  const isLinked = ({ accept }: Call) => options.hal ?? (accept === '' || /application\/hal\+json|\*\/\*/.test(accept))
  const jobs = createOntapJobs(world, options, isLinked)
  const volumes = createVolumeCalls(world, options, isLinked)
  const svms = createSvms(world, isLinked)

  function cluster(call: Call): Answer {
    const links = isLinked(call) ? { _links: { self: { href: CLUSTERS.path } } } : {}
    return call.method === 'GET' ? answerRecord(CLUSTERS, { ...CLUSTER, ...links }, call) : wrongMethod('GET')
  }

  function routeOf([first, second, ...rest]: readonly string[]): Route {
    if (rest.length > 1) return noSuchPath
    switch (second === undefined ? first : `${first}/${second}`) {
      case 'cluster':
        return cluster
      case 'cluster/jobs':
        return jobs
      case 'storage/volumes':
        return volumes
      case 'svm/svms':
        return svms
      default:
        return noSuchPath
    }
  }

  return async call => {
    const answer = await routeOf(call.path)(call)
    const type = isLinked(call) ? 'application/hal+json' : 'application/json'
    return { ...answer, headers: { 'Content-Type': type, ...answer.headers } }
  }
}
