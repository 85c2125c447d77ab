import type { Hold } from '../jobs/api.ts'
import type { Answer } from './ask.ts'

/** What a wait has learnt of whether its server holds an answer back. */
export interface LongPoll {
  /** The hold to ask for, in whole seconds; 0: no long polling, for the rest of this wait. */
  readonly seconds: number
  /** Answers in a row that came early though nothing had changed. */
  readonly unheld: number
}

/** Below this a hold costs as many requests as standard polling. */
const SHORTEST_USEFUL_HOLD = 5
/** A server that answers this often before a fifth of the hold has passed, with nothing changed, does not hold. */
const UNHELD_ANSWERS = 2
/** What takes less than this, in ms, was not held, however short the hold: it can have been the way. */
const SHORTEST_HOLD = 1_000

export function startLongPoll(ms: number): LongPoll {
  return { seconds: Math.floor(ms / 1_000), unheld: 0 }
}

/** Whether an answer came so early that the server cannot have held it to the end. `took` in ms. */
export function isEarly(hold: Hold, took: number): boolean {
  return took < Math.max((hold.seconds * 1_000) / 5, SHORTEST_HOLD)
}

/** Whether a held request was cut where a proxy's patience ends: in the last fifth of the hold. `took` in ms. */
export function isCutNearHold(answer: Answer, hold: Hold | null, took: number): boolean {
  return hold !== null && answer.kind === 'fault' && answer.why === 'cut' && took >= hold.seconds * 1_000 * 0.8
}

/**
 * What the answer to a held request teaches: `took` in ms, `changed` whether it showed anything new about the job. A fault
 * that came early says nothing against holds as long as this one, but that the request was not held; a job that is not
 * there says nothing at all.
 */
export function learn(longPoll: LongPoll, answer: Answer, hold: Hold, took: number, changed: boolean): LongPoll {
  if (longPoll.seconds === 0 || answer.kind === 'refused') return OFF
  if (answer.kind === 'missing') return longPoll
  const early = isEarly(hold, took)
  if (answer.kind === 'fault' && !early) return shortened(longPoll, hold)
  if (changed || !early) return { ...longPoll, unheld: 0 }
  const unheld = longPoll.unheld + 1
  return unheld < UNHELD_ANSWERS ? { ...longPoll, unheld } : OFF
}

const OFF: LongPoll = { seconds: 0, unheld: 0 }

function shortened(longPoll: LongPoll, hold: Hold): LongPoll {
  const seconds = Math.min(longPoll.seconds, Math.floor(hold.seconds / 2))
  return seconds < SHORTEST_USEFUL_HOLD ? OFF : { seconds, unheld: 0 }
}
