import type { Query } from './query.ts'

/** A rendered job. */
export type Fields = Record<string, unknown>

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** The value of a field, of a nested one by dots: `svm.name`. Of a list (`aggregates.name`), the values of all its items. */
export function fieldOf(record: Fields, path: string): unknown {
  let value: unknown = record
  for (const name of path.split('.')) {
    value = Array.isArray(value) ? value.map(item => memberOf(item, name)) : memberOf(value, name)
  }
  return value
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : undefined
}

/**
 * Reads a filter: `a|b` for "or", `*` for anything, `!` for "not", `<`, `<=`, `>`, `>=` to compare numbers, times and
 * words, `a..b` for a range, `null` for "not there". It minds the case.
 */
export function parseFilter(expression: string): (value: unknown) => boolean {
  if (expression.startsWith('!')) {
    const unwanted = parseFilter(expression.slice(1))
    return value => !unwanted(value)
  }
  const exact = new Set<string>()
  const tests: ((value: string) => boolean)[] = []
  for (const part of expression.split('|')) {
    const test = parseTest(part)
    if (test) tests.push(test)
    else exact.add(part)
  }
  return value => {
    if (value === undefined || value === null) return exact.has('null')
    const text = String(value)
    return exact.has(text) || tests.some(test => test(text))
  }
}

/** The records that pass every filter of the query on one of the fields: of a list, one item has to pass. */
export function filterRecords(records: readonly Fields[], query: Query, isField: (name: string) => boolean): Fields[] {
  const filters = [...query].filter(([name]) => isField(name)).map(([name, text]) => [name, parseFilter(text)] as const)
  return records.filter(record => filters.every(([name, passes]) => [fieldOf(record, name)].flat().some(passes)))
}

/** The records in the order of `order_by`: `start_time desc,name`. */
export function orderRecords(records: readonly Fields[], orderBy: string): Fields[] {
  const keys = orderBy.split(',').map(part => part.trim().split(/\s+/))
  return records.toSorted((a, b) => {
    for (const [name = '', direction] of keys) {
      const order = compare(String(fieldOf(a, name) ?? ''), String(fieldOf(b, name) ?? ''))
      if (order !== 0) return direction?.toLowerCase() === 'desc' ? -order : order
    }
    return 0
  })
}

/** The named fields of a record, nested ones too: `svm.name` gives `{svm: {name}}`. A list is whole or not there. */
export function pickFields(record: Fields, names: readonly string[]): Fields {
  const picked: Fields = {}
  for (const name of names) {
    const path = name.split('.')
    const list = path.findIndex((_, index) => Array.isArray(fieldOf(record, path.slice(0, index + 1).join('.'))))
    const found = list < 0 ? path : path.slice(0, list + 1)
    const value = fieldOf(record, found.join('.'))
    if (value !== undefined) putField(picked, found, value)
  }
  return picked
}

/** The record with its dotted names as nested members, as ONTAP reads a body: `{"svm.name": …}` is `{svm: {name: …}}`. */
export function nestFields(record: Fields): Fields {
  const nested: Fields = {}
  for (const [name, value] of Object.entries(record)) putField(nested, name.split('.'), value)
  return nested
}

function putField(target: Fields, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[first] = value
    return
  }
  const inner = { ...(target[first] as Fields | undefined) }
  putField(inner, rest, value)
  target[first] = inner
}

function parseTest(part: string): ((value: string) => boolean) | undefined {
  const [, operator, bound = ''] = /^(<=|>=|<|>)(.*)$/s.exec(part) ?? []
  if (operator) {
    return value => {
      const order = compare(value, bound)
      return order === 0 ? operator.endsWith('=') : operator.startsWith('<') === order < 0
    }
  }
  const [, from = '', to = ''] = /^(.+)\.\.(.+)$/s.exec(part) ?? []
  if (from !== '') return value => compare(value, from) >= 0 && compare(value, to) <= 0
  if (!part.includes('*')) return undefined
  const pattern = new RegExp(`^${part.split('*').map(escapePattern).join('.*')}$`, 's')
  return value => pattern.test(value)
}

function compare(a: string, b: string): number {
  const [left, right] = [order(a), order(b)]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return a < b ? -1 : a > b ? 1 : 0
}

function order(text: string): number | string {
  if (TIME.test(text)) return Date.parse(text)
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
