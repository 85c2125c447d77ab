import type { Complaint, HttpAnswer, KeyForm } from './api.ts'
import { asObject, asText } from './json.ts'

/** What the APIs of NetApp Console and its services have in common. */

export const CLOUD_KEY: KeyForm = {
  form: /^[^\s/\p{Cc}\p{Cf}]+$/u,
  words: 'a text without white space, slashes or invisible characters'
}

/** The error `{"error": …, "message": …}`, either of which may be missing. Jobs have an `error` too, but no error status. */
export function cloudError({ status, body }: HttpAnswer): Complaint | null {
  const object = asObject(body)
  const error = asObject(object?.error)
  const message = asText(object?.message) || asText(error?.message) || asText(object?.error)
  if (status < 400 || message === '') return null
  return { message, code: asText(error?.code) || asText(object?.code), target: '', means: 'other' }
}
