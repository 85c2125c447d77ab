import { expect, jest, test } from '@jest/globals'

test.each([
  [undefined, false],
  ['http://um.example.com', false],
  ['https://um.example.com', true],
  [' HTTPS://um.example.com', true]
])('for the url %j, whether TLS is loaded before all else is %p', async (url, loaded) => {
  const load = jest.spyOn(process, 'getBuiltinModule')
  const before = process.env
  process.env = url === undefined ? {} : { INPUT_URL: url }
  try {
    jest.resetModules()
    await import('../../../src/http/warm-up.ts')
    expect(load.mock.calls.some(([name]) => name === 'node:tls')).toBe(loaded)
  } finally {
    process.env = before
    load.mockRestore()
  }
})
