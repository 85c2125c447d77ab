import { expect, test } from '@jest/globals'
import { peekCertificate } from '../../../src/http/peek.ts'
import { rawServer } from '../../support/raw-server.ts'

test('if nothing listens there is no certificate to see', async () => {
  expect(await peekCertificate('https://127.0.0.1:9', null)).toBeUndefined()
})

test('a server that does not speak TLS has none to show', async () => {
  const origin = await rawServer((_, response) => response.end())
  expect(await peekCertificate(origin.replace('http:', 'https:'), null)).toBeUndefined()
})
