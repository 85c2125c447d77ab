import { describe, expect, test } from '@jest/globals'
import { createRedact } from '../../../src/runner/redact.ts'
import { escapeHtml } from '../../../src/text/html.ts'
import { plainText, shorten } from '../../../src/text/plain-text.ts'

const PASSWORD = 'p@ss  "w<o>rd"\\ü%41&\'x\u{1F511}'
const redact = (text: string): string => createRedact([PASSWORD, 'hunter22'])(text)
const quoted = (text: string) => JSON.stringify(text).slice(1, -1)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A text without repetition. */
const long = (length: number) =>
  Array.from({ length }, (_, index) => index.toString(36))
    .join('-')
    .slice(0, length)

describe('a secret is redacted', () => {
  test.each([
    ['as it is', PASSWORD],
    ['on one line of plain text', plainText(PASSWORD)],
    ['in JSON', JSON.stringify(PASSWORD).slice(1, -1)],
    ['percent-encoded', encodeURIComponent(PASSWORD)],
    ['percent-encoded in lower case', encodeURIComponent(PASSWORD).replace(/%../g, code => code.toLowerCase())],
    ['percent-encoded where a URL needs it', encodeURI(PASSWORD)],
    ['in a form', new URLSearchParams({ x: PASSWORD }).toString().slice(2)],
    ['in HTML', escapeHtml(PASSWORD)],
    ['in HTML, in JSON', JSON.stringify(escapeHtml(PASSWORD)).slice(1, -1)],
    ['in JSON, in JSON', quoted(quoted(PASSWORD))],
    ['in JSON, in JSON, in JSON', quoted(quoted(quoted(PASSWORD)))],
    ['in HTML with numeric quotation marks', escapeHtml(PASSWORD).replaceAll('&quot;', '&#34;')],
    ['in HTML with a hexadecimal apostrophe', escapeHtml(PASSWORD).replaceAll('&#39;', '&#x27;')],
    ['in a header, whose bytes Node reads as Latin-1', Buffer.from(PASSWORD).toString('latin1')],
    ['in Base64', base64(PASSWORD)],
    ['in Base64, percent-encoded', encodeURIComponent(base64(PASSWORD))]
  ])('%s', (_form, text) => {
    expect(redact(`before ${text} after`)).toBe('before *** after')
  })

  test('every time, and every secret', () => {
    expect(redact(`hunter22hunter22 ${PASSWORD}`)).toBe('****** ***')
  })

  test('where one secret contains another, begins with it or overlaps it', () => {
    expect(createRedact(['secret', 'secret-key'])('secret-key secret')).toBe('*** ***')
    expect(createRedact(['cret-ke', 'secret-key'])('secret-key cret-ke')).toBe('*** ***')
    expect(createRedact(['abcdef', 'defghi'])('abcdefghi')).toBe('***')
  })

  test('where its start is repeated in it and before it', () => {
    const token = createRedact(['eyJh.eyJp.eyJh'])
    expect(token('eyJh.eyJh.eyJp.eyJh eyJp eyJh.eyJp…')).toBe('eyJh.*** eyJp ***…')
  })

  test.each([1, 6_000, 100_000])('of %i characters', length => {
    const secret = long(length)
    const redactLong = createRedact([secret])
    for (const form of [secret, base64(secret)]) expect(redactLong(`x ${form} x`)).toBe('x *** x')
  })

  test('of a private key of 400 lines', () => {
    const lines = Array.from({ length: 400 }, (_, index) => base64(long(1_000 + index).slice(-48)))
    const redactKey = createRedact(lines)
    expect(redactKey(lines.join(' ')).replaceAll('***', '').trim()).toBe('')
    expect(redactKey(lines.map(base64).join(' ')).replaceAll('***', '').trim()).toBe('')
  })

  test.each([PASSWORD, long(6_000), base64(long(100))])(
    'wherever a text is cut off in the middle of it, %#',
    secret => {
      const redactOne = createRedact([secret])
      for (const form of [
        secret,
        JSON.stringify(secret),
        encodeURIComponent(secret),
        escapeHtml(secret),
        base64(secret)
      ]) {
        for (const length of [5, 6, 10, 20, form.length - 4]) {
          const text = redactOne(`${shorten(`x ${form}`, length + 3)} and more`)
          expect(text).not.toContain(plainText(form).slice(0, 4))
          expect(text).toMatch(/^x "?\*\*\*… and more$/)
        }
      }
    }
  )

  test('of four characters, anywhere; of fewer, where it stands alone', () => {
    expect(createRedact(['abcd'])('xabcdx')).toBe('x***x')
    expect(createRedact(['a1'])('a1 xa1 a1x password=a1. a1')).toBe('*** xa1 a1x password=***. ***')
  })

  test('that is not well-formed Unicode', () => {
    expect(createRedact(['a\ud800bcd'])('x a\ud800bcd x')).toBe('x *** x')
  })
})

describe('where redacting fails, nothing of the text is shown', () => {
  test.each([
    ['a text that is not a string', createRedact(['hunter22']), 42],
    ['a secret that is not a string', createRedact([Symbol('x') as never]), 'hunter22']
  ])('%s', (_name, fails, text) => {
    expect(fails(text as string)).toBe('***')
  })
})

describe('nothing else is touched', () => {
  test.each(['', 'hunter', 'HUNTER22', 'p@ss', 'hun…ter22 and … more'])('%j', text => {
    expect(redact(text)).toBe(text)
  })

  test.each([[[]], [['', ' ']]])('without secrets: %j', secrets => {
    expect(createRedact(secrets)('any ( ) text')).toBe('any ( ) text')
  })
})
