import { expect, test } from '@jest/globals'
import { isCredential, parseHeaders } from '../../../src/inputs/headers.ts'

test('lines of "Name: value" become headers with their names in lower case', () => {
  expect(parseHeaders(' X-Dot-SVM-Name : svm1\r\n\n\tAccept: application/hal+json; q=1, */*\rX-Ümlaut: no')).toEqual({
    headers: { 'x-dot-svm-name': 'svm1', accept: 'application/hal+json; q=1, */*' },
    faults: ['line 4 is not a valid header: write it as "Name: value"']
  })
  expect(parseHeaders('')).toEqual({ headers: {}, faults: [] })
})

test('a value may hold colons and Latin-1, and white space around it is not part of it', () => {
  expect(parseHeaders('X-A:  a:b: é\t').headers).toEqual({ 'x-a': 'a:b: é' })
})

test.each([
  ['Host: x', /^Host cannot be set/],
  ['content-length: 1', /^content-length cannot be set/],
  ['Transfer-Encoding: chunked', /^Transfer-Encoding cannot be set/],
  ['Connection: close', /^Connection cannot be set/],
  ['Accept-Encoding: br', /^Accept-Encoding cannot be set/],
  ['User-Agent: x', /^User-Agent cannot be set/],
  [
    'Proxy-Authorization: Basic c2VjcmV0',
    /^Proxy-Authorization cannot be set: put a proxy's credentials in HTTPS_PROXY/
  ],
  ['X-A: 1\nX-B: 2\nx-a: 3', /^x-a is given twice$/],
  ['X-A: ', /^X-A has no value$/],
  ['X-A: a\u0007c2VjcmV0', /^X-A has a value with characters/],
  ['X-A: \u{1F511}c2VjcmV0', /^X-A has a value with characters/],
  [': c2VjcmV0', /^line 1 is not a valid header/],
  ['c2VjcmV0', /^line 1 is not a valid header/],
  ['X A: c2VjcmV0', /^line 1 is not a valid header/],
  ['X-A\u0000: c2VjcmV0', /^line 1 is not a valid header/],
  ['__proto__: 1\n__proto__: c2VjcmV0', /^__proto__ is given twice$/]
])('%j is refused without a word of its value', (text, fault) => {
  const { faults } = parseHeaders(text)
  expect(faults).toEqual([expect.stringMatching(fault)])
  expect(faults.join()).not.toContain('c2VjcmV0')
})

test.each([
  ['Authorization', true],
  ['X-Auth-Token', true],
  ['X-API-Key', true],
  ['Cookie', true],
  ['X-Dot-SVM-Name', false],
  ['Accept', false]
])('%s proves who is asking: %s', (name, expected) => {
  expect(isCredential(name)).toBe(expected)
})
