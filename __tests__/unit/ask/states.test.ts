import { describe, expect, test } from '@jest/globals'
import { createAsk } from '../../../src/ask/states.ts'
import type { Exchange, Request } from '../../../src/http/client.ts'
import type { Hold, Operation } from '../../../src/jobs/api.ts'
import type { Job } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import type { Reply } from '../../../src/wait/ask.ts'
import { aJob, reference } from '../../support/answers.ts'

const WALL = Date.UTC(2026, 0, 5, 12)
const DATE = 'Mon, 05 Jan 2026 12:00:10 GMT'

interface Asking {
  readonly reply: Reply
  readonly requests: readonly Request[]
}

/** Asks a client that gives these exchanges one after the other. */
async function asking(
  references: readonly JobReference[],
  exchanges: readonly Exchange[],
  hold: Hold | null = null,
  settling: Job | null = null
): Promise<Asking> {
  const requests: Request[] = []
  const send = async (request: Request): Promise<Exchange> => {
    requests.push(request)
    const exchange = exchanges[requests.length - 1]
    if (exchange === undefined) throw new Error(`one request too many: ${request.path}`)
    return exchange
  }
  const ask = createAsk({ send, close: () => {} }, () => WALL)
  return { reply: await ask({ references, hold, settling }, new AbortController().signal), requests }
}

function received(body: unknown, headers: Record<string, string> = {}, status = 200): Exchange {
  return { ok: true, status, reason: '', headers, body: JSON.stringify(body) }
}

const FAILED: Exchange = { ok: false, failure: { why: 'cut', what: 'the connection broke', fatal: false, sent: true } }

describe('a question about one job', () => {
  const job = received({ uuid: 'a/b', state: 'running' })

  test.each<[string, Hold | null, string, number]>([
    ['ontap', null, '/api/cluster/jobs/a%2Fb?fields=*', 0],
    ['unified-manager', null, '/api/management-server/jobs/a%2Fb', 0],
    [
      'unified-manager',
      { seconds: 30, lastModified: null },
      '/api/management-server/jobs/a%2Fb?poll_timeout=30',
      30_000
    ],
    ['ontap-select', null, '/api/jobs/a%2Fb?fields=state,message,last_modified', 0],
    [
      'ontap-select',
      { seconds: 7, lastModified: '2026-01-05T12:00:00+00:00&x' },
      '/api/jobs/a%2Fb?fields=state,message,last_modified&poll_timeout=7&last_modified=%3E%3D2026-01-05T12%3A00%3A00%2B00%3A00%26x',
      7_000
    ]
  ])('of %s with the hold %j asks for %s', async (api, hold, path, ms) => {
    const { requests } = await asking([reference('a/b', api)], [job], hold)
    expect(requests).toEqual([{ method: 'GET', path, hold: ms }])
  })

  test('has its answer, and counts as filtered', async () => {
    const { reply } = await asking([reference('a/b')], [job])
    expect(reply).toMatchObject({ answers: [{ kind: 'job', job: { state: 'running' } }], filtered: true })
  })

  test('has the result that the answer to the call has shown, and what the job shows of it now', async () => {
    const reported = aJob({ result: { publicId: 'x', resource: 'old' } })
    const done = received({ uuid: 'a/b', state: 'success', description: 'POST /new' })
    const { reply } = await asking([{ ...reference('a/b'), reported }], [done])
    expect(reply.answers).toMatchObject([{ job: { result: { publicId: 'x', resource: '/new' } } }])
  })

  test('has a fault for an answer also where the answer to the call has shown the job', async () => {
    const reported = aJob({ result: { publicId: 'x' } })
    const { reply } = await asking([{ ...reference('a/b'), reported }], [FAILED])
    expect(reply.answers).toEqual([expect.not.objectContaining({ job: expect.anything() })])
  })

  test('about another job has a fault for an answer', async () => {
    const { reply } = await asking([reference('c')], [job])
    expect(reply.answers).toMatchObject([{ kind: 'fault' }])
  })

  test('about none asks nothing', async () => {
    const { reply, requests } = await asking([], [])
    expect(reply).toEqual({ answers: [], retryAfter: null, serverNow: null, filtered: true })
    expect(requests).toEqual([])
  })
})

describe('the times of an answer', () => {
  test.each<[string, Record<string, string>, number | null, number | null]>([
    ['none', {}, null, null],
    ['its date', { date: DATE }, null, WALL + 10_000],
    ['seconds to wait', { 'retry-after': '7' }, 7_000, null],
    [
      'a date to wait for, against its own date',
      { date: DATE, 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' },
      20_000,
      WALL + 10_000
    ],
    ['a date to wait for, against our clock', { 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' }, 30_000, null],
    ['a date that is a number', { date: '-1', 'retry-after': 'Mon, 05 Jan 2026 12:00:30 GMT' }, 30_000, null]
  ])('are %s', async (_, headers, retryAfter, serverNow) => {
    const one = await asking([reference('u')], [received({}, headers, 503)])
    expect(one.reply).toMatchObject({ retryAfter, serverNow })
    const list = await asking([reference('u'), reference('v')], [received({ records: [] }, headers)])
    expect(list.reply).toMatchObject({ retryAfter, serverNow })
  })

  test('do not exist without an answer', async () => {
    const { reply } = await asking([reference('u')], [FAILED])
    expect(reply).toMatchObject({ retryAfter: null, serverNow: null })
  })
})

describe('a question about several jobs', () => {
  const pair = [reference('u'), reference('v')]
  const record = (uuid: string, state = 'running') => ({ uuid, state })
  const kinds = ({ reply }: Asking) =>
    reply.answers.map(answer => (answer.kind === 'job' ? answer.job.key : answer.kind))
  const next = (href: string) => ({ _links: { next: { href } } })

  test.each<[string, string]>([
    ['ontap', '/api/cluster/jobs?uuid=u|v&fields=*&max_records=2'],
    ['unified-manager', '/api/management-server/jobs?key=u|v&max_records=2']
  ])('of %s is one request for their list', async (api, path) => {
    const { requests } = await asking([reference('u', api), reference('v', api)], [received({ records: [] })])
    expect(requests).toEqual([{ method: 'GET', path, hold: 0 }])
  })

  test('has the results that the answers to the calls have shown', async () => {
    const reported = aJob({ result: { publicId: 'x' } })
    const both = [{ ...reference('u'), reported }, reference('v')]
    const { reply } = await asking(both, [received({ records: [record('u'), record('v')] })])
    expect(reply.answers).toMatchObject([{ job: { result: { publicId: 'x' } } }, { job: { result: {} } }])
  })

  test('has the answers in the order of the question, however keys are spelt', async () => {
    const answered = await asking(pair, [received({ records: [record('V', 'success'), record('u')] })])
    expect(kinds(answered)).toEqual(['u', 'V'])
    expect(answered.reply.filtered).toBe(true)
  })

  test.each<[string, unknown]>([
    ['leaves one out', { records: [record('u')] }],
    ['has something that is no job', { records: [record('u'), null, 'v', {}] }],
    ['has more than was asked for', { records: [record('u'), record('w')] }],
    ['has one twice', { records: [record('v', 'failure'), record('u'), record('v', 'success')] }]
  ])('that %s leaves that one unlisted', async (_, body) => {
    expect(kinds(await asking(pair, [received(body)]))).toEqual(['u', 'unlisted'])
  })

  test.each<[string, unknown, boolean]>([
    ['has other jobs', { records: [record('w'), record('u')] }, false],
    ['has something that is no job', { records: [record('u'), { state: 'running' }] }, false],
    ['has only what was asked for', { records: [record('v')] }, true],
    ['is empty', { records: [] }, true],
    ['is none', { jobs: [] }, false]
  ])('with an answer that %s was filtered: %#', async (_, body, filtered) => {
    expect((await asking(pair, [received(body)])).reply.filtered).toBe(filtered)
  })

  test.each<[string, unknown, boolean]>([
    ['is empty', { records: [] }, true],
    ['has one of them', { records: [record('v')] }, false],
    ['has only other jobs', { records: [record('w')] }, false],
    ['is none', { jobs: [] }, false],
    ['is refused', { error: { message: 'no', code: '4' } }, false]
  ])('with a list that %s knows of no job at all only where the list is empty: %#', async (_, body, isEmpty) => {
    const { reply } = await asking(pair, [received(body)])
    expect(reply.answers[0]).toEqual({ kind: 'unlisted', isEmpty, page: null })
  })

  test('is followed to the next page, by its query alone', async () => {
    const answered = await asking(pair, [
      received({ records: [record('u')], ...next('https://evil.example/steal?start=v&max_records=2#x') }),
      received({ records: [record('v')] })
    ])
    expect(kinds(answered)).toEqual(['u', 'v'])
    expect(answered.requests[1]?.path).toBe('/api/cluster/jobs?start=v&max_records=2')
  })

  test.each<[string, unknown]>([
    ['everything is found', { records: [record('u'), record('v')], ...next('/x?y') }],
    ['a page brings nothing new', { records: [], ...next('/x?y') }],
    ['the server does not filter', { records: [record('u'), record('w')], ...next('/x?y') }],
    ['the link has no query', { records: [record('u')], ...next('/x') }],
    ['the link is none', { records: [record('u')], _links: { next: 'x' } }]
  ])('is not followed where %s', async (_, body) => {
    expect((await asking(pair, [received(body)])).requests).toHaveLength(1)
  })

  test.each<[string, Exchange, string, boolean]>([
    ['a broken connection is a fault of all', FAILED, 'fault', true],
    ['503 is a fault of all', received({}, {}, 503), 'fault', true],
    ['a redirect is fatal to all', received({}, {}, 302), 'fatal', true],
    ['401 is denied to all', received({}, {}, 401), 'denied', false],
    ['403 says nothing of a single job', received({}, {}, 403), 'unlisted', false],
    ['404 says nothing of a single job', received({}, {}, 404), 'unlisted', false],
    ['400 says nothing of a single job', received({}, {}, 400), 'unlisted', false],
    ['202 says nothing of a single job', received({}, {}, 202), 'unlisted', false],
    ['JSON that is no list says nothing of a single job', received({ record: {} }), 'unlisted', false]
  ])('%s', async (_, exchange, kind, filtered) => {
    const { reply } = await asking(pair, [exchange])
    expect([reply.answers.map(answer => answer.kind), reply.filtered]).toEqual([[kind, kind], filtered])
  })

  test.each<[string, Exchange, string | undefined]>([
    ['404 of something in front of the server', received('default backend', {}, 404), 'the server answered 404'],
    ['403 of something in front of the server', received('blocked', {}, 403), 'the server answered 403'],
    ['404 of the API', received({ error: { code: '4' } }, {}, 404), undefined],
    ['400', received('', {}, 400), undefined]
  ])('shows what came instead of the list only where it is a page: %s', async (_, exchange, what) => {
    const { reply } = await asking(pair, [exchange])
    const shown = reply.answers.map(
      answer => answer.kind === 'unlisted' && (answer.page?.what.slice(0, 23) ?? undefined)
    )
    expect(shown).toEqual([what, what])
  })

  test('has a fault for an answer where a further page breaks, but for what the pages before said', async () => {
    expect(kinds(await asking(pair, [received({ records: [record('u')], ...next('/x?y') }), FAILED]))).toEqual([
      'u',
      'fault'
    ])
  })
})

describe('a question about several resources', () => {
  const move = ONTAP_OPERATIONS.find(({ name }) => name === 'volume-move') as Operation
  const volume = (key: string, since: number | null): JobReference => ({
    api: move.resource(null, since),
    key,
    root: '/api',
    reported: null
  })
  const record = (uuid: string, start_time: string) => ({ uuid, movement: { state: 'success', start_time } })

  test('reads each as that of its own call', async () => {
    const since = Date.parse('2026-01-05T12:00:00Z')
    const records = [record('U', '2026-01-05T12:00:01Z'), record('v', '2026-01-05T12:00:01Z')]
    const { reply, requests } = await asking(
      [volume('u', since), volume('v', since + 5_000)],
      [received({ records, num_records: 2 })]
    )
    expect(reply).toMatchObject({ answers: [{ job: { verdict: 'NORMAL' } }, { job: { stale: true } }], filtered: true })
    expect(requests.map(({ path }) => path)).toEqual([
      '/api/storage/volumes?uuid=u|v&fields=name,svm.name,movement&max_records=2'
    ])
  })

  test('leaves one that shows no operation unlisted: it is asked about by itself', async () => {
    const records = [record('u', '2026-01-05T12:00:01Z'), { uuid: 'v' }]
    const { reply } = await asking([volume('u', null), volume('v', null)], [received({ records })])
    expect(reply).toMatchObject({ answers: [{ kind: 'job' }, { kind: 'unlisted', isEmpty: false }], filtered: true })
  })
})

describe('a question about details that nobody promised', () => {
  const job = aJob({ key: 'u', name: 'POST /api/storage/volumes', verdict: 'NORMAL' })
  const details = (...exchanges: Exchange[]) => asking([reference('u')], exchanges, null, job)
  const NEXT = { _links: { next: { href: '/api/storage/volumes?start=2' } } }
  const NO = { error: { message: 'no', code: '4' } }

  test('gives them, where there are any', async () => {
    const { reply, requests } = await details(received({ records: [], errors: [{ message: 'no' }] }))
    expect(reply.answers).toMatchObject([{ kind: 'details', job: { verdict: 'PARTIAL_FAILURES' } }])
    expect(requests.map(({ path }) => path)).toEqual(['/api/storage/volumes?job_results_uuid=u'])
  })

  test('leaves the job as it is after a body without lists', async () => {
    const { reply } = await details(received({ uuid: 'v1' }))
    expect(reply.answers).toEqual([{ kind: 'details', job }])
  })

  test.each<[string, Exchange, string]>([
    ['400', received({ error: { message: 'no such field' } }, {}, 400), 'refused'],
    ['401', received(NO, {}, 401), 'denied'],
    ['403', received(NO, {}, 403), 'denied'],
    ['404', received(NO, {}, 404), 'missing']
  ])('passes on what the server said instead: %s', async (_, exchange, kind) => {
    const { reply } = await details(exchange)
    expect(reply.answers).toMatchObject([{ kind }])
  })

  test.each<[string, Exchange[]]>([
    ['they count more than they list', [received({ records: [{}], num_records: 2 })]],
    ['they report an error of their own', [received({ records: [{}], error: { message: 'a node is down' } })]],
    ['a further page is missing', [received({ records: [], ...NEXT }), received(NO, {}, 404)]],
    ['a further page is forbidden', [received({ records: [], ...NEXT }), received(NO, {}, 403)]],
    ['a further page is refused', [received({ records: [], ...NEXT }), received(NO, {}, 400)]]
  ])('has to be put again where %s: there are some', async (_, exchanges) => {
    const { reply } = await details(...exchanges)
    expect(reply.answers).toMatchObject([{ kind: 'fault', why: 'incomplete' }])
  })

  test.each<[string, Exchange, object]>([
    ['is overloaded', received({}, {}, 503), { kind: 'fault', why: 'busy' }],
    ['redirects', received({}, {}, 302), { kind: 'fatal' }]
  ])('has what came instead of a further page for an answer where the server %s', async (_, exchange, answer) => {
    const { reply } = await details(received({ records: [], ...NEXT }), exchange)
    expect(reply.answers).toMatchObject([answer])
  })

  test.each<[string, Exchange[]]>([
    ['503', [received({}, {}, 503)]],
    ['202', [received({}, {}, 202)]],
    ['a broken connection', [FAILED]],
    ['the 403 of a firewall', [received('blocked', {}, 403)]],
    ['an empty 403', [received('', {}, 403)]],
    ['the 404 of an ingress', [received('no such page', {}, 404)]],
    ['a 404 in the middle of them', [received({ records: [], ...NEXT }), received({}, {}, 404)]]
  ])('does not settle anything after %s', async (_, exchanges) => {
    const { reply } = await details(...exchanges)
    expect(reply.answers[0]?.kind).not.toBe('details')
  })
})

describe('a request for the details of a finished job', () => {
  const bulk = aJob({
    key: 'u',
    state: 'success',
    verdict: 'NORMAL',
    source: { _links: { results: { href: '/api/cluster/jobs/u/results' } } }
  })
  const nextIs = (page: number) => ({ _links: { next: { href: `/elsewhere?start=${page}` } } })
  const next = nextIs(2)
  const ENDLESS = "the details of the job's end have more than 20 pages, or pages that repeat"
  const first = { uuid: 'v1' }
  const second = { uuid: 'v2' }
  const details = (...exchanges: Exchange[]) => asking([reference('u')], exchanges, null, bulk)

  test('reads every page, by the query of its link alone', async () => {
    const errors = [{ error: { message: 'no' } }]
    const { reply, requests } = await details(
      received({ records: [first], ...next }),
      received({ records: [second], errors })
    )
    expect(requests.map(({ path }) => path)).toEqual([
      '/api/cluster/jobs/u/results',
      '/api/cluster/jobs/u/results?start=2'
    ])
    expect(reply.answers).toMatchObject([
      { kind: 'details', job: { verdict: 'PARTIAL_FAILURES', result: { records: [first, second], errors } } }
    ])
    expect(reply.filtered).toBe(true)
  })

  test('does not lose an error that a further page has in another form', async () => {
    const { reply } = await details(
      received({ records: [first], errors: [], ...next }),
      received({ records: [second], errors: { message: 'no' } })
    )
    expect(reply.answers).toMatchObject([{ kind: 'details', job: { verdict: 'PARTIAL_FAILURES' } }])
  })

  test.each<[string, JsonObject]>([
    ['the link leads elsewhere', { _links: { results: { href: 'https://elsewhere.example/results' } } }],
    ['there is no link', {}]
  ])('is not put where %s', async (_, source) => {
    const { reply, requests } = await asking([reference('u')], [], null, { ...bulk, source })
    expect(reply.answers).toEqual([
      {
        kind: 'fatal',
        what: "the link to the details of the job's end points outside the API: check them on the server",
        code: '',
        page: false
      }
    ])
    expect([reply.filtered, requests]).toEqual([true, []])
  })

  test('reads up to 20 pages', async () => {
    const pages = (count: number) =>
      Array.from({ length: count }, (_, page) => received({ records: [first], ...nextIs(page) }))
    const { reply } = await details(...pages(19), received({ records: [second] }))
    expect(reply.answers).toMatchObject([{ kind: 'details', job: { verdict: 'NORMAL' } }])
    const endless = await details(...pages(20))
    expect(endless.reply.answers).toMatchObject([{ kind: 'fatal', what: ENDLESS }])
  })

  test('reads a page that links to itself once', async () => {
    const { reply, requests } = await details(...Array(2).fill(received({ records: [], ...next })))
    expect(reply.answers).toMatchObject([{ kind: 'fatal', what: ENDLESS }])
    expect(requests).toHaveLength(2)
  })

  test('adds up what the pages count, and misses what they do not list', async () => {
    const full = received({ records: [first], num_records: 1, ...next })
    const whole = await details(full, received({ records: [second], num_records: 1 }))
    expect(whole.reply.answers).toMatchObject([{ kind: 'details', job: { verdict: 'NORMAL' } }])
    const { reply } = await details(full, received({ records: [second], num_records: 2 }))
    expect(reply.answers).toMatchObject([
      { kind: 'fault', what: expect.stringMatching(/^the answer contains only some of the details of the job's end: /) }
    ])
  })

  test('says what came instead of them', async () => {
    const { reply } = await details(received({ error: { message: 'no', code: '4' } }))
    expect(reply.answers).toEqual([
      {
        kind: 'fault',
        what: `the answer contains no details of the job's end: {"error":{"message":"no","code":"4"}}`,
        why: 'other',
        code: ''
      }
    ])
  })

  test.each<[string, Exchange[], string]>([
    ['is broken', [FAILED], 'fault'],
    ['is gone', [received({}, {}, 404)], 'missing'],
    ['is refused', [received({}, {}, 403)], 'denied'],
    ['is JSON, but no results', [received({ error: { message: 'no', code: '4' } })], 'fault'],
    ['has a broken second page', [received({ records: [], ...next }), FAILED], 'fault'],
    ['lacks its second page', [received({ records: [], ...next }), received({}, {}, 404)], 'missing']
  ])('says nothing of the verdict where the answer %s', async (_, exchanges, kind) => {
    const { reply } = await details(...exchanges)
    expect(reply.answers).toMatchObject([{ kind }])
  })
})
