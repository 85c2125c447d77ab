import { describe, expect, test } from '@jest/globals'
import { divert, momentAt, nextChange, remainder, resume, type Script } from '../../simulator/script.ts'

const SCRIPT: Script = [
  { after: 1, state: 'running' },
  { after: 3, state: 'success' }
]

describe('a script', () => {
  test('is queued before its first step, and stays at its last', () => {
    expect(momentAt(SCRIPT, 0.9)).toMatchObject({ step: { state: 'queued' }, started: undefined, ended: undefined })
    expect(momentAt(SCRIPT, 1)).toMatchObject({ step: { state: 'running' }, started: 1, ended: undefined })
    expect(momentAt(SCRIPT, 99)).toMatchObject({ step: { state: 'success' }, started: 1, ended: 3 })
    expect([nextChange(SCRIPT, 1), nextChange(SCRIPT, 3)]).toEqual([3, Number.POSITIVE_INFINITY])
  })

  test('can show a verdict before the job has finished, and restart a job that has finished', () => {
    expect(momentAt([{ after: 0, state: 'WARNING', ended: false }], 1).ended).toBeUndefined()
    const revived: Script = [...SCRIPT, { after: 4, state: 'running' }, { after: 5, state: 'failure' }]
    expect([3, 4, 6].map(at => momentAt(revived, at).ended)).toEqual([3, undefined, 5])
  })

  test('continues after a pause with as much left as before it', () => {
    const paused = divert(SCRIPT, 2, { state: 'paused' })
    const resumed = resume(paused, 10, remainder(SCRIPT, 2))
    expect([1, 5, 10.5, 11].map(at => momentAt(resumed, at).step.state)).toEqual([
      'running',
      'paused',
      'running',
      'success'
    ])
  })
})
