import type { Verdict } from './job.ts'
import { type JsonObject, saysError } from './json.ts'

/**
 * How a job of ONTAP or ONTAP Select Deploy ended. `success` and `failure` are the specification's words, one page of the
 * documentation uses `error`, and NetApp's own client takes the others for ends as well.
 */
const VERDICT_WORDS: ReadonlyMap<string, Verdict> = new Map([
  ['success', 'NORMAL'],
  ['failure', 'ERROR'],
  ['error', 'ERROR'],
  ['cancelled', 'ERROR'],
  ['canceled', 'ERROR'],
  ['expired', 'ERROR']
])

/** The verdict that a state means, or null. A success with an error that says something is a warning. */
export function verdictOf(word: string, error: JsonObject | null): Verdict | null {
  const verdict = VERDICT_WORDS.get(word) ?? null
  return verdict === 'NORMAL' && saysError(error) ? 'WARNING' : verdict
}
