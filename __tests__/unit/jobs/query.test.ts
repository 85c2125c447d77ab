import { expect, test } from '@jest/globals'
import { parseFilter } from '../../../src/jobs/query.ts'

test.each([
  ['name=Create*', 'name=Create*'],
  ['state=queued|running', 'state=queued|running'],
  ['submit_time=>2026-01-01T00:00:00+02:00', 'submit_time=%3E2026-01-01T00:00:00%2B02:00'],
  ['svm.name=vs1&state=!paused', 'svm.name=vs1&state=!paused'],
  ['name=a b\nstate=running', 'name=a%20b&state=running'],
  ['name=a=b', 'name=a%3Db'],
  [' name=a & state=running ', 'name=a&state=running'],
  ['name=50%', 'name=50%25'],
  ['name=a%20b', 'name=a%2520b'],
  ['name=ä#?/\\', 'name=%C3%A4%23%3F%2F%5C'],
  ['name=\ud800', 'name=%EF%BF%BD']
])('%j is asked for as %s', (text, query) => {
  expect(parseFilter(text)).toEqual({ query })
})

test.each(['name', '=x', 'name=', 'name=x&', 'name=x&&state=y', '1name=x', 'a b=c', '?name=x'])(
  '%j is not a filter',
  text => {
    expect(parseFilter(text)).toMatch(/is not a valid filter: write name=value/)
  }
)

test.each(['fields=*', 'name=x&max_records=1', 'order_by=name', 'offset=5', 'return_timeout=9', 'return_records=true'])(
  '%s shapes the list, and is refused',
  text => {
    expect(parseFilter(text)).toMatch(/cannot be set/)
  }
)

test('every name that shapes the list is reported', () => {
  expect(parseFilter('fields=*&name=x&offset=5')).toMatch(/^fields, offset cannot be set/)
})
