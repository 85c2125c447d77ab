import { encodeQuery } from './encode.ts'

/** What shapes the list rather than choosing from it. */
const RESERVED = ['fields', 'max_records', 'offset', 'order_by', 'return_timeout', 'return_records']

/**
 * `name=Create*&submit_time=>2026-01-01` with its values encoded, or what is wrong with it: a sentence. `|`, `*` and the
 * comparisons at a value's start are the API's own words and stay.
 */
export function parseFilter(text: string): { readonly query: string } | string {
  const filters = text.split(/[&\n]/).map(part => part.trim())
  const wrong = filters.find(filter => !/^[A-Za-z_][\w.]*=./.test(filter))
  if (wrong !== undefined)
    return `${JSON.stringify(wrong)} is not a valid filter: write name=value, several joined by "&"`
  const reserved = filters.map(filter => filter.replace(/=.*/, '')).filter(name => RESERVED.includes(name))
  if (reserved.length > 0) return `${reserved.join(', ')} cannot be set: filter only by the jobs' own fields`
  return { query: filters.map(encodeFilter).join('&') }
}

function encodeFilter(filter: string): string {
  const [name = '', ...value] = filter.split('=')
  return `${name}=${encodeQuery(value.join('=').toWellFormed()).replaceAll('%7C', '|').replaceAll('%2A', '*')}`
}
