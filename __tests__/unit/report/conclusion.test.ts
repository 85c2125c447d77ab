import { expect, test } from '@jest/globals'
import { OUTCOMES, type Outcome, type VerdictOutcome } from '../../../src/jobs/endings.ts'
import { conclude, countEndings, mayBeRunning, worstFirst } from '../../../src/report/conclusion.ts'
import { awaitedWith, jobWith } from './awaited.ts'

const CONTEXT = { startedAt: 0, elapsed: 0, given: [] }
const ended = (outcome: Outcome, verdict: 'ERROR' | null = null) =>
  awaitedWith({ outcome: outcome as VerdictOutcome, job: jobWith({ verdict }) })

test('the worst comes first', () => {
  const sorted = worstFirst(OUTCOMES.toReversed().map(outcome => ended(outcome)))
  expect(sorted.map(({ ending }) => ending.outcome)).toEqual(OUTCOMES)
})

test.each([
  ['success', 'info'],
  ['accepted', 'info'],
  ['warning', 'warning'],
  ['partial-failures', 'error'],
  ['error', 'error'],
  ['timeout', 'error']
] as const)('by default %s is reported as %s', (outcome, level) => {
  expect(conclude([ended(outcome)], new Set(['ERROR', 'PARTIAL_FAILURES']), CONTEXT).level).toBe(level)
})

test('a success of a job that could not be read is reported as a warning', () => {
  const unread = awaitedWith({ outcome: 'success', job: jobWith(), unread: 'the server answered 404' })
  expect(conclude([ended('success'), unread], new Set(['ERROR']), CONTEXT).level).toBe('warning')
})

test('a failure that does not fail the step is a warning', () => {
  expect(conclude([ended('error')], new Set(), CONTEXT).level).toBe('warning')
})

test('endings are counted, the best first', () => {
  const outcomes = ['success', 'timeout', 'error', 'success'] as const
  expect(countEndings(outcomes.map(outcome => ended(outcome)))).toBe('2 succeeded, 1 timed out, 1 failed')
})

test('among equals the first counts', () => {
  const [success, first, second] = [ended('success'), ended('error'), ended('error')] as const
  expect(conclude([success, first, second], new Set(), CONTEXT).worst).toBe(first)
})

test('a job may still be running after an ending without a verdict, unless it was seen to end', () => {
  expect(mayBeRunning(ended('timeout'))).toBe(true)
  expect(mayBeRunning(ended('cancelled', 'ERROR'))).toBe(false)
  expect(mayBeRunning(ended('lost'))).toBe(false)
})
