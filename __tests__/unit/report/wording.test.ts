import { describe, expect, test } from '@jest/globals'
import type { Operation } from '../../../src/jobs/api.ts'
import type { OpenEnding } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import type { Reported } from '../../../src/report/names.ts'
import { messageOf, ranFor, sentenceOf, sinceSeen, stateOf, titleOf } from '../../../src/report/wording.ts'
import { api } from '../../support/apis.ts'
import { awaitedWith, concluded, failed, jobWith, KEY, succeeded } from './awaited.ts'

const open = (outcome: OpenEnding['outcome'], job: Job | null = null, reason = ''): Reported => ({
  ...awaitedWith({ outcome, job, reason }),
  ...(job === null ? { seenAt: null } : {})
})
const running = jobWith({ state: 'running', over: false, verdict: null, message: 'Creating volume.' })
const warned = (): Reported =>
  awaitedWith({ outcome: 'warning', job: jobWith({ state: 'WARNING', verdict: 'WARNING' }) })

describe('the sentence about a job that has ended', () => {
  test('has its state, the reason, and the times', () => {
    expect(sentenceOf(failed({ name: 'POST /api/x', message: 'No space.', errorCode: '917845' }))).toBe(
      `Job ${KEY} (POST /api/x) failed (failure, code 917845): No space. (waited 1m 5s)`
    )
    expect(sentenceOf(succeeded({ message: 'success' }))).toBe(`Job ${KEY} succeeded (success): waited 1m 5s`)
  })

  test('distinguishes how long the job ran and how long it was awaited', () => {
    expect(sentenceOf(succeeded({ state: 'NORMAL', startedAt: 1_000, endedAt: 15_000 }))).toBe(
      `Job ${KEY} succeeded (NORMAL): ran 14s, waited 1m 5s`
    )
  })

  test('says that the server gave no reason', () => {
    expect(sentenceOf(failed())).toBe(
      `Job ${KEY} failed (failure): the server gave no reason; see its event log (waited 1m 5s)`
    )
    expect(sentenceOf(warned())).toContain('finished with a warning (WARNING): the server gave no reason')
  })

  test('begins with the handle, and then what names the resource', () => {
    const named = { ...failed({ name: 'POST /api/x' }), handle: '#3', progress: 'Creating volume "v1".' }
    expect(sentenceOf(named)).toMatch(/^#3 \(Creating volume "v1", POST \/api\/x, 1cd8a442-[^)]*\) failed/)
  })

  test('keeps the words of the server as they are', () => {
    expect(sentenceOf(failed({ message: 'And so on...' }))).toContain('And so on... (waited')
  })

  test('puts no second period after a reason', () => {
    expect(sentenceOf(open('timeout', running, 'No answer.'))).toContain(': No answer. Last seen')
    expect(sentenceOf(open('timeout', running, 'No answer...'))).toContain(': No answer.... Last seen')
  })
})

describe('the time that a job ran', () => {
  test.each<[number | null, number | null, number | null]>([
    [1_000, 15_000, 14_000],
    [null, 15_000, null],
    [1_000, null, null],
    [15_000, 1_000, null]
  ])('started %p, ended %p: %p', (startedAt, endedAt, ran) => {
    expect(ranFor(jobWith({ startedAt, endedAt }))).toBe(ran)
  })

  test('is not known of a job that was never shown', () => {
    expect(ranFor(null)).toBeNull()
  })
})

describe('the sentence about a job without a verdict', () => {
  test.each<[OpenEnding['outcome'], string]>([
    ['timeout', `Job ${KEY} did not finish in 1m 5s. The server never showed it`],
    ['not-found', `Job ${KEY} was not found`],
    ['lost', `The server no longer knows job ${KEY}, so its result is unknown. The server never showed it`],
    ['unauthorized', `The server did not allow job ${KEY} to be read. The server never showed it`],
    ['unreachable', `The server gave no usable answer about job ${KEY}. The server never showed it`],
    ['unrecognized', `The state of job ${KEY} is unknown after 1m 5s. The server never showed it`],
    ['accepted', `The server accepted the call as job ${KEY}, which is not awaited`],
    ['cancelled', `The wait for job ${KEY} ended after 1m 5s, before the job finished. The server never showed it`]
  ])('says whether it was ever shown: %s', (outcome, sentence) => {
    expect(sentenceOf(open(outcome))).toBe(sentence)
  })

  test('has the reason, and what was last seen', () => {
    expect(sentenceOf(open('timeout', running, 'the server answered 503'))).toBe(
      `Job ${KEY} did not finish in 1m 5s: the server answered 503. Last seen running, 5s earlier: Creating volume.`
    )
  })

  test('says that it finished, in the words of the server, where its result cannot be determined', () => {
    const reason = 'the state "COMPLETED" does not say how it ended'
    const unclear = (message = ''): Reported =>
      open('unrecognized', jobWith({ state: 'COMPLETED', over: true, verdict: null, message }), reason)
    const sentence = `Job ${KEY} finished, but its result cannot be determined: ${reason}`
    expect(sentenceOf(unclear())).toBe(sentence)
    expect(sentenceOf(unclear('Odd.'))).toBe(`${sentence}. The server said: Odd.`)
  })
})

describe('an operation that outlives its job', () => {
  const operation = api('ontap').operations?.find(({ name }) => name === 'volume-move') as Operation
  const reference = { until: { operation, target: null, key: 'v1', since: null } }
  const beyond = (one: Reported): Reported => ({ ...one, isBeyond: true })

  test('is what ended', () => {
    expect(sentenceOf(beyond(failed({ name: 'PATCH /x' }, reference)))).toMatch(
      /^The volume move of job \S+ \(PATCH \/x\) failed \(failure\): /
    )
    expect(sentenceOf(beyond(awaitedWith({ outcome: 'timeout', job: running, reason: '' }, reference)))).toMatch(
      /^The volume move of job \S+ did not finish in 1m 5s\. /
    )
    expect(titleOf(concluded(beyond(failed({}, reference))))).toBe('The volume move failed')
  })

  test('is what ended, where it was named by a link', () => {
    const link = { api: operation.resource(null, null), key: 'v1' }
    expect(sentenceOf(failed({ name: 'vol_1' }, link))).toMatch(/^The volume move v1 \(vol_1\) failed \(failure\): /)
    expect(sentenceOf({ ...failed({ name: 'vol_1' }, link), handle: '#3' })).toMatch(/^#3 \(vol_1, v1\) failed /)
    expect(titleOf(concluded(failed({}, link), succeeded({}, link)))).toBe('1 of 2 volume moves failed')
    expect(titleOf(concluded(failed({}, link), succeeded()))).toBe('1 of 2 jobs failed')
  })

  test('is not mentioned, if the job did not get that far', () => {
    expect(sentenceOf(failed({}, reference))).toMatch(/^Job \S+ failed/)
    expect(titleOf(concluded(failed({}, reference)))).toBe('The job failed')
  })
})

describe('the title', () => {
  test.each<[string, [Reported, ...Reported[]]]>([
    ['The job failed', [failed()]],
    ['All 2 jobs succeeded', [succeeded(), succeeded()]],
    ['The server accepted the call; its 2 jobs are not awaited', [open('accepted'), open('accepted')]],
    ['All 2 jobs passed', [succeeded(), warned()]],
    ['1 of 3 jobs failed', [failed(), succeeded(), open('cancelled')]],
    ['2 of 2 jobs timed out', [open('timeout'), open('timeout')]],
    ['2 of 3 jobs did not succeed', [failed(), succeeded(), open('timeout')]],
    ['2 of 2 jobs no longer awaited', [open('cancelled'), open('cancelled')]]
  ])('%s', (title, awaited) => {
    expect(titleOf(concluded(...awaited))).toBe(title)
  })
})

test('the message of several jobs counts them, and has the worst', () => {
  const named = { ...failed({ message: 'No space.' }), handle: '#2' }
  expect(messageOf(concluded(succeeded(), named))).toBe(
    `1 of 2 jobs failed: 1 succeeded, 1 failed in 1m 5s (14:00:00 to 14:01:05 UTC). The worst: #2 (${KEY}) failed (failure): No space. (waited 1m 5s)`
  )
  expect(messageOf(concluded(succeeded(), succeeded()))).toBe(
    'All 2 jobs succeeded in 1m 5s (14:00:00 to 14:01:05 UTC)'
  )
  const left = [open('accepted'), open('accepted')] as const
  expect(messageOf(concluded(...left))).toBe('The server accepted the call; its 2 jobs are not awaited')
})

test('a job that could not be read is said to have ended by the answer to the call', () => {
  const job = jobWith({ state: '', verdict: 'NORMAL' })
  const unread = awaitedWith({ outcome: 'success', job, unread: 'the server answered 404' })
  expect(titleOf(concluded(unread))).toBe('The call is done, but its job could not be read')
  expect(sentenceOf(unread)).toBe(
    `Job ${KEY} succeeded, according to the answer to the call. Whether it ended with a warning is unknown, because the job itself could not be read: the server answered 404`
  )
})

test.each<[number, number | null, string]>([
  [65_000, 64_500, 'a moment'],
  [65_000, 5_000, '1m'],
  [65_000, null, 'a moment']
])('at %d ms, a reading of %p ms is %s old', (elapsed, seenAt, age) => {
  expect(sinceSeen(elapsed, seenAt)).toBe(age)
})

test('a job without a state is said to have none', () => {
  expect(stateOf(jobWith({ state: ' ' }))).toBe('no state')
})
