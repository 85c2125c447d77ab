import { type Answer, type Call, ok } from './call.ts'
import { type Fields, fieldOf, filterRecords, orderRecords, pickFields } from './list.ts'
import { invalid, unexpected } from './ontap-errors.ts'
import { link, type Query, wholeNumber } from './query.ts'

const LIST_PARAMETERS = new Set(['fields', 'max_records', 'order_by', 'return_records', 'return_timeout', 'start.uuid'])

/** A collection of ONTAP's resources. */
export interface Collection {
  /** From `/api` on. */
  path: string
  /** Whether records have a field of that name; that of a nested field is written with dots. */
  isField(name: string): boolean
  /** The fields that every record shows. */
  keys: readonly string[]
}

/** Answers with one record, all of it or the `fields` that were asked for. */
export function answerRecord({ isField, keys }: Collection, record: Fields, { query }: Call): Answer {
  const unknown = [...query.keys()].find(name => name !== 'fields' && !isField(name))
  if (unknown !== undefined) return unexpected(unknown)
  return unknownField(query, isField) ?? ok(select(record, [...keys, ...fieldsOf(query, '*')]))
}

/** Answers with a page of the records that pass the query's filters. A field that is filtered on is shown. */
export function answerRecords(
  { path, isField, keys }: Collection,
  all: readonly Fields[],
  { query }: Call,
  linked: boolean
): Answer {
  const unknown = [...query.keys()].find(name => !LIST_PARAMETERS.has(name) && !isField(name))
  if (unknown !== undefined) return unexpected(unknown)
  const wrong = unknownField(query, isField)
  if (wrong) return wrong
  const most = wholeNumber(query.get('max_records') ?? '10000', 1, 10_000)
  if (most === undefined) return invalid('max_records', query.get('max_records') ?? '', '1..10000')

  const left = after(
    query.get('start.uuid'),
    orderRecords(filterRecords(all, query, isField), query.get('order_by') ?? 'uuid')
  )
  const records = left.slice(0, most)
  const last = left.length > most ? records.at(-1) : undefined
  const links = {
    ...(linked ? { self: { href: link(path, query) } } : {}),
    ...(last ? { next: { href: link(path, query, { 'start.uuid': String(last.uuid) }) } } : {})
  }
  const shown = [...keys, ...[...query.keys()].filter(isField), ...fieldsOf(query, '')]
  return ok({
    ...(query.get('return_records') === 'false' ? {} : { records: records.map(record => select(record, shown)) }),
    num_records: records.length,
    ...(Object.keys(links).length === 0 ? {} : { _links: links })
  })
}

function fieldsOf(query: Query, fallback: string): string[] {
  return (query.get('fields') ?? fallback)
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}

function unknownField(query: Query, isField: Collection['isField']): Answer | undefined {
  const unknown = fieldsOf(query, '').find(name => !isWildcard(name) && name !== '_links' && !isField(name))
  return unknown === undefined ? undefined : invalid('fields', unknown, '<field,...>')
}

/** The named fields and the links; `*` and `**` stand for all. */
function select(record: Fields, names: readonly string[]): Fields {
  return names.some(isWildcard) ? record : pickFields(record, [...names, '_links'])
}

function isWildcard(name: string): boolean {
  return name === '*' || name === '**'
}

/** The records behind the one at which the last page ended, whether or not it is still there. */
function after(uuid: string | undefined, records: readonly Fields[]): readonly Fields[] {
  if (uuid === undefined) return records
  const index = records.findIndex(record => fieldOf(record, 'uuid') === uuid)
  return index < 0 ? records.filter(record => String(record.uuid) > uuid) : records.slice(index + 1)
}
