import { describe, expect, test } from '@jest/globals'
import { boundedJson, boundedList, sizeOf } from '../../../src/text/bounded-json.ts'

test.each([
  ['', 0],
  ['abc', 6],
  ['日本', 6],
  ['🎉', 4]
])('%j takes %p bytes of what an output may have', (text, size) => {
  expect(sizeOf(text)).toBe(size)
})

describe('one object', () => {
  test.each([[{ a: [1, 'x', null, true] }], [[]], [{}]])('%j that fits is written whole', value => {
    expect(boundedJson(value, 1_000)).toEqual({ json: JSON.stringify(value), cut: false })
  })

  test('has its texts shortened before anything is left out', () => {
    const { json, cut } = boundedJson({ key: 'k', message: 'm'.repeat(10_000), list: ['x'.repeat(10_000)] }, 4_000)
    expect(cut).toBe(true)
    expect(JSON.parse(json)).toEqual({ key: 'k', message: `${'m'.repeat(499)}…`, list: [`${'x'.repeat(499)}…`] })
  })

  test('has its lists, its members and their names shortened next', () => {
    const { json } = boundedJson({ list: Array(5_000).fill('x'), ['n'.repeat(500)]: 1 }, 10_000)
    const { list, ...rest } = JSON.parse(json)
    expect([list.length, Object.keys(rest)]).toEqual([1_000, [`${'n'.repeat(99)}…`]])
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name-${index}`, index]))
    expect(Object.keys(JSON.parse(boundedJson(wide, 1_000).json))).toHaveLength(20)
  })

  test.each([100, 1_000, 10_000])('is valid JSON of at most %p bytes, whatever it contains', longest => {
    for (const value of [
      { text: '日'.repeat(1_000) },
      { text: '\u0000"\\'.repeat(1_000) },
      { a: [[Array(9_999).fill('x')]] }
    ]) {
      const { json } = boundedJson(value, longest)
      expect(sizeOf(json)).toBeLessThanOrEqual(longest)
      expect(() => JSON.parse(json)).not.toThrow()
    }
  })

  test('that cannot be made to fit is empty', () => {
    expect(boundedJson({ a: 'x' }, 5)).toEqual({ json: '{}', cut: true })
  })

  test('is written as deep as a person would look, however deeply it is nested', () => {
    let deep: object = []
    for (let depth = 0; depth < 200_000; depth += 1) deep = [deep]
    const { json, cut } = boundedJson(deep, 1_000_000)
    expect(cut).toBe(true)
    expect(json).toMatch(/^\[+"…"\]+$/)
  })

  test('may have a member called __proto__', () => {
    expect(boundedJson(JSON.parse('{"__proto__": {"a": 1}}'), 100).json).toBe('{"__proto__":{"a":1}}')
  })
})

describe('a list', () => {
  const entries = Array.from({ length: 10 }, (_, index) => ({ key: `${index}`, text: 'x'.repeat(1_000) }))
  const forms = [(entry: (typeof entries)[0]) => entry, ({ key }: { key: string }) => ({ key })]

  test('that fits is written whole', () => {
    expect(boundedList(entries, forms, 100_000)).toEqual({ json: JSON.stringify(entries), cut: false })
    expect(boundedList([], forms, 100)).toEqual({ json: '[]', cut: false })
  })

  test('keeps every entry in a shorter form', () => {
    expect(boundedList(entries, forms, 1_000)).toEqual({
      json: JSON.stringify(entries.map(({ key }) => ({ key }))),
      cut: true
    })
  })

  test('keeps the first entries that fit where no form is short enough', () => {
    const { json, cut } = boundedList(entries, forms, 100)
    expect([JSON.parse(json), cut]).toEqual([[{ key: '0' }, { key: '1' }, { key: '2' }, { key: '3' }], true])
    expect(sizeOf(json)).toBeLessThanOrEqual(100)
  })

  test('without a form is empty, and says so', () => {
    expect(boundedList(entries, [], 1_000)).toEqual({ json: '[]', cut: true })
  })
})
