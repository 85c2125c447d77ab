import type { Job } from './job.ts'
import type { Referred } from './place.ts'
import { identityOf, type JobReference } from './reference.ts'

/** The jobs that an input names, each once, or what is wrong with it: whole sentences without the input's name. */
export interface Found {
  readonly references: readonly JobReference[]
  readonly faults: readonly string[]
  /** What a call failed to start, by its answer: as a job that ended so; absent where nothing did. */
  readonly failed?: Job
}

/** Puts together what the parts of one input name. Of a job that is named twice, the first label counts. */
export function collect(referred: readonly Referred[]): Found {
  const faults = new Set(referred.flatMap(one => ('fault' in one ? [one.fault] : [])))
  const named = referred.flatMap(one => ('reference' in one ? [one.reference] : []))
  const references = new Map<string, JobReference>()
  for (const one of named) {
    const known = references.get(identityOf(one))
    references.set(identityOf(one), known?.label === undefined ? one : known)
  }
  const apis = [...new Set(named.map(({ api }) => api.name))]
  if (referred.length === 0) faults.add('contains no job')
  if (apis.length > 1) faults.add(`names jobs of different APIs (${apis.join(', ')}): use one step per API`)
  return { references: [...references.values()], faults: [...faults] }
}
