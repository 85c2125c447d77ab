import { describe, expect, test } from '@jest/globals'
import { type Called, makeCall } from '../../../src/ask/call.ts'
import type { Exchange, Request } from '../../../src/http/client.ts'
import type { Call } from '../../../src/jobs/call.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import type { Place } from '../../../src/jobs/place.ts'
import { api, placeOf } from '../../support/apis.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const UUID = '5f3a2b1c-0d4e-11ef-9a3c-005056a1b2c3'
const CALL: Call = { method: 'POST', path: '/api/storage/volumes', body: '{"name":"v1"}', hold: 0 }
const PLACE = placeOf()

function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): Exchange {
  return { ok: true, status, reason: '', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

function broken(sent: boolean, fatal = false, why: 'cut' | 'unresolved' = 'cut'): Exchange {
  return { ok: false, failure: { why, what: 'the connection broke', fatal, sent } }
}

interface Made {
  readonly called: Called
  readonly requests: readonly Request[]
  /** When each request went out, in ms since the first. */
  readonly times: readonly number[]
}

/**
 * Makes the call on a virtual clock; the exchanges come in turn, the last for ever, each after the request's hold.
 * `interrupted` is aborted as the first request goes out.
 */
async function made(
  exchanges: readonly Exchange[],
  call: Partial<Call> = {},
  place: Partial<Place> = {},
  interrupted: AbortController | null = null
): Promise<Made> {
  const clock = virtualClock()
  const requests: Request[] = []
  const times: number[] = []
  const client = {
    send: async (request: Request) => {
      requests.push(request)
      times.push(clock.elapsed())
      const exchange = exchanges[Math.min(requests.length, exchanges.length) - 1] as Exchange
      interrupted?.abort()
      if (request.hold > 0) await clock.sleep(request.hold, stop)
      return exchange
    },
    close: () => {}
  }
  const limits = { deadline: clock.now() + 3_600_000, unreachableTimeout: 10_000 }
  const { signal: stop } = interrupted ?? new AbortController()
  const options = { client, clock, random: () => 1, stop, onError: () => {} }
  const called = await makeCall({ ...CALL, ...call }, { ...PLACE, ...place }, limits, options)
  return { called, requests, times }
}

describe('an answer to a call', () => {
  test.each<[string, Exchange, object]>([
    ['202 with a job', answer(202, { job: { uuid: UUID } }), { kind: 'accepted', incomplete: false }],
    ['200 with a job', answer(200, { job: { uuid: UUID, state: 'success' } }), { kind: 'accepted' }],
    [
      'several jobs and a next link',
      answer(202, { jobs: [{ uuid: UUID }], _links: { next: { href: '/x?start=1' } } }),
      { kind: 'accepted', incomplete: true }
    ],
    ['204', answer(204), { kind: 'done', result: {}, failed: null }],
    ['201 without a body', answer(201), { kind: 'done', result: {} }],
    ['201 with nothing but a line break', answer(201, '\r\n'), { kind: 'done', result: {} }],
    ['201 with HTML', answer(201, '<html>'), { kind: 'unrecognized' }],
    [
      '200 with a resource',
      answer(200, { uuid: UUID, state: 'online' }),
      { kind: 'done', result: { state: 'online' }, failed: null }
    ],
    ['200 with no jobs', answer(200, { jobs: [], num_records: 0 }), { kind: 'done' }],
    ['200 without a body', answer(200), { kind: 'unrecognized' }],
    ['200 with HTML', answer(200, '<html>'), { kind: 'unrecognized' }],
    ['202 without a job', answer(202, {}), { kind: 'unrecognized' }],
    ['an error with 202', answer(202, { error: { message: 'no', code: '4' } }), { kind: 'refused', errorCode: '4' }],
    ['202 without a body', answer(202), { kind: 'unrecognized' }],
    ['a job whose key is no key', answer(201, { job: { uuid: '..' } }), { kind: 'unrecognized' }],
    ['an error with 200', answer(200, { error: { message: 'no', code: '4' } }), { kind: 'refused', errorCode: '4' }],
    ['400', answer(400, { error: { message: 'no', code: 4 } }), { kind: 'refused', errorCode: '4', status: 400 }],
    ['407', answer(407), { kind: 'refused', status: 407, errorCode: '' }],
    ['300 with a resource', answer(300, { uuid: UUID }), { kind: 'refused', status: 300 }],
    ['302', answer(302, '', { location: 'https://elsewhere' }), { kind: 'refused', status: 302 }],
    ['401 without a body', answer(401), { kind: 'unauthorized', errorCode: '' }],
    ['401', answer(401, { error: { message: 'no', code: '6691623' } }), { kind: 'unauthorized', errorCode: '6691623' }],
    [
      '403',
      answer(403, { error: { message: 'no', code: '6' } }),
      { kind: 'unauthorized', errorCode: '6', reason: expect.stringMatching(/no \(code 6\)\. Nothing was started$/) }
    ],
    ['400 because of the role', answer(400, { error: { message: 'no', code: '6691623' } }), { kind: 'unauthorized' }],
    [
      '500 with an error of the API',
      answer(500, { error: { message: 'no', code: '7' } }),
      {
        kind: 'unreachable',
        status: 500,
        errorCode: '7',
        reason: expect.stringContaining('may have executed the call')
      }
    ],
    ['500 without', answer(500, '<html>'), { kind: 'unreachable', status: 500 }],
    ['502', answer(502), { kind: 'unreachable', status: 502, errorCode: '' }],
    ['a broken connection', broken(true), { kind: 'unreachable', status: null, errorCode: '' }]
  ])('%s', async (_, exchange, expected) => {
    const { called, requests } = await made([exchange, answer(404)])
    expect(called).toMatchObject(expected)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test.each<[string, object]>([
    ['', { root: '/api' }],
    [`/api/cluster/jobs/${UUID}`, { root: '/api' }],
    [`/api/gateways/D/cluster/jobs/${UUID}`, { root: '/api/gateways/D' }]
  ])('to a call without a gateway names a job where its link %j leads', async (href, reference) => {
    const { called } = await made([answer(202, { job: { uuid: UUID, ...(href && { _links: { self: { href } } }) } })])
    expect(called).toMatchObject({ kind: 'accepted', references: [reference] })
  })

  test.each<[string, string, object]>([
    ['/api/gateways/C/storage/volumes', '', { root: '/api/gateways/C' }],
    ['/api/gateways/C/storage/volumes', `/api/cluster/jobs/${UUID}`, { root: '/api/gateways/C' }],
    ['/api/gateways/C/storage/volumes', `/api/gateways/D/cluster/jobs/${UUID}`, { root: '/api/gateways/D' }],
    ['/api/gateways/C/storage/volumes?name=x', '', { root: '/api/gateways/C' }]
  ])('to %s with a job link %j names a job behind the gateway', async (path, href, reference) => {
    const body = { job: { uuid: UUID, ...(href && { _links: { self: { href } } }) } }
    const { called } = await made([answer(202, body)], { path })
    expect(called).toMatchObject({ kind: 'accepted', references: [reference] })
  })

  test('to a call through the gateway that names a job of Unified Manager itself is that', async () => {
    const body = { job: { key: 'a:b', _links: { self: { href: '/api/management-server/jobs/a:b' } } } }
    const { called } = await made([answer(202, body)], { path: '/api/gateways/C/storage/volumes' })
    expect(called).toMatchObject({ kind: 'accepted', references: [{ root: '/api', key: 'a:b' }] })
  })

  test.each([
    ['/api/storage/volumes', '/api'],
    ['/api/storage/volumes?return_records=true', '/api'],
    ['/api/gateways/C/storage/volumes', '/api/gateways/C']
  ])('to a bulk call of %s leads to its results', async (path, root) => {
    const call = { path, body: '{"records":[{"name":"v1"},{"name":"v2"}]}' }
    const { called } = await made([answer(202, { job: { uuid: UUID } })], call)
    const href = `/api/storage/volumes?job_results_uuid=${UUID}`
    expect(called).toMatchObject({ references: [{ root, reported: { source: { _links: { results: { href } } } } }] })
  })

  const SUCCESS = { uuid: UUID, state: 'success' }
  test.each<[number, object, object | undefined]>([
    [201, { uuid: UUID }, { key: UUID, verdict: 'NORMAL', state: '' }],
    [200, SUCCESS, { verdict: 'NORMAL', state: 'success' }],
    [200, { uuid: UUID, state: 'failure' }, { verdict: 'ERROR', over: true }],
    [201, { _links: { self: { href: `/api/cluster/jobs/${UUID}` } } }, { key: UUID, verdict: 'NORMAL' }],
    [200, { uuid: UUID, state: 'running' }, undefined],
    [201, { uuid: UUID, _links: { results: { href: '/api/storage/volumes?job_results_uuid=u' } } }, undefined],
    [202, { uuid: UUID }, undefined],
    [202, SUCCESS, undefined]
  ])('%d with the job %j says whether the call is done', async (status, job, done) => {
    const { called } = await made([answer(status, { job })])
    const [reference] = called.kind === 'accepted' ? called.references : []
    if (done === undefined) expect(reference).not.toHaveProperty('done')
    else expect(reference?.done).toMatchObject(done)
  })

  test.each<[string, string, Exchange]>([
    ['unified-manager', '/api/storage-provider/luns', answer(201, { job_key: 'a:b' })],
    ['netapp-console', '/occm/api/vsa/working-environments', answer(200, {}, { 'oncloud-request-id': 'a1' })]
  ])('200 or 201 of %s, which waits for no call, does not say that it is done', async (name, path, exchange) => {
    const root = path.slice(0, path.indexOf('/api') + '/api'.length)
    const { called } = await made([exchange], { path }, { api: api(name), root })
    expect(called).toMatchObject({
      kind: 'accepted',
      references: [expect.not.objectContaining({ done: expect.anything() })]
    })
  })

  test('201 to a bulk call does not say that all of it is done', async () => {
    const { called } = await made([answer(201, { job: { uuid: UUID } })], { body: '{"records":[{}]}' })
    expect(called).toMatchObject({
      kind: 'accepted',
      references: [expect.not.objectContaining({ done: expect.anything() })]
    })
  })

  test('that reports errors at once says what failed', async () => {
    const body = { records: [{ uuid: '1' }], num_records: 1, errors: [{ message: 'exists', code: '917927' }] }
    const { called } = await made([answer(201, body)])
    expect(called).toMatchObject({
      kind: 'done',
      result: body,
      failed: { verdict: 'PARTIAL_FAILURES', errorCode: '917927', message: expect.stringContaining('exists') }
    })
  })

  test.each([200, 202])('%d that names jobs, and errors for what was not started, has both', async status => {
    const body = { jobs: [{ uuid: UUID }], num_records: 1, errors: [{ message: 'exists', code: '917927' }] }
    const { called } = await made([answer(status, body)])
    expect(called).toMatchObject({
      kind: 'accepted',
      references: [{ key: UUID }],
      failed: { verdict: 'PARTIAL_FAILURES', errorCode: '917927', result: { errors: body.errors } }
    })
  })

  test.each([200, 202])('%d that names a job, and an error, has both', async status => {
    const error = { message: 'locked', code: '6691623' }
    const { called } = await made([answer(status, { job: { uuid: UUID }, error })])
    expect(called).toMatchObject({
      kind: 'accepted',
      references: [{ key: UUID }],
      failed: { verdict: 'PARTIAL_FAILURES', errorCode: '6691623', message: 'locked' }
    })
  })

  test('200 with a job by itself that failed is that job, and its error its own', async () => {
    const job = { uuid: UUID, state: 'failure', error: { message: 'no space', code: '1' } }
    const { called } = await made([answer(200, job)])
    expect(called).toMatchObject({ kind: 'accepted', references: [{ done: { verdict: 'ERROR' } }], failed: null })
  })

  test.each<[unknown]>([['no room'], [{ code: '917831' }], [{ text: 'x', message: 'no room' }]])(
    '200 with the error %j is not done',
    async error => {
      const { called } = await made([answer(200, { records: [], error })])
      expect(called).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/no room|917831/) })
    }
  )

  test('of an API without details of an end has done it all', async () => {
    const { called } = await made([answer(200, { name: 'x' })], { path: '/api/vms' }, { api: api('ontap-select') })
    expect(called).toMatchObject({ kind: 'done', result: { name: 'x' }, failed: null })
  })

  test.each([200, 202, 400, 401, 403, 500])(
    '%d that asks for the approval of administrators is a refusal, and nothing was executed',
    async status => {
      const message = 'The security multi-admin-verify request (index 3) requires approval.'
      const { called, requests } = await made([answer(status, { error: { message, code: '262325' } })])
      expect(called).toMatchObject({
        kind: 'refused',
        status,
        errorCode: '262325',
        reason: expect.stringContaining('have /api/security/multi-admin-verify/requests/3 approved')
      })
      expect(requests).toHaveLength(1)
    }
  )

  test('that names no job is shown with where it points', async () => {
    const { called } = await made([answer(202, {}, { location: '/api/storage/volumes/1' })])
    expect(called).toMatchObject({
      kind: 'unrecognized',
      reason: expect.stringContaining('(its "Location" is /api/storage/volumes/1)')
    })
    expect((await made([answer(202, {})])).called).toMatchObject({
      reason: expect.stringMatching(/^the server answered 202 Accepted, and the body /)
    })
  })

  test.each<[number, string, Record<string, string>, string]>([
    [200, '', {}, 'the server answered 200 OK, and the body is empty'],
    [202, ' \n', {}, 'the server answered 202 Accepted, and the body is empty'],
    [
      200,
      '<html>',
      { 'content-type': 'text/html' },
      'the server answered 200 OK, and the body is not JSON: text/html, "<html>"'
    ]
  ])('%d with the body %j says nothing of the call, and is shown', async (status, body, headers, reason) => {
    const { called } = await made([answer(status, body, headers)])
    expect(called).toMatchObject({
      kind: 'unrecognized',
      reason: `${reason}. Check the server before you repeat the call.`
    })
  })

  test('is shown with each key that cannot be one', async () => {
    const { called } = await made([answer(202, { jobs: [{ uuid: '..' }, { uuid: UUID }, { uuid: '.' }] })])
    expect(called).toMatchObject({
      reason: expect.stringMatching(/the body "\.\." cannot .* key; "\." cannot .* key\./)
    })
  })

  test('of another API than the input names is not taken for a success', async () => {
    const { called } = await made([answer(201, { job: { uuid: UUID } })], {}, { api: api('unified-manager') })
    expect(called.kind).toBe('unrecognized')
  })
})

describe('with an operation to wait for', () => {
  const VOLUME = '4ea7a442-86d1-11e0-ae1c-123478563412'
  const DATE = { date: 'Thu, 15 Jan 2026 12:00:10 GMT' }
  const SINCE = Date.parse('2026-01-15T12:00:08Z')
  const operation = (name: string) => {
    const found = ONTAP_OPERATIONS.find(one => one.name === name)
    if (found === undefined) throw new Error(`no operation is called ${name}`)
    return { until: { operation: found, target: null, key: null, since: null } }
  }
  const MOVE = operation('volume-move')
  const CALL_OF_MOVE = { method: 'PATCH', path: `/api/storage/volumes/${VOLUME}?return_timeout=0` } as const
  const REQUESTS = { path: '/api/security/multi-admin-verify/requests' }

  test('a job carries the resource that the call names, and the time of the call on the server', async () => {
    const { called } = await made([answer(202, { job: { uuid: UUID } }, DATE)], CALL_OF_MOVE, MOVE)
    expect(called).toMatchObject({
      kind: 'accepted',
      references: [{ key: UUID, until: { ...MOVE.until, key: VOLUME, since: SINCE } }]
    })
  })

  test('a call that took long was made that long before its answer', async () => {
    const { called } = await made([answer(202, { job: { uuid: UUID } }, DATE)], { ...CALL_OF_MOVE, hold: 30_000 }, MOVE)
    expect(called).toMatchObject({ references: [{ until: { since: SINCE - 30_000 } }] })
  })

  test('a call that names no resource leaves that to the description of its job', async () => {
    const { called } = await made([answer(202, { job: { uuid: UUID } }, DATE)], {}, operation('snapmirror'))
    expect(called).toMatchObject({ references: [{ until: { key: null, since: SINCE } }] })
  })

  test('a call that is done at once leaves the resource to wait for', async () => {
    const path = `/api/gateways/c1/storage/volumes/${VOLUME}`
    const { called } = await made([answer(200, {}, DATE)], { ...CALL_OF_MOVE, path }, MOVE)
    expect(called).toMatchObject({
      kind: 'accepted',
      status: 200,
      references: [{ key: VOLUME, root: '/api/gateways/c1', reported: null }],
      incomplete: false
    })
    const [resource] = 'references' in called ? called.references : []
    expect(resource?.until).toBeUndefined()
    const before = { uuid: VOLUME, movement: { state: 'success', start_time: '2026-01-15T12:00:07Z' } }
    expect(resource?.api.read({ status: 200, headers: {}, body: before }, VOLUME)?.verdict).toBeNull()
  })

  test.each<[string, Exchange]>([
    ['its "Location"', answer(201, {}, { location: '/api/security/multi-admin-verify/requests/7' })],
    [
      'a link in its body',
      answer(201, { index: 7, _links: { self: { href: '/api/security/multi-admin-verify/requests/7' } } })
    ],
    [
      'a link in its records',
      answer(201, { records: [{ _links: { self: { href: '/api/security/multi-admin-verify/requests/7' } } }] })
    ]
  ])('an answer names the resource by %s', async (_, exchange) => {
    const { called } = await made([exchange], REQUESTS, operation('approval'))
    expect(called).toMatchObject({ kind: 'accepted', references: [{ key: '7', root: '/api' }] })
  })

  test('a done call that names none ends without a verdict', async () => {
    const { called } = await made([answer(201)], REQUESTS, operation('approval'))
    expect(called).toEqual({
      kind: 'unrecognized',
      status: 201,
      reason:
        'the call was done at once, but nothing in it or its answer names the resource of a multi-admin approval. To wait for that, give the link to the resource as "job-key"',
      errorCode: ''
    })
  })

  test('what failed at once, or was refused, started nothing', async () => {
    const failed = answer(200, { records: [], errors: [{ message: 'no', code: '1' }] })
    expect((await made([failed], CALL_OF_MOVE, MOVE)).called).toMatchObject({
      kind: 'done',
      failed: { errorCode: '1' }
    })
    expect((await made([answer(400)], CALL_OF_MOVE, MOVE)).called.kind).toBe('refused')
  })
})

describe('a call that is not answered before the deadline', () => {
  async function hanging(sent: boolean) {
    const clock = virtualClock()
    let requests = 0
    const client = {
      send: (_: Request, signal: AbortSignal): Promise<Exchange> => {
        requests += 1
        return new Promise(resolve => signal.addEventListener('abort', () => resolve(broken(sent))))
      },
      close: () => {}
    }
    const limits = { deadline: clock.now() + 3_000, unreachableTimeout: 300_000 }
    const options = { client, clock, random: () => 1, stop: new AbortController().signal, onError: () => {} }
    return { called: await makeCall(CALL, PLACE, limits, options), elapsed: clock.elapsed(), requests }
  }

  test('may have been executed, and nothing more is asked', async () => {
    expect(await hanging(true)).toEqual({
      called: {
        kind: 'unreachable',
        status: null,
        reason:
          '"timeout" ran out before there was an answer. The server may have executed the call. Check the server before you repeat the call.',
        errorCode: ''
      },
      elapsed: 5_000,
      requests: 1
    })
  })

  test('was not executed where it was not sent', async () => {
    expect((await hanging(false)).called).toMatchObject({
      kind: 'timeout',
      reason: 'the call was not executed: "timeout" ran out before there was an answer'
    })
  })
})

describe('a call is made again', () => {
  test.each<[string, Exchange]>([
    ['when it cannot have been sent', broken(false)],
    ['after 429', answer(429)],
    ...['262160', '2621573', '13434894', '13434915', '13434916'].map((code): [string, Exchange] => [
      `when ONTAP says with ${code} that it did not start it`,
      answer(409, { error: { message: 'later', code } })
    ])
  ])('%s', async (_, exchange) => {
    const { called, requests } = await made([exchange, exchange, answer(204)])
    expect([called.kind, requests.length]).toEqual(['done', 3])
    expect(new Set(requests.map(({ path, body }) => `${path} ${body}`)).size).toBe(1)
  })

  test('not before Retry-After', async () => {
    const { times } = await made([answer(429, '', { 'retry-after': '7' }), answer(204)])
    expect(times).toEqual([0, 7_000])
  })

  test('until it has not been taken for too long', async () => {
    const { called, times } = await made([broken(false)])
    expect(called).toEqual({
      kind: 'unreachable',
      status: null,
      reason: 'the call was not executed: the connection broke',
      errorCode: ''
    })
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000])
  })

  test('only a few times if the name of the server does not resolve', async () => {
    const { called, times } = await made([broken(false, false, 'unresolved')])
    expect([called.kind, times]).toEqual(['unreachable', [0, 1_000, 3_000]])
  })

  test('if the API of the call says so, or any API where that of the call is not known', async () => {
    const notTaken = answer(409, { error: { message: 'later', code: '262160' } })
    const requestsTo = async (place: Partial<Place>, path = '/api/things') =>
      (await made([notTaken, answer(204)], { path }, place)).requests.length
    expect(await requestsTo({})).toBe(2)
    expect(await requestsTo({ api: api('ontap') })).toBe(2)
    expect(await requestsTo({ api: api('unified-manager') })).toBe(1)
  })
})

describe('a call is not made again', () => {
  test('when no other try can help', async () => {
    const { called, requests } = await made([broken(false, true)])
    expect(called).toMatchObject({ kind: 'unreachable', reason: expect.stringMatching(/^the call was not sent: /) })
    expect(requests).toHaveLength(1)
  })

  test('when access is denied before it is sent, as to a token', async () => {
    const denied = { why: 'denied', what: 'no such client', code: 'invalid_client', fatal: true, sent: false } as const
    const { called, requests } = await made([{ ok: false, failure: denied }])
    expect(called).toEqual({
      kind: 'unauthorized',
      status: null,
      reason: 'the call was not sent: no such client',
      errorCode: 'invalid_client'
    })
    expect(requests).toHaveLength(1)
  })

  test('when it can have reached the server: the latest jobs are looked up once instead', async () => {
    const { called, requests } = await made([broken(true), answer(200, { records: [] })])
    expect(called).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('may have executed the call') })
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/storage/volumes',
      'GET /api/cluster/jobs?fields=*&order_by=start_time%20desc&max_records=10'
    ])
  })

  test('and the latest jobs are those behind the gateway that the call went through', async () => {
    const { requests } = await made([broken(true), answer(200, { records: [] })], {
      path: '/api/gateways/C/storage/volumes'
    })
    expect(requests[1]?.path).toMatch(/^\/api\/gateways\/C\/cluster\/jobs\?/)
  })

  test('and jobs that began since are named: one of them could be it', async () => {
    const started = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString()
    const { called } = await made([
      broken(true),
      answer(200, {
        records: [
          { uuid: 'new', state: 'running', description: 'POST /api/storage/volumes', start_time: started(0) },
          { uuid: 'bare', start_time: started(-2_000) },
          { uuid: 'old', state: 'running', start_time: started(-2_001) },
          { uuid: 'undated', state: 'running' },
          { state: 'running' }
        ]
      })
    ])
    expect(called).toMatchObject({
      reason: expect.stringMatching(
        /Jobs from that time, one of which may be it: new \(POST \/api\/storage\/volumes, running\), bare\.$/
      )
    })
  })

  test('when a signal ends the step, and nothing more is asked', async () => {
    const stop = new AbortController()
    const { called, requests } = await made([broken(true)], {}, {}, stop)
    expect(called).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('may have executed the call') })
    expect(requests).toHaveLength(1)
  })

  test('and nothing more is asked once the deadline has struck', async () => {
    const { requests } = await made([broken(true)], { hold: 3_600_000 })
    expect(requests).toHaveLength(1)
  })

  test('and the reason says where to look if the answer is not a list', async () => {
    const { called } = await made([broken(true), answer(200, {})])
    expect(called).toMatchObject({
      reason: expect.stringContaining('No job from that time was found at /api/cluster/jobs')
    })
  })

  test('and the reason says to look if the API is unknown', async () => {
    const { called } = await made([broken(true)], { path: '/api/things' })
    expect(called).toMatchObject({ reason: expect.stringContaining('Check the server before you repeat the call') })
  })

  test('and where no list can be asked for, the reason says to look', async () => {
    const { called, requests } = await made([broken(true)], { path: '/api/clusters' })
    expect(called).toMatchObject({ reason: expect.stringContaining('Check the server before you repeat the call') })
    expect(requests).toHaveLength(1)
  })
})

test.each([200, 202, 204])('a %d that names the job in a header is accepted, with or without a body', async status => {
  const headers = { 'oncloud-request-id': 'task-1' }
  for (const body of ['', { publicId: 'x' }]) {
    const { called } = await made([answer(status, body, headers)], {}, { api: api('netapp-console') })
    expect(called).toMatchObject({ kind: 'accepted', references: [{ key: 'task-1' }] })
  }
})

test('a call that the server may take its time with gives the request that much longer', async () => {
  const path = '/api/storage/volumes?return_timeout=90'
  const { requests } = await made([answer(204)], { hold: 90_000, path })
  expect(requests[0]).toMatchObject({ path, hold: 90_000 })
})
