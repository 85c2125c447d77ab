import type { Api } from './jobs.ts'

/** What a path leads to: an API, the token endpoint, or the control of the simulator itself. */
export type Part = Api | 'gateway' | 'token' | 'control'

/** Where a request goes. */
export interface Target {
  /** `undefined` for a path that no server has. */
  part: Part | undefined
  /** The decoded segments of the path after the part's root. */
  path: readonly string[]
  search: string
}

/** Which server a path under `/api` is for, by its first segment there. */
const PARTS: Readonly<Record<string, Part>> = {
  gateways: 'gateway',
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

/** What has a root of its own. The version of a call to the backup service is the first segment of its path. */
const ROOTS: readonly (readonly [root: RegExp, part: Part])[] = [
  [/^\/occm\/api\//, 'netapp-console'],
  [/^\/account\/[^/]+\/providers\/cloudmanager_cbs\/api\/(?=v\d+\/)/, 'netapp-backup'],
  [/^\/(?=oauth\/token$)/, 'token'],
  [/^\/simulator\//, 'control']
]

/** Reads the target of a request. `/api/v2` is Unified Manager's `/api`; `root` is a further path for `/api`. */
export function readTarget(target: string, root = '/api'): Target {
  const [whole = '', ...rest] = target.split('?')
  const search = rest.join('?')
  for (const [pattern, part] of ROOTS) {
    if (pattern.test(whole)) return { part, path: segmentsOf(whole.replace(pattern, '')), search }
  }
  const base = [`${root.replace(/\/+$/, '')}/`, '/api/'].find(prefix => whole.startsWith(prefix))
  if (base === undefined) return { part: undefined, path: [], search: '' }
  const path = segmentsOf(whole.slice(base.length))
  const versioned = path[0] === 'v2' && PARTS[path[1] ?? ''] === 'unified-manager'
  const under = versioned ? path.slice(1) : path
  return { part: PARTS[under[0] ?? ''], path: under, search }
}

function segmentsOf(path: string): string[] {
  return path.split('/').map(decodeSegment)
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
