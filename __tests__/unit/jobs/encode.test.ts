import { expect, test } from '@jest/globals'
import { canonicalKey } from '../../../src/jobs/api.ts'
import { decodeOnce, encodeQuery, encodeSegment, isSegment, leadsBack } from '../../../src/jobs/encode.ts'
import { statusPath } from '../../../src/jobs/reference.ts'
import { reference } from '../../support/answers.ts'
import { api } from '../../support/apis.ts'

test.each([
  ['db409f4c:e6fd:-7fbd', 'db409f4c:e6fd:-7fbd'],
  ['a/b', 'a%2Fb'],
  ['a\\b', 'a%5Cb'],
  ['a?b', 'a%3Fb'],
  ['a#b', 'a%23b'],
  ['a%b', 'a%25b'],
  ['%3A', '%253A'],
  ['a b', 'a%20b'],
  ['a;b@c', 'a%3Bb%40c'],
  ['schlüssel', 'schl%C3%BCssel']
])('the key %j is the one segment %j', (key, segment) => {
  expect(encodeSegment(key)).toBe(segment)
  expect(new URL(`https://host/api/jobs/${segment}?x`).pathname.split('/')).toHaveLength(4)
})

test.each([
  ['a|b', 'a%7Cb'],
  ['*', '%2A'],
  ['a&max_records=1', 'a%26max_records%3D1'],
  ['a:b', 'a:b']
])('the key %j is the one value %j in a query', (key, value) => {
  expect(encodeQuery(key)).toBe(value)
})

test.each([
  ['a%3Ab', 'a:b'],
  ['a%253Ab', 'a%3Ab'],
  ['100%', '100%'],
  ['a%3Ab%', 'a%3Ab%'],
  ['a:b', 'a:b']
])('%j is the key %j', (text, key) => {
  expect(decodeOnce(text)).toBe(key)
})

test.each([
  ['/a/../b', true],
  ['/a/%2E%2e', true],
  ['/a/.%2E?b', true],
  ['/.', true],
  ['/a/...', false],
  ['/a..b/.c', false],
  ['/a?b=..', false]
])('whether %j leads back is %p', (path, back) => {
  expect(leadsBack(path)).toBe(back)
})

test.each([
  ['unified-manager', '/api/v2', 'a:b', '/api/v2/management-server/jobs/a:b'],
  ['ontap', '/api/gateways/g', 'u', '/api/gateways/g/cluster/jobs/u'],
  ['ontap-select', '/api', 'a/b', '/api/jobs/a%2Fb']
] as const)('the status of a job of %s under %s has its path', (api, root, key, path) => {
  expect(statusPath(reference(key, api, root))).toBe(path)
})

test.each([
  ['unified-manager', 'a:B', 'a:b', false],
  ['ontap', '5F3A', '5f3a', true],
  ['ontap-select', '5F3A', '5f3a', true]
] as const)('keys of %s are distinguished by case where they are no UUIDs', (name, one, other, same) => {
  expect(canonicalKey(api(name), one) === canonicalKey(api(name), other)).toBe(same)
})

test.each<[string, boolean]>([
  ['a', true],
  ['...', true],
  ['a/b c', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a\nb', false],
  ['a\ud800', false]
])('%j can be one segment of a path: %s', (text, expected) => {
  expect(isSegment(text)).toBe(expected)
})
