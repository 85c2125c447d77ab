import { asCount, asInstant, asObject, asText, asWord, type JsonObject } from './json.ts'
import { type Meaning, type Meanings, meaningIn, operationOn } from './ontap-resource.ts'

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

/** A volume move, by `movement` of the volume. */
export const volumeMove = operationOn({
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
    const meaning = meaningIn(state, MOVE)
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
