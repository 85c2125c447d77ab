import { describe, expect, test } from '@jest/globals'
import { awaitSource, type Means, type Outcome } from '../../../src/ask/await-source.ts'
import type { Exchange, Request } from '../../../src/http/client.ts'
import type { Source } from '../../../src/inputs/source.ts'
import { apiNamed } from '../../../src/jobs/api.ts'
import type { JobReference } from '../../../src/jobs/job.ts'
import { reference } from '../../support/answers.ts'
import { virtualClock } from '../../support/virtual-clock.ts'
import { awaitedWith, jobWith } from '../report/awaited.ts'

const JOBS: Source = { kind: 'jobs', references: [reference('a'), reference('b')] }
const CALL: Source = {
  kind: 'call',
  call: { method: 'POST', path: '/api/storage/volumes?name=hunter2', body: null, returnTimeout: null },
  place: { api: 'auto', root: '/api' }
}
const QUERY: Source = { kind: 'query', api: apiNamed('ontap'), root: '/api', filter: 'state=running' }

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

interface Played {
  readonly outcome: Outcome
  readonly requests: readonly Request[]
  /** When each request went out, in ms from the start. */
  readonly times: readonly number[]
  /** The keys of the jobs that were awaited, a list each time. */
  readonly awaited: readonly (readonly string[])[]
  readonly infos: readonly string[]
  readonly warnings: readonly string[]
}

/** Awaits a source on a virtual clock; the exchanges come in turn, the last for ever. Every job succeeds at once. */
async function play(source: Source, exchanges: readonly Exchange[], changes: Partial<Means> = {}): Promise<Played> {
  const clock = virtualClock()
  const requests: Request[] = []
  const times: number[] = []
  const awaited: string[][] = []
  const infos: string[] = []
  const warnings: string[] = []
  const outcome = await awaitSource(source, {
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
    patience: { deadline: clock.now() + 60_000, unreachableTimeout: 10_000 },
    awaitJobs: async references => {
      awaited.push(references.map(({ key }) => key))
      return references.map(succeededAt)
    },
    isFinal: () => false,
    info: line => infos.push(line),
    warn: text => warnings.push(text),
    ...changes
  })
  return { outcome, requests, times, awaited, infos, warnings }
}

const succeededAt = (at: JobReference) =>
  awaitedWith({ outcome: 'success', job: jobWith({ key: at.key, verdict: 'NORMAL' }) }, at)
const keysOf = ({ outcome }: Played) => outcome.awaited.map(({ reference }) => reference.key)

test('jobs that are named are awaited, and nothing is asked before', async () => {
  const played = await play(JOBS, [])
  expect([keysOf(played), played.requests, played.outcome.apart, played.outcome.status]).toEqual([
    ['a', 'b'],
    [],
    null,
    null
  ])
})

describe('a call', () => {
  test('that names a job has that job awaited, with the status of its answer', async () => {
    const played = await play(CALL, [answer(202, { job: { uuid: 'a' } })])
    expect([keysOf(played), played.outcome.apart, played.outcome.status]).toEqual([['a'], null, 202])
    expect(played.warnings).toEqual([])
  })

  test('is told as it is made, without its query', async () => {
    const { infos } = await play(CALL, [answer(204)])
    expect(infos).toEqual(['Calling POST /api/storage/volumes'])
  })

  test('that left a part of its work undone is warned of', async () => {
    const { warnings } = await play(CALL, [answer(202, { jobs: [{ uuid: 'a' }], _links: { next: { href: '/x' } } })])
    expect(warnings).toEqual([expect.stringMatching(/^POST \/api\/storage\/volumes: .*more of the work remains/)])
  })

  test('that was done at once is a success, with what it produced and no job', async () => {
    const { outcome, awaited } = await play(CALL, [answer(200, { name: 'v1' })])
    expect([outcome, awaited]).toEqual([
      {
        awaited: [],
        apart: {
          outcome: 'success',
          message: 'The server did all of POST /api/storage/volumes at once',
          errorCode: '',
          result: { name: 'v1' }
        },
        status: 200
      },
      []
    ])
  })

  test('that was refused says so, with the words and the code of the server', async () => {
    const { outcome } = await play(CALL, [answer(400, { error: { message: 'no room', code: '917831' } })])
    expect(outcome).toMatchObject({
      apart: {
        outcome: 'refused',
        message: expect.stringMatching(/^POST \/api\/storage\/volumes: the server answered 400 .*no room/),
        errorCode: '917831'
      },
      status: 400
    })
  })

  test('that was not taken is made again, and told of once', async () => {
    const { infos, requests } = await play(CALL, [answer(429), answer(429), answer(204)])
    expect([infos.slice(1), requests.length]).toEqual([
      [expect.stringMatching(/^No usable answer: .* 429 .*; the call was not taken, and is made again$/)],
      3
    ])
  })
})

describe('a query', () => {
  test('of a list that goes on naming what is over ends at the deadline', async () => {
    const { outcome, times } = await play(QUERY, [records('a', 'b')])
    expect(outcome.apart).toMatchObject({ outcome: 'timeout', message: 'job-query: 2 job(s) are still pending' })
    expect([times.length, times.at(-1)]).toEqual([61, 60_000])
  })

  test('has the pending jobs awaited, and looks again until there are none', async () => {
    const played = await play(QUERY, [records('a', 'b'), records('c'), records()])
    expect([keysOf(played), played.awaited]).toEqual([
      ['a', 'b', 'c'],
      [['a', 'b'], ['c']]
    ])
    expect(played.outcome.apart).toBeNull()
  })

  test('looks at the list once a second at most, though it contradicts the jobs', async () => {
    const { times } = await play(QUERY, [records('a'), records('a'), records('a'), records()])
    expect(times).toEqual([0, 1_000, 2_000, 3_000])
  })

  test('that nothing matches is a success that says so', async () => {
    const { outcome, awaited } = await play(QUERY, [records()])
    expect(outcome.apart).toMatchObject({
      outcome: 'success',
      message: 'No job that matches "job-query" is pending'
    })
    expect(awaited).toEqual([])
  })

  test('looks no more once an ending makes that pointless', async () => {
    const played = await play(QUERY, [records('a')], { isFinal: () => true })
    expect([keysOf(played), played.requests.length]).toEqual([['a'], 1])
  })

  test('that the server does not answer for a moment is asked again, and told of once', async () => {
    const played = await play(QUERY, [DOWN, DOWN, records('a'), records()])
    expect(keysOf(played)).toEqual(['a'])
    expect(played.infos).toEqual([expect.stringMatching(/^No usable answer: .* 503 .*; asking again$/)])
  })

  test.each<[string, Exchange, string]>([
    ['refused', answer(400), 'invalid-input'],
    ['forbidden', answer(401), 'unauthorized'],
    ['redirected', answer(302), 'unreachable'],
    ['not answered for too long', DOWN, 'unreachable']
  ])('that is %s never passes', async (_, exchange, outcome) => {
    const played = await play(QUERY, [exchange])
    expect(played.outcome.apart).toMatchObject({ outcome, message: expect.stringMatching(/^job-query: the server/) })
  })

  test('that fails after jobs were awaited keeps how they ended', async () => {
    const played = await play(QUERY, [records('a'), answer(401)])
    expect([keysOf(played), played.outcome.apart?.outcome]).toEqual([['a'], 'unauthorized'])
  })

  test('that is not answered before the time is out is a time-out', async () => {
    const clock = virtualClock()
    const played = await play(QUERY, [DOWN], { clock, patience: { deadline: clock.now(), unreachableTimeout: 10_000 } })
    expect(played.outcome.apart?.outcome).toBe('timeout')
  })
})
