import { afterEach, expect, jest, test } from '@jest/globals'
import { cancelJobs } from '../../../src/ask/cancel.ts'
import type { Exchange, Request } from '../../../src/http/client.ts'
import type { CancelOn, OpenOutcome } from '../../../src/jobs/endings.ts'

import type { JobReference } from '../../../src/jobs/reference.ts'
import type { Awaited } from '../../../src/wait/wait.ts'
import { CUT, over, reference, running } from '../../support/answers.ts'
import { type Said, scriptedAsk } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'
import { awaitedWith, jobWith, succeeded } from '../report/awaited.ts'

const TAKEN: Exchange = { ok: true, status: 200, reason: '', headers: {}, body: '{}' }
const REFUSED: Exchange = { ...TAKEN, status: 409, body: '{"error": {"message": "it does not support cancel"}}' }
const BROKEN: Exchange = {
  ok: false,
  failure: { why: 'cut', what: 'the connection broke', fatal: false, sent: true }
}

/** A job that was seen running before its wait ended. */
function open(key: string, outcome: OpenOutcome = 'timeout', api = 'ontap', reason = 'busy'): Awaited {
  const job = jobWith({ key, state: 'running', verdict: null })
  return awaitedWith({ outcome, job, reason, errorCode: '' }, reference(key, api))
}

interface Cancelled {
  readonly all: readonly Awaited[]
  readonly requests: readonly Request[]
  /** What is reported for each job. */
  readonly reasons: readonly string[]
}

/**
 * Cancels on a virtual clock: `exchange` answers the request to cancel, which hangs without one, `say` the questions about
 * states after it.
 */
async function cancelled(
  all: readonly Awaited[],
  outcomes: readonly CancelOn[],
  exchange: Exchange | null = TAKEN,
  say: () => Said = () => over('ERROR', { state: 'failure' })
): Promise<Cancelled> {
  const clock = virtualClock()
  const requests: Request[] = []
  const client = {
    send: (request: Request, signal: AbortSignal) => {
      requests.push(request)
      return new Promise<Exchange>(resolve => {
        if (exchange === null) signal.addEventListener('abort', () => resolve(BROKEN))
        else resolve(exchange)
      })
    },
    close: () => {}
  }
  const after = await cancelJobs(all, outcomes, { client, ask: scriptedAsk(clock, say).ask, clock })
  const reasons = after.map(({ ending }) => ('reason' in ending ? ending.reason : ''))
  return { all: after, requests, reasons }
}

afterEach(() => {
  jest.useRealTimers()
})

test('a job whose wait timed out is cancelled if requested, and the result is reported', async () => {
  const { all, requests, reasons } = await cancelled([open('a')], ['timeout'])
  expect(requests).toEqual([{ method: 'PATCH', path: '/api/cluster/jobs/a?action=cancel', hold: 0 }])
  expect(reasons).toEqual(['busy; the server was asked to cancel it, and it ended as failure'])
  expect(all).toMatchObject([{ ending: { outcome: 'timeout', job: { state: 'failure' } }, seenAt: 65_000 }])
})

test('a job is cancelled for either reason where both are requested, and no timer is left', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  const { requests } = await cancelled([open('a'), open('b', 'cancelled')], ['timeout', 'cancelled'])
  expect([requests.length, jest.getTimerCount()]).toEqual([2, 0])
})

test.each<[string, Awaited, readonly CancelOn[]]>([
  ['a job that is over', succeeded(), ['timeout', 'cancelled']],
  ['a job that timed out, on-cancel', open('a'), ['cancelled']],
  ['a job whose wait was cancelled, on-timeout', open('a', 'cancelled'), ['timeout']],
  ['a job that is lost', open('a', 'lost'), ['timeout', 'cancelled']],
  ['a job of an API without a cancel', open('a', 'timeout', 'unified-manager'), ['timeout']]
])('%s is left alone', async (_, awaited, outcomes) => {
  const { all, requests } = await cancelled([awaited], outcomes)
  expect([all, requests]).toEqual([[awaited], []])
})

test.each([
  ['refuses', REFUSED, 'the server answered 409 Conflict: it does not support cancel'],
  ['cuts off', BROKEN, 'the connection broke']
])('a request that the server %s is reported, and the job stays as it was seen', async (_, exchange, what) => {
  const { all, reasons } = await cancelled([open('a')], ['timeout'], exchange)
  expect(reasons).toEqual([`busy; the server did not cancel it: ${what}`])
  expect(all).toMatchObject([{ ending: { job: { state: 'running' } }, seenAt: 60_000 }])
})

test('a server that hangs on the request is given a second and a half', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  let isOver = false
  const result = cancelled([open('a')], ['timeout'], null)
  void result.then(() => {
    isOver = true
  })
  await jest.advanceTimersByTimeAsync(1_499)
  expect(isOver).toBe(false)
  await jest.advanceTimersByTimeAsync(1)
  expect((await result).reasons).toEqual(['busy; the server did not cancel it: the connection broke'])
})

test('a job that continues for the moment is reported as asked to cancel', async () => {
  const { all, reasons } = await cancelled([open('a')], ['timeout'], TAKEN, () => running({ state: 'paused' }))
  expect(reasons).toEqual(['busy; the server was asked to cancel it'])
  expect(all).toMatchObject([{ ending: { job: { state: 'paused' } } }])
})

test('a job that nothing more is heard of stays as it was seen', async () => {
  const { all, reasons } = await cancelled([open('a')], ['timeout'], TAKEN, () => CUT)
  expect(reasons).toEqual(['busy; the server was asked to cancel it'])
  expect(all).toMatchObject([{ ending: { job: { state: 'running' } }, seenAt: 60_000 }])
})

test('a job that was never seen is cancelled all the same', async () => {
  const unseen = awaitedWith({ outcome: 'timeout', job: null, reason: '', errorCode: '' }, reference('a'))
  const { all, reasons } = await cancelled([unseen], ['timeout'], REFUSED)
  expect(reasons).toEqual([expect.stringMatching(/^the server did not cancel it: /)])
  expect(all).toMatchObject([{ ending: { job: null } }])
})

test('of several jobs only those are touched, and all keep their order', async () => {
  const jobs = [succeeded({}, reference('a')), open('b'), open('c', 'lost'), open('d')]
  const { all, requests } = await cancelled(jobs, ['timeout'])
  expect(all.map(({ reference }: { reference: JobReference }) => reference.key)).toEqual(['a', 'b', 'c', 'd'])
  expect([all[0], all[2]]).toEqual([jobs[0], jobs[2]])
  expect(requests.map(({ path }) => path.replace(/\?.*/, ''))).toEqual(['/api/cluster/jobs/b', '/api/cluster/jobs/d'])
})
