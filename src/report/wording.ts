import { formatDuration } from '../duration.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import type { Awaited } from '../wait/wait.ts'
import { plainText } from './plain-text.ts'

/** A job as a person knows it: its key, and what the server calls it. */
export function nameOf({ key }: JobReference, job: Job | null): string {
  const name = plainText(job?.name ?? '', 120)
  return `job ${plainText(key, 200)}${name && ` (${name})`}`
}

/** How the wait for a job ended and why, in one line. */
export function sentenceOf(awaited: Awaited): string {
  const { reference, ending, elapsed } = awaited
  const { job } = ending
  const name = nameOf(reference, job)
  const after = `after ${formatDuration(elapsed)}`
  if (!('reason' in ending)) {
    const { state, message, errorCode } = ending.job
    const code = errorCode && ` (code ${plainText(errorCode, 50)})`
    const why = ending.outcome === 'success' ? '' : plainText(message)
    return capitalized(`${name} ended as ${plainText(state, 50)} ${after}${why && `: ${why}`}${code}`)
  }
  const reason = plainText(ending.reason)
  const last = job === null ? 'it was never seen' : `it was last seen ${plainText(job.state, 50) || 'without a state'}`
  switch (ending.outcome) {
    case 'timeout':
      return capitalized(`${name} was not over ${after}: ${last}${reason && `, and then ${reason}`}`)
    case 'not-found':
      return `There is no ${name}: ${reason}`
    case 'lost':
      return `The server no longer knows ${name}, so its fate is unknown (${last}): ${reason}`
    case 'unauthorized':
      return `The server refused to show ${name} (${last}): ${reason}`
    case 'unreachable':
      return `The server gave no usable answer about ${name} (${last}): ${reason}`
    case 'unrecognized':
      return `Whether ${name} is over could not be told ${after}: ${reason}`
    case 'cancelled':
      return `The wait for ${name} was cancelled ${after} (${last}): ${reason}`
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
