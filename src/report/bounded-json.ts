import { shorten } from './plain-text.ts'

/** How long texts and lists may be, tried in turn until the whole fits. */
const CUTS = [
  { text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY },
  { text: 4_000, list: Number.POSITIVE_INFINITY },
  { text: 500, list: Number.POSITIVE_INFINITY },
  { text: 100, list: 1_000 },
  { text: 40, list: 20 }
]

export interface BoundedJson {
  readonly json: string
  readonly cut: boolean
}

/**
 * The value as valid JSON of at most `longest` bytes: texts, and then lists within it, are shortened until it fits. What
 * cannot be made to fit, or is nested too deeply to be written, becomes `{}`.
 */
export function boundedJson(value: unknown, longest: number): BoundedJson {
  for (const cut of CUTS) {
    const json = stringify(value, cut)
    if (json !== null && Buffer.byteLength(json) <= longest) return { json, cut: cut !== CUTS[0] }
  }
  return { json: '{}', cut: true }
}

function stringify(value: unknown, { text, list }: { text: number; list: number }): string | null {
  try {
    return JSON.stringify(value, (name, member: unknown) => {
      if (typeof member === 'string') return shorten(member, text)
      return Array.isArray(member) && name !== '' && member.length > list ? member.slice(0, list) : member
    })
  } catch {
    return null
  }
}
