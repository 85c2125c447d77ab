import { expect, test } from '@jest/globals'
import { basicSecrets, headerSecrets, pemSecrets } from '../../../src/inputs/secrets.ts'

test('of a user name and password, the password and the pair of HTTP Basic are secrets, the user name alone is not', () => {
  expect(basicSecrets({ username: 'admin', password: 'pä/ss w?rd' })).toEqual([
    'pä/ss w?rd',
    Buffer.from('admin:pä/ss w?rd').toString('base64')
  ])
})

test("of a header's value, the whole and what follows its scheme are secrets", () => {
  expect(headerSecrets('Bearer abc.def')).toEqual(['Bearer abc.def', 'abc.def'])
  expect(headerSecrets('abc')).toEqual(['abc'])
})

test("a key's lines are secrets, its frame and a short last line are not", () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\r\nByqGSM49AgEG\nAA==\n-----END PRIVATE KEY-----\n'
  expect(pemSecrets(pem)).toEqual(['MIGHAgEAMBMG', 'ByqGSM49AgEG'])
})
