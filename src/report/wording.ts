import type { Api } from '../jobs/api.ts'
import { ENDINGS } from '../jobs/endings.ts'
import type { Job, TaskFailure } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import type { Awaited } from '../wait/wait.ts'
import { type Conclusion, countEndings } from './conclusion.ts'

/** A job as a person knows it: its key, and what the server calls it. */
export function nameOf({ key }: JobReference, job: Job | null): string {
  const name = plainText(job?.name ?? '', 120)
  return `job ${plainText(key, 200)}${name && ` (${name})`}`
}

export function stateOf({ state }: Job): string {
  return plainText(state, 50) || 'without a state'
}

/** A few words on how it ended, in the action's own words only: nothing in them comes from the server. */
export function titleOf({ awaited, failed, worst, level }: Conclusion): string {
  if (awaited.length === 1) return ENDINGS[worst.ending.outcome].title
  if (level !== 'error') {
    return `All ${awaited.length} jobs ${level === 'info' ? ENDINGS[worst.ending.outcome].did : 'passed'}`
  }
  const chosen = failed.filter(({ ending }) => ending.outcome !== 'cancelled')
  const telling = chosen.length > 0 ? chosen : failed
  const [did, ...others] = new Set(telling.map(({ ending }) => ENDINGS[ending.outcome].did))
  return `${telling.length} of ${awaited.length} jobs ${others.length === 0 ? did : 'did not succeed'}`
}

/** How many jobs ended how, and when the last of them did: `7 succeeded, 1 failed in 2m 5s`. */
export function tallyOf({ awaited, elapsed }: Conclusion): string {
  return `${countEndings(awaited)} in ${formatDuration(elapsed)}`
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
      if (job?.over)
        return capitalized(`${name} finished ${after}, but its result cannot be determined${why}${saidBy(job)}`)
      return `Whether ${name} is over could not be told ${after}${why}. ${last}`
    case 'accepted':
      return `The server accepted the call as ${name}, which is not awaited`
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

function saidBy({ message }: Job): string {
  const said = plainText(message, 300)
  return said && `. The server said: ${said}`
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

/** What to do next, each advice once. */
export function adviceOf(awaited: readonly Awaited[]): string[] {
  const advice = awaited.map(({ reference, ending }) => {
    const hasEnded = 'reason' in ending && ending.job?.over && ending.outcome !== 'lost'
    const memory = ending.outcome === 'not-found' ? memoryOf(reference.api) : ''
    if (hasEnded) return ending.outcome === 'unrecognized' ? 'Check on the server how the job ended.' : ''
    return `${ENDINGS[ending.outcome].advice}${memory}`
  })
  return [...new Set(advice)].filter(Boolean)
}

function memoryOf({ title, remembers }: Api): string {
  return remembers === undefined ? '' : ` ${title} deletes a job ${remembers / 1_000} s after it ends.`
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
