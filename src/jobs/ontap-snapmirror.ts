import { asCount, asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { type Meaning, operationOn, type Reading } from './ontap-resource.ts'

const RELATIONSHIP_STATES = [
  'uninitialized',
  'snapmirrored',
  'broken_off',
  'paused',
  'in_sync',
  'out_of_sync',
  'synchronizing',
  'expanding',
  'shrinking'
]
/** What a relationship is waited for by default. */
const MIRRORED = ['snapmirrored', 'in_sync']
const TRANSFERRING = ['queued', 'transferring']
const TRANSFER_FAILED = ['failed', 'aborted', 'hard_aborted']

/** A SnapMirror relationship, in the state that is wanted. */
export const snapmirror = operationOn({
  name: 'snapmirror',
  title: 'SnapMirror relationship',
  path: '/snapmirror/relationships',
  idField: 'uuid',
  fields: 'state,healthy,unhealthy_reason,transfer',
  targets: RELATIONSHIP_STATES,
  read: (body, target) => {
    const word = asWord(body.state)
    if (word === '') return null
    const transfer = asObject(body.transfer) ?? {}
    const transferWord = asWord(transfer.state)
    const reasons = asObjects(body.unhealthy_reason).map(({ message }) => asText(message))
    const reason = reasons.filter(Boolean).join('; ')
    const isReached = (target === null ? MIRRORED : [target]).includes(word)
    const said = (meaning: Meaning | undefined, message: string): Reading => ({
      state: asText(body.state),
      meaning,
      message,
      errorCode: asText(asObjects(body.unhealthy_reason)[0]?.code)
    })
    if (TRANSFERRING.includes(transferWord)) return said('working', progressOfTransfer(transferWord, transfer))
    // Breaking or pausing a relationship transfers nothing, but it can abort a transfer.
    const transfers = target === null || MIRRORED.includes(target)
    if (transfers && TRANSFER_FAILED.includes(transferWord)) {
      return said('ERROR', reason || `the transfer ended as ${transferWord}`)
    }
    if (transfers && !['', 'success'].includes(transferWord)) {
      return { ...said(undefined, ''), state: asText(transfer.state) }
    }
    if (String(body.healthy) === 'false') return said('ERROR', reason || 'the relationship is not healthy')
    if (isReached) return said('NORMAL', '')
    return said(RELATIONSHIP_STATES.includes(word) ? 'working' : undefined, '')
  }
})

function progressOfTransfer(word: string, { bytes_transferred }: JsonObject): string {
  const bytes = asCount(bytes_transferred)
  return bytes === 0 ? `the transfer is ${word}` : `${(bytes / 1e9).toFixed(1)} GB transferred`
}
