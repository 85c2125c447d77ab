import type { Reading } from './jobs.ts'
import { isWithin, type JobPlan, type OperationName, type ResourcePlan } from './scenario.ts'

type Body = Readonly<Record<string, unknown>>
type List<T> = readonly [T, ...T[]]

/** How the resource of an operation looks. The words are its own, or whole states. */
interface Kind {
  readonly path: string
  readonly idField: 'uuid' | 'index' | null
  /** The call that starts it, as a job describes it. */
  readonly call: string
  readonly pending: List<unknown>
  readonly success: List<unknown>
  readonly failure: List<unknown>
  /** Before the first operation; null where the resource then shows none. */
  readonly untouched: unknown
  readonly body: (word: unknown, plan: JobPlan, startedAt: string | undefined) => Body
}

const NO_SPACE = [{ message: 'no space left', code: '6620374' }]
const MIRRORED: Pick<Kind, 'pending' | 'success' | 'failure'> = {
  pending: [
    { state: 'uninitialized', healthy: true, transfer: { state: 'queued' } },
    { state: 'uninitialized', healthy: false, transfer: { state: 'transferring' } },
    { state: 'synchronizing', healthy: true },
    { state: 'out_of_sync', healthy: true },
    { state: 'snapmirrored', healthy: true, transfer: { state: 'transferring' } }
  ],
  success: [
    { state: 'snapmirrored', healthy: true, transfer: { state: 'success' } },
    { state: 'SnapMirrored', healthy: true },
    { state: 'in_sync' }
  ],
  failure: [
    { state: 'uninitialized', healthy: true, transfer: { state: 'failed' } },
    { state: 'uninitialized', transfer: { state: 'aborted' } },
    { state: 'snapmirrored', healthy: false, unhealthy_reason: NO_SPACE, transfer: { state: 'hard_aborted' } },
    { state: 'broken_off', healthy: false, unhealthy_reason: NO_SPACE }
  ]
}

/** The relationship is broken off, or paused: its last transfer may have ended in any way, and says nothing of that. */
function apart(state: string): Pick<Kind, 'pending' | 'success' | 'failure'> {
  return {
    pending: [
      { state: 'snapmirrored', healthy: true, transfer: { state: 'success' } },
      { state: 'snapmirrored', healthy: true, transfer: { state: 'aborted' } },
      { state: 'snapmirrored', healthy: true, transfer: { state: 'failed' } },
      { state: 'in_sync', healthy: true },
      { state: 'snapmirrored', healthy: false, transfer: { state: 'transferring' } }
    ],
    success: [
      { state, healthy: true, transfer: { state: 'success' } },
      { state, healthy: true, transfer: { state: 'failed' } },
      { state: state.toUpperCase() }
    ],
    failure: [{ state: 'snapmirrored', healthy: false, unhealthy_reason: NO_SPACE }]
  }
}

export const OPERATIONS: Readonly<Record<OperationName, Kind>> = {
  'volume-move': {
    path: '/storage/volumes',
    idField: 'uuid',
    call: 'PATCH /api/storage/volumes',
    pending: ['queued', 'replicating', 'cutover', 'cutover_pending', 'cutover_wait', 'paused', 'Replicating'],
    success: ['success', 'Success'],
    failure: ['failed', 'aborted'],
    untouched: null,
    body: (word, { style }, startedAt) => ({
      name: 'vol1',
      svm: { name: 'svm1' },
      movement:
        word === null
          ? [undefined, {}, { percent_complete: 0 }][style % 3]
          : { state: word, percent_complete: style % 101, start_time: startedAt }
    })
  },
  snapmirror: {
    path: '/snapmirror/relationships',
    idField: 'uuid',
    call: 'PATCH /api/snapmirror/relationships',
    ...MIRRORED,
    untouched: { state: 'uninitialized' },
    body: word => word as Body
  },
  'cluster-update': {
    path: '/cluster/software',
    idField: null,
    call: 'PATCH /api/cluster/software',
    pending: ['in_progress', 'waiting', 'pause_pending', 'paused_by_user', 'paused_on_error', 'cancel_pending'],
    success: ['completed'],
    failure: ['failed', 'canceled'],
    untouched: null,
    body: (word, { style }) => ({
      state: word ?? undefined,
      elapsed_duration: style * 10,
      estimated_duration: 6_000,
      status_details: style % 2 ? [{ name: 'node1', issue: { message: 'step', code: 10551399 } }] : undefined
    })
  },
  'software-download': {
    path: '/cluster/software/download',
    idField: null,
    call: 'POST /api/cluster/software/download',
    pending: ['running', 'not_started'],
    success: ['success'],
    failure: ['failure'],
    untouched: 'not_started',
    body: word => ({ state: word, message: 'copying', code: 0 })
  },
  approval: {
    path: '/security/multi-admin-verify/requests',
    idField: 'index',
    call: 'POST /api/security/multi-admin-verify/requests',
    pending: ['pending'],
    success: ['approved', 'executed'],
    failure: ['vetoed', 'expired'],
    untouched: 'pending',
    body: word => ({ state: word, operation: 'volume delete', pending_approvers: 1 })
  }
}

/** Whether the resource is one of several, and its answers say which. */
export function hasId({ resource }: JobPlan): boolean {
  return OPERATIONS[(resource as ResourcePlan).name].idField !== null
}

/** The path of a resource under the API's root. */
export function resourcePath({ resource, key }: JobPlan): string {
  const { path, idField } = OPERATIONS[(resource as ResourcePlan).name]
  return idField === null ? path : `${path}/${key}`
}

/** What a job that starts an operation says of itself. */
export function callOf({ resource, key }: JobPlan): string {
  const { call, idField } = OPERATIONS[(resource as ResourcePlan).name]
  return idField === null ? call : `${call}/${key}`
}

/** Renders the resource of an operation at a time; `stamp` writes a time as the server does. */
export function readResource(plan: JobPlan, time: number, stamp: (time: number) => string): Reading {
  const resource = plan.resource as ResourcePlan
  const { idField, body } = OPERATIONS[resource.name]
  const { word, said } = stateOf(plan, resource, time)
  const startedAt = plan.tellsStart ? stamp(time < plan.startsAt ? resource.earlierAt : plan.startsAt) : undefined
  const id = plan.style % 4 ? plan.key : plan.key.toUpperCase()
  return {
    said,
    body: {
      ...(idField === null ? {} : { [idField]: idField === 'index' ? Number(plan.key) : id }),
      ...body(word, plan, startedAt),
      _links: { self: { href: '/api' } }
    }
  }
}

function stateOf(plan: JobPlan, resource: ResourcePlan, time: number): { word: unknown; said: Reading['said'] } {
  const { startsAt, endsAt, verdict, changes, style, strange, flaps } = plan
  const { pending, success, failure, untouched } = wordsOf(resource)
  const one = (list: List<unknown>, index = style): unknown => list[index % list.length]
  const end = resource.isTold ? 'verdict' : 'undated'
  if (time < startsAt) {
    if (resource.earlier === null) return { word: untouched, said: untouched === null ? 'missing' : 'pending' }
    const word = one(resource.earlier === 'success' ? success : failure)
    return { word, said: resource.isTold ? 'pending' : 'undated' }
  }
  if (time >= endsAt) return { word: one(verdict === 'NORMAL' ? success : failure), said: end }
  if (flaps !== null && isWithin(flaps, time)) return { word: one(style % 2 ? success : failure), said: 'undated' }
  if (strange !== null && isWithin(strange, time)) {
    return { word: resource.name === 'snapmirror' ? { state: 'finalizing' } : 'finalizing', said: 'strange' }
  }
  return { word: one(pending, style + changes.filter(change => change <= time).length), said: 'pending' }
}

function wordsOf({ name, target }: ResourcePlan): Pick<Kind, 'pending' | 'success' | 'failure' | 'untouched'> {
  const kind = OPERATIONS[name]
  return name === 'snapmirror' && target !== null ? { ...kind, ...apart(target) } : kind
}
