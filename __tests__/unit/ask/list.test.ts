import { expect, test } from '@jest/globals'
import nock from 'nock'
import { type Listed, listPending } from '../../../src/ask/list.ts'
import { createClient } from '../../../src/http/client.ts'
import type { JobList } from '../../../src/jobs/api.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { Attempt } from '../../../src/wait/retry.ts'
import { withoutNetwork } from '../../support/no-network.ts'

const ORIGIN = 'https://storage.example.com'
const PATH = '/api/cluster/jobs'
const QUERY = { state: 'running', fields: '*', max_records: 1_000 }

withoutNetwork()

/** Lists the pending jobs of ONTAP, over the real client. */
async function listed(isKnown = false): Promise<Attempt<Listed>> {
  const client = createClient({ origin: ORIGIN, headers: {}, requestTimeout: 5_000 }, () => {})
  const path = `${PATH}?state=running&fields=*&max_records=1000`
  const source = { api: ontap, list: ontap.list as JobList, path, isKnown }
  try {
    return await listPending(client, () => Date.UTC(2026, 0, 5), source, new AbortController().signal)
  } finally {
    client.close()
  }
}

/** What the server has under a query. */
const page = (query: nock.DataMatcherMap): nock.Interceptor => nock(ORIGIN).get(PATH).query(query)

/** The server answers the list with this. */
function answering(body: nock.Body, status = 200, headers: Record<string, string> = {}): Promise<Attempt<Listed>> {
  page(QUERY).reply(status, body, headers)
  return listed()
}

const keysOf = (result: Attempt<Listed>): readonly string[] | undefined =>
  'value' in result && result.value.kind === 'pending' ? result.value.jobs.map(({ key }) => key) : undefined
const record = (uuid: string, state = 'running') => ({ uuid, state })
const more = (number: number) => ({ _links: { next: { href: `https://elsewhere.example${PATH}?page=${number}` } } })

const ENDLESS = {
  value: {
    kind: 'unrecognized',
    reason: 'more than 20 pages of jobs match, or the pages repeat: narrow the filter',
    errorCode: ''
  }
}

test('finished ones are left out', async () => {
  const records = [record('a'), record('b', 'success'), record('c', 'queued'), record('d', 'failure')]
  expect(keysOf(await answering({ records }))).toEqual(['a', 'c'])
})

test('none is an answer too', async () => {
  expect(keysOf(await answering({ records: [], num_records: 0 }))).toEqual([])
})

test('every page is read, on this very server', async () => {
  page({ page: 2 }).reply(200, { records: [record('b')] })
  expect(keysOf(await answering({ records: [record('a')], ...more(2) }))).toEqual(['a', 'b'])
})

test('more pages than anyone means are no list: the filter is too wide', async () => {
  for (let number = 1; number < 20; number += 1) {
    page({ page: number }).reply(200, { records: [record(`${number}`)], ...more(number + 1) })
  }
  expect(await answering({ records: [record('0')], ...more(1) })).toEqual(ENDLESS)
})

test('a page that links to itself is read once', async () => {
  page({ page: 1 }).reply(200, { records: [record('1')], ...more(1) })
  expect(await answering({ records: [record('0')], ...more(1) })).toEqual(ENDLESS)
})

test.each([
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [302, 'unreachable'],
  [400, 'refused'],
  [404, 'refused']
])('%d is final: %s, with what the server said', async (status, kind) => {
  expect(await answering({}, status)).toEqual({
    value: { kind, reason: expect.stringMatching(`^the server answered ${status} `), errorCode: '' }
  })
})

test.each<[string, nock.Body, number, string]>([
  ['503', '', 503, 'the server answered 503'],
  ['202', { job: { uuid: 'a' } }, 202, 'the answer is not a list of jobs'],
  ['an object without a list', { num_records: 0 }, 200, 'the answer is not a list of jobs'],
  ['a list with an error', { records: [], error: { message: 'down' } }, 200, 'the answer is not a list of jobs'],
  ['a list that counts more than it has', { records: [], num_records: 1 }, 200, 'the answer is not a list of jobs'],
  [
    'a list with something that is no object',
    { records: [record('a'), null] },
    200,
    'the answer is not a list of jobs'
  ],
  ['a list with something that is no job', { records: [record('a'), {}] }, 200, 'the answer is not a list of jobs'],
  ['a login page', '<html>', 200, 'the answer is not a JSON object']
])('%s is worth another try, and says nothing of the jobs', async (_, body, status, trouble) => {
  expect(await answering(body, status)).toEqual({
    error: expect.stringContaining(trouble),
    unresolved: false,
    retryAfter: null
  })
})

test('a second page that is not a list invalidates the first', async () => {
  page({ page: 2 }).reply(200, {})
  expect(await answering({ records: [record('a')], ...more(2) })).toMatchObject({
    error: 'the answer is not a list of jobs'
  })
})

test('how long the server wants to be left alone is handed on', async () => {
  expect(await answering('', 503, { 'retry-after': '7' })).toMatchObject({ retryAfter: 7_000 })
})

test('a name that does not resolve is distinguished: it costs seconds, not minutes', async () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND storage.example.com'), { code: 'ENOTFOUND' })
  page(QUERY).replyWithError(error)
  expect(await listed()).toMatchObject({ unresolved: true, error: expect.stringContaining('does not resolve') })
})
