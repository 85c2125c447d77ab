import { describe, expect, test } from '@jest/globals'
import type { Environment } from '../../../src/http/proxy.ts'
import { type CheckedInputs, readInputs } from '../../../src/inputs/settings.ts'

const SERVER = { url: 'https://um.example.com', 'job-key': '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3' }
const CLIENT = {
  'token-url': 'https://login.example.com/oauth/token?tenant=a',
  'client-id': 'await-job',
  'client-secret': 's3cret+/='
}

function read(given: Readonly<Record<string, string>>, environment: Environment = {}): CheckedInputs {
  const inputs = { ...SERVER, ...given } as Record<string, string>
  return readInputs({ get: name => inputs[name] ?? '', readFile: () => '', environment })
}

function faultsOf(given: Readonly<Record<string, string>>, environment: Environment = {}): readonly string[] {
  const reading = read(given, environment)
  return 'faults' in reading ? reading.faults : []
}

test('an OAuth client is read with all that it sends, and its secret is kept', () => {
  const scopes = { 'token-scope': 'api://ontap/.default', 'token-audience': 'https://ontap' }
  expect(read({ ...CLIENT, ...scopes })).toMatchObject({
    settings: {
      credentials: null,
      oauth: {
        origin: 'https://login.example.com',
        path: '/oauth/token?tenant=a',
        proxy: null,
        id: 'await-job',
        secret: 's3cret+/=',
        scope: 'api://ontap/.default',
        audience: 'https://ontap'
      },
      given: expect.arrayContaining(['token-url', 'client-id', 'client-secret', 'token-scope', 'token-audience'])
    },
    secrets: expect.arrayContaining(['s3cret+/=', Buffer.from('await-job:s3cret+/=').toString('base64')])
  })
})

test('scope and audience may be left out, and so may all of it', () => {
  expect(read(CLIENT)).toMatchObject({ settings: { oauth: { scope: '', audience: '' } } })
  expect(read({})).toMatchObject({ settings: { oauth: null } })
})

test.each(['http://127.0.0.1:8084/oauth/token', 'http://localhost/token', 'http://[::1]/token'])(
  'http: is allowed on the loopback: %s',
  url => {
    expect(faultsOf({ ...CLIENT, 'token-url': url })).toEqual([])
  }
)

test('the proxy is the one for the token server, whose password is kept', () => {
  const environment = { https_proxy: 'http://user:pr0xy-pass@proxy.example.com:3128', no_proxy: 'um.example.com' }
  expect(read(CLIENT, environment)).toMatchObject({
    settings: { proxy: null, oauth: { proxy: { origin: 'http://proxy.example.com:3128' } } },
    secrets: expect.arrayContaining(['pr0xy-pass'])
  })
})

describe('is reported before the first request, without the secret', () => {
  const without = (name: keyof typeof CLIENT) => ({ ...CLIENT, [name]: '' })
  const needs = (name: string) => `${name}: needs "token-url", which is not set`

  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['no id', without('client-id'), ['client-id: is not set, but "token-url" is']],
    ['no secret', without('client-secret'), ['client-secret: is not set, but "token-url" is']],
    ['no address', without('token-url'), [needs('client-id'), needs('client-secret')]],
    ['a scope alone', { 'token-scope': 'x' }, [needs('token-scope')]],
    ['an audience alone', { 'token-audience': 'x' }, [needs('token-audience')]],
    ['a token as well', { ...CLIENT, token: 'abc' }, ['token-url: cannot be combined with "token": use one of them']],
    [
      'a login as well',
      { ...CLIENT, username: 'admin', password: 'x' },
      ['token-url: cannot be combined with "username": use one of them']
    ],
    [
      'no scheme',
      { ...CLIENT, 'token-url': 'login.example.com' },
      ['token-url: "login.example.com" is not the address of a token server: write it as https://…']
    ],
    [
      'another scheme',
      { ...CLIENT, 'token-url': 'ftp://login.example.com' },
      ['token-url: "ftp://login.example.com" is not the address of a token server: write it as https://…']
    ],
    [
      'a fragment',
      { ...CLIENT, 'token-url': 'https://login.example.com/#token' },
      ['token-url: "https://login.example.com/#token" is not the address of a token server: write it as https://…']
    ],
    [
      'a password in it',
      { ...CLIENT, 'token-url': 'https://user:hunter22@login.example.com/' },
      ['token-url: contains a user name or password: use "client-id" and "client-secret" instead']
    ],
    [
      'http: elsewhere',
      { ...CLIENT, 'token-url': 'http://login.example.com/token' },
      ['token-url: http://login.example.com is http:, which would send "client-secret" in the clear: use https:']
    ],
    [
      'a server that would get the token in the clear',
      { ...CLIENT, url: 'http://um.example.com' },
      ['url: http://um.example.com is http:, which would send credentials in the clear: use https:']
    ]
  ])('%s', (_name, given, faults) => {
    expect(faultsOf(given)).toEqual(faults)
    expect(faults.join()).not.toMatch(/s3cret|hunter22/)
  })

  test('a proxy whose address is wrong', () => {
    expect(faultsOf(CLIENT, { https_proxy: 'socks5://x', no_proxy: 'um.example.com' })).toEqual([
      expect.stringMatching(/^https_proxy: /)
    ])
  })
})
