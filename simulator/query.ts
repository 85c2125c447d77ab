/** A query's parameters; of a name that is given twice, the last counts. */
export type Query = ReadonlyMap<string, string>

/**
 * Reads a query. A value may hold `=`, as in `last_modified=>=2026-01-01T00:00:00+00:00`; a `+` is a space, but for the
 * one that begins a time's offset.
 */
export function parseQuery(search: string): Query {
  const query = new Map<string, string>()
  for (const part of search.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = equals < 0 ? part : part.slice(0, equals)
    query.set(decode(name), equals < 0 ? '' : decode(part.slice(equals + 1)))
  }
  return query
}

/** The path with the query, some of its parameters changed: `undefined` removes one. */
export function link(path: string, query: Query, changes: Readonly<Record<string, string | undefined>> = {}): string {
  const parameters = new Map<string, string | undefined>([...query, ...Object.entries(changes)])
  const parts = [...parameters].flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`]
  )
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`
}

/** A whole number within bounds, or `undefined`. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

function decode(text: string): string {
  const spaced = text.replaceAll(/\+(?!\d\d:?\d\d$)/g, ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
