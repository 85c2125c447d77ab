import { describe, expect, test } from '@jest/globals'
import { escapeHtml } from '../../../src/report/html.ts'
import { createRedact, redactOutput } from '../../../src/runner/redact.ts'
import { plainText } from '../../../src/text/plain-text.ts'

const PASSWORD = 'p@ss "w<o>rd"\\ü%41&\'x\u{1F511}'
const redact = createRedact([PASSWORD, 'hunter22'])

describe('a secret is redacted', () => {
  test.each([
    ['as it is', PASSWORD],
    ['in JSON', JSON.stringify(PASSWORD).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(PASSWORD)).slice(3, -3)],
    [
      'in JSON with escapes',
      PASSWORD.replace('"', '\\u0022').replace('ü', '\\u00FC').replace('\u{1F511}', '\\ud83d\\uDD11')
    ],
    ['in a URL', encodeURIComponent(PASSWORD)],
    ['in a URL, in lower case', encodeURIComponent(PASSWORD).replace(/%../g, code => code.toLowerCase())],
    ['in a form', new URLSearchParams({ x: PASSWORD }).toString().slice(2)],
    ['in HTML', '<b>p@ss &quot;w&lt;o&gt;rd&#34;\\&#252;%41&amp;&#x27;x&#x1F511;</b>'.slice(3, -4)],
    ['in HTML that may break', escapeHtml(PASSWORD).replace(/[ \\%]/g, '$&<wbr>')],
    ['in Markdown', PASSWORD.replace(/[\\<>"&@]/g, '\\$&')],
    ['in a header, in the wrong character set', Buffer.from(PASSWORD).toString('latin1')],
    ['with other white space', PASSWORD.replace(' ', '\n  ')]
  ])('%s', (_how, text) => {
    expect(redact(`before ${text} after`)).toBe('before *** after')
  })

  test('in time, after a hundred thousand backslashes', () => {
    const slashes = '\\'.repeat(100_000)
    expect(createRedact(['@@secret'])(`${slashes}@@secret`)).toBe(`${slashes}***`)
  })

  test('every time, and every secret', () => {
    expect(redact(`hunter22hunter22 ${PASSWORD}`)).toBe('****** ***')
  })

  test('wherever a text was cut off in the middle of it', () => {
    for (let before = 0; before < 60; before++) {
      const text = redact(plainText(`${'x'.repeat(before)} ${PASSWORD}${PASSWORD}`, 60))
      expect(text).not.toContain(PASSWORD.slice(0, 4))
    }
  })

  test('however long it is, whole or cut off', () => {
    const token = Array.from({ length: 4_000 }, (_, index) => (index % 36).toString(36)).join('')
    const redactToken = createRedact([token])
    expect(redactToken(`x ${token} x`)).toBe('x *** x')
    for (const length of [4, 63, 64, 65, 3_000]) expect(redactToken(`x ${token.slice(0, length)}… x`)).toBe('x ***… x')
  })

  test('the longer first, where one holds the other', () => {
    expect(createRedact(['secret', 'secret-key'])('secret-key secret')).toBe('*** ***')
  })

  test('a very short one where it stands alone', () => {
    expect(createRedact(['a1'])('a1 xa1 a1x password=a1.')).toBe('*** xa1 a1x password=***.')
  })
})

describe('nothing else is touched', () => {
  test.each(['', 'hunter', 'HUNTER22', 'p@ss', 'hun…ter22 and … more'])('%j', text => {
    expect(redact(text)).toBe(text)
  })

  test.each([[[]], [['', ' ']]])('without secrets: %j', secrets => {
    expect(createRedact(secrets)('any text')).toBe('any text')
  })
})

describe('an output', () => {
  const word = createRedact(['success', 'state', '1234'])

  test.each([
    ['outcome', 'success'],
    ['state', 'success'],
    ['state', 'NORMAL'],
    ['elapsed-seconds', '1234']
  ])("keeps the action's own words and counts: %s=%s", (name, value) => {
    expect(redactOutput(name, value, word)).toBe(value)
  })

  test.each(['message', 'key', 'error-code', 'state'])('is redacted as text: %s', name => {
    expect(redactOutput(name, 'was 1234 here', word)).toBe('was *** here')
  })

  test('stays valid JSON, its own words and its numbers as they were', () => {
    const value = {
      state: 'success',
      message: 'state "1234" \\1234\n',
      n: 1234,
      '1234': ['"1234', { 'x\\"': PASSWORD }]
    }
    expect(JSON.parse(redactOutput('job', JSON.stringify(value), word))).toEqual({
      state: 'success',
      message: '*** "***" \\***\n',
      n: 1234,
      '***': ['"***', { 'x\\"': PASSWORD }]
    })
    expect(redactOutput('jobs', JSON.stringify([PASSWORD, { [PASSWORD]: 'NORMAL' }]), redact)).toBe(
      '["***",{"***":"NORMAL"}]'
    )
  })

  test('of hundreds of kilobytes is redacted whole', () => {
    const value = { list: Array.from({ length: 20_000 }, () => 'hunter22 \\" \n') }
    const redacted = redactOutput('job', JSON.stringify(value), redact)
    expect(JSON.parse(redacted).list).toEqual(Array(20_000).fill('*** \\" \n'))
  })
})
