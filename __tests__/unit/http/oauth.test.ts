import { expect, test } from '@jest/globals'
import { clientCredentials, clientSecrets, tokenServerOf } from '../../../src/http/oauth.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('an OAuth client says who it is by HTTP Basic, both parts encoded as in a form', () => {
  expect(clientCredentials({ id: 'a:b c', secret: 's&=+/ü' })).toEqual({
    username: 'a%3Ab+c',
    password: 's%26%3D%2B%2F%C3%BC'
  })
})

test('its secret and its pair, encoded or not, are secret, its id is not', () => {
  expect(clientSecrets({ id: 'a:b', secret: 's+t' })).toEqual(['s+t', base64('a:b:s+t'), base64('a%3Ab:s%2Bt')])
})

test('a message names the token server by its address', () => {
  expect(tokenServerOf({ origin: 'https://login.example.com' })).toBe('the token server https://login.example.com')
})
