import { describe, expect, test } from '@jest/globals'
import type { Ending, Verdict } from '../../../src/jobs/job.ts'
import { fails, type Outcome, worst } from '../../../src/report/outcome.ts'
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
  test('the worst is the one that the order says', () => {
    for (const [index, outcome] of WORST_FIRST.entries()) {
      const [first, ...rest] = WORST_FIRST.slice(index).reverse() as [Outcome, ...Outcome[]]
      expect(worst([awaited(first), ...rest.map(other => awaited(other))]).ending.outcome).toBe(outcome)
    }
  })

  test('among equals the first counts', () => {
    const all = [awaited('success', 'a'), awaited('error', 'b'), awaited('error', 'c')] as const
    expect(worst(all).reference.key).toBe('b')
  })
})
