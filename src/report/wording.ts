import type { Job, JobReference, OpenOutcome, TaskFailure } from '../jobs/job.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import type { Awaited } from '../wait/wait.ts'
import { type Conclusion, countOutcomes, type Outcome } from './outcome.ts'

/** A job as a person knows it: its key, and what the server calls it. */
export function nameOf({ key }: JobReference, job: Job | null): string {
  const name = plainText(job?.name ?? '', 120)
  return `job ${plainText(key, 200)}${name && ` (${name})`}`
}

export function stateOf({ state }: Job): string {
  return plainText(state, 50) || 'without a state'
}

const TITLES: Readonly<Record<Outcome, string>> = {
  success: 'The job succeeded',
  warning: 'The job ended with a warning',
  'partial-failures': 'The job ended with partial failures',
  error: 'The job ended in an error',
  timeout: 'Timed out before the job was over',
  'not-found': 'There is no such job',
  lost: 'The server no longer knows the job',
  unauthorized: 'The server refused to show the job',
  unreachable: 'The server gave no usable answer',
  unrecognized: 'The state of the job is not known',
  cancelled: 'The wait was cancelled before the job was over'
}

/** A few words on how it ended, in the action's own words only: nothing in them comes from the server. */
export function titleOf({ awaited, failed, worst, level }: Conclusion): string {
  if (awaited.length === 1) return TITLES[worst.ending.outcome]
  if (level === 'error') return `${failed.length} of ${awaited.length} jobs failed the step`
  return `All ${awaited.length} jobs ${level === 'info' ? 'succeeded' : 'passed'}`
}

/** How many jobs ended how, and when the last of them did: `1 error, 7 success after 2m 5s`. */
export function tallyOf({ awaited, elapsed }: Conclusion): string {
  return `${countOutcomes(awaited.map(({ ending }) => ending.outcome))} after ${formatDuration(elapsed)}`
}

/** What happened and why, in one line. */
export function messageOf(conclusion: Conclusion): string {
  const { awaited, worst, level } = conclusion
  if (awaited.length === 1) return sentenceOf(worst)
  const all = `${titleOf(conclusion)}: ${tallyOf(conclusion)}`
  return level === 'info' ? all : `${all}. The worst: ${sentenceOf(worst)}`
}

/** How the wait for a job ended and why, in one line. */
export function sentenceOf(awaited: Awaited): string {
  const { ending } = awaited
  const why = 'reason' in ending ? '' : plainText(ending.job.message) || silenceOf(awaited)
  return `${headlineOf(awaited)}${why && ending.outcome !== 'success' ? `: ${why}` : ''}`
}

/** What to say of a job that failed though the server did not say why; else ''. */
export function silenceOf({ ending }: Awaited): string {
  const isFailure = ending.outcome === 'error' || ending.outcome === 'partial-failures'
  return isFailure && ending.job.message === '' && ending.job.failures.length === 0 ? 'the server gave no reason' : ''
}

/** As the sentence, without what the server said of a job that is over. */
export function headlineOf({ reference, ending, elapsed, seenAt }: Awaited): string {
  const { job } = ending
  const name = nameOf(reference, job)
  const after = `after ${formatDuration(elapsed)}`
  if (!('reason' in ending)) {
    const code = ending.job.errorCode && ` (code ${plainText(ending.job.errorCode, 50)})`
    return capitalized(`${name} ended as ${stateOf(ending.job)} ${after}${code}`)
  }
  const reason = plainText(ending.reason)
  const why = reason && `: ${reason}`
  const last = lastSeen(job, ageOf(elapsed, seenAt))
  switch (ending.outcome) {
    case 'timeout':
      return capitalized(`${name} was not over ${after}${why}. ${last}`)
    case 'not-found':
      return `There is no ${name}${why}`
    case 'lost':
      return `The server no longer knows ${name}, so its fate is unknown${why}. ${last}`
    case 'unauthorized':
      return `The server refused to show ${name}${why}. ${last}`
    case 'unreachable':
      return `The server gave no usable answer about ${name}${why}. ${last}`
    case 'unrecognized':
      return `Whether ${name} is over could not be told ${after}${why}. ${last}`
    case 'cancelled':
      return `The wait for ${name} ended ${after}, before the job did${why}. ${last}`
  }
}

/** How old the last reading was when the wait ended at `elapsed` ms. */
export function ageOf(elapsed: number, seenAt: number | null): string {
  const age = elapsed - (seenAt ?? elapsed)
  return age < 1_000 ? 'a moment' : formatDuration(age)
}

function lastSeen(job: Job | null, age: string): string {
  if (job === null) return 'The server never showed it'
  const message = plainText(job.message, 300)
  return `It was last seen ${stateOf(job)}, ${age} earlier${message && `: ${message}`}`
}

/** What the server said of a job, with no text twice: its message, and the failed tasks that the message leaves out. */
export function whyOf(job: Job | null): { message: string; failures: readonly TaskFailure[] } {
  if (job === null) return { message: '', failures: [] }
  const { message, failures } = job
  const lines = failures.map(({ task, reason }) => (task === '' ? reason : `${task}: ${reason}`))
  const reasons = failures.map(({ reason }) => reason)
  if (failures.length > 0 && [lines, reasons].some(texts => texts.join('; ') === message)) {
    return { message: '', failures }
  }
  return { message, failures: failures.filter(({ reason }) => !message.includes(reason)) }
}

/** What the endings without a verdict leave to do. */
const ADVICE: Readonly<Record<OpenOutcome, string>> = {
  timeout: 'The job may still be running. Go on waiting in a later step, or raise "timeout".',
  'not-found':
    'Check "job-key", and that "url" is the server that accepted the call. ONTAP forgets a job 300 s after its end.',
  lost: 'The job may have succeeded or failed: look at the resource itself.',
  unauthorized: 'The job may still be running. Check the credentials, and that their role may read jobs.',
  unreachable: 'The job may still be running. Check "url", and the network and any proxy on the way to the server.',
  unrecognized: 'The job may still be running. Look at it on the server.',
  cancelled: 'The job may still be running.'
}

/** What to do next, each advice once. */
export function adviceOf(awaited: readonly Awaited[]): string[] {
  const advice = awaited.flatMap(({ ending }) => {
    const isOpen = 'reason' in ending && (!ending.job?.verdict || ending.outcome === 'lost')
    return isOpen ? ADVICE[ending.outcome] : []
  })
  return [...new Set(advice)]
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
