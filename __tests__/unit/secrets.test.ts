import { expect, test } from '@jest/globals'
import { authorizationOf, secretForms } from '../../src/secrets.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('a password is masked as it is, in the pair of HTTP Basic, and encoded for a URL', () => {
  const pair = base64('admin:pä/ss w?rd')
  expect(secretForms({ username: 'admin', password: 'pä/ss w?rd' })).toEqual([
    'pä/ss w?rd',
    'p%C3%A4%2Fss%20w%3Frd',
    pair,
    encodeURIComponent(pair)
  ])
})

test('a token is masked, each form once', () => {
  expect(secretForms({ token: 'abc' })).toEqual(['abc'])
  expect(secretForms({ token: 'a+b=' })).toEqual(['a+b=', 'a%2Bb%3D'])
})

test('the user name alone is never masked: outputs that hold it would be dropped', () => {
  expect(secretForms({ username: 'admin', password: 'x' })).not.toContain('admin')
})

test('a password that is no well-formed text is masked all the same', () => {
  expect(secretForms({ username: 'admin', password: 'a\ud800' })).toContain('a\ud800')
})

test('without credentials there is nothing to mask', () => {
  expect(secretForms(null)).toEqual([])
})

test('the header is what HTTP asks for, in UTF-8', () => {
  expect(authorizationOf({ token: 'abc' })).toBe('Bearer abc')
  expect(authorizationOf({ username: 'ädmin', password: 'x:y' })).toBe(`Basic ${base64('ädmin:x:y')}`)
})
