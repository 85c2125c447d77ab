import { parseUntil } from '../src/inputs/until.ts'
import { APIS, apiNamed } from '../src/jobs/apis.ts'
import { fromBodies } from '../src/jobs/bodies.ts'
import { fromKeys } from '../src/jobs/keys.ts'
import type { JobReference, Until } from '../src/jobs/reference.ts'
import { resourcePath } from './resources.ts'
import type { JobPlan, Scenario } from './scenario.ts'
import type { ModelServer } from './server.ts'

/** The jobs as the inputs name them: by a body that contains the job's state, by its key, or by a link. */
export function referencesOf({ jobs, api, root, until }: Scenario, bodyOf: ModelServer['bodyOf']): JobReference[] {
  const place = { apis: APIS, api: apiNamed(api) ?? null, root, ...(until !== null && { until: untilOf(until) }) }
  return jobs.map(job => {
    const found = job.reported ? fromBodies(bodyThatNames(job), place) : fromKeys(textThatNames(job), place)
    const [reference] = found.references
    if (reference === undefined) throw new Error(`the job has no reference: ${found.faults.join('; ')}`)
    return reference
  })

  function bodyThatNames(job: JobPlan): string {
    const { record, ...bare } = bodyOf(job, 0)
    const links = { ...Object(bare._links), ...(job.root !== root && { self: { href: linkTo(job) } }) }
    return JSON.stringify({ job: record ?? { ...bare, _links: links } })
  }

  function textThatNames(job: JobPlan): string {
    return job.resource === null && job.root === root ? job.key : `https://server.example.com${linkTo(job)}`
  }
}

function linkTo(job: JobPlan): string {
  return `${job.root}${job.resource === null ? `/cluster/jobs/${job.key}` : resourcePath(job)}`
}

function untilOf(text: string): Until {
  const until = parseUntil(text, { apis: APIS, api: null })
  if (typeof until === 'string') throw new Error(until)
  return until
}
