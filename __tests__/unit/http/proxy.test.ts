import { describe, expect, test } from '@jest/globals'
import { chooseProxy, type Environment } from '../../../src/http/proxy.ts'

const HTTPS = 'https://um.example.com'
const HTTP = 'http://um.example.com'
const ONE = 'http://one.example:3128'
const TWO = 'http://two.example:3128'
const plain = (origin: string, variable: string) => ({ origin, variable, credentials: null })

describe('the variable', () => {
  test.each<[string, Environment, string | undefined]>([
    [HTTPS, { HTTPS_PROXY: ONE }, 'HTTPS_PROXY'],
    [HTTPS, { https_proxy: ONE }, 'https_proxy'],
    [HTTPS, { https_proxy: ONE, HTTPS_PROXY: TWO }, 'https_proxy'],
    [HTTPS, { https_proxy: ' ', HTTPS_PROXY: ONE }, 'HTTPS_PROXY'],
    [HTTPS, { HTTPS_PROXY: ONE, ALL_PROXY: TWO }, 'HTTPS_PROXY'],
    [HTTPS, { ALL_PROXY: ONE }, 'ALL_PROXY'],
    [HTTPS, { all_proxy: ONE, ALL_PROXY: TWO }, 'all_proxy'],
    [HTTPS, { HTTP_PROXY: ONE }, undefined],
    [HTTPS, {}, undefined],
    [HTTP, { HTTP_PROXY: ONE }, 'HTTP_PROXY'],
    [HTTP, { http_proxy: ONE, ALL_PROXY: TWO }, 'http_proxy'],
    [HTTP, { HTTPS_PROXY: ONE }, undefined]
  ])('for %s in %j is %s', (origin, environment, variable) => {
    expect(chooseProxy(origin, environment)).toEqual(variable === undefined ? null : plain(ONE, variable))
  })
})

describe('the address', () => {
  test.each([
    ['http://proxy.example', 'http://proxy.example'],
    ['proxy.example:3128', 'http://proxy.example:3128'],
    ['https://proxy.example:3129/', 'https://proxy.example:3129'],
    ['http://[::1]:3128', 'http://[::1]:3128'],
    ['10.0.0.1:3128', 'http://10.0.0.1:3128']
  ])('may be %s', (text, origin) => {
    expect(chooseProxy(HTTPS, { HTTPS_PROXY: text })).toEqual(plain(origin, 'HTTPS_PROXY'))
  })

  test.each([
    ['http://user:p%40ss%3A%2F@proxy.example', { username: 'user', password: 'p@ss:/' }],
    ['user:password@proxy.example', { username: 'user', password: 'password' }],
    ['http://user:100%@proxy.example', { username: 'user', password: '100%' }],
    ['http://user@proxy.example', { username: 'user', password: '' }]
  ])('may hold credentials, percent-encoded: %s', (text, credentials) => {
    expect(chooseProxy(HTTPS, { HTTPS_PROXY: text })).toMatchObject({ origin: 'http://proxy.example', credentials })
  })

  test.each(['socks5://user:hunter22@proxy.example', 'http://user:hunter22@', 'http://[hunter22'])(
    'that is none is refused without being repeated: %s',
    text => {
      const choice = chooseProxy(HTTPS, { HTTPS_PROXY: text })
      expect(choice).toEqual({ variable: 'HTTPS_PROXY', fault: expect.not.stringContaining('hunter22') })
    }
  )

  test('does not matter for a host that needs no proxy', () => {
    expect(chooseProxy(HTTPS, { HTTPS_PROXY: 'socks5://proxy', NO_PROXY: 'example.com' })).toBeNull()
    expect(chooseProxy(HTTPS, { HTTPS_PROXY: ONE, no_proxy: 'example.com', NO_PROXY: 'x' })).toBeNull()
  })
})

test.each(['https://127.0.0.1:8443', 'https://localhost', 'https://um.localhost', 'https://[::1]:8443'])(
  'the loopback is asked directly: %s',
  origin => {
    expect(chooseProxy(origin, { HTTPS_PROXY: ONE, ALL_PROXY: ONE })).toBeNull()
  }
)
