import type { Server } from '../http/server.ts'
import { encodeSegment } from '../jobs/encode.ts'
import { type JobReference, statusPath } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import { mayBeRunning } from './conclusion.ts'

/** The inputs with which a later step or run goes on waiting for jobs. */
export interface GoingOn {
  readonly url: string
  readonly api: string
  readonly jobKeys: readonly string[]
}

/** How to go on waiting for the jobs that may still be running; null where there are none. */
export function goingOn(awaited: readonly Awaited[], { origin, root }: Server): GoingOn | null {
  const open = awaited.filter(mayBeRunning).map(({ reference }) => reference)
  const [first] = open
  if (first === undefined) return null
  return { url: `${origin}${root}`, api: first.api.name, jobKeys: open.map(reference => jobKeyOf(reference, root)) }
}

/** The inputs as YAML, to be copied into a step's `with`. */
export function asYaml({ url, api, jobKeys }: GoingOn): string {
  return [`url: ${url}`, `api: ${api}`, 'job-key: |-', ...jobKeys.map(key => `  ${key}`)].join('\n')
}

/**
 * A line of `job-key` that is read as this job again: encoded, since a key is decoded once when it is read; a link where
 * the job is elsewhere than the root, as behind a gateway.
 */
function jobKeyOf(reference: JobReference, root: string): string {
  return reference.root === root ? encodeSegment(reference.key) : statusPath(reference)
}
