import { encodeQuery } from '../jobs/encode.ts'
import type { Question } from './ask.ts'
import type { LongPoll } from './long-poll.ts'
import { dueBy, hasErrors, jobOf, type Watch } from './watch.ts'

/** How many requests are under way at once, and so how many jobs may long-poll, each on its own connection. */
export const LANES = 6
/** How many jobs one list request may ask about, and how many characters of keys fit into its URL. */
const LONGEST_LIST = 100
const LONGEST_KEYS = 3_750

/** What a plan depends on in addition to the jobs. Times are monotonic ms. */
export interface Situation {
  readonly now: number
  readonly deadline: number
  /** Requests that may still be started. */
  readonly free: number
  readonly longPoll: LongPoll
  /** Whether lists are asked for: until the server shows that it does not filter them. */
  readonly lists: boolean
  /** Whether the last reply brought nothing usable. */
  readonly inTrouble: boolean
  /** Jobs that have not finished, including those with a request in progress. */
  readonly open: number
}

/**
 * Whole seconds to ask the server to hold its answer about a job, which is then asked about by itself; 0 for a plain
 * request: the first look, after anything out of order, and when less than a second is left.
 */
export function holdFor(watch: Watch, situation: Pick<Situation, 'now' | 'deadline' | 'longPoll' | 'open'>): number {
  const { longestHold } = watch.about.api
  if (situation.open > LANES || longestHold === undefined) return 0
  if (watch.phase.kind !== 'pending' || hasErrors(watch)) return 0
  const longest = Math.min(longestHold, situation.deadline - situation.now)
  return Math.max(0, Math.min(situation.longPoll.seconds, Math.floor(longest / 1_000)))
}

/**
 * The questions to put now about the jobs that are `idle` (open, and no request about them under way). A job that is due
 * is asked about; where the API has a list, those that are nearly due go along in the same request.
 */
export function plan(idle: readonly Watch[], situation: Situation): Question[] {
  const { now, deadline, free } = situation
  const waiting = inOrder(idle, situation)
  const questions: Question[] = []
  while (questions.length < free) {
    const first = waiting.find(watch => dueBy(watch, deadline) <= now)
    if (first === undefined) break
    const seconds = holdFor(first, situation)
    if (seconds > 0) {
      const hold = { seconds, lastModified: jobOf(first)?.lastModified ?? null }
      questions.push({ references: [first.about], hold, settling: null })
      waiting.splice(waiting.indexOf(first), 1)
      continue
    }
    const chosen = together(first, waiting, situation)
    const settling = first.phase.kind === 'settling' ? first.phase.job : null
    questions.push({ references: chosen.map(({ about }) => about), hold: null, settling })
    for (const watch of chosen) waiting.splice(waiting.indexOf(watch), 1)
  }
  return questions
}

/** The most urgent first; in trouble, before all others those that it has not met: they show whether it is the server's. */
function inOrder(idle: readonly Watch[], { deadline, inTrouble }: Situation): Watch[] {
  const rank = (watch: Watch): number => (inTrouble && hasErrors(watch) ? 1 : 0)
  return [...idle].sort((one, other) => rank(one) - rank(other) || dueBy(one, deadline) - dueBy(other, deadline))
}

/** The jobs for one request: the first, however long its key, and those that go along with it. */
function together(first: Watch, waiting: readonly Watch[], situation: Situation): Watch[] {
  if (!isListed(first, situation)) return [first]
  const chosen: Watch[] = []
  let length = 0
  for (const watch of [first, ...waiting.filter(other => other !== first)]) {
    if (Math.min(watch.askableAt, dueBy(watch, situation.deadline)) > situation.now) continue
    if (holdFor(watch, situation) > 0) continue
    if (!isListed(watch, situation) || collectionOf(watch) !== collectionOf(first)) continue
    length += encodeQuery(watch.about.key).length + 1
    if (chosen.length === LONGEST_LIST || (chosen.length > 0 && length > LONGEST_KEYS)) break
    chosen.push(watch)
  }
  return chosen
}

function collectionOf({ about }: Watch): string {
  return `${about.root}${about.api.list?.collection}`
}

function isListed(watch: Watch, situation: Situation): boolean {
  if (watch.alone || watch.phase.kind === 'settling') return false
  return situation.lists && watch.about.api.list !== undefined
}
