import { asCount, asObject, asObjects, asText, asWord, type JsonObject } from './json.ts'
import { type Meaning, type Meanings, meaningIn, operationOn } from './ontap-resource.ts'

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

/** An update of the cluster. */
export const clusterUpdate = operationOn({
  name: 'cluster-update',
  title: 'cluster update',
  path: '/cluster/software',
  fields: 'state,elapsed_duration,estimated_duration,status_details,validation_results',
  read: body => {
    const state = asText(body.state)
    if (state === '') return null
    const meaning = meaningIn(state, UPDATE)
    const issues = issuesIn(body)
    const said = issues.map(({ text }) => text).join('; ')
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
  const percent = Math.min(99, Math.floor((100 * asCount(body.elapsed_duration)) / estimated))
  const done = estimated === 0 ? [] : [`${percent}% of the estimated time`]
  return [
    ...done,
    ...new Set(
      phasesIn(body, ['', 'in_progress'])
        .flatMap(issueIn)
        .map(({ said }) => said)
    )
  ].join('; ')
}

interface Issue {
  /** With where it is, as far as that is known. */
  readonly text: string
  readonly said: string
  readonly code: string
}

/**
 * What is wrong. A phase has an `issue` while it is in order, too ("Installing software image."): only if none is said to have
 * failed, and no check has, does every one count.
 */
function issuesIn(body: JsonObject): Issue[] {
  const checks = asObjects(body.validation_results).filter(({ status }) => asWord(status) === 'error')
  const failed = [...phasesIn(body, ['failed', 'paused_on_error']), ...checks].flatMap(issueIn)
  return failed.length > 0 ? failed : asObjects(body.status_details).flatMap(issueIn)
}

function phasesIn({ status_details }: JsonObject, states: readonly string[]): JsonObject[] {
  return asObjects(status_details).filter(({ state }) => states.includes(asWord(state)))
}

function issueIn(entry: JsonObject): Issue[] {
  const issue = asObject(entry.issue) ?? {}
  const said = asText(issue.message).replace(/\.$/, '')
  if (said === '') return []
  const where = asText(asObject(entry.node)?.name) || asText(entry.name) || asText(entry.update_check)
  return [{ text: where === '' ? said : `${where}: ${said}`, said, code: asText(issue.code) }]
}
