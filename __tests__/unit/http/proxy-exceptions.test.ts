import { expect, test } from '@jest/globals'
import { chooseProxy } from '../../../src/http/proxy.ts'

function isDirect(host: string, noProxy: string): boolean {
  const origin = `https://${host.includes(':') ? `[${host}]` : host}`
  return chooseProxy(origin, { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: noProxy }) === null
}

test.each([
  ['um.example.com', 'um.example.com'],
  ['um.example.com', 'UM.EXAMPLE.COM'],
  ['um.example.com', 'example.com'],
  ['um.example.com', '.example.com'],
  ['example.com', '.example.com'],
  ['um.example.com', '*.example.com'],
  ['um.example.com', 'localhost, example.com'],
  ['um.example.com', 'localhost example.com'],
  ['um.example.com', 'localhost,example.com,'],
  ['um.example.com.', 'example.com'],
  ['um.example.com', 'example.com.'],
  ['um.example.com', 'example.com:443'],
  ['um.example.com', '*'],
  ['10.1.2.3', '*'],
  ['10.1.2.3', '10.1.2.3'],
  ['10.1.2.3', '10.1.0.0/16'],
  ['10.1.2.3', '0.0.0.0/0'],
  ['10.1.2.3', '10.1.2.3:443'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:db8::1', '[2001:db8::1]'],
  ['2001:db8::1', '[2001:db8::1]:443'],
  ['2001:db8::1', '2001:0db8:0:0::1'],
  ['2001:db8::1', '2001:db8::/32']
])('%s is kept from the proxy by %j', (host, noProxy) => {
  expect(isDirect(host, noProxy)).toBe(true)
})

test.each([
  ['um.example.com', ''],
  ['um.example.com', ' , '],
  ['um.example.com', 'ample.com'],
  ['um.example.com', 'um.example.com.evil'],
  ['um.example.com', 'other.example.com'],
  ['um.example.com', 'example.com:8443'],
  ['um.example.com', '*example.com'],
  ['um.example.com', '*.com.*'],
  ['um.example.com', '.'],
  ['um.example.com', '10.0.0.0/8'],
  ['10.1.2.3', '10.1.2.30'],
  ['10.1.2.3', '2.3'],
  ['10.1.2.3', '10.2.0.0/16'],
  ['10.1.2.3', '10.1.2.0/33'],
  ['10.1.2.3', '10.1.2.0/x'],
  ['10.1.2.3', '10.1.2.3:8443'],
  ['2001:db8::1', '2001:db8::2'],
  ['2001:db8::1', '10.0.0.0/8'],
  ['2001:db8::1', '[2001:db8::1]:8443']
])('%s is not kept from the proxy by %j', (host, noProxy) => {
  expect(isDirect(host, noProxy)).toBe(false)
})
