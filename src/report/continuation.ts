import type { Server } from '../http/server.ts'
import { encodeSegment } from '../jobs/encode.ts'
import { type JobReference, statusPath } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import { mayBeRunning } from './conclusion.ts'

/** The inputs of a step that continues waiting. */
export interface Continuation {
  readonly url: string
  readonly api: string
  readonly jobKeys: readonly string[]
  /** Further inputs that it needs, as they are written in a workflow. */
  readonly others: readonly (readonly [name: string, value: string])[]
}

/** The inputs that say how to reach the server, and what a workflow keeps them in; a literal where that is neither. */
const CONNECTION: Readonly<Record<string, 'secrets' | 'vars' | 'false'>> = {
  username: 'secrets',
  password: 'secrets',
  token: 'secrets',
  'client-certificate': 'secrets',
  'client-key': 'secrets',
  'ca-certificate': 'vars',
  'verify-tls': 'false',
  headers: 'secrets'
}

/** How to continue waiting for the jobs that may still be running; null where there are none. */
export function continuationOf(
  awaited: readonly Awaited[],
  { origin, root }: Server,
  given: readonly string[]
): Continuation | null {
  const open = awaited.filter(mayBeRunning).map(({ reference }) => reference)
  const [first] = open
  if (first === undefined) return null
  return {
    url: `${origin}${root}`,
    api: first.api.name,
    jobKeys: open.map(reference => jobKeyOf(reference, root)),
    others: Object.entries(CONNECTION)
      .filter(([name]) => given.includes(name))
      .map(([name, place]) => [name, place === 'false' ? place : referTo(place, name)])
  }
}

/** A whole workflow that continues waiting, as YAML. */
export function asWorkflow({ url, api, jobKeys, others }: Continuation): string {
  const [first = '', ...more] = jobKeys
  const inputs = [`url: ${url}`, `api: ${api}`, ...others.map(([name, value]) => `${name}: ${value}`)]
  const isPlain = more.length === 0 && UUID.test(first)
  const keys = isPlain ? [`job-key: ${first}`] : ['job-key: |-', ...jobKeys.map(key => `  ${key}`)]
  return [
    'on: workflow_dispatch',
    'jobs:',
    '  continue:',
    '    runs-on: self-hosted',
    '    steps:',
    '      - uses: await-job/await-job@v1',
    '        with:',
    ...[...inputs, ...keys].map(line => `          ${line}`)
  ].join('\n')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function referTo(place: string, name: string): string {
  return `\${{ ${place}.${name.toUpperCase().replaceAll('-', '_')} }}`
}

/**
 * A line of `job-key` that is read as this job again: encoded, since a key is decoded once when it is read; a link where
 * the job is elsewhere than the root, as behind a gateway.
 */
function jobKeyOf(reference: JobReference, root: string): string {
  return reference.root === root ? encodeSegment(reference.key) : statusPath(reference)
}
