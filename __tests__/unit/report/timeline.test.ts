import { expect, test } from '@jest/globals'
import type { Job } from '../../../src/jobs/job.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { createTimeline } from '../../../src/report/timeline.ts'
import { startWatch, type Watch } from '../../../src/wait/watch.ts'
import { erring, seen } from '../../support/answers.ts'
import { awaitedWith, jobWith } from './awaited.ts'

const { reference } = awaitedWith({ outcome: 'timeout', job: null, reason: '', errorCode: '' })
const running: Job = jobWith({ state: 'running', verdict: null })

function observed(changes: readonly (readonly [elapsed: number, after: Partial<Watch>])[], end: number) {
  const timeline = createTimeline()
  const before = startWatch(reference, 0)
  for (const [elapsed, after] of changes) {
    timeline.observe({ kind: 'answer', elapsed, answer: { kind: 'accepted' }, before, after: { ...before, ...after } })
  }
  const awaited = {
    ...awaitedWith({ outcome: 'timeout', job: null, reason: '', errorCode: '' }),
    reference,
    elapsed: end
  }
  timeline.observe({ kind: 'ended', awaited })
  return timeline.spansOf(reference)
}

test('a state lasts until the next one, and the last until the end', () => {
  const queued = seen(jobWith({ state: 'queued', idle: 'queued', verdict: null }))
  expect(
    observed(
      [
        [0, queued],
        [10, queued],
        [20, seen(running)],
        [30, seen(running)]
      ],
      50
    )
  ).toEqual([
    { state: 'queued', active: false, from: 0, to: 20 },
    { state: 'running', active: true, from: 20, to: 50 }
  ])
})

test('a time without a usable answer is not taken for the state before it', () => {
  const spans = observed(
    [
      [0, seen(running)],
      [10, { ...seen(running), ...erring({ faults: 1 }) }],
      [20, { ...seen(running), ...erring({ misses: 1 }) }],
      [30, { ...seen(running), ...erring({ denials: 1 }) }],
      [40, seen(running)]
    ],
    50
  )
  expect(spans.map(({ state, active }) => [state, active])).toEqual([
    ['running', true],
    ['no answer', false],
    ['not found', false],
    ['refused', false],
    ['running', true]
  ])
})

test('a job that was only ever accepted is that', () => {
  expect(observed([[0, {}]], 50)).toEqual([{ state: 'accepted', active: false, from: 0, to: 50 }])
})

test('a job that was never heard of has no states', () => {
  const other: JobReference = { ...reference, key: 'other' }
  expect(createTimeline().spansOf(other)).toEqual([])
})

test('a state that never stops changing is not followed for ever', () => {
  const changes = Array.from(
    { length: 10_000 },
    (_, index) => [index, seen(jobWith({ state: `${index}`, verdict: null }))] as const
  )
  expect(observed(changes, 10_000).length).toBe(200)
})

test('an ending that is not settled yet is not a state', () => {
  const changes = [
    [0, seen(running)],
    [10, { phase: { kind: 'confirming', job: jobWith({ state: 'success', verdict: 'NORMAL' }), from: 0 } }]
  ] as const
  expect(observed(changes, 20)).toEqual([{ state: 'running', active: true, from: 0, to: 20 }])
})
