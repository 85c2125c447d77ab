import { afterAll, expect, test } from '@jest/globals'
import { redact } from '../../../src/runner/toolkit.ts'

const before = { ...process.env }
afterAll(() => {
  process.env = before
})

test('before it is known which inputs are secret, none of them is shown', () => {
  process.env.INPUT_PASSWORD = 'hunter22'
  process.env.INPUT_HEADERS = 'X-Api-Key: k3y-0f-the-api\nX-Other: v4lue'
  process.env.https_proxy = 'http://operator:pr0xy-pass@proxy.example.com:3128'
  const thrown = 'TypeError: hunter22, k3y-0f-the-api, v4lue and pr0xy-pass, see https://example.net/issues'
  expect(redact(thrown)).toBe('TypeError: ***, ***, *** and ***, see https://example.net/issues')
})
