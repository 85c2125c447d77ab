import { describe, expect, test } from '@jest/globals'
import { type Batch, type FindOptions, findJobs } from '../../../src/ask/find-jobs.ts'
import type { Exchange, Request } from '../../../src/http/client.ts'
import type { JobList } from '../../../src/jobs/api.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { Source } from '../../../src/jobs/source.ts'
import { aJob, reference } from '../../support/answers.ts'
import { placeOf } from '../../support/apis.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const JOBS: Source = { kind: 'jobs', references: [reference('a'), reference('b')] }
const CALL: Source = {
  kind: 'call',
  call: { method: 'POST', path: '/api/storage/volumes?name=hunter2', body: null, hold: 0 },
  place: placeOf()
}
const QUERY: Source = {
  kind: 'query',
  api: ontap,
  list: ontap.list as JobList,
  root: '/api',
  path: '/api/cluster/jobs?state=running'
}

const answer = (status: number, body: unknown = ''): Exchange => ({
  ok: true,
  status,
  reason: '',
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body)
})
const records = (...uuids: string[]): Exchange =>
  answer(200, { records: uuids.map(uuid => ({ uuid, state: 'running' })) })
const DOWN = answer(503)
/** What an ingress says. */
const page = (status: number): Exchange => answer(status, '<h1>Not here</h1>')

interface Played {
  readonly found: readonly Batch[]
  readonly requests: readonly Request[]
  /** When each request went out, in ms from the start. */
  readonly times: readonly number[]
  /** The keys of the jobs that were found, one list per batch. */
  readonly batches: readonly (readonly string[])[]
  readonly infos: readonly string[]
  readonly warnings: readonly string[]
}

/** Finds the jobs of a source on a virtual clock; the exchanges come in turn, the last one forever. */
async function play(
  source: Source,
  exchanges: readonly Exchange[],
  changes: Partial<FindOptions> = {}
): Promise<Played> {
  const clock = virtualClock()
  const requests: Request[] = []
  const times: number[] = []
  const infos: string[] = []
  const warnings: string[] = []
  const finding = findJobs(source, {
    client: {
      send: async request => {
        times.push(clock.elapsed())
        requests.push(request)
        return exchanges[Math.min(requests.length, exchanges.length) - 1] as Exchange
      },
      close: () => {}
    },
    clock,
    random: () => 1,
    stop: new AbortController().signal,
    limits: { deadline: clock.now() + 60_000, unreachableTimeout: 10_000 },
    log: { info: line => infos.push(line), warning: text => warnings.push(text) },
    ...changes
  })
  const found = await Array.fromAsync(finding)
  const batches = found.flatMap(one => ('references' in one ? [one.references.map(({ key }) => key)] : []))
  return { found, requests, times, batches, infos, warnings }
}

const apartIn = ({ found }: Played) => found.flatMap(one => ('apart' in one ? [one.apart] : []))[0]

test('jobs that are named are found without a request', async () => {
  const { found, requests, batches } = await play(JOBS, [])
  expect([batches, requests, found[0]?.status, found.length]).toEqual([[['a', 'b']], [], null, 1])
})

test('jobs that are named by an answer that also reports errors have partial failures after them', async () => {
  const failed = { ...aJob({ message: '1 record(s) failed: locked', errorCode: '1' }), result: { errors: [1] } }
  const { found, batches } = await play({ ...JOBS, failed }, [])
  expect(batches).toEqual([['a', 'b']])
  const message = 'The call: 1 record(s) failed: locked'
  const apart = { outcome: 'partial-failures', message, errorCode: '1', result: { errors: [1] } }
  expect(found[1]).toEqual({ apart, status: null })
})

describe('a call', () => {
  test('whose answer names a job finds that job, with the status of its answer', async () => {
    const { found, batches, warnings } = await play(CALL, [answer(202, { job: { uuid: 'a' } })])
    expect([batches, found[0]?.status, found.length, warnings]).toEqual([[['a']], 202, 1, []])
  })

  test('is reported as it is made, without its query', async () => {
    const { infos } = await play(CALL, [answer(204)])
    expect(infos).toEqual(['Calling POST /api/storage/volumes'])
  })

  test('that left a part of its work undone is warned of', async () => {
    const { warnings } = await play(CALL, [
      answer(202, { jobs: [{ uuid: 'a' }], _links: { next: { href: '/x?start=1' } } })
    ])
    expect(warnings).toEqual([expect.stringMatching(/^POST \/api\/storage\/volumes: .*part of the work remains/)])
  })

  test('that was done at once is a success, with what it produced and no job', async () => {
    const { found } = await play(CALL, [answer(200, { name: 'v1' })])
    expect(found).toEqual([
      {
        apart: {
          outcome: 'success',
          message: 'The server completed POST /api/storage/volumes at once',
          errorCode: '',
          result: { name: 'v1' }
        },
        status: 200
      }
    ])
  })

  test('that was done at once in part has partial failures', async () => {
    const body = { records: [{ uuid: '1' }], errors: [{ message: 'exists', code: '917927' }] }
    const { found } = await play(CALL, [answer(201, body)])
    expect(found).toMatchObject([
      {
        apart: {
          outcome: 'partial-failures',
          message: expect.stringMatching(/^POST \/api\/storage\/volumes: .*exists/),
          errorCode: '917927',
          result: body
        },
        status: 201
      }
    ])
  })

  test('that started only some of its jobs has those, and partial failures after them', async () => {
    const body = { jobs: [{ uuid: 'a' }], num_records: 1, errors: [{ message: 'locked', code: '1' }] }
    const { found, batches } = await play(CALL, [answer(202, body)])
    expect(batches).toEqual([['a']])
    expect(found[1]).toEqual({
      apart: {
        outcome: 'partial-failures',
        message: 'POST /api/storage/volumes: 1 record(s) failed: locked',
        errorCode: '1',
        result: { errors: body.errors }
      },
      status: 202
    })
  })

  test('that was refused says so, with the words and the code of the server', async () => {
    const { found } = await play(CALL, [answer(400, { error: { message: 'no room', code: '917831' } })])
    expect(found[0]).toMatchObject({
      apart: {
        outcome: 'refused',
        message: expect.stringMatching(/^POST \/api\/storage\/volumes: the server answered 400 .*no room/),
        errorCode: '917831'
      },
      status: 400
    })
  })

  test('that was not executed is repeated, and reported once', async () => {
    const { infos, requests } = await play(CALL, [answer(429), answer(429), answer(204)])
    expect([infos.slice(1), requests.length]).toEqual([
      [expect.stringMatching(/^No usable answer: .* 429 .*; the call was not executed, repeating it$/)],
      3
    ])
  })
})

describe('a query', () => {
  test('of a list that keeps naming finished jobs ends at the deadline', async () => {
    const played = await play(QUERY, [records('a', 'b')])
    const { times } = played
    expect(apartIn(played)).toEqual({
      outcome: 'timeout',
      message: 'job-query: 2 job(s) are still pending',
      errorCode: '',
      result: {}
    })
    expect([times.length, times.at(-1)]).toEqual([61, 60_000])
  })

  test('finds the pending jobs, and looks again until there are none', async () => {
    const { found, batches } = await play(QUERY, [records('a', 'b'), records('c'), records()])
    expect([batches, found.length]).toEqual([[['a', 'b'], ['c']], 2])
  })

  test('looks at the list once a second at most, though it contradicts the jobs', async () => {
    const { times } = await play(QUERY, [records('a'), records('a'), records('a'), records()])
    expect(times).toEqual([0, 1_000, 2_000, 3_000])
  })

  test('that nothing matches is a success that says so', async () => {
    const { found } = await play(QUERY, [records()])
    expect(found).toMatchObject([
      {
        apart: {
          outcome: 'success',
          message: 'No job that matches "job-query" is pending',
          errorCode: '',
          result: {}
        },
        status: null
      }
    ])
  })

  test('that the server does not answer for a moment is repeated, and reported once', async () => {
    const played = await play(QUERY, [DOWN, DOWN, records('a'), records()])
    expect(played.batches).toEqual([['a']])
    expect(played.infos).toEqual([expect.stringMatching(/^No usable answer: .* 503 .*; retrying$/)])
  })

  test.each([403, 404, 302, 501])(
    'that meets a page of something in front of the server, after a list, is repeated: %p',
    async status => {
      const played = await play(QUERY, [records('a'), page(status), records('b'), records()])
      expect(played.batches).toEqual([['a'], ['b']])
      const first = await play(QUERY, [page(status)])
      expect(apartIn(first)?.outcome).not.toBe('timeout')
      expect(first.requests).toHaveLength(1)
    }
  )

  test('that is refused shows the code of the server', async () => {
    const played = await play(QUERY, [answer(404, { error: { message: 'no', code: '4' } })])
    expect(apartIn(played)).toMatchObject({ outcome: 'invalid-input', errorCode: '4' })
    const denied = await play(QUERY, [answer(401, { error: { message: 'no', code: '6691623' } })])
    expect(apartIn(denied)).toMatchObject({ outcome: 'unauthorized', errorCode: '6691623' })
  })

  test.each<[string, Exchange, string]>([
    ['refused', answer(400), 'invalid-input'],
    ['forbidden', answer(401), 'unauthorized'],
    ['redirected', answer(302), 'unreachable'],
    ['not answered for too long', DOWN, 'unreachable']
  ])('that is %s never passes', async (_, exchange, outcome) => {
    const played = await play(QUERY, [exchange])
    expect(apartIn(played)).toMatchObject({ outcome, message: expect.stringMatching(/^job-query: the server/) })
  })

  test('that fails after jobs were found ends as the list does', async () => {
    const played = await play(QUERY, [records('a'), answer(401)])
    expect([played.batches, apartIn(played)?.outcome]).toEqual([[['a']], 'unauthorized'])
  })

  test('that is not answered before the time is out is a time-out', async () => {
    const clock = virtualClock()
    const played = await play(QUERY, [DOWN], { clock, limits: { deadline: clock.now(), unreachableTimeout: 10_000 } })
    expect(apartIn(played)?.outcome).toBe('timeout')
  })
})
