import { expect, test } from '@jest/globals'
import { parseUrl } from '../../../src/text/url.ts'

test('a text is a URL, or null', () => {
  expect(parseUrl('https://um.example.com/api')?.hostname).toBe('um.example.com')
  expect(parseUrl('um.example.com')).toBeNull()
})
