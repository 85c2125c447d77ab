import type { Answer, Hold } from './ask.ts'

/** What a wait has learnt of whether its server holds an answer back. */
export interface LongPoll {
  /** The hold to ask for, in whole seconds; 0: no long polling, for the rest of this wait. */
  readonly seconds: number
  /** Answers in a row that came early though nothing had changed. */
  readonly unheld: number
  /** Held requests in a row that failed at once. */
  readonly failed: number
}

/** ONTAP Select documents 1 to 120 s. */
const LONGEST_HOLD = 120
/** Below this a hold costs as many requests as standard polling. */
const SHORTEST_USEFUL_HOLD = 5
/** A server that answers this often before a fifth of the hold is over, with nothing changed, does not hold. */
const UNHELD_ANSWERS = 2
/** A server that fails this often as soon as it is asked to hold cannot. A single failure is one that any request may meet. */
const FAILED_HOLDS = 3

export function startLongPoll(ms: number): LongPoll {
  return { seconds: Math.min(Math.floor(ms / 1_000), LONGEST_HOLD), unheld: 0, failed: 0 }
}

/** An answer that took less than this, in ms, was not held, however short the hold: it could have been the way. */
const SHORTEST_HOLD = 1_000

/** Whether an answer came so early that the server cannot have held it to the end. `took` in ms. */
export function isEarly(hold: Hold, took: number): boolean {
  return took < Math.max((hold.seconds * 1_000) / 5, SHORTEST_HOLD)
}

/** Whether a held request was cut where a proxy's patience ends: in the last fifth of the hold. `took` in ms. */
export function isCutNearHold(answer: Answer, hold: Hold | null, took: number): boolean {
  return hold !== null && answer.kind === 'fault' && answer.why === 'cut' && took >= hold.seconds * 1_000 * 0.8
}

/** What the answer to a held request teaches: `took` in ms, `changed` whether it told anything new of the job. */
export function learn(longPoll: LongPoll, answer: Answer, hold: Hold, took: number, changed: boolean): LongPoll {
  if (answer.kind === 'refused') return OFF
  if (answer.kind === 'missing') return longPoll
  if (answer.kind !== 'job' && answer.kind !== 'accepted') return disappointed(longPoll, answer, hold, took)
  if (changed || !isEarly(hold, took)) return { ...longPoll, unheld: 0, failed: 0 }
  const unheld = longPoll.unheld + 1
  return unheld < UNHELD_ANSWERS ? { ...longPoll, unheld, failed: 0 } : OFF
}

const OFF: LongPoll = { seconds: 0, unheld: 0, failed: 0 }

function disappointed(longPoll: LongPoll, answer: Answer, hold: Hold, took: number): LongPoll {
  if (took >= SHORTEST_HOLD) return answer.kind === 'fault' ? shortened(longPoll, hold) : longPoll
  const failed = longPoll.failed + 1
  return failed < FAILED_HOLDS ? { ...longPoll, failed } : OFF
}

/** Never longer than it was: the hold that was cut may be one of several, asked for before the lesson of another. */
function shortened(longPoll: LongPoll, hold: Hold): LongPoll {
  const seconds = Math.min(longPoll.seconds, Math.floor(hold.seconds / 2))
  return seconds < SHORTEST_USEFUL_HOLD ? OFF : { ...longPoll, seconds }
}
