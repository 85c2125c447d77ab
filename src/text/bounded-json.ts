import { fitting } from './fitting.ts'
import { shorten } from './plain-text.ts'

/** How much of a value is kept: the length of a text and of a member's name, the members of a list or object. */
interface Measure {
  readonly text: number
  readonly list: number
}

const WHOLE: Measure = { text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY }
/** Tried in turn until the whole fits. */
const MEASURES: readonly Measure[] = [
  WHOLE,
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
 * shortest, and the first in which all entries fit into `longest` bytes is taken. If none is short enough, the entries that
 * fit in the last form are kept.
 */
export function boundedList<Entry>(
  entries: readonly Entry[],
  forms: readonly ((entry: Entry) => object)[],
  longest: number
): BoundedJson {
  let list = { json: '[]', cut: entries.length > 0 }
  for (const [index, form] of forms.entries()) {
    let cut = index > 0
    const render = (entry: Entry): string => {
      const part = stringify(form(entry), WHOLE)
      cut ||= part.cut
      return part.json
    }
    const { kept, left } = fitting(entries, render, longest - sizeOf('[]'), sizeOf)
    list = { json: `[${kept.join(',')}]`, cut: cut || left > 0 }
    if (left === 0) break
  }
  return list
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
