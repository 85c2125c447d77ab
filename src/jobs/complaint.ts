import type { Complaint, HttpAnswer } from './api.ts'
import { asObject, asText } from './json.ts'

/** Error codes that call for something particular, whatever the status they come with. */
export type CodeMeanings = ReadonlyMap<string, Complaint['means']>

/** The error `{"error": {"message", "code", "target"}}`, its code a string or a number; null if there is none. */
export function errorMember({ body }: HttpAnswer, meanings: CodeMeanings = new Map()): Complaint | null {
  const error = asObject(asObject(body)?.error)
  if (error === null) return null
  const code = asText(error.code)
  const means = meanings.get(code) ?? 'other'
  return { message: asText(error.message), code, target: asText(error.target), means }
}
