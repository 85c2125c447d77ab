import { describe, expect, test } from '@jest/globals'
import type { OpenOutcome } from '../../../src/jobs/endings.ts'
import { adviceOf, ageOf, headlineOf, stateOf, titleOf } from '../../../src/report/wording.ts'
import { awaitedWith, concluded, failed, jobWith, KEY } from './awaited.ts'

const open = (outcome: OpenOutcome) => ({
  ...awaitedWith({ outcome, job: null, reason: '', errorCode: '' }),
  seenAt: null
})

describe('a job that was never seen', () => {
  test.each<[OpenOutcome, string]>([
    ['timeout', `Job ${KEY} was not over after 1m 5s. The server never showed it`],
    ['not-found', `There is no job ${KEY}`],
    ['lost', `The server no longer knows job ${KEY}, so its fate is unknown. The server never showed it`],
    ['unauthorized', `The server refused to show job ${KEY}. The server never showed it`],
    ['unreachable', `The server gave no usable answer about job ${KEY}. The server never showed it`],
    ['unrecognized', `Whether job ${KEY} is over could not be told after 1m 5s. The server never showed it`],
    ['cancelled', `The wait for job ${KEY} ended after 1m 5s, before the job did. The server never showed it`]
  ])('has no last state: %s', (outcome, headline) => {
    expect(headlineOf(open(outcome))).toBe(headline)
  })

  test('is named where it is not awaited', () => {
    const accepted = awaitedWith({ outcome: 'accepted', job: null, reason: '', errorCode: '' })
    expect(headlineOf(accepted)).toBe(`The server accepted the call as job ${KEY}, which is not awaited`)
    expect(titleOf(concluded(accepted))).toBe('The server accepted the call; its job is not awaited')
    expect(titleOf(concluded(accepted, accepted))).toBe('All 2 jobs accepted')
  })
})

describe('a job that is over in no known way', () => {
  const reason = 'the state "COMPLETED" does not say how it ended'
  const unclear = (message = '') =>
    awaitedWith({
      outcome: 'unrecognized',
      job: jobWith({ state: 'COMPLETED', over: true, verdict: null, message }),
      reason,
      errorCode: ''
    })

  test('is said to have finished, in the words of the server', () => {
    const headline = `Job ${KEY} finished after 1m 5s, but its result cannot be determined: ${reason}`
    expect(headlineOf(unclear())).toBe(headline)
    expect(headlineOf(unclear('odd'))).toBe(`${headline}. The server said: odd`)
  })

  test('is not to be waited for any longer', () => {
    expect(adviceOf([unclear()])).toEqual(['Check on the server how the job ended.'])
  })
})

test.each<[number, number | null, string]>([
  [65_000, 64_500, 'a moment'],
  [65_000, 5_000, '1m'],
  [65_000, null, 'a moment']
])('at %d ms, a reading of %p ms is %s old', (elapsed, seenAt, age) => {
  expect(ageOf(elapsed, seenAt)).toBe(age)
})

test('a job without a state is said to have none', () => {
  expect(stateOf(jobWith({ state: ' ' }))).toBe('without a state')
})

describe('advice', () => {
  test('is given once, though several jobs want it', () => {
    expect(adviceOf([open('timeout'), open('timeout'), open('cancelled')])).toEqual([
      expect.stringContaining('Continue waiting in a later step'),
      'The job may still be running.'
    ])
  })

  test('is not to continue waiting where the job has ended', () => {
    const seenToEnd = awaitedWith({
      outcome: 'timeout',
      job: jobWith(),
      reason: 'the server was asked to cancel it',
      errorCode: ''
    })
    expect(adviceOf([failed(), seenToEnd])).toEqual(['Fix the cause, then repeat the call: the job has ended.'])
  })

  test('is given for a job that was lost, whatever was seen of it', () => {
    expect(adviceOf([awaitedWith({ outcome: 'lost', job: jobWith(), reason: '', errorCode: '' })])).toEqual([
      expect.stringContaining('check the resource itself')
    ])
  })
})
