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

/** What the specification calls a record that failed, and a bulk call that was done in part. */
const IN_PART = ['262287', '262288']

/** The verdict that a state means, or null. `code` is the job's. A success with an error that says something is a warning. */
export function verdictOf(word: string, error: JsonObject | null, code: string): Verdict | null {
  const verdict = VERDICT_WORDS.get(word) ?? null
  if (verdict !== 'NORMAL') return verdict
  if (IN_PART.includes(code)) return 'PARTIAL_FAILURES'
  return saysError(error) ? 'WARNING' : verdict
}
