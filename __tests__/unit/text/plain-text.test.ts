import { describe, expect, test } from '@jest/globals'
import { plainText, shorten } from '../../../src/text/plain-text.ts'

describe('edge case 37: text of a server', () => {
  test.each([
    ['plain', 'plain'],
    ['  two  words ', 'two words'],
    ['line\nbreak', 'line break'],
    ['a\r\nb\tc\vd\fe', 'a b c d e'],
    ['a\u2028b\u2029c\u0085d', 'a b c d'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007', 'link'],
    ['NUL\u0000and DEL\u007f', 'NUL and DEL'],
    ['right\u202eot-left\u202c', 'rightot-left'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['tag\u{e0041}s', 'tags'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['schön 日本語 🎉', 'schön 日本語 🎉'],
    ['', '']
  ])('%j becomes %j', (text, plain) => {
    expect(plainText(text)).toBe(plain)
  })

  test.each([
    '::error::x',
    '::set-output name=a::b',
    '  ::error::x',
    'a\n::error::x',
    'a\r::error::x',
    '\u200b::error::x',
    '\u001b[0m::error::x',
    '\u0000::error::x',
    '##[add-mask]x',
    'a ##[error]x',
    '#\u200b#[error]x',
    '#\u0000#[error]x',
    '##\u001b[0m[error]x',
    '##\u200b[error]x',
    '####[error]x',
    '##[##[error]x'
  ])('%j holds nothing that the runner reads as a command', text => {
    const plain = plainText(text)
    expect(plain).not.toMatch(/^\s*::/)
    expect(plain).not.toContain('##[')
    expect(plain).toMatch(/x|b/)
  })

  test.each([
    ['::error::x', ': :error::x'],
    ['a ##[error]x', 'a ## [error]x'],
    ['a::b', 'a::b']
  ])('%j loses nothing but its effect: %j', (text, plain) => {
    expect(plainText(text)).toBe(plain)
  })

  test('is looked at no further than 20 characters for each that is kept, and 100,000 in all', () => {
    expect(plainText(`${'\u200b'.repeat(198)}xyz`, 10)).toBe('x…')
    expect(plainText(`${'\u200b'.repeat(99_998)}xyz`, 10_000)).toBe('x…')
  })

  test('is the same when it is cleaned twice', () => {
    for (const text of ['::error::x', 'a ##[b]', '\u200b \u001b[1m::x', 'a'.repeat(2_000), '🎉'.repeat(600)]) {
      expect(plainText(plainText(text))).toBe(plainText(text))
    }
  })

  test('of 10 MB is cut to what is wanted of it', () => {
    expect(plainText('x'.repeat(10_000_000), 50)).toBe(`${'x'.repeat(49)}…`)
    expect(plainText(`${' '.repeat(10_000_000)}x`)).toBe('…')
  })
})

describe('a text that is too long', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['a🎉b', 3, 'a…'],
    ['🎉🎉', 2, '…'],
    ['', 0, '']
  ])('%j, cut to %p characters, is %j', (text, longest, cut) => {
    expect(shorten(text, longest)).toBe(cut)
    expect(cut.isWellFormed()).toBe(true)
  })

  test('is left as it is without a limit', () => {
    expect(shorten('x'.repeat(10_000), Number.POSITIVE_INFINITY)).toHaveLength(10_000)
  })
})
