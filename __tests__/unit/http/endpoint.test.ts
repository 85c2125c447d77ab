import { expect, test } from '@jest/globals'
import { endpointOf } from '../../../src/http/endpoint.ts'

test.each([
  ['https://um.example.com', 'um.example.com', 443, 'um.example.com'],
  ['http://um.example.com', 'um.example.com', 80, 'um.example.com'],
  ['https://um.example.com:8443', 'um.example.com', 8443, 'um.example.com'],
  ['https://10.0.0.1', '10.0.0.1', 443, ''],
  ['https://[::1]:8443', '::1', 8443, '']
])('%s leads to %s, port %d; TLS asks for "%s"', (origin, host, port, servername) => {
  expect(endpointOf(origin)).toEqual({ host, port, servername })
})
