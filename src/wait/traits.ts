import { isDeepStrictEqual } from 'node:util'
import type { Hold } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { Answer } from './ask.ts'
import { type LongPoll, learn, startLongPoll } from './long-poll.ts'

/** What a wait has learnt of how its server works. */
export interface Traits {
  readonly longPoll: LongPoll
  /** Lists in a row that were none, or not filtered as asked. */
  readonly unfitLists: number
}

/** After this many unfit lists in a row, each job is asked about by itself. */
const UNFIT_LISTS = 2

/** `longPoll`: how long to ask the server to hold an answer, in ms. */
export function startTraits(longPoll: number): Traits {
  return { longPoll: startLongPoll(longPoll), unfitLists: 0 }
}

/** Whether lists are still asked for. */
export function hasLists({ unfitLists }: Traits): boolean {
  return unfitLists < UNFIT_LISTS
}

export function afterList(traits: Traits, filtered: boolean): Traits {
  return { ...traits, unfitLists: filtered ? 0 : traits.unfitLists + 1 }
}

/** A question about one job has failed: what came instead of the last list may have been the same trouble. */
export function afterSingleFault(traits: Traits): Traits {
  return hasLists(traits) ? { ...traits, unfitLists: 0 } : traits
}

/** `known`: the last reading before the answer to a held request, which `took` ms. */
export function afterHold(traits: Traits, answer: Answer, known: Job | null, hold: Hold, took: number): Traits {
  return { ...traits, longPoll: learn(traits.longPoll, answer, hold, took, isNews(answer, known)) }
}

/** Whether an answer has anything that the last reading had not; one that is nested too deeply to compare does. */
function isNews(answer: Answer, known: Job | null): boolean {
  if (answer.kind !== 'job') return false
  try {
    return !isDeepStrictEqual(answer.job, known)
  } catch {
    return true
  }
}
