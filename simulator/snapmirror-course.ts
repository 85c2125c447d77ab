import { randomUUID } from 'node:crypto'
import type { Fields } from './list.ts'
import type { Script } from './script.ts'
import type { Wish } from './wish.ts'

/** A mirror of a volume. */
export interface Relationship {
  readonly uuid: string
  readonly source: Fields
  readonly destination: Fields
  /** Its state before anything was done to it. */
  readonly state: string
  /** From when on it can be read: server time, ms since the epoch. */
  readonly visibleAt: number
}

const MIRRORED = ['snapmirrored', 'in_sync']
const BYTES = 21_474_836_480
const SICK = { healthy: false, unhealthy_reason: [{ code: '6619715', message: 'The destination volume is full.' }] }

/** From one state of a relationship to another: mirroring takes a transfer, and breaking or pausing takes none. */
export function changeOf(before: string, wanted: string, wish: Wish): Script {
  const { seconds, ending } = wish
  // A resynchronization shows the wanted state at once, and transfers then.
  if (MIRRORED.includes(wanted)) return transferOf(before === 'broken_off' ? wanted : before, wanted, wish)
  if (ending !== 'success') return [{ after: 0, state: before, body: SICK }]
  return [
    { after: 0, state: before },
    { after: seconds, state: wanted }
  ]
}

/** A transfer, and the state of the relationship during it and after its success. */
export function transferOf(during: string, after: string, { seconds, ending }: Wish): Script {
  const uuid = randomUUID()
  const transfer = (state: string, part: number) => ({ transfer: { uuid, state, bytes_transferred: BYTES * part } })
  const under = [
    { after: 0, state: during, body: transfer('queued', 0) },
    { after: seconds * 0.1, state: during, body: transfer('transferring', 0) },
    { after: seconds * 0.5, state: during, body: transfer('transferring', 0.5) }
  ]
  const end = { after: seconds, state: after, body: transfer('success', 1) }
  if (ending === 'success') return [...under, end]
  if (ending === 'unhealthy') return [...under, { ...end, body: { ...end.body, ...SICK } }]
  return [...under, { after: seconds, state: during, body: { ...transfer(ending, 0.5), ...SICK } }]
}
