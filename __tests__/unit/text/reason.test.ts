import { expect, test } from '@jest/globals'
import { reasonOf } from '../../../src/text/reason.ts'

test.each<[string, unknown, string]>([
  ['an error by its message', new TypeError('no such thing'), 'no such thing'],
  ['a text by itself', 'no such thing', 'no such thing'],
  ['nothing by its name', undefined, 'undefined']
])('what was thrown is reported: %s', (_, thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason)
})
