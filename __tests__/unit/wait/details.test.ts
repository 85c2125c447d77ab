import { describe, expect, test } from '@jest/globals'
import type { Verdict } from '../../../src/jobs/job.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { type Setting, waited } from '../../support/a-wait.ts'
import {
  aJob,
  BUSY,
  CUT,
  FORBIDDEN,
  MISSING,
  over,
  REFUSED,
  reference,
  running,
  UNAUTHORIZED,
  UNTRUSTED
} from '../../support/answers.ts'
import { type Asked, inTurn, type Said } from '../../support/scripted-ask.ts'

describe('the details of an end', () => {
  const source = { _links: { results: { href: '/api/cluster/jobs/one/results' } } }
  const bulk = over('NORMAL', { source })
  const settled = (verdict: Verdict): Answer => ({ kind: 'details', job: aJob({ verdict, state: 'success' }) })
  const parent = over('ERROR', { source: { spawned_job_summary: { total_jobs: 2 } } })
  const byUm: Setting = { references: [reference('one', 'unified-manager')] }

  test('that decide it are asked for at once', async () => {
    const { ending, asked } = await waited(inTurn(bulk, settled('PARTIAL_FAILURES')))
    expect(ending.outcome).toBe('partial-failures')
    expect(asked.map(({ at, settling }) => [at, settling?.verdict])).toEqual([
      [0, undefined],
      [0, 'NORMAL']
    ])
  })

  test('that decide it are requested through faults, and without them the job does not succeed', async () => {
    const through = await waited(inTurn(bulk, BUSY, CUT, settled('NORMAL')))
    expect([through.ending.outcome, through.times]).toEqual(['success', [0, 0, 1_000, 3_000]])
    const refused = await waited(inTurn(bulk, REFUSED, settled('NORMAL')))
    expect(refused.ending.outcome).toBe('success')
    const gone = await waited(inTurn(bulk, MISSING))
    expect(gone.ending.outcome).toBe('lost')
    const denied = await waited(inTurn(bulk, FORBIDDEN))
    expect(denied.ending.outcome).toBe('unauthorized')
  })

  test('that decide it are asked for also where the deadline has just struck', async () => {
    const say = ({ at, settling }: Asked): Said => {
      if (settling !== null) return { after: 500, answer: settled('NORMAL') }
      return at < 10_000 ? running() : { after: 100, answer: bulk }
    }
    const { ending, took } = await waited(say, { rules: { timeout: 10_000 } })
    expect([ending.outcome, took]).toEqual(['success', 10_600])
  })

  test('that decide it and do not come in time leave a time-out', async () => {
    const { ending, took } = await waited(({ settling }) => (settling === null ? bulk : BUSY), {
      rules: { timeout: 10_000 }
    })
    expect([ending.outcome, took]).toEqual(['timeout', 10_000])
  })

  describe('that nobody promised', () => {
    const described = over('NORMAL', { name: 'POST /api/storage/volumes' })

    test('count where the server loses sight of them for some seconds', async () => {
      const { ending } = await waited(({ at, settling }) => {
        if (settling === null) return described
        return at < 5_000 ? MISSING : settled('PARTIAL_FAILURES')
      })
      expect(ending.outcome).toBe('partial-failures')
    })

    test('do not exist where they are missing for ten seconds', async () => {
      const { ending, took } = await waited(({ settling }) => (settling === null ? described : MISSING))
      expect([ending.outcome, took]).toEqual(['success', 10_000])
    })

    test.each<[string, Answer, number]>([
      ['a second 403', FORBIDDEN, 3],
      ['a 401', UNAUTHORIZED, 2],
      ['a 400, as of a release without the query', REFUSED, 2]
    ])('are not asked for any more after %s', async (_, answer, requests) => {
      const { ending, asked } = await waited(inTurn(described, answer))
      expect([ending.outcome, asked.length]).toEqual(['success', requests])
    })

    test.each<[string, Answer, string]>([
      ['a 400', REFUSED, 'unreachable'],
      ['a 401', UNAUTHORIZED, 'unauthorized'],
      ['two 403', FORBIDDEN, 'unauthorized'],
      ['ten seconds of 404', MISSING, 'lost']
    ])('exist once some of them were seen, whatever follows: %s', async (_, answer, outcome) => {
      const some: Answer = { kind: 'fault', why: 'incomplete', what: 'only some of them', code: '' }
      const { ending } = await waited(inTurn(described, some, answer))
      expect(ending.outcome).toBe(outcome)
    })

    test('do not exist where they are refused after a fault', async () => {
      const { ending } = await waited(inTurn(described, BUSY, REFUSED))
      expect(ending.outcome).toBe('success')
    })

    test('may exist where something that no other try can help with hides them', async () => {
      const { ending } = await waited(inTurn(described, UNTRUSTED))
      expect(ending.outcome).toBe('unreachable')
    })

    test('leave a time-out where a fault hides them', async () => {
      const { ending } = await waited(inTurn(described, BUSY), { rules: { timeout: 10_000 } })
      expect(ending.outcome).toBe('timeout')
    })
  })

  test.each<[string, Answer]>([
    ['a fault', BUSY],
    ['a 404', MISSING],
    ['a 401', UNAUTHORIZED],
    ['a refusal', REFUSED]
  ])('that only explain it are given up at %s', async (_, trouble) => {
    const { ending, asked } = await waited(inTurn(parent, trouble), byUm)
    expect([ending.outcome, asked.length]).toEqual(['error', 2])
  })

  test('that only explain it count also where the deadline has struck', async () => {
    const explained: Answer = { kind: 'details', job: aJob({ verdict: 'ERROR', message: 'map: no host' }) }
    const { ending } = await waited(inTurn(running(), parent, explained), {
      ...byUm,
      rules: { timeout: 1_000, longPoll: 0 }
    })
    expect(ending).toMatchObject({ outcome: 'error', job: { message: 'map: no host' } })
  })
})

/** A bulk call's job that succeeded according to the body that accepted the call, and that the server has forgotten. */
const reported = aJob({
  state: 'success',
  verdict: 'NORMAL',
  dated: true,
  source: { _links: { results: { href: '/api/cluster/jobs/one/results' } } }
})
const forgotten: Setting = { references: [{ ...reference(), reported }], rules: { timeout: 60_000 } }

describe('a bulk call whose body reported its success', () => {
  test('succeeded in parts where its results say so, though the server has forgotten the job', async () => {
    const { ending } = await waited(
      ({ settling }) => ({
        after: 10,
        answer: settling === null ? MISSING : { kind: 'details', job: { ...reported, verdict: 'PARTIAL_FAILURES' } }
      }),
      forgotten
    )
    expect(ending.outcome).toBe('partial-failures')
  })

  test('is lost where its results are forgotten too: what became of its records is not known', async () => {
    const { ending } = await waited(() => ({ after: 10, answer: MISSING }), forgotten)
    expect(ending.outcome).toBe('lost')
  })
})
