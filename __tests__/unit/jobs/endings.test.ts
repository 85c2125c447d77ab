import { describe, expect, test } from '@jest/globals'
import { ENDINGS, fails, OUTCOMES, type Outcome, outcomeOf } from '../../../src/jobs/endings.ts'
import { VERDICTS, type Verdict } from '../../../src/jobs/job.ts'

const EVERY_VERDICT = new Set<Verdict>(VERDICTS)

test('the endings are ordered as documented, the worst first', () => {
  expect(OUTCOMES.filter(outcome => outcome !== 'invalid-input')).toEqual([
    'error',
    'partial-failures',
    'refused',
    'unauthorized',
    'unrecognized',
    'lost',
    'not-found',
    'unreachable',
    'timeout',
    'cancelled',
    'warning',
    'accepted',
    'success'
  ])
})

test.each([
  ['NORMAL', 'success'],
  ['WARNING', 'warning'],
  ['PARTIAL_FAILURES', 'partial-failures'],
  ['ERROR', 'error']
] as const)('the verdict %s makes the outcome %s', (verdict, outcome) => {
  expect(outcomeOf(verdict)).toBe(outcome)
})

describe('whether an ending fails the step', () => {
  test.each([
    ['warning', 'WARNING'],
    ['partial-failures', 'PARTIAL_FAILURES'],
    ['error', 'ERROR']
  ] as const)('%s does where fail-on names %s', (outcome, verdict) => {
    expect(fails(outcome, new Set([verdict]))).toBe(true)
    expect(fails(outcome, new Set(VERDICTS.filter(other => other !== verdict)))).toBe(false)
  })

  test.each(['accepted', 'success'] as const)('%s never does', outcome => {
    expect(fails(outcome, new Set(['WARNING', 'PARTIAL_FAILURES', 'ERROR']))).toBe(false)
  })

  const verdictless = OUTCOMES.filter(outcome => !['success', 'warning', 'partial-failures', 'error'].includes(outcome))
  test.each(verdictless.filter(outcome => outcome !== 'accepted'))('%s does, whatever fail-on says', outcome => {
    expect(fails(outcome, new Set())).toBe(true)
  })

  test('one of no known kind does', () => {
    for (const outcome of [undefined, '', 'constructor', 'NORMAL', 'Success']) {
      expect(fails(outcome as unknown as Outcome, EVERY_VERDICT)).toBe(true)
      expect(fails(outcome as unknown as Outcome, new Set())).toBe(true)
    }
  })
})

test('only an ending that leaves the job running or unknown, or a failure, has advice', () => {
  const without = OUTCOMES.filter(outcome => ENDINGS[outcome].advice === '')
  expect(without).toEqual(['refused', 'invalid-input', 'warning', 'success'])
})
