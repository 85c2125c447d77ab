import { randomUUID } from 'node:crypto'
import { isObject } from './call.ts'
import type { BulkResults, Job, NewJob } from './jobs.ts'
import { type Fields, fieldOf, parseFilter } from './list.ts'
import { hrefOf, VOLUMES } from './ontap-volume.ts'
import { type Operation, operationOf, scriptOf } from './operation.ts'
import type { Step } from './script.ts'
import type { Effect } from './volumes.ts'
import type { World } from './world.ts'

/** What a method does to volumes. */
export const KINDS: Readonly<Record<string, Effect['kind']>> = { POST: 'create', PATCH: 'change', DELETE: 'delete' }

/** How ONTAP says what a job does. */
const DOES: Readonly<Record<string, string>> = { POST: 'Creating', PATCH: 'Modifying', DELETE: 'Deleting' }

/** Starts the jobs of calls on volumes. */
export interface VolumeJobs {
  /** The job of a call on one volume. */
  start(method: string, body: Fields, uuid: string): Job
  /** One job for many records. Each has a result; the job fails only if all of them do. */
  startBulk(method: string, body: Fields, records: readonly unknown[]): Job
  /** The jobs of a call on every volume whose name matches. */
  startMatching(method: string, body: Fields, names: string): Job[]
}

export function createVolumeJobs({ jobs, volumes }: World): VolumeJobs {
  const add = (job: Omit<NewJob, 'api' | 'node'>) => jobs.add({ api: 'ontap', node: { name: 'node-1' }, ...job })

  function start(method: string, body: Fields, uuid: string): Job {
    const operation = operationOf(body)
    const svm = fieldOf(body, 'svm.name')
    const name = String(body.name ?? uuid)
    const job = add({
      description: `${method} ${hrefOf(uuid)}`,
      script: scriptOf(operation.seconds, `${DOES[method]} volume "${name}".`, endOf(operation.ending, name)),
      ...(typeof svm === 'string' ? { svm: { name: svm } } : {})
    })
    volumes.affect(uuid, { job, kind: KINDS[method] ?? 'change', body })
    return job
  }

  return {
    start,
    startBulk(method, body, records) {
      const parts = records.filter(isObject).map(part => ({ ...part, uuid: String(part.uuid ?? randomUUID()) }))
      const good = parts.filter(part => operationOf(part).ending !== 'failure')
      const bad = parts.filter(part => !good.includes(part))
      const { seconds } = operationOf({ simulate: body.simulate })
      const job = add({
        description: `${method} ${VOLUMES.path}`,
        script: scriptOf(
          seconds,
          `${DOES[method]} ${parts.length} volumes.`,
          endOf(good.length === 0 ? 'failure' : 'success', String(fieldOf(bad[0] ?? {}, 'name')))
        ),
        bulk: resultsOf(good, bad)
      })
      for (const part of good) volumes.affect(part.uuid, { job, kind: KINDS[method] ?? 'change', body: part })
      return job
    },
    startMatching: (method, body, names) =>
      matching(names, volumes.list()).map(({ uuid, name }) => start(method, { name, ...body }, uuid))
  }
}

/**
 * The volumes that a query names. In a dry run they need not have been created here: an unknown name is taken for an
 * existing volume, and a pattern that matches none for two.
 */
function matching(query: string, known: readonly Fields[]): { uuid: string; name: string }[] {
  const names = query.split('|').filter(name => name !== '')
  return names.flatMap(name => {
    const matches = known.filter(volume => parseFilter(name)(volume.name))
    if (matches.length > 0) return matches.map(({ uuid, name }) => ({ uuid: String(uuid), name: String(name) }))
    const standIns = name.includes('*') ? [name.replaceAll('*', '1'), name.replaceAll('*', '2')] : [name]
    return standIns.map(name => ({ uuid: randomUUID(), name }))
  })
}

function endOf(ending: Operation['ending'], name: string): Omit<Step, 'after'> {
  if (ending !== 'failure') return { state: 'success' }
  const message =
    `Request to create volume "${name}" failed because there is not enough space in aggregate "aggr1". ` +
    'Either create 347GB of free space in the aggregate or select a size of at most 54.9GB for the new volume.'
  return { state: 'failure', message, code: 917_831, error: { message, code: '917831' } }
}

function resultsOf(good: readonly Fields[], bad: readonly Fields[]): BulkResults {
  return {
    records: good.map(({ uuid, name }) => ({ uuid, name })),
    errors: bad.map(({ name }) => ({ code: '262287', message: `Failed to create the volume "${String(name)}".` })),
    rollback_errors: []
  }
}
