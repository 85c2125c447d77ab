import { expect, test } from '@jest/globals'
import type { Ending, Verdict, VerdictOutcome } from '../../../src/jobs/job.ts'
import { conclude, countOutcomes, fails, type Outcome, worstFirst } from '../../../src/report/outcome.ts'
import { awaitedWith, jobWith } from './awaited.ts'

const FROM_THE_WORST: readonly Outcome[] = [
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
const ended = (outcome: Outcome) =>
  awaitedWith({ outcome: outcome as VerdictOutcome, job: jobWith(), ...(isVerdict(outcome) ? {} : { reason: '' }) })
const isVerdict = (outcome: Outcome): boolean => ['success', 'warning', 'partial-failures', 'error'].includes(outcome)
const levelOf = (outcome: Outcome, failOn: readonly Verdict[]): string =>
  conclude([ended(outcome)], new Set(failOn), 0).level

test('the worst comes first', () => {
  const sorted = worstFirst(FROM_THE_WORST.toReversed().map(ended))
  expect(sorted.map(({ ending }) => ending.outcome)).toEqual(FROM_THE_WORST)
})

test.each([
  ['success', 'info'],
  ['warning', 'warning'],
  ['partial-failures', 'error'],
  ['error', 'error']
] as const)('by default %s is told as %s', (outcome, level) => {
  expect(levelOf(outcome, ['ERROR', 'PARTIAL_FAILURES'])).toBe(level)
})

test.each([
  ['warning', 'WARNING'],
  ['partial-failures', 'PARTIAL_FAILURES'],
  ['error', 'ERROR']
] as const)('%s fails the step only where fail-on names %s', (outcome, verdict) => {
  expect(levelOf(outcome, [verdict])).toBe('error')
  expect(levelOf(outcome, [])).toBe('warning')
})

test.each(FROM_THE_WORST.filter(outcome => !isVerdict(outcome)))('%s fails the step whatever fail-on says', outcome => {
  expect(levelOf(outcome, [])).toBe('error')
})

test('outcomes are counted from the worst', () => {
  expect(countOutcomes(['success', 'timeout', 'error', 'success'])).toBe('1 error, 1 timeout, 2 success')
})

test('an ending of no known kind fails the step', () => {
  for (const outcome of [undefined, '', 'constructor', 'NORMAL', 'Success']) {
    expect(fails({ outcome } as unknown as Ending, new Set())).toBe(true)
  }
})

test('among equals the first counts', () => {
  const [success, first, second] = [ended('success'), ended('error'), ended('error')] as const
  expect(conclude([success, first, second], new Set(), 0).worst).toBe(first)
})
