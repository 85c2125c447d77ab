import type { Server } from '../http/server.ts'
import { encodeSegment } from '../jobs/encode.ts'
import { asObject } from '../jobs/json.ts'
import { bodyOf, type JobReference, statusPath } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import { mayBeRunning } from './conclusion.ts'
import { resourceOf } from './operations.ts'

/** The inputs of a step that continues waiting. */
export interface Continuation {
  /** What running it is for: the beginning of a sentence. */
  readonly purpose: string
  readonly url: string
  readonly api: string
  /** Further inputs that it needs, as they are written in a workflow. */
  readonly others: readonly (readonly [name: string, value: string])[]
  /** The input that names the jobs, and its lines, one per job. */
  readonly source: 'job-key' | 'response'
  readonly lines: readonly string[]
}

/** The inputs that say how to reach the server, and where a workflow keeps their values, if not in itself. */
const CONNECTION: Readonly<Record<string, 'secrets' | 'vars' | null>> = {
  username: 'secrets',
  password: 'secrets',
  token: 'secrets',
  'token-url': 'vars',
  'client-id': 'vars',
  'client-secret': 'secrets',
  'token-scope': 'vars',
  'token-audience': 'vars',
  'client-certificate': 'secrets',
  'client-key': 'secrets',
  'ca-certificate': 'vars',
  'verify-tls': null,
  headers: 'secrets'
}

/** How to continue waiting for the jobs that may still be running; null where there are none. */
export function continuationOf(
  awaited: readonly Awaited[],
  { origin, root }: Server,
  given: readonly string[]
): Continuation | null {
  const open = awaited.filter(mayBeRunning)
  const [first] = open
  if (first === undefined) return null
  const { api, until } = first.reference
  const wanted = until ? [until.operation.name, until.target ?? []].flat().join('=') : wantedOf(open)
  const connection = Object.entries(CONNECTION).filter(([name]) => given.includes(name))
  const isByBody = open.some(hasMoreThanKey)
  return {
    purpose: purposeOf(open),
    url: `${origin}${root}`,
    api: api.name,
    others: [
      ...connection.map(([name, place]) => [name, place === null ? 'false' : referTo(place, name)] as const),
      ...(wanted === null ? [] : [['until', wanted] as const])
    ],
    source: isByBody ? 'response' : 'job-key',
    lines: open.map(one => (isByBody ? responseOf(one.reference) : jobKeyOf(one, root)))
  }
}

/** Nothing has waited yet for a job that was only accepted. */
function purposeOf(open: readonly Awaited[]): string {
  if (open.some(({ ending }) => ending.outcome !== 'accepted')) return 'To continue waiting'
  return `To wait for ${open.length === 1 ? 'it' : 'them'}`
}

/** The input `until` for resources that were named by links, where one is to reach another state than the usual one. */
function wantedOf(open: readonly Awaited[]): string | null {
  return open.map(({ reference }) => reference.api.shows?.until ?? null).find(until => until !== null) ?? null
}

/** A whole workflow that waits for them, as YAML. */
export function asWorkflow({ url, api, others, source, lines }: Continuation): string {
  const [first = '', ...more] = lines
  const isPlain = more.length === 0 && UUID.test(first)
  const stored = others.find(([, value]) => value.startsWith('${{'))
  return [
    'on: workflow_dispatch',
    'jobs:',
    '  wait:',
    '    runs-on: self-hosted',
    '    steps:',
    '      - uses: await-job/await-job@v1',
    '        with:',
    `          url: ${url}`,
    `          api: ${api}`,
    ...others.map(other => `          ${other.join(': ')}${other === stored ? OWN_NAMES : ''}`),
    ...(isPlain
      ? [`          ${source}: ${first}`]
      : [`          ${source}: |-`, ...lines.map(line => `            ${line}`)])
  ].join('\n')
}

/** What has to be changed in the workflow: the action cannot know under which names the values are stored. */
const OWN_NAMES = ' # replace the names with your own'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function referTo(place: string, name: string): string {
  return `\${{ ${place}.${name.toUpperCase().replaceAll('-', '_')} }}`
}

/** A line of `response` that is read as this job again, without anything that GitHub would take for an expression. */
function responseOf(reference: JobReference): string {
  return JSON.stringify({ job: bodyOf(reference) }).replaceAll('$', '\\u0024')
}

/** Whether the answer to the call had links that the key does not lead to, such as that to the results of a bulk call. */
function hasMoreThanKey({ reference: { reported }, isBeyond }: Awaited): boolean {
  const links = Object.keys(asObject(reported?.source._links) ?? {})
  return !isBeyond && links.some(name => name !== 'self')
}

/**
 * A line of `job-key` that is read as this job again: encoded, since a key is decoded once when it is read; a link where
 * the job is elsewhere than the root, as behind a gateway; the link to the resource of the operation that the job started.
 */
function jobKeyOf(awaited: Awaited, root: string): string {
  const { reference } = awaited
  const resource = resourceOf(awaited)
  const isPlain = resource === null && reference.root === root
  const key = isPlain ? encodeSegment(reference.key) : statusPath(resource ?? reference)
  return reference.label === undefined ? key : `${reference.label.replaceAll('${{', '$ {{')} = ${key}`
}
