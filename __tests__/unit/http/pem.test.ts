import { expect, test } from '@jest/globals'
import { nameIn } from '../../../src/http/pem.ts'

test.each([
  ['CN=um.example.com', 'CN=um.example.com'],
  ['C=DE\nO=Example\nCN=um.example.com', 'CN=um.example.com, O=Example, C=DE'],
  ['', 'no name'],
  [undefined, 'no name']
])('%j is named %j', (distinguishedName, name) => {
  expect(nameIn(distinguishedName)).toBe(name)
})
