/** A JSON object from a server: nothing about its members is known. */
export type JsonObject = { readonly [name: string]: unknown }

/** The value as an object, or null for everything else (null, lists, scalars). */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject | null) : null
}

/** The value's members that are objects; empty for anything but a list. */
export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter(member => member !== null) : []
}

/** Text unchanged, a number in digits (servers send codes and keys as either), else ''. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  return Number.isFinite(value) ? String(value) : ''
}

/** A state or status as one lower-case word: `Partial Failures` and `PARTIAL_FAILURES` are both `partial_failures`. */
export function asWord(value: unknown): string {
  return asText(value)
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
}

/** Whether an `error` member says anything: null, an empty one and code 0 do not. */
export function saysError(error: unknown): boolean {
  const { message, code } = asObject(error) ?? {}
  return asText(error) !== '' || asText(message) !== '' || !['', '0'].includes(asText(code))
}

/** A count, or 0 for anything else. */
export function asCount(value: unknown): number {
  const count = Number(asText(value) || 0)
  return Number.isFinite(count) ? Math.max(Math.floor(count), 0) : 0
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i

/** An ISO 8601 time with an offset, in epoch ms; null for anything else (a time without a zone could be any). */
export function asInstant(value: unknown): number | null {
  const text = asText(value)
  if (!ISO_8601.test(text)) return null
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? null : instant
}

/** Whether a value is a time in any form: ISO 8601, perhaps without a zone, or a number. Words such as `never` are none. */
export function isTime(value: unknown): boolean {
  return /^\d{4}/.test(asText(value))
}

/** The JSON value of a text, which may begin with a byte order mark; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
