import { deflateSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from '@jest/globals'
import nock from 'nock'
import { createClient, type Exchange } from '../../../src/http/client.ts'
import { withoutNetwork } from '../../support/no-network.ts'
import '../../support/one-realm.ts'

const ORIGIN = 'https://um.example.com'
const PATH = '/api/jobs/1'
const MIB = 1024 * 1024

let lines: string[]

withoutNetwork()
beforeEach(() => {
  lines = []
})

function get(path = PATH, headers: Record<string, string> = {}): Promise<Exchange> {
  const client = createClient({ origin: ORIGIN, headers, requestTimeout: 5_000 }, line => lines.push(line))
  return client.send({ method: 'GET', path, hold: 0 }, new AbortController().signal)
}

/** What comes of an answer with this status, body and headers. */
function answered(status: number, body: nock.Body = '', headers: nock.ReplyHeaders = {}): Promise<Exchange> {
  nock(ORIGIN).get(PATH).reply(status, body, headers)
  return get()
}

const failed = (what: RegExp) => ({
  ok: false,
  failure: { why: 'other', what: expect.stringMatching(what), fatal: false }
})

describe('an answer', () => {
  test('comes whole, with its status and its headers', async () => {
    expect(await answered(404, '{"error": "schön"}', { 'Retry-After': '7' })).toMatchObject({
      ok: true,
      status: 404,
      headers: { 'retry-after': '7' },
      body: '{"error": "schön"}'
    })
  })

  test('with several Retry-After has them all', async () => {
    expect(await answered(503, '', { 'Retry-After': ['2', '30'] })).toMatchObject({
      headers: { 'retry-after': '2, 30' }
    })
  })

  test.each([
    ['gzip', gzipSync('hello')],
    ['x-gzip', gzipSync('hello')],
    ['deflate', deflateSync('hello')],
    ['identity', Buffer.from('hello')],
    [' GZIP ', gzipSync('hello')],
    ['', Buffer.from('hello')]
  ])('encoded as "%s" is decoded', async (encoding, body) => {
    expect(await answered(200, body, { 'Content-Encoding': encoding })).toMatchObject({ ok: true, body: 'hello' })
  })

  test.each([
    ['br', Buffer.from('hello'), /encoded as br, which was not asked for/],
    ['gzip', Buffer.from('hello'), /the request failed/],
    ['gzip', gzipSync('hello'.repeat(100)).subarray(0, 15), /the request failed/]
  ])('encoded as %s that cannot be decoded is a failure, %#', async (encoding, body, what) => {
    expect(await answered(200, body, { 'Content-Encoding': encoding })).toMatchObject(failed(what))
  })

  test.each([302, 307])('of %p is not followed', async status => {
    expect(await answered(status, '', { Location: '/elsewhere' })).toMatchObject({
      ok: true,
      status,
      headers: { location: '/elsewhere' }
    })
  })

  test.each([401, 407, 429, 500, 502, 503, 504])('of %p is not asked for again', async status => {
    expect(await answered(status)).toMatchObject({ ok: true, status })
  })

  test.each([
    ['plain', (body: Buffer) => body, {}],
    ['gzip', gzipSync, { 'Content-Encoding': 'gzip' }]
  ])('of more than 8 MiB, decoded, is given up: %s', async (_, encode, headers) => {
    expect(await answered(200, encode(Buffer.alloc(8 * MIB, 'x')), headers)).toMatchObject({ ok: true })
    expect(await answered(200, encode(Buffer.alloc(8 * MIB + 1, 'x')), headers)).toMatchObject(
      failed(/longer than 8 MiB/)
    )
  })
})

test('a request is for the path as it stands, with the headers given', async () => {
  const headers = { authorization: 'Bearer abc', accept: 'application/json' }
  const paths: string[] = []
  nock(ORIGIN, { reqheaders: headers })
    .get(() => true)
    .reply(200, ({ url }: { url: string }) => {
      paths.push(url.slice(ORIGIN.length))
      return ''
    })
  expect(await get('/api/jobs/a:b%2Fc?key=a|b&x=*', headers)).toMatchObject({ ok: true })
  expect(paths).toEqual(['/api/jobs/a:b%2Fc?key=a|b&x=*'])
})

test('a request is one line in the debug log, without headers or body', async () => {
  nock(ORIGIN).get('/api/x').reply(200, 'secret body')
  await get('/api/x', { authorization: 'Bearer abc' })
  expect(lines).toEqual([expect.stringMatching(/^GET \/api\/x: 200 11 characters, \d+ ms$/)])
})
