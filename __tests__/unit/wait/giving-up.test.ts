import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { END, FAULT, outcomes, play, reading, reference, UNRESOLVED } from './scripted.ts'

const job = reference('unified-manager')
const running = reading(job, 'RUNNING')
const over = reading(job, 'NORMAL', END)

describe('unreachable-timeout', () => {
  test('is not used up by a hold that is longer: one fault at its end is only one fault', async () => {
    const played = await play([job], { longPoll: 30_000, unreachableTimeout: 20_000 }, ({ question }, number) => {
      if (number === 0) return { after: 10, answers: [running] }
      return question.hold === null ? { after: 10, answers: [over] } : { after: 30_010, answers: [FAULT] }
    })
    expect(outcomes(played)).toEqual(['success'])
  })

  test('is not used up by a pause that the server asked for', async () => {
    const played = await play([job], { timeout: 300_000, unreachableTimeout: 60_000 }, (_, number) => ({
      after: 10,
      answers: [number === 0 ? running : number === 1 ? FAULT : over],
      ...(number === 0 ? { retryAfter: 120_000 } : {})
    }))
    expect(outcomes(played)).toEqual(['success'])
  })

  test('ends the wait with one last try when it has run out since the first of the faults', async () => {
    const played = await play([job], { timeout: 300_000, unreachableTimeout: 20_000 }, (_, number) => ({
      after: 10,
      answers: [number === 0 ? running : FAULT]
    }))
    expect(outcomes(played)).toEqual(['unreachable'])
    const [, firstFault] = played.asked
    expect(played.endedAt).toBe((firstFault?.at ?? 0) + 20_010)
  })
})

describe('a name that does not resolve', () => {
  test('ends the wait within seconds where it never has', async () => {
    const played = await play([job], {}, () => ({ after: 10, answers: [UNRESOLVED] }))
    expect(outcomes(played)).toEqual(['unreachable'])
    expect(played.asked).toHaveLength(3)
  })

  test.each<[string, Answer]>([
    ['a refused connection', { kind: 'fault', what: 'the connection was refused', why: 'other' }],
    ['an overloaded server', FAULT]
  ])('is a passing fault where it has resolved before, if only to %s', async (_, first) => {
    const played = await play([job], {}, (_, number) => ({
      after: 10,
      answers: [number < 1 ? first : number < 4 ? UNRESOLVED : over]
    }))
    expect(outcomes(played)).toEqual(['success'])
  })
})
