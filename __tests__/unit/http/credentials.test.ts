import { expect, test } from '@jest/globals'
import { authorizationOf, basicPair } from '../../../src/http/credentials.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('the header is what HTTP asks for, in UTF-8', () => {
  expect(authorizationOf({ token: 'abc' })).toBe('Bearer abc')
  expect(authorizationOf({ username: 'ädmin', password: 'x:y' })).toBe(`Basic ${base64('ädmin:x:y')}`)
  expect(basicPair({ username: 'ädmin', password: 'x:y' })).toBe(base64('ädmin:x:y'))
})
