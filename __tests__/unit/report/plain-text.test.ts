import { describe, expect, test } from '@jest/globals'
import { plainText, shorten } from '../../../src/report/plain-text.ts'

describe('edge case 37: text from the server is one harmless line', () => {
  test.each([
    ['a line break and a command of old', 'a\n::set-output name=x::y', 'a ::set-output name=x::y'],
    ['a command at the start', '::error::no', ': :error::no'],
    ['a command after white space', ' \r\n\t::error::no', ': :error::no'],
    ['a command behind characters that are taken out', '\u200b\u0007::error::no', ': :error::no'],
    ['a command of Azure', 'x ##[add-mask]y', 'x ## [add-mask]y'],
    ['a command of Azure in pieces', '#\u200b#\u001b[0m[error]', '## [error]'],
    [
      'escape sequences',
      '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example.com\u0007link\u001b]8;;\u0007',
      'red link'
    ],
    ['NUL and other controls', 'a\0b\u0085c\u007fd', 'a b c d'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['right-to-left overrides', '\u202egnp.exe\u202c \u2066x\u2069', 'gnp.exe x'],
    ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
    ['nothing but white space', ' \n\t ', '']
  ])('%s', (_title, text, line) => {
    expect(plainText(text)).toBe(line)
  })

  test('10 MB of it are cut', () => {
    expect(plainText('##[error]\u001b[31m'.repeat(700_000), 1_000)).toHaveLength(1_000)
  })
})

test('text in any language stays as it is', () => {
  expect(plainText('容量不足 – Kapazität erschöpft 😀')).toBe('容量不足 – Kapazität erschöpft 😀')
})

test('a text is never cut within a character', () => {
  expect(shorten('ab😀cd', 4)).toBe('ab…')
  expect(shorten('abcd', 4)).toBe('abcd')
})
