import { describe, expect, test } from '@jest/globals'
import type { Ending, Verdict } from '../../../src/jobs/job.ts'
import { conclude, countOutcomes, fails, isOpen, type Outcome, worstFirst } from '../../../src/report/outcome.ts'
import type { Awaited } from '../../../src/wait/wait.ts'
import { aJob, reference } from '../../support/answers.ts'

const WORST_FIRST: Outcome[] = [
  'error',
  'partial-failures',
  'unauthorized',
  'unrecognized',
  'lost',
  'not-found',
  'unreachable',
  'timeout',
  'cancelled',
  'warning',
  'success'
]

const ending = (outcome: Outcome): Ending => ({ outcome, job: aJob(), reason: '' }) as Ending
const awaited = (outcome: Outcome, key = 'one'): Awaited => ({
  reference: reference(key),
  ending: ending(outcome),
  elapsed: 0,
  seenAt: null,
  requests: 1
})

describe('an ending', () => {
  const DEFAULT: Verdict[] = ['ERROR', 'PARTIAL_FAILURES']
  test.each<[Verdict[], Outcome[]]>([
    [DEFAULT, ['warning', 'success']],
    [['WARNING'], ['error', 'partial-failures', 'success']],
    [['ERROR', 'PARTIAL_FAILURES', 'WARNING'], ['success']],
    [[], ['error', 'partial-failures', 'warning', 'success']]
  ])('with fail-on %j passes the step when it is one of %j', (failOn, passing) => {
    expect(WORST_FIRST.filter(outcome => !fails(ending(outcome), new Set(failOn)))).toEqual(passing)
  })

  test('of no known kind fails the step', () => {
    for (const outcome of [undefined, '', 'constructor', 'NORMAL', 'Success']) {
      expect(fails({ outcome } as unknown as Ending, new Set())).toBe(true)
    }
  })
})

describe('of several endings', () => {
  test('the worst comes first', () => {
    const shuffled = WORST_FIRST.toSorted().map(outcome => awaited(outcome))
    expect(worstFirst(shuffled).map(({ ending }) => ending.outcome)).toEqual(WORST_FIRST)
  })

  test('those that are equal keep their order', () => {
    const all = [awaited('success', 'a'), awaited('error', 'b'), awaited('error', 'c')]
    expect(worstFirst(all).map(({ reference }) => reference.key)).toEqual(['b', 'c', 'a'])
  })

  test('each kind is counted, the worst first', () => {
    expect(countOutcomes(['success', 'timeout', 'error', 'success'])).toBe('1 error, 1 timeout, 2 success')
    expect(countOutcomes([])).toBe('')
  })

  test.each<[Outcome[], Outcome, number, string]>([
    [['success', 'success'], 'success', 0, 'info'],
    [['success', 'warning'], 'warning', 0, 'warning'],
    [['warning', 'partial-failures', 'error'], 'error', 2, 'error'],
    [['success', 'cancelled'], 'cancelled', 1, 'error']
  ])('%j come to %s, with %p that fail the step: %s', (outcomes, worst, failed, level) => {
    const all = outcomes.map(outcome => awaited(outcome)) as [Awaited, ...Awaited[]]
    const conclusion = conclude(all, new Set(['ERROR', 'PARTIAL_FAILURES']), 7)
    expect(conclusion).toMatchObject({ awaited: all, level, elapsed: 7, worst: { ending: { outcome: worst } } })
    expect(conclusion.failed).toHaveLength(failed)
  })

  test('an error that fail-on leaves out passes, with a warning', () => {
    expect(conclude([awaited('error')], new Set(), 0)).toMatchObject({ failed: [], level: 'warning' })
  })

  test('those without a verdict may go on running, but for jobs that are gone', () => {
    expect(WORST_FIRST.filter(outcome => isOpen(awaited(outcome)))).toEqual([
      'unauthorized',
      'unrecognized',
      'unreachable',
      'timeout',
      'cancelled'
    ])
  })
})
