import { isNativeError } from 'node:util/types'

/** What something that was thrown says, for a message. */
export function reasonOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error)
}
