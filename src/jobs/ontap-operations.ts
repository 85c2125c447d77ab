import type { Operation } from './api.ts'
import { asCount, asInstant, asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { type Meaning, operationOn, type Reading } from './ontap-resource.ts'

/**
 * What ONTAP's jobs and calls only start, by the OpenAPI document of 9.19.1: the client is to ask for the state of the
 * resource. A word that is not listed here is unknown, and never guessed at.
 */

type Meanings = Readonly<Record<string, Meaning>>

const MOVE: Meanings = {
  queued: 'queued',
  replicating: 'working',
  cutover: 'working',
  cutover_pending: 'working',
  cutover_wait: 'paused',
  paused: 'paused',
  success: 'NORMAL',
  failed: 'ERROR',
  aborted: 'ERROR'
}

const volumeMove = operationOn({
  name: 'volume-move',
  title: 'volume move',
  path: '/storage/volumes',
  idField: 'uuid',
  fields: 'name,svm.name,movement',
  nameOf: body => asText(body.name),
  read: (body, _target, since) => {
    const movement = asObject(body.movement)
    if (movement === null || asText(movement.state) === '') return null
    const startedAt = asInstant(movement.start_time)
    const state = asText(movement.state)
    if (since !== null && startedAt !== null && startedAt < since) {
      return { state, meaning: 'queued', stale: true, message: 'the server still shows an earlier move' }
    }
    const destination = asText(asObject(movement.destination_aggregate)?.name)
    const to = destination === '' ? '' : ` to ${destination}`
    const meaning = meaningOf(state, MOVE)
    const word = asWord(state)
    const message = meaning === 'ERROR' ? failureOf(body, word, to) : progressOfMove(word, meaning, to, movement)
    return { state, meaning, message, startedAt, isOwn: since !== null && startedAt !== null }
  }
})

function progressOfMove(word: string, meaning: Meaning | undefined, to: string, movement: JsonObject): string {
  if (meaning === 'NORMAL') return ''
  const progress = `${asCount(movement.percent_complete)}% moved${to}`
  if (word === 'cutover_wait') {
    return `${progress}; waits for someone to start the cutover: PATCH the volume with {"movement":{"state":"cutover"}}`
  }
  if (word === 'paused') {
    return `${progress}; waits for someone to resume it: PATCH the volume with {"movement":{"state":"replicating"}}`
  }
  return progress
}

/** ONTAP's API does not say why a move ended. */
function failureOf(volume: JsonObject, word: string, to: string): string {
  const percent = asCount(asObject(volume.movement)?.percent_complete)
  const ended = `${word === 'aborted' ? 'was aborted' : 'failed'}${percent === 0 ? '' : ` at ${percent}%`}`
  const svm = asText(asObject(volume.svm)?.name)
  const name = asText(volume.name)
  const show = ['volume move show', svm && `-vserver ${svm}`, name && `-volume ${name}`, '-instance'].filter(Boolean)
  return `the move${to} ${ended}. "${show.join(' ')}" on the cluster shows why`
}

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

const snapmirror = operationOn({
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

const UPDATE: Meanings = {
  in_progress: 'working',
  waiting: 'queued',
  pause_pending: 'working',
  cancel_pending: 'working',
  paused_by_user: 'paused',
  paused_on_error: 'paused',
  completed: 'NORMAL',
  failed: 'ERROR',
  canceled: 'ERROR'
}
const RESUME_UPDATE = 'PATCH /cluster/software?action=resume'

const clusterUpdate = operationOn({
  name: 'cluster-update',
  title: 'cluster update',
  path: '/cluster/software',
  fields: 'state,elapsed_duration,estimated_duration,status_details,validation_results',
  read: body => {
    const state = asText(body.state)
    if (state === '') return null
    const meaning = meaningOf(state, UPDATE)
    const issues = [...asObjects(body.status_details), ...failedChecks(body)].flatMap(issueIn)
    const said = issues.map(({ text }) => text.replace(/\.$/, '')).join('; ')
    const errorCode = meaning === 'ERROR' ? (issues.find(({ code }) => code !== '')?.code ?? '') : ''
    return { state, meaning, message: updateMessage(asWord(state), meaning, body, said), errorCode }
  }
})

function updateMessage(word: string, meaning: Meaning | undefined, body: JsonObject, issues: string): string {
  if (meaning === 'NORMAL') return ''
  if (meaning === 'ERROR') return issues || `the update ended as ${word}`
  if (word === 'paused_on_error') {
    return `${issues || 'the update met an error'}; waits for someone to fix it and resume it: ${RESUME_UPDATE}`
  }
  if (word === 'paused_by_user') return `waits for someone to resume it: ${RESUME_UPDATE}`
  const estimated = asCount(body.estimated_duration)
  const elapsed = asCount(body.elapsed_duration)
  return estimated === 0 ? '' : `${Math.min(99, Math.floor((100 * elapsed) / estimated))}% of the estimated time`
}

function failedChecks({ validation_results }: JsonObject): JsonObject[] {
  return asObjects(validation_results).filter(({ status }) => asWord(status) === 'error')
}

function issueIn(entry: JsonObject): { text: string; code: string }[] {
  const issue = asObject(entry.issue) ?? {}
  const message = asText(issue.message)
  if (message === '') return []
  const where = asText(asObject(entry.node)?.name) || asText(entry.name) || asText(entry.update_check)
  return [{ text: where === '' ? message : `${where}: ${message}`, code: asText(issue.code) }]
}

const DOWNLOAD: Meanings = { not_started: 'queued', running: 'working', success: 'NORMAL', failure: 'ERROR' }

const softwareDownload = operationOn({
  name: 'software-download',
  title: 'software download',
  path: '/cluster/software/download',
  fields: '*',
  read: body => {
    const state = asText(body.state)
    const meaning = meaningOf(state, DOWNLOAD)
    const code = meaning === 'ERROR' ? asText(body.code) : ''
    return state === '' ? null : { state, meaning, message: asText(body.message), errorCode: code === '0' ? '' : code }
  }
})

const APPROVAL: Meanings = {
  pending: 'working',
  approved: 'NORMAL',
  executed: 'NORMAL',
  vetoed: 'ERROR',
  expired: 'ERROR'
}

const approval = operationOn({
  name: 'approval',
  title: 'multi-admin approval',
  path: '/security/multi-admin-verify/requests',
  idField: 'index',
  fields: '*',
  nameOf: body => [asText(body.operation), asText(body.query)].filter(Boolean).join(' '),
  read: body => {
    const state = asText(body.state)
    const meaning = meaningOf(state, APPROVAL)
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

function meaningOf(state: string, meanings: Meanings): Meaning | undefined {
  const word = asWord(state)
  return Object.hasOwn(meanings, word) ? meanings[word] : undefined
}

export const ONTAP_OPERATIONS: readonly Operation[] = [
  volumeMove,
  snapmirror,
  clusterUpdate,
  softwareDownload,
  approval
]
