import { describe, expect, test } from '@jest/globals'
import { expire, startWatch, type Watch } from '../../../src/wait/watch.ts'
import { aJob, erring, reference, seen, settling } from '../../support/answers.ts'

const failed = aJob({ verdict: 'ERROR' })

describe('what the deadline leaves of a job', () => {
  const watch = startWatch(reference(), 0)

  test.each<[string, string, Partial<Watch>]>([
    ['that was never seen', 'timeout', {}],
    ['that was never seen, with a 404', 'not-found', erring({ misses: 1 })],
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
})
