import { type Answer, type Call, failure, jsonObject, ok, type Route, wrongMethod } from './call.ts'
import type { Fields } from './list.ts'
import { noSuchEntry } from './ontap-errors.ts'
import { answerRecord, answerRecords, type Collection } from './ontap-records.ts'
import type { Script } from './script.ts'
import { stamp } from './stamp.ts'
import { courseOf, type Wish, wishOf } from './wish.ts'
import type { World } from './world.ts'

const FIELDS = new Set(
  `approve_expiry_time approve_time approved_users comment create_time execute_on_approval execution_expiry_time index
  operation owner pending_approvers permitted_users potential_approvers query required_approvers state user_requested
  user_vetoed`.split(/\s+/)
)
const REQUESTS: Collection = {
  path: '/api/security/multi-admin-verify/requests',
  isField: name => FIELDS.has(name.split('.')[0] ?? ''),
  keys: ['index']
}
/** How many administrators have to approve. */
const APPROVERS = 2

const keyOf = (index: number): string => `request ${index} for approval`

export interface Approvals {
  /**
   * `/api/security/multi-admin-verify/requests`: requests for the approval of several administrators. They approve by PATCH, or
   * by themselves after a while.
   */
  readonly route: Route
  /** Whether an operation may be executed now, which uses up its approval; else the index of the request for it. */
  readonly use: (about: Fields, simulate: unknown) => true | number
}

export function createApprovals({ clock, courses }: World, isLinked: (call: Call) => boolean): Approvals {
  const requests: Fields[] = []

  function render(request: Fields, linked: boolean): Fields {
    const { index } = request
    const view = courses.now(keyOf(Number(index)))
    const links = linked ? { _links: { self: { href: `${REQUESTS.path}/${index}` } } } : {}
    return { ...request, ...view?.fields, state: view?.step.state ?? 'pending', ...links }
  }

  function add(about: Fields, simulate: unknown): number {
    const index = requests.length + 1
    const create_time = stamp(clock.now(), 0, -5)
    requests.push({ index, ...about, required_approvers: APPROVERS, user_requested: 'admin', create_time })
    const wish = { ...wishOf({ simulate }), job: 0, late: 0 }
    courses.add(keyOf(index), courseOf(wish, clock, scriptOf(wish)))
    return index
  }

  function create(call: Call, { operation, query, simulate }: Fields): Answer {
    if (typeof operation !== 'string') return failure(400, '262254', 'Field "operation" is required.', 'operation')
    const index = add({ operation, ...(query === undefined ? {} : { query }) }, simulate)
    const records = call.query.get('return_records') === 'true' ? { records: requests.slice(-1).map(show) } : {}
    const headers = { Location: `${REQUESTS.path}/${index}` }
    return { status: 201, headers, body: { num_records: 1, ...records } }
  }

  function show(request: Fields): Fields {
    return render(request, true)
  }

  function vote(index: number, state: unknown): Answer {
    const view = courses.now(keyOf(index))
    if (view === undefined || view.step.state !== 'pending' || (state !== 'approved' && state !== 'vetoed')) {
      return failure(400, '262329', 'Invalid state for PATCH.', 'state')
    }
    const left = Number(view.fields.pending_approvers ?? APPROVERS) - 1
    const isOpen = state === 'approved' && left > 0
    const next = isOpen ? 'pending' : state
    const body = { pending_approvers: state === 'approved' ? left : left + 1 }
    courses.turn(view, [{ after: 0, state: next, body }], false)
    return ok({})
  }

  function use(about: Fields, simulate: unknown): true | number {
    const { index } = requests.findLast(one => one.operation === about.operation && one.query === about.query) ?? {}
    const view = courses.now(keyOf(Number(index)))
    if (view?.step.state === 'pending') return Number(index)
    if (view?.step.state !== 'approved') return add(about, simulate)
    courses.turn(view, [{ after: 0, state: 'executed', body: view.fields }], false)
    return true
  }

  function route(call: Call): Answer {
    const [, , , index] = call.path
    const request = requests[Number(index) - 1]
    const linked = isLinked(call)
    if (index === undefined && call.method === 'GET') {
      return answerRecords(
        REQUESTS,
        requests.map(one => render(one, linked)),
        call,
        linked
      )
    }
    const method = index === undefined ? 'POST' : 'PATCH'
    if (call.method !== 'GET' && call.method !== method) return wrongMethod(`GET, ${method}`)
    const body = jsonObject(call.body === '' ? '{}' : call.body)
    if (!body) return failure(400, '262254', 'The request body is not a JSON object.')
    if (index === undefined) return create(call, body)
    if (request === undefined) return noSuchEntry()
    return call.method === 'GET'
      ? answerRecord(REQUESTS, render(request, linked), call)
      : vote(Number(index), body.state)
  }

  return { route, use }
}

/** `stop: pending` waits for votes alone. */
function scriptOf({ seconds, ending, stop }: Wish): Script {
  const pending = (after: number, pending_approvers: number) => ({
    after,
    state: 'pending',
    body: { pending_approvers }
  })
  if (stop !== '') return [pending(0, APPROVERS)]
  const state = ending === 'success' ? 'approved' : ending
  const end = { after: seconds, state, body: { pending_approvers: state === 'approved' ? 0 : 1 } }
  return [pending(0, APPROVERS), pending(seconds * 0.5, 1), end]
}
