import { asCount, asText, asWord } from './json.ts'
import { type Meanings, meaningIn, operationOn } from './ontap-resource.ts'
import { APPROVALS } from './ontap-words.ts'

const APPROVAL: Meanings = {
  pending: 'working',
  approved: 'NORMAL',
  executed: 'NORMAL',
  vetoed: 'ERROR',
  expired: 'ERROR'
}

/** A request for the approval of several administrators. */
export const approval = operationOn({
  name: 'approval',
  title: 'multi-admin approval',
  path: APPROVALS,
  idField: 'index',
  fields: '*',
  nameOf: body => [asText(body.operation), asText(body.query)].filter(Boolean).join(' '),
  read: body => {
    const state = asText(body.state)
    const meaning = meaningIn(state, APPROVAL)
    if (state === '') return null
    if (meaning === 'ERROR') return { state, meaning, message: endedAs(state) }
    const missing = asCount(body.pending_approvers)
    const waits = missing === 0 ? 'waits for approval' : `waits for ${missing} more approval(s)`
    return { state, meaning, message: meaning === 'working' ? waits : '' }
  }
})

function endedAs(state: string): string {
  return asWord(state) === 'vetoed' ? 'an approver vetoed it' : 'it expired before it was approved'
}
