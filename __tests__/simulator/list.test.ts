import { expect, test } from '@jest/globals'
import { filterRecords, nestFields, parseFilter, pickFields } from '../../simulator/list.ts'
import { parseQuery } from '../../simulator/query.ts'

test.each([
  ['a|b', ['a', 'b'], ['c', 'A', undefined]],
  ['lun*', ['lun1', 'lun'], ['xlun']],
  ['!a|b', ['c', undefined], ['a', 'b']],
  ['>=10', [10, '11'], [9, '2']],
  ['<2026-01-01T02:00:00+02:00', ['2025-12-31T23:59:59Z'], ['2026-01-01T00:00:00Z']],
  ['1..3', [1, 3], [0, 4]],
  ['a.c', ['a.c'], ['abc']],
  ['null', [undefined], ['x']]
])('the filter %s lets the right values pass', (filter, passing, others) => {
  const passes = parseFilter(filter)
  expect(passing.map(passes)).not.toContain(false)
  expect(others.map(passes)).not.toContain(true)
})

test.each([
  'last_modified=>=2026-01-01T00:00:00.000000+00:00',
  'last_modified=%3E%3D2026-01-01T00%3A00%3A00.000000%2B00%3A00'
])('a condition on a time is read, encoded or not: %s', query => {
  expect(parseQuery(query).get('last_modified')).toBe('>=2026-01-01T00:00:00.000000+00:00')
})

const VOLUME = { name: 'vol1', svm: { name: 'svm1', uuid: 'u' }, aggregates: [{ name: 'aggr1' }, { name: 'aggr2' }] }

test('fields are picked by dotted names, lists as a whole', () => {
  expect(pickFields(VOLUME, ['svm.name', 'aggregates.name', 'size'])).toEqual({
    svm: { name: 'svm1' },
    aggregates: VOLUME.aggregates
  })
})

test('a filter on a list passes if one of its items does', () => {
  const found = (filter: string) => filterRecords([VOLUME], new Map([['aggregates.name', filter]]), () => true)
  expect([found('aggr2').length, found('aggr3').length]).toEqual([1, 0])
})

test('dotted names in a body are nested members', () => {
  const nested = { svm: { uuid: 'u', name: 'svm1' }, size: 1 }
  expect(nestFields({ svm: { uuid: 'u' }, 'svm.name': 'svm1', size: 1 })).toEqual(nested)
})
