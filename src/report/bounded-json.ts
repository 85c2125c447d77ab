import { shorten } from './plain-text.ts'

/** How much of a value is kept: the length of a text and of a member's name, the members of a list or object. */
interface Measure {
  readonly text: number
  readonly list: number
}

/** Tried in turn until the whole fits. */
const MEASURES: readonly Measure[] = [
  { text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY },
  { text: 4_000, list: Number.POSITIVE_INFINITY },
  { text: 500, list: Number.POSITIVE_INFINITY },
  { text: 100, list: 1_000 },
  { text: 40, list: 20 }
]
/** What is nested more deeply is left out: `JSON.stringify` runs out of stack on what `JSON.parse` still reads. */
const DEEPEST = 100

export interface BoundedJson {
  readonly json: string
  /** Whether anything was shortened or left out. */
  readonly cut: boolean
}

/** What GitHub counts of an output: it says "UTF-16"; where UTF-8 is longer, that counts here. In bytes. */
export function sizeOf(text: string): number {
  return Math.max(2 * text.length, Buffer.byteLength(text))
}

/** The object as valid JSON of at most `longest` bytes: its texts and lists are shortened until it fits; else `{}`. */
export function boundedJson(value: object, longest: number): BoundedJson {
  for (const measure of MEASURES) {
    const bounded = stringify(value, measure)
    if (sizeOf(bounded.json) <= longest) return bounded
  }
  return { json: '{}', cut: true }
}

/**
 * A JSON array that keeps every entry as long as it can: `forms` are the ways to put an entry, from the longest to the
 * shortest, and the first in which all entries fit into `longest` bytes is taken. If none is short enough, the first
 * entries that fit are kept.
 */
export function boundedList<Entry>(
  entries: readonly Entry[],
  forms: readonly ((entry: Entry) => object)[],
  longest: number
): BoundedJson {
  for (const [index, form] of forms.entries()) {
    const parts = entries.map(entry => stringify(form(entry), MEASURES[0] as Measure))
    const json = `[${parts.map(part => part.json).join(',')}]`
    const isLast = index === forms.length - 1
    if (sizeOf(json) <= longest) return { json, cut: index > 0 || parts.some(part => part.cut) }
    if (isLast) return { json: firstFitting(parts, longest), cut: true }
  }
  return { json: '[]', cut: entries.length > 0 }
}

function firstFitting(parts: readonly BoundedJson[], longest: number): string {
  const kept: string[] = []
  let left = longest - sizeOf('[]')
  for (const { json } of parts) {
    left -= sizeOf(json) + sizeOf(',')
    if (left < 0) break
    kept.push(json)
  }
  return `[${kept.join(',')}]`
}

function stringify(value: object, measure: Measure): BoundedJson {
  let cut = false
  return { json: JSON.stringify(prune(value, 0)), cut }

  function prune(member: unknown, depth: number): unknown {
    if (typeof member === 'string') return short(member)
    if (typeof member !== 'object' || member === null) return member
    if (depth === DEEPEST) return leftOut('…')
    if (Array.isArray(member)) return few(member).map(one => prune(one, depth + 1))
    return Object.fromEntries(few(Object.entries(member)).map(([name, one]) => [short(name), prune(one, depth + 1)]))
  }

  function short(text: string): string {
    return text.length <= measure.text ? text : leftOut(shorten(text, measure.text))
  }

  function few<Item>(list: readonly Item[]): readonly Item[] {
    return list.length <= measure.list ? list : leftOut(list.slice(0, measure.list))
  }

  function leftOut<Rest>(rest: Rest): Rest {
    cut = true
    return rest
  }
}
