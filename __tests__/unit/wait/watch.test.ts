import { describe, expect, test } from '@jest/globals'
import { expire, hasErrors, jobOf, startWatch, type Watch, watchOperation } from '../../../src/wait/watch.ts'
import { aJob, erring, reference, seen, settling } from '../../support/answers.ts'

const failed = aJob({ verdict: 'ERROR' })
const succeeded = aJob({ verdict: 'NORMAL' })
const done = { ...succeeded, verdict: 'NORMAL', over: true } as const

describe('what the deadline leaves of a job', () => {
  const watch = startWatch(reference(), 0)

  test.each<[string, string, Partial<Watch>]>([
    ['that was never seen', 'timeout', {}],
    ['that was never seen, with a 404', 'not-found', erring({ misses: 1 })],
    ['that was never seen, though its call was done', 'timeout', { about: { ...reference(), done } }],
    [
      'that was not there, though its call was done',
      'success',
      { about: { ...reference(), done }, ...erring({ misses: 1 }) }
    ],
    ['that was seen', 'timeout', seen()],
    ['that was seen, with a 404', 'timeout', { ...seen(), ...erring({ misses: 1 }) }],
    ['in a state that is not known', 'unrecognized', seen(aJob({ state: 'odd', recognized: false }))],
    [
      'whose verdict wants confirming',
      'timeout',
      { phase: { kind: 'confirming', job: aJob({ verdict: 'WARNING' }), from: 0 } }
    ],
    ['whose end only lacks its explanation', 'error', settling(failed, { decisive: false })],
    ['whose verdict depends on details', 'timeout', settling(failed)]
  ])('%s is %s', (_, outcome, changes) => {
    expect(expire({ ...watch, ...changes }).outcome).toBe(outcome)
  })

  test('has no reason where nothing went wrong', () => {
    expect(expire(watch)).toMatchObject({ reason: '', errorCode: '' })
  })
})

test.each<[string, Parameters<typeof erring>[0]]>([
  ['a fault', { faults: 1 }],
  ['a 404', { misses: 1 }],
  ['a 403', { denials: 1 }],
  ['a fault and a 404', { faults: 1, misses: 1 }],
  ['a fault and a 403', { faults: 1, denials: 1 }]
])('%s is an error', (_, errors) => {
  expect(hasErrors({ ...startWatch(reference(), 0), ...erring(errors) })).toBe(true)
  expect(hasErrors(startWatch(reference(), 0))).toBe(false)
})

test('a job whose operation is waited for is pending, whatever its own verdict', () => {
  const watch = watchOperation(startWatch(reference(), 0), succeeded, reference('volume'), 0)
  expect(jobOf(watch)).toEqual({ ...succeeded, over: false, verdict: null })
})
