const LONGEST = 100

/** A text in quotes, no longer than a person would read. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

/** JSON in quotes. What `JSON.parse` still reads can be nested too deeply for `JSON.stringify`. */
export function quoteJson(value: unknown): string {
  try {
    return quote(JSON.stringify(value))
  } catch {
    return '{…}'
  }
}
