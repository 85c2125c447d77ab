import { ENDINGS } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import type { Awaited } from '../wait/wait.ts'
import { jobOf, type Watch } from '../wait/watch.ts'
import { countEndings, tally, worstFirst } from './conclusion.ts'
import type { LogLines, Observer } from './log-lines.ts'
import type { Names, Reported } from './names.ts'
import { capitalized, sentenceOf, stateOf } from './wording.ts'

/** Of many jobs, the failures that are printed as they come: more of them say nothing new. */
const MOST_FAILURES = 10

/** What was last printed of a job, and since when it is in that state. */
interface Printed {
  readonly state: string
  readonly message: string
  readonly since: number
}

/** Each job's changes, one by one. */
export function createChanges(total: number, names: Names, { print, isQuiet, isDue }: LogLines): Observer {
  const printed = new Map<JobReference, Printed>()
  return event => {
    if (event.kind === 'ended' && total > 1) print(event.awaited.elapsed, sentenceOf(names.withName(event.awaited)))
    if (event.kind !== 'answer' || event.after === null || jobOf(event.after)?.over) return
    const { before, after, elapsed } = event
    if (before.succeeded === null && after.succeeded !== null) printSuccess(after, elapsed)
    else if (event.answer.kind === 'job') printChange(after, event.answer.job, elapsed)
    if (isQuiet(elapsed)) print(elapsed, heartbeat(after, elapsed))
  }

  /** The job has succeeded: from here on, the states of the operation that it started are printed. */
  function printSuccess({ reference }: Watch, elapsed: number): void {
    printed.delete(reference)
    const subject = capitalized(names.handleOf(reference) || 'the job')
    print(elapsed, `${subject} succeeded; now waiting for its ${reference.until?.operation.title}`)
  }

  function printChange(watch: Watch, job: Job, elapsed: number): void {
    const { reference } = watch
    const known = printed.get(reference)
    const state = stateOf(job)
    const message = plainText(job.message, 300)
    const isNew = known?.state !== state
    if (!isNew && (known.message === message || message === '' || !isDue(elapsed))) return
    const name = known === undefined ? plainText(job.name, 120) : ''
    const before = isNew && known !== undefined ? formatDuration(elapsed - known.since) : '0s'
    const after = before === '0s' ? '' : `, after ${before} ${known?.state}`
    print(
      elapsed,
      `${subject(watch)}${name && ` (${name})`} is ${isNew ? '' : 'still '}${state}${after}${message && `: ${message}`}`
    )
    printed.set(reference, { state, message, since: isNew ? elapsed : known.since })
  }

  function heartbeat(watch: Watch, elapsed: number): string {
    const { reference, errors } = watch
    if (errors.last.what !== '') return `Still no usable answer: ${errors.last.what}`
    const job = jobOf(watch)
    const known = printed.get(reference)
    if (job === null || known === undefined) return `${subject(watch)} is accepted, but the server does not show it yet`
    const message = plainText(job.message, 300)
    printed.set(reference, { ...known, message })
    const duration = formatDuration(elapsed - known.since)
    return `${subject(watch)} is still ${stateOf(job)}, for ${duration}${message && `: ${message}`}`
  }

  function subject(watch: Watch): string {
    return capitalized(names.currentOf(watch))
  }
}

/** How many of many jobs are in which state; the failures one by one, and every ending once all have finished. */
export function createTotals(total: number, names: Names, { print, list, isQuiet, isDue }: LogLines): Observer {
  const states = new Map<JobReference, string>()
  const ended: Reported[] = []
  let isComplete = false
  let printed = ''
  let failures = 0

  return event => {
    if (event.kind === 'answer' && event.after !== null) {
      const job = jobOf(event.after)
      states.set(event.after.reference, job === null ? 'not seen yet' : stateOf(job))
    }
    if (event.kind === 'ended') end(event.awaited)
    if (event.kind === 'replied') progress(event.elapsed)
  }

  function progress(elapsed: number): void {
    const text = count()
    const seenAll = states.size + ended.length === total
    const isFirst = seenAll && !isComplete
    isComplete ||= seenAll
    if (ended.length < total && (isFirst || (text !== printed && isDue(elapsed)) || isQuiet(elapsed))) {
      print(elapsed, text)
      printed = text
    }
  }

  function end(awaited: Awaited): void {
    const named = names.withName(awaited)
    states.delete(awaited.reference)
    ended.push(named)
    if (hasFailedByItself(awaited) && failures < MOST_FAILURES) {
      failures += 1
      const last = failures === MOST_FAILURES ? ' (further ones are listed at the end)' : ''
      print(awaited.elapsed, `${sentenceOf(named)}${last}`)
    }
    if (ended.length === total) {
      print(awaited.elapsed, count())
      const sentences = worstFirst(ended).map(one => sentenceOf(one))
      list('How each job ended', sentences)
    }
  }

  function count(): string {
    const finished = `${ended.length} of ${total} jobs finished${ended.length > 0 ? ` (${countEndings(ended)})` : ''}`
    return [finished, ...[...tally(states.values())].map(([state, count]) => `${count} ${state}`)].join(', ')
  }
}

/** Whether an ending is worth a line of its own: success is not, nor what tends to end the wait for all jobs at once. */
function hasFailedByItself({ ending: { outcome } }: Awaited): boolean {
  return outcome !== 'success' && !ENDINGS[outcome].mayBeRunning
}
