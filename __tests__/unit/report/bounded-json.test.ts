import { expect, test } from '@jest/globals'
import { boundedJson } from '../../../src/report/bounded-json.ts'

test.each([[{ a: [1, 'x', null] }], [[]], ['text'], [null]])('%j that fits is written whole', value => {
  expect(boundedJson(value, 1_000)).toEqual({ json: JSON.stringify(value), cut: false })
})

test('texts are shortened before anything is left out', () => {
  const value = { key: 'k', message: 'm'.repeat(10_000), list: ['x'.repeat(10_000)] }
  const { json, cut } = boundedJson(value, 2_000)
  expect(cut).toBe(true)
  expect(JSON.parse(json)).toEqual({ key: 'k', message: `${'m'.repeat(499)}…`, list: [`${'x'.repeat(499)}…`] })
})

test('lists within it are shortened next, and the list that it is keeps its entries', () => {
  const inner = JSON.parse(boundedJson({ list: Array(5_000).fill('x') }, 10_000).json)
  expect(inner.list).toHaveLength(1_000)
  const outer = JSON.parse(boundedJson(Array(2_000).fill('x'.repeat(200)), 300_000).json)
  expect(outer).toHaveLength(2_000)
})

test('bytes count, not characters', () => {
  const { json } = boundedJson({ text: '日'.repeat(1_000) }, 2_000)
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(2_000)
})

test('what cannot be made to fit is an empty object', () => {
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name-${index}`, index]))
  expect(boundedJson(wide, 1_000)).toEqual({ json: '{}', cut: true })
})

test('what is nested too deeply to be written is an empty object', () => {
  let deep: unknown = []
  for (let depth = 0; depth < 200_000; depth += 1) deep = [deep]
  expect(boundedJson(deep, 1_000_000)).toEqual({ json: '{}', cut: true })
})

test('a member called __proto__ is a member', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}}')
  expect(boundedJson(value, 100).json).toBe('{"__proto__":{"a":1}}')
})
