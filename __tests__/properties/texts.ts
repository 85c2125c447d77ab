import fc from 'fast-check'

/** Any text at all: lone surrogates, control characters and all that is hard in Unicode. */
export const anyText = fc.string({ unit: 'binary' })

/** What servers, attackers and accidents put into a text. */
const FRAGMENTS = [
  '::',
  ':',
  '::error::',
  '::set-output name=outcome::success',
  '##[',
  '##',
  '[',
  '##[error]',
  '##[add-mask]',
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\0',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u200b',
  '\u00ad',
  '\u202e',
  '\ufeff',
  '\u{e0001}',
  '\u001b[31m',
  '\u001b]8;;https://evil.example.com\u0007',
  '\u009b31m',
  '\ud800',
  '\udc00',
  '😀',
  ' ',
  '%0A',
  '%3A%3A',
  '<b>',
  '|',
  'normal',
  'success'
] as const

/** Texts made to be read as something else than text. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), anyText), { maxLength: 12 })
  .map(parts => parts.join(''))

/** Any JSON value, its texts hard. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 })

export const anyJsonObject: fc.Arbitrary<object> = fc.dictionary(anyText, anyJson)
