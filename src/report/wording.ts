import { ENDINGS, type OpenEnding } from '../jobs/endings.ts'
import type { Job, TaskFailure } from '../jobs/job.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import { formatPeriod } from '../time/instant.ts'
import { type Conclusion, countEndings } from './conclusion.ts'
import type { Reported } from './names.ts'
import { nounOf, operationOf } from './operations.ts'

/** A few words on how the step ended, in the action's own words only: nothing in them comes from the server. */
export function titleOf({ awaited, failed, worst, level }: Conclusion): string {
  if (awaited.length === 1) {
    if (worst.ending.outcome === 'unrecognized' && worst.ending.job?.over) return 'The result of the job is unknown'
    if (isUnread(worst)) return 'The call is done, but its job could not be read'
    return ENDINGS[worst.ending.outcome].title.replace('job', operationOf(worst) ?? 'job')
  }
  if (isLeft(worst)) return `The server accepted the call; its ${awaited.length} jobs are not awaited`
  if (level !== 'error') {
    return `All ${awaited.length} ${nounOf(awaited)} ${level === 'info' ? ENDINGS[worst.ending.outcome].did : 'passed'}`
  }
  const awaitedToTheEnd = failed.filter(({ ending }) => ending.outcome !== 'cancelled')
  const counted = awaitedToTheEnd.length > 0 ? awaitedToTheEnd : failed
  const [did, ...others] = new Set(counted.map(({ ending }) => ENDINGS[ending.outcome].did))
  return `${counted.length} of ${awaited.length} ${nounOf(awaited)} ${others.length === 0 ? did : 'did not succeed'}`
}

/** What how many jobs did, and when: `7 succeeded, 1 failed in 2m 5s (05:23:10 to 05:25:15 UTC)`. */
export function tallyOf(conclusion: Conclusion): string {
  return `${countEndings(conclusion.awaited)} in ${timeOf(conclusion)}`
}

/** How long the wait took, and when that was: `2m 5s (05:23:10 to 05:25:15 UTC)`. */
export function timeOf({ startedAt, elapsed }: Conclusion): string {
  return `${formatDuration(elapsed)} (${formatPeriod(startedAt, startedAt + elapsed)})`
}

/** What happened and why, in one line. */
export function messageOf(conclusion: Conclusion): string {
  const { awaited, worst, level } = conclusion
  if (awaited.length === 1) return sentenceOf(worst)
  if (isLeft(worst)) return titleOf(conclusion)
  if (level === 'info') return `${titleOf(conclusion)} in ${timeOf(conclusion)}`
  return `${titleOf(conclusion)}: ${tallyOf(conclusion)}. The worst: ${sentenceOf(worst)}`
}

/**
 * How the wait for a job ended and why, in one line. `said` is what the server said of a job that has ended: by default,
 * all that it did.
 */
export function sentenceOf(named: Reported, said = named.ending.job?.message ?? ''): string {
  const { ending } = named
  if ('reason' in ending) return capitalized(openSentence(named, ending))
  const { outcome, job, unread } = ending
  if (unread !== undefined)
    return capitalized(`${subjectOf(named, job)} ${ENDINGS[outcome].did}${BY_CALL}${plainText(unread)}`)
  const code = job.errorCode && `, code ${plainText(job.errorCode, 50)}`
  const headline = capitalized(`${subjectOf(named, job)} ${ENDINGS[outcome].did} (${stateOf(job)}${code})`)
  const why = outcome === 'success' ? '' : plainText(said) || silenceOf(job)
  return why === '' ? `${headline}: ${timesOf(named)}` : `${headline}: ${why} (${timesOf(named)})`
}

const BY_CALL =
  ', according to the answer to the call. Whether it ended with a warning is unknown, because the job itself could not be read: '

/** Whether the job is left to a later step. */
export function isLeft({ ending }: Pick<Reported, 'ending'>): boolean {
  return ending.outcome === 'accepted'
}

function isUnread({ ending }: Reported): boolean {
  return !('reason' in ending) && ending.unread !== undefined
}

/** What to say of a job that did not succeed though the server did not say why; else ''. */
export function silenceOf({ message, failures }: Job): string {
  return message === '' && failures.length === 0 ? 'the server gave no reason; see its event log' : ''
}

/**
 * `job 1cd8… (POST /api/storage/volumes)`, `#3 (Creating volume "vol_3", POST /api/storage/volumes, 1cd8…)`, or the operation
 * that such a job started: `the volume move of #3 (…)`; by a link alone, `the volume move 4ea7… (vol_3)`.
 */
export function subjectOf(
  named: Pick<Reported, 'reference' | 'handle' | 'resource' | 'progress' | 'isBeyond'>,
  job: Job | null
): string {
  const { reference, handle, resource, progress } = named
  const key = plainText(reference.key, 200)
  const about = [withoutPeriod(progress) || resource, plainText(job?.name ?? '', 120), handle === '' ? '' : key].filter(
    Boolean
  )
  const operation = operationOf(named)
  const noun = operation === null || named.isBeyond ? 'job' : `the ${operation}`
  const subject = `${handle || `${noun} ${key}`}${about.length === 0 ? '' : ` (${about.join(', ')})`}`
  return named.isBeyond ? `the ${operation} of ${subject}` : subject
}

export function stateOf({ state, stale }: Pick<Job, 'state' | 'stale'>): string {
  return stale ? 'not started' : plainText(state, 50) || 'no state'
}

/** How long the job ran by the server's own times, where it gave them, and how long it was awaited. */
export function timesOf({ ending, elapsed }: Reported): string {
  const ran = ranFor(ending.job)
  return [ran === null ? '' : `ran ${formatDuration(ran)}`, `waited ${formatDuration(elapsed)}`]
    .filter(Boolean)
    .join(', ')
}

/** In ms; null where the server did not say when the job started and ended. */
export function ranFor(job: Job | null): number | null {
  if (job?.startedAt == null || job.endedAt === null || job.endedAt < job.startedAt) return null
  return job.endedAt - job.startedAt
}

/** What was last seen of a job, and how long before its wait ended. */
export function lastSeen({ elapsed, seenAt, ending }: Reported): string {
  const { job } = ending
  if (job === null) return 'The server never showed it'
  const message = plainText(job.message, 300)
  return `Last seen ${stateOf(job)}, ${sinceSeen(elapsed, seenAt)} earlier${message && `: ${message}`}`
}

/** What a failed task said. */
export function taskSentence({ task, reason }: TaskFailure): string {
  return task === '' ? reason : `${task}: ${reason}`
}

/** What the server said of a job, with no text twice: its message, and the failed tasks that the message leaves out. */
export function whyOf({ message, failures }: Job): { message: string; failures: readonly TaskFailure[] } {
  const lines = failures.map(taskSentence)
  const reasons = failures.map(({ reason }) => reason)
  if (failures.length > 0 && [lines, reasons].some(texts => texts.join('; ') === message)) {
    return { message: '', failures }
  }
  return { message, failures: failures.filter(({ reason }) => !message.includes(reason)) }
}

type OpenSentence = (subject: string, after: string) => string

const OPEN_SENTENCES: Readonly<Record<OpenEnding['outcome'], OpenSentence>> = {
  timeout: (job, after) => `${job} did not finish in ${after}`,
  'not-found': job => `${job} was not found`,
  lost: job => `The server no longer knows ${job}, so its result is unknown`,
  unauthorized: job => `The server did not allow ${job} to be read`,
  unreachable: job => `The server gave no usable answer about ${job}`,
  unrecognized: (job, after) => `The state of ${job} is unknown after ${after}`,
  accepted: job => `The server accepted the call as ${job}, which is not awaited`,
  cancelled: (job, after) => `The wait for ${job} ended after ${after}, before the job finished`
}

function openSentence(named: Reported, { outcome, reason, job }: OpenEnding): string {
  const subject = subjectOf(named, job)
  const hasEnded = outcome === 'unrecognized' && job?.over
  const sentence = hasEnded
    ? `${subject} finished, but its result cannot be determined`
    : OPEN_SENTENCES[outcome](subject, formatDuration(named.elapsed))
  const why = withoutPeriod(plainText(reason))
  const isSeen = outcome !== 'not-found' && outcome !== 'accepted'
  const more = hasEnded ? saidBy(job) : isSeen ? lastSeen(named) : ''
  return [`${sentence}${why && `: ${why}`}`, more].filter(Boolean).join('. ')
}

function saidBy({ message }: Job): string {
  const said = plainText(message, 300)
  return said && `The server said: ${said}`
}

export function sinceSeen(elapsed: number, seenAt: number | null): string {
  const age = elapsed - (seenAt ?? elapsed)
  return age < 1_000 ? 'a moment' : formatDuration(age)
}

/** The text, to be followed by more of the same sentence. */
function withoutPeriod(text: string): string {
  return text.replace(/(?<!\.)\.$/, '')
}

/** A sentence that may start with the subject "job …" or "the … of job …". A handle stays as it is. */
export function capitalized(text: string): string {
  return /^(job|the) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
