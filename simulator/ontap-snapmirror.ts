import { randomUUID } from 'node:crypto'
import { type Answer, type Call, failure, isObject, jsonObject, type Route, wrongMethod } from './call.ts'
import { type Fields, nestFields } from './list.ts'
import { noSuchEntry } from './ontap-errors.ts'
import { answerRecord, answerRecords, type Collection } from './ontap-records.ts'
import { createSettle, startingJob, wrongTimeout } from './ontap-settle.ts'
import type { OntapOptions } from './options.ts'
import { changeOf, type Relationship, transferOf } from './snapmirror-course.ts'
import { courseOf, wishOf } from './wish.ts'
import type { World } from './world.ts'

const FIELDS = new Set(
  `backoff_level consistency_group_failover create_destination destination exported_snapshot group_type healthy
  identity_preservation lag_time last_transfer_network_compression_ratio last_transfer_type policy preserve quick_resync
  recover_after_break restore source state svmdr_volumes throttle total_transfer_bytes total_transfer_duration transfer
  transfer_schedule unhealthy_reason uuid`.split(/\s+/)
)
const RELATIONSHIPS: Collection = {
  path: '/api/snapmirror/relationships',
  isField: name => FIELDS.has(name.split('.')[0] ?? ''),
  keys: ['uuid', 'source', 'destination']
}

/**
 * `/api/snapmirror/relationships`: creates, initializes, breaks, resynchronizes and deletes mirrors, each by a job that only
 * starts the change. One that was changed without having been created here was there before.
 */
export function createRelationships(world: World, options: OntapOptions, isLinked: (call: Call) => boolean): Route {
  const { clock, courses } = world
  const settle = createSettle(world, options)
  const known = new Map<string, Relationship>()

  function stateOf({ uuid, state }: Relationship): Fields {
    const view = courses.now(uuid)
    return { state, healthy: true, ...(view ? { ...view.fields, state: view.step.state } : {}) }
  }

  function render(relationship: Relationship, linked: boolean): Fields {
    const { uuid, source, destination } = relationship
    const links = linked ? { _links: { self: { href: `${RELATIONSHIPS.path}/${uuid}` } } } : {}
    return { uuid, source, destination, ...stateOf(relationship), ...links }
  }

  function visible(uuid: string): Relationship | undefined {
    const found = known.get(uuid)
    return found && found.visibleAt <= clock.now() ? found : undefined
  }

  /** Leads to the wanted state once the job of the call has ended; `transfer`: by another transfer, to the same state. */
  function begin(relationship: Relationship, wanted: string, body: Fields, transfer = false): void {
    const wish = wishOf(body)
    if (wish.jobFails) return
    const before = String(stateOf(relationship).state)
    const script = transfer ? transferOf(before, before, wish) : changeOf(before, wanted, wish)
    courses.add(relationship.uuid, courseOf(wish, clock, script))
  }

  function create(call: Call, body: Fields): Promise<Answer> {
    const { hidden } = { hidden: 3, ...(isObject(body.simulate) ? (body.simulate as { hidden?: number }) : {}) }
    const path = (end: unknown) => (isObject(end) ? end : { path: 'svm1:vol1' })
    const relationship: Relationship = {
      uuid: randomUUID(),
      source: path(body.source),
      destination: path(body.destination),
      state: 'uninitialized',
      visibleAt: clock.now() + hidden * 1000
    }
    known.set(relationship.uuid, relationship)
    if (typeof body.state === 'string') begin(relationship, body.state, body)
    return settle(call, startingJob(world, `POST ${RELATIONSHIPS.path}/${relationship.uuid}`, wishOf(body)))
  }

  function change(call: Call, uuid: string, body: Fields): Answer | Promise<Answer> {
    const { state } = body
    const before = state === 'snapmirrored' || state === 'in_sync' ? 'uninitialized' : 'snapmirrored'
    const path = { path: 'svm1:vol1' }
    const relationship = known.get(uuid) ?? { uuid, source: path, destination: path, state: before, visibleAt: 0 }
    known.set(uuid, relationship)
    if (call.method === 'DELETE') known.delete(uuid)
    else if (call.method === 'POST') begin(relationship, '', body, true)
    else if (typeof state === 'string') begin(relationship, state, body)
    const under = call.method === 'POST' ? `${uuid}/transfers` : uuid
    return settle(call, startingJob(world, `${call.method} ${RELATIONSHIPS.path}/${under}`, wishOf(body)))
  }

  return call => {
    const [, , uuid, transfers] = call.path
    const linked = isLinked(call)
    if (call.method === 'GET') {
      const found = uuid === undefined ? undefined : visible(uuid)
      if (uuid !== undefined) return found ? answerRecord(RELATIONSHIPS, render(found, linked), call) : noSuchEntry()
      const all = [...known.keys()].map(visible).filter(one => one !== undefined)
      return answerRecords(
        RELATIONSHIPS,
        all.map(one => render(one, linked)),
        call,
        linked
      )
    }
    const methods = uuid === undefined || transfers === 'transfers' ? ['POST'] : ['PATCH', 'DELETE']
    if (!methods.includes(call.method)) return wrongMethod(['GET', ...methods].join(', '))
    const wrong = wrongTimeout(call)
    if (wrong) return wrong
    const given = jsonObject(call.body === '' ? '{}' : call.body)
    if (!given) return failure(400, '262254', 'The request body is not a JSON object.')
    const body = nestFields(given)
    return uuid === undefined ? create(call, body) : change(call, uuid, body)
  }
}
