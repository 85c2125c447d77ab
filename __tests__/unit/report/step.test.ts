import { expect, test } from '@jest/globals'
import { createNames } from '../../../src/report/names.ts'
import { reportStep } from '../../../src/report/step.ts'
import { createTimeline } from '../../../src/report/timeline.ts'
import * as core from '../../../src/runner/toolkit.ts'

test('a step that awaited nothing, for no reason that it knows of, fails', () => {
  const showing = {
    server: { origin: 'https://storage.example.com', root: '/api', isPrivate: true },
    failOn: new Set([]),
    summary: false,
    timeline: createTimeline(),
    names: createNames(),
    given: [],
    startedAt: 0
  }
  expect(reportStep({ awaited: [], apart: null, status: null, elapsed: 0 }, showing, core)).toBe(1)
})
