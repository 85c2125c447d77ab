import { type Answer, type Call, failure, jsonObject, type Route, wrongMethod } from './call.ts'
import type { Fields } from './list.ts'
import type { Approvals } from './ontap-approvals.ts'
import { answerRecords, type Collection } from './ontap-records.ts'

const RULES: Collection = {
  path: '/api/security/multi-admin-verify/rules',
  isField: name => name === 'operation',
  keys: ['operation']
}

/** The operations that can be protected, by the calls that execute them. */
const OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'volume create',
  PATCH: 'volume modify',
  DELETE: 'volume delete'
}

export interface Protection {
  /** `/api/security/multi-admin-verify/rules`: the operations that need approval. `simulate` is for their requests. */
  readonly route: Route
  /** Lets a call to volumes through only once several administrators have approved it; until then, it has no effect. */
  readonly guard: (volumes: Route) => Route
}

export function createProtection({ use }: Approvals, isLinked: (call: Call) => boolean): Protection {
  const rules = new Map<string, Fields>()

  function route(call: Call): Answer {
    const list = [...rules.keys()].map(operation => ({ operation }))
    if (call.method === 'GET') return answerRecords(RULES, list, call, isLinked(call))
    const { operation, ...rule } = jsonObject(call.body) ?? {}
    if (call.method !== 'POST') return wrongMethod('GET, POST')
    if (!Object.values(OPERATIONS).includes(String(operation))) {
      return failure(400, '262311', `The operation "${String(operation)}" cannot be protected.`, 'operation')
    }
    rules.set(String(operation), rule)
    return { status: 201, body: { num_records: 1 } }
  }

  /** The error of a protected call: its message as NetApp's documentation and its Ansible collection show it. */
  function refusal({ method, path, query, body }: Call): Answer | null {
    const operation = OPERATIONS[method] ?? ''
    const rule = rules.get(operation)
    if (rule === undefined) return null
    const volume = path[2] ?? query.get('name') ?? jsonObject(body)?.name
    const index = use({ operation, query: `-volume ${String(volume)}` }, rule.simulate)
    const message = `The security multi-admin-verify request (index ${index}) requires approval.`
    return index === true ? null : failure(400, '262325', message)
  }

  return { route, guard: volumes => call => refusal(call) ?? volumes(call) }
}
