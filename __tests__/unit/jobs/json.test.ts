import { expect, test } from '@jest/globals'
import {
  asCount,
  asInstant,
  asObject,
  asObjects,
  asText,
  asWord,
  isTime,
  parseJson,
  saysError
} from '../../../src/jobs/json.ts'

test.each([[null], [undefined], [[]], [[{}]], ['x'], [1], [true]])('%j is not an object', value => {
  expect(asObject(value)).toBeNull()
})

test('an object is the same object', () => {
  const object = { a: 1 }
  expect(asObject(object)).toBe(object)
})

test.each([
  [
    [{ a: 1 }, null, 'x', [], { b: 2 }],
    [{ a: 1 }, { b: 2 }]
  ],
  [{ a: 1 }, []],
  [undefined, []],
  ['x', []]
])('the objects in %j are %j', (value, objects) => {
  expect(asObjects(value)).toEqual(objects)
})

test.each([
  ['x', 'x'],
  [' x\n', 'x'],
  ['', ''],
  [4, '4'],
  [0, '0'],
  [-7.5, '-7.5'],
  [Number.NaN, ''],
  [Number.POSITIVE_INFINITY, ''],
  [null, ''],
  [undefined, ''],
  [true, ''],
  [{}, ''],
  [['x'], '']
])('the text of %p is %j', (value, text) => {
  expect(asText(value)).toBe(text)
})

test.each([
  ['PARTIAL_FAILURES', 'partial_failures'],
  ['partial_failures', 'partial_failures'],
  ['Partial Failures', 'partial_failures'],
  [' partial - failures ', 'partial_failures'],
  ['\tNORMAL\n', 'normal'],
  [undefined, '']
])('the word of %j is %j', (value, word) => {
  expect(asWord(value)).toBe(word)
})

test.each([
  [3, 3],
  ['3', 3],
  [2.9, 2],
  [0, 0],
  [-1, 0],
  ['many', 0],
  [null, 0],
  [undefined, 0],
  ['1e999', 0]
])('the count of %p is %p', (value, count) => {
  expect(asCount(value)).toBe(count)
})

const NOON = Date.UTC(2026, 0, 5, 12)

test.each([
  ['2026-01-05T12:00:00Z', NOON],
  ['2026-01-05T12:00:00+00:00', NOON],
  ['2026-01-05T07:00:00-05:00', NOON],
  ['2026-01-05T07:00:00-0500', NOON],
  ['2026-01-05T12:00Z', NOON],
  ['2026-01-05t12:00:00.123z', NOON + 123],
  [' 2026-01-05T12:00:00Z ', NOON]
])('the instant of %j has its offset', (value, instant) => {
  expect(asInstant(value)).toBe(instant)
})

test.each([
  ['2026-01-05T12:00:00'],
  ['2026-01-05'],
  ['-1'],
  [-1],
  [0],
  [1767614400000],
  ['now'],
  [''],
  [null],
  ['2026-13-05T12:00:00Z'],
  ['(then) 2026-01-05T12:00:00Z'],
  ['2026-01-05T12:00:00Z (then)']
])('%j is not a time', value => {
  expect(asInstant(value)).toBeNull()
})

test.each([
  ['{"a":1}', { a: 1 }],
  ['\uFEFF{"a":1}', { a: 1 }],
  ['null', null],
  ['', undefined],
  ['{"a":', undefined],
  ['{"a":1} x', undefined],
  ['"a\uFEFFb"', 'a\uFEFFb']
])('the JSON value of %j is %j', (text, value) => {
  expect(parseJson(text)).toEqual(value)
})

test.each<[unknown, boolean]>([
  ['2026-01-05T12:00:00Z', true],
  ['2026-01-05 12:00:00', true],
  [1_767_614_400_000, true],
  ['never', false],
  ['-', false],
  ['0', false],
  ['', false],
  [null, false]
])('%j is a time, in any form: %p', (value, expected) => {
  expect(isTime(value)).toBe(expected)
})

test.each<[unknown, boolean]>([
  ['no room', true],
  [{ message: 'no room' }, true],
  [{ code: 917831 }, true],
  [{ code: '4' }, true],
  ['', false],
  [null, false],
  [{}, false],
  [{ message: '', code: '' }, false],
  [{ code: 0 }, false]
])('the member "error" %j says that something failed: %s', (error, expected) => {
  expect(saysError(error)).toBe(expected)
})
