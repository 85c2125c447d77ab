import { describe, expect, test } from '@jest/globals'
import { endpointOf, parseServer, type Server } from '../../../src/http/server.ts'

test.each<[string, Server]>([
  ['https://um.example.com', { origin: 'https://um.example.com', root: '/api', isPrivate: true }],
  ['https://um.example.com/', { origin: 'https://um.example.com', root: '/api', isPrivate: true }],
  ['https://um.example.com///', { origin: 'https://um.example.com', root: '/api', isPrivate: true }],
  ['https://UM.Example.COM:443', { origin: 'https://um.example.com', root: '/api', isPrivate: true }],
  ['HTTPS://um:8443/api/v2/', { origin: 'https://um:8443', root: '/api/v2', isPrivate: true }],
  ['https://um/api/gateways/5f3a', { origin: 'https://um', root: '/api/gateways/5f3a', isPrivate: true }],
  ['https://proxy/storage/api', { origin: 'https://proxy', root: '/storage/api', isPrivate: true }],
  ['https://[2001:DB8::1]:8443/api', { origin: 'https://[2001:db8::1]:8443', root: '/api', isPrivate: true }],
  ['http://um.example.com', { origin: 'http://um.example.com', root: '/api', isPrivate: false }],
  ['http://127.0.0.1:8080', { origin: 'http://127.0.0.1:8080', root: '/api', isPrivate: true }],
  ['http://127.1', { origin: 'http://127.0.0.1', root: '/api', isPrivate: true }],
  ['http://[::1]:8080', { origin: 'http://[::1]:8080', root: '/api', isPrivate: true }],
  ['http://localhost', { origin: 'http://localhost', root: '/api', isPrivate: true }],
  ['http://um.localhost', { origin: 'http://um.localhost', root: '/api', isPrivate: true }],
  ['http://localhost.evil.example', { origin: 'http://localhost.evil.example', root: '/api', isPrivate: false }],
  ['http://127.0.0.1.evil.example', { origin: 'http://127.0.0.1.evil.example', root: '/api', isPrivate: false }]
])('%s is a server', (url, server) => {
  expect(parseServer(url, '/api')).toEqual(server)
})

test.each<[string, RegExp]>([
  ['', /is not set: use the address of the server/],
  ['um.example.com', /has no scheme: write https:/],
  ['um.example.com:8443/api', /has no scheme: write https:/],
  ['//um.example.com', /has no scheme/],
  ['https://', /is not a valid address/],
  ['https://um:99999', /is not a valid address/],
  ['https://um example', /is not a valid address/],
  ['ftp://um', /neither https: nor http:/],
  ['file:///etc/passwd', /neither https: nor http:/],
  ['https://um?x=1', /has a query/],
  ['https://um/api?', /has a query/],
  ['https://um#x', /has a fragment/],
  ['https://um/#', /has a fragment/],
  ['https://admin:secret@um', /user name or password/],
  ['https://admin@um', /user name or password/],
  ['https://@um', /user name or password/]
])('%j is not a server', (url, fault) => {
  expect(parseServer(url, '/api')).toEqual(expect.stringMatching(fault))
})

test('a path is needed where the API has no root of its own', () => {
  expect(parseServer('https://um/', undefined)).toBe('"https://um/" has no path, which this API needs')
  expect(parseServer('https://um/x', undefined)).toMatchObject({ root: '/x' })
})

describe('what is said of an address', () => {
  test.each([
    'https://admin:secret@um',
    'https://admin:secret@um?x',
    'https://admin:secret@um example',
    'ftp://admin:secret@um',
    'https://admin:secret@um:99999',
    'https://admin:se/secret@um',
    'https://admin:s@/secret@um:99999'
  ])('never repeats a password: %s', url => {
    expect(parseServer(url, '/api')).not.toContain('secret')
  })
})

test.each([
  ['https://um.example.com', 'um.example.com', 443, 'um.example.com'],
  ['http://um.example.com', 'um.example.com', 80, 'um.example.com'],
  ['https://um.example.com:8443', 'um.example.com', 8443, 'um.example.com'],
  ['https://10.0.0.1', '10.0.0.1', 443, ''],
  ['https://[::1]:8443', '::1', 8443, '']
])('%s leads to %s, port %d; TLS asks for "%s"', (origin, host, port, servername) => {
  expect(endpointOf(origin)).toEqual({ host, port, servername })
})
