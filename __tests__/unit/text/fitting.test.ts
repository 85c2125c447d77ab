import { expect, test } from '@jest/globals'
import { fitting } from '../../../src/text/fitting.ts'

test('items are kept as long as they fit, with a separator each', () => {
  expect(fitting(['ab', 'cd', 'ef'], text => text, 6)).toEqual({ kept: ['ab', 'cd'], left: 1 })
  expect(fitting(['ab', 'cd', 'ef'], text => text, 5)).toEqual({ kept: ['ab'], left: 2 })
})

test('after the first that does not fit, none is kept, nor even put into words', () => {
  const rendered: string[] = []
  const render = (text: string): string => {
    rendered.push(text)
    return text
  }
  expect(fitting(['a', 'too long', 'b', 'c'], render, 6)).toEqual({ kept: ['a'], left: 3 })
  expect(rendered).toEqual(['a', 'too long'])
})

test('the size counts in bytes, if no other measure is given', () => {
  expect(fitting(['ü'], text => text, 2).left).toBe(1)
  expect(
    fitting(
      ['ü'],
      text => text,
      2,
      ({ length }) => length
    ).left
  ).toBe(0)
})
