import { expect, test } from '@jest/globals'
import { authorizationOf, basicSecrets, headerSecrets, maskForms, pemSecrets } from '../../../src/http/credentials.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('of a user name and password, the password and the pair of HTTP Basic are secrets, the user name alone is not', () => {
  expect(basicSecrets({ username: 'admin', password: 'pä/ss w?rd' })).toEqual([
    'pä/ss w?rd',
    base64('admin:pä/ss w?rd')
  ])
})

test('a secret is masked as it is and encoded for a URL, each form once', () => {
  expect(maskForms('a+b=')).toEqual(['a+b=', 'a%2Bb%3D'])
  expect(maskForms('abc')).toEqual(['abc'])
})

test('a password that is no well-formed text is masked all the same', () => {
  expect(maskForms('a\ud800')).toContain('a\ud800')
})

test("of a header's value, the whole and what follows its scheme are secrets", () => {
  expect(headerSecrets('Bearer abc.def')).toEqual(['Bearer abc.def', 'abc.def'])
  expect(headerSecrets('abc')).toEqual(['abc'])
})

test("a key's lines are secrets, its frame and a short last line are not", () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\r\nByqGSM49AgEG\nAA==\n-----END PRIVATE KEY-----\n'
  expect(pemSecrets(pem)).toEqual(['MIGHAgEAMBMG', 'ByqGSM49AgEG'])
})

test('the header is what HTTP asks for, in UTF-8', () => {
  expect(authorizationOf({ token: 'abc' })).toBe('Bearer abc')
  expect(authorizationOf({ username: 'ädmin', password: 'x:y' })).toBe(`Basic ${base64('ädmin:x:y')}`)
})
