import { describe, expect, test } from '@jest/globals'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { waited } from '../../support/a-wait.ts'
import { aJob, CUT, FORBIDDEN, MISSING, over, reference, running, UNAUTHORIZED } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'

const DONE = { ...aJob({ state: '' }), over: true, verdict: 'NORMAL' } as const
const references: JobReference[] = [{ ...reference(), done: DONE }]

describe('a job whose call was done at once', () => {
  test('that is gone is asked about once more, a second later, and then the answer to the call counts', async () => {
    const { ending, times } = await waited(inTurn(MISSING), { references })
    expect(ending).toEqual({ outcome: 'success', job: DONE, unread: 'the server answered 404' })
    expect(times).toEqual([0, 1_000])
  })

  test('that may not be read is not asked about again', async () => {
    const { ending, times } = await waited(inTurn(FORBIDDEN), { references })
    expect([ending, times]).toEqual([{ outcome: 'success', job: DONE, unread: 'the server answered 403' }, [0]])
  })

  test('that can be read ends as the job says', async () => {
    expect((await waited(inTurn(over('ERROR')), { references })).ending.outcome).toBe('error')
    expect((await waited(inTurn(MISSING, over('ERROR')), { references })).ending.outcome).toBe('error')
    expect((await waited(inTurn(running(), over()), { references })).ending).not.toHaveProperty('unread')
  })

  test('that disappears after it was seen pending is lost', async () => {
    const { ending } = await waited(inTurn(running(), MISSING), { references })
    expect(ending.outcome).toBe('lost')
  })

  test('that may not be read after it was seen pending ends without a verdict', async () => {
    const { ending } = await waited(inTurn(running(), FORBIDDEN), { references })
    expect(ending.outcome).toBe('unauthorized')
  })

  test('that was not there when the deadline came ends as the answer to the call says', async () => {
    const { ending } = await waited(inTurn(MISSING, { after: 60_000 }), { references, rules: { timeout: 5_000 } })
    expect(ending).toMatchObject({ outcome: 'success', unread: 'the server answered 404' })
  })

  test.each([
    ['with a login that is not accepted', UNAUTHORIZED, 'unauthorized'],
    ['without any answer', CUT, 'unreachable']
  ])('%s has no such ending', async (_, answer, outcome) => {
    const { ending } = await waited(inTurn(answer), { references, rules: { unreachableTimeout: 5_000 } })
    expect(ending.outcome).toBe(outcome)
  })

  test('that failed according to the answer does not succeed', async () => {
    const failed = { ...DONE, state: 'failure', verdict: 'ERROR' } as const
    const { ending } = await waited(inTurn(FORBIDDEN), { references: [{ ...reference(), done: failed }] })
    expect(ending).toMatchObject({ outcome: 'error', unread: 'the server answered 403' })
  })
})
