import { describe, expect, test } from '@jest/globals'
import { readSource } from '../../../src/inputs/source.ts'
import type { Source } from '../../../src/jobs/source.ts'
import { placeOf } from '../../support/apis.ts'

type Given = Readonly<Record<string, string>>

interface Reading {
  readonly source: Source | null
  readonly faults: readonly string[]
}

const FILES: Readonly<Record<string, string>> = {
  'body.json': '{"name": "v1"}',
  'broken.json': '{"password": "hunter2"'
}

function read(given: Given, returnTimeout: number | null = null, root = '/api'): Reading {
  const faults: string[] = []
  const source = readSource({
    value: name => given[name] ?? '',
    readFile: path => {
      const text = FILES[path]
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`)
      return text
    },
    returnTimeout,
    place: placeOf(given.api, root),
    fault: (input, text) => {
      faults.push(`${input}: ${text}`)
      return null
    }
  })
  return { source, faults }
}

describe('a call', () => {
  test('has a method, a path under the root, and no body unless one is given', () => {
    expect(read({ request: 'DELETE /storage/volumes/1' })).toEqual({
      source: {
        kind: 'call',
        call: { method: 'DELETE', path: '/api/storage/volumes/1', body: null, hold: 0 },
        place: placeOf()
      },
      faults: []
    })
  })

  test.each([
    ['as text', '{"name": "v1"}'],
    ['as a file', '@body.json']
  ])('has its body %s, and a return timeout', (_, body) => {
    expect(read({ request: 'POST /storage/volumes', 'request-body': body }, 120_000)).toMatchObject({
      source: {
        call: { path: '/api/storage/volumes?return_timeout=120', body: '{"name": "v1"}', hold: 120_000 }
      },
      faults: []
    })
  })

  test.each<[Given, number | null, RegExp]>([
    [{ request: 'GET /x' }, null, /^request: .*is not a valid call/],
    [{ request: 'POST /x', 'request-body': '@gone.json' }, null, /^request-body: "gone.json" cannot be read: ENOENT/],
    [{ request: 'POST /x', 'request-body': '@broken.json' }, null, /^request-body: is not valid JSON/],
    [{ request: 'POST /x', 'request-body': '{"password": "hunter2"' }, null, /^request-body: is not valid JSON/],
    [
      { request: 'POST /x', 'return-timeout': '3m' },
      180_000,
      /^return-timeout: 3m is too long: ONTAP accepts 0s to 2m$/
    ],
    [
      { request: 'POST /storage-provider/luns', 'return-timeout': '1s' },
      1_000,
      /^return-timeout: is set for a call to .*Unified Manager: only ONTAP supports it$/
    ]
  ])('is an error: %j', (given, returnTimeout, fault) => {
    const { faults } = read(given, returnTimeout)
    expect(faults).toEqual([expect.stringMatching(fault)])
    expect(faults.join()).not.toContain('hunter2')
  })

  test('of an unknown API may have a return timeout', () => {
    expect(read({ request: 'POST /something', 'return-timeout': '2m' }, 120_000).faults).toEqual([])
  })
})

test('the return timeout of a call with a query is added to that', () => {
  expect(read({ request: 'POST /storage/volumes?a=b', 'return-timeout': '0s' }, 0)).toMatchObject({
    source: { call: { path: '/api/storage/volumes?a=b&return_timeout=0', hold: 0 } }
  })
})

describe('what belongs to a call', () => {
  test('is a fault without one, each input by itself', () => {
    const { faults } = read({ 'job-key': 'a:1', 'request-body': '{}', 'return-timeout': '5s' })
    expect(faults).toEqual([
      expect.stringMatching(/^request-body: needs "request"/),
      expect.stringMatching(/^return-timeout: needs "request"/)
    ])
  })
})

test('a body that names jobs and reports errors has both', () => {
  const response = {
    jobs: [{ uuid: '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3' }],
    errors: [{ message: 'locked', code: '1' }]
  }
  const { source } = read({ response: JSON.stringify(response) })
  expect(source).toMatchObject({ kind: 'jobs', references: [{}], failed: { errorCode: '1' } })
  expect(read({ response: JSON.stringify({ ...response, errors: [] }) }).source).not.toHaveProperty('failed')
})

describe('a query', () => {
  test.each<[Given, string, string]>([
    [{ api: 'ontap' }, '/api', 'ontap'],
    [{}, '/api/gateways/g', 'ontap'],
    [{}, '/api/v2', 'unified-manager']
  ])('where %j is given and the root is %s is for a list of %s', (given, root, api) => {
    expect(read({ 'job-query': 'state=running', ...given }, null, root)).toMatchObject({
      source: {
        kind: 'query',
        api: { name: api },
        root,
        path: expect.stringMatching(`^${root}/\\S+/jobs\\?state=running&`)
      },
      faults: []
    })
  })

  test.each<[Given, RegExp]>([
    [{ 'job-query': 'state' }, /^job-query: /],
    [{ 'job-query': 'state=running' }, /^job-query: needs "api": set it to unified-manager or ontap$/],
    [{ 'job-query': 'state=running', api: 'ontap-select' }, /^job-query: .* has no list of jobs to query$/]
  ])('is an error: %j', (given, fault) => {
    expect(read(given)).toEqual({ source: null, faults: [expect.stringMatching(fault)] })
  })
})
