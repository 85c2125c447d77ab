import type { Complaint, HttpAnswer } from './api.ts'
import { type CodeMeanings, errorMember } from './complaint.ts'
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

/** A protected call was turned into a request for approval, to be made again once that is approved. */
const UNAPPROVED = '262325'

/** The verdict that a state means, or null. `code` is the job's. A success with an error that says something is a warning. */
export function verdictOf(word: string, error: JsonObject | null, code: string): Verdict | null {
  const verdict = VERDICT_WORDS.get(word) ?? null
  if (verdict !== 'NORMAL') return verdict
  if (code === UNAPPROVED) return 'ERROR'
  if (IN_PART.includes(code)) return 'PARTIAL_FAILURES'
  return saysError(error) ? 'WARNING' : verdict
}

/** Where the requests are that several administrators have to approve, under the API's root. */
export const APPROVALS = '/security/multi-admin-verify/requests'

/**
 * From the specification's error tables. `not-taken` are those that ask to try the call again because of something that
 * passes and that kept it from being started; the last three are in the tables of `/svm/svms`: too many jobs of SVMs at once,
 * and an SVM that is being created or deleted.
 */
const CODES: CodeMeanings = new Map([
  ['262160', 'not-taken'],
  ['2621573', 'not-taken'],
  ['13434894', 'not-taken'],
  ['13434915', 'not-taken'],
  ['13434916', 'not-taken'],
  ['7', 'later'],
  ['8', 'later'],
  ['65541', 'later'],
  ['65552', 'later'],
  ['65562', 'later'],
  ['6691623', 'denied'],
  [UNAPPROVED, 'unapproved']
])

/** The error of an answer of ONTAP. */
export function ontapError(answer: HttpAnswer): Complaint | null {
  const error = errorMember(answer, CODES)
  return error && { ...error, message: explained(error.message, error.code) }
}

/** An error's message, with what to do where it does not say so: `… request (index 3) requires approval.` */
export function explained(message: string, code: string): string {
  if (code !== UNAPPROVED) return message
  const index = /\(index (\d+)\)/.exec(message)?.[1]
  const request = index === undefined ? 'the request' : `/api${APPROVALS}/${index}`
  return `${message.replace(/\.?$/, '.')} Nothing was executed: have ${request} approved, then make the call again`
}
