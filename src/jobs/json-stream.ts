import { parseJson } from './json.ts'

/** The objects and arrays at the start of a text, and what follows them; '' where nothing does. */
export interface JsonStream {
  readonly values: readonly unknown[]
  readonly rest: string
  /** The line on which `rest` starts, counted from 1. */
  readonly line: number
}

const BETWEEN = /[\s\uFEFF]*/y
const TOKEN = /[^"{}[\]]+|"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/suy

/** Reads JSON objects and arrays one after the other, with any white space or byte order marks between them. */
export function parseStream(text: string): JsonStream {
  const values: unknown[] = []
  let at = skip(text, 0)
  while (at < text.length) {
    const end = endOfValue(text, at)
    const value = end === null ? undefined : parseJson(text.slice(at, end))
    if (end === null || value === undefined) break
    values.push(value)
    at = skip(text, end)
  }
  return { values, rest: text.slice(at), line: text.slice(0, at).split('\n').length }
}

function skip(text: string, at: number): number {
  BETWEEN.lastIndex = at
  BETWEEN.exec(text)
  return BETWEEN.lastIndex
}

/** Where the object or array ends that starts at `at`; null where there is none, or no end of it. */
function endOfValue(text: string, at: number): number | null {
  if (text[at] !== '{' && text[at] !== '[') return null
  let depth = 0
  TOKEN.lastIndex = at
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0] === '{' || token[0] === '[') depth += 1
    if (token[0] === '}' || token[0] === ']') depth -= 1
    if (depth === 0) return TOKEN.lastIndex
  }
  return null
}
