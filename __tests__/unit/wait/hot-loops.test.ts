import { describe, expect, test } from '@jest/globals'
import type { JobReference } from '../../../src/jobs/job.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { CUT, END, EPOCH, FAULT, play, reading, reference, times } from './scripted.ts'

const job = reference('unified-manager')
const running = reading(job, 'running')

/** The times between the starts of requests, in ms. */
function gaps(at: readonly number[]): number[] {
  return at.slice(1).map((time, index) => time - (at[index] as number))
}

describe('no hot loop', () => {
  test('in the last second, in which no hold fits any more', async () => {
    const played = await play([job], { timeout: 10_900, longPoll: 10_000 }, ({ question }) => ({
      after: question.hold === null ? 10 : question.hold.seconds * 1_000,
      answers: [running]
    }))
    expect(times(played)).toEqual([0, 10, 10_900])
  })

  test('where the holds are short and the server ignores them', async () => {
    const played = await play([job], { timeout: 10_000, longPoll: 1_000 }, () => ({ after: 300, answers: [running] }))
    expect(
      gaps(times(played))
        .slice(1, -1)
        .every(gap => gap >= 900)
    ).toBe(true)
  })

  test('where two answers in turn say that the job is over and that it is not', async () => {
    const played = await play([job], { timeout: 10_000, longPoll: 5_000 }, (_, number) => ({
      after: 10,
      answers: [number % 2 === 0 ? reading(job, 'NORMAL') : running]
    }))
    expect(played.asked.length).toBeLessThan(25)
  })

  test('where each answer contradicts the last one on how the job ended', async () => {
    const played = await play([job], { timeout: 10_000 }, (_, number) => ({
      after: 10,
      answers: [reading(job, number % 2 === 0 ? 'NORMAL' : 'ERROR')]
    }))
    expect(played.asked.length).toBeLessThan(25)
  })

  test('where jobs are asked about together: none sooner than after its own shortest pause', async () => {
    const [old, young] = [reference('ontap'), reference('ontap', 1)]
    const starts = new Map([
      [old, new Date(EPOCH - 18_600).toISOString()],
      [young, new Date(EPOCH).toISOString()]
    ])
    const played = await play([old, young], { timeout: 20_000 }, ({ question, at }) => ({
      after: 10,
      answers: question.references.map(one => reading(one, 'running', undefined, starts.get(one))),
      serverNow: EPOCH + at
    }))
    const asked = played.asked.filter(({ question }) => question.references.includes(young))
    expect(
      gaps(asked.map(({ at }) => at))
        .slice(0, -1)
        .every(gap => gap >= 900)
    ).toBe(true)
  })
})

test('jobs that are nearly due are asked about along with the one that is due', async () => {
  const jobs = Array.from({ length: 10 }, (_, number) => reference('ontap', number))
  const played = await play(jobs, { timeout: 600_000 }, ({ question, at }) => ({
    after: 10,
    answers: question.references.map(one => {
      const start = new Date(EPOCH - 10_000 * jobs.indexOf(one)).toISOString()
      return reading(one, 'running', undefined, start)
    }),
    serverNow: EPOCH + at
  }))
  const pauses = (600_000 - 200_000) / 15_000
  const late = played.asked.filter(({ at }) => at > 200_000)
  expect(late.length).toBeLessThanOrEqual(2 * pauses + 2)
})

describe('holds', () => {
  test('stay off once the server has refused one, whatever becomes of those that were under way', async () => {
    const jobs = [reference('unified-manager'), reference('unified-manager', 1)]
    const refused: Answer = { kind: 'refused', what: '400' }
    const played = await play(jobs, { timeout: 60_000, longPoll: 30_000 }, ({ question, at }) => {
      const [one] = question.references
      if (question.hold === null) {
        const over = at > 40_000
        return {
          after: 10,
          answers: question.references.map(one => reading(one, over ? 'NORMAL' : 'RUNNING', over ? END : undefined))
        }
      }
      return one === jobs[0] ? { after: 10, answers: [refused] } : { after: 26_000, answers: [CUT] }
    })
    const refusedAt = 20
    expect(played.asked.filter(({ question, at }) => question.hold !== null && at > refusedAt)).toEqual([])
  })

  test('do not grow again when a longer one that was under way is cut', async () => {
    const jobs = [reference('unified-manager'), reference('unified-manager', 1)]
    const played = await play(jobs, { timeout: 120_000, longPoll: 30_000 }, ({ question }) => {
      if (question.hold === null) return { after: 10, answers: question.references.map(one => reading(one, 'RUNNING')) }
      const patience = question.references[0] === jobs[0] ? 1_000 : 29_000
      return { after: patience, answers: [CUT] }
    })
    const holds = played.asked.flatMap(({ question }) => question.hold?.seconds ?? [])
    expect(holds).toEqual([...holds].sort((one, other) => other - one))
  })

  test('are asked for beside the second reading of another job, which takes along nobody who can be held', async () => {
    const [unsure, held] = [reference('unified-manager'), reference('unified-manager', 1)]
    const played = await play([unsure, held], { timeout: 60_000, longPoll: 30_000 }, ({ question }) => ({
      after: question.hold === null ? 10 : 30_000,
      answers: question.references.map(one => reading(one, one === unsure ? 'NORMAL' : 'RUNNING'))
    }))
    const second = played.asked.filter(({ at }) => at === 10).map(({ question }) => question)
    expect(second).toEqual([
      { references: [unsure], hold: null, settling: null },
      { references: [held], hold: { seconds: 30, lastModified: null }, settling: null }
    ])
  })

  test('go on where the server answers them early, but always with something new', async () => {
    const job = reference('unified-manager')
    const step = (number: number): Answer => {
      const answer = reading(job, 'RUNNING')
      const task_reports = [{ name: 'Create', progress: number }]
      return answer.kind === 'job' ? { kind: 'job', job: { ...answer.job, source: { task_reports } } } : answer
    }
    const played = await play([job], { timeout: 300_000, longPoll: 100_000 }, ({ question }, number) => ({
      after: question.hold === null ? 10 : 10_000,
      answers: [step(number)]
    }))
    expect(played.asked.slice(1, -1).every(({ question }) => question.hold !== null)).toBe(true)
  })

  test.each<[string, Answer]>([
    ['a fault', FAULT],
    ['a 403', { kind: 'denied', final: false, what: '403' }]
  ])('are given up after two that fail at once with %s, where plain requests do not', async (_, failure) => {
    const job = reference('unified-manager')
    const played = await play([job], { timeout: 300_000, longPoll: 30_000 }, ({ question }) => ({
      after: 10,
      answers: [question.hold === null ? reading(job, 'RUNNING') : failure]
    }))
    expect(played.asked.filter(({ question }) => question.hold !== null)).toHaveLength(2)
  })

  test('are as long as before after one fault that any request could have met', async () => {
    const job = reference('unified-manager')
    const played = await play([job], { timeout: 300_000, longPoll: 30_000 }, ({ question }, number) => {
      if (number === 2) return { after: 10, answers: [FAULT] }
      return { after: question.hold === null ? 10 : 30_000, answers: [reading(job, 'RUNNING')] }
    })
    expect(played.asked.slice(4, 10).map(({ question }) => question.hold?.seconds)).toEqual([30, 30, 30, 30, 30, 30])
  })

  test('are as long as before where a 404 tells of a job that went away while it was held', async () => {
    const jobs = [reference('unified-manager'), reference('unified-manager', 1)]
    const played = await play(jobs, { timeout: 300_000, longPoll: 30_000 }, ({ question, at }) => {
      if (question.references.includes(jobs[0] as JobReference) && at > 0) {
        return { after: 5_000, answers: [{ kind: 'missing', what: '404' }] }
      }
      const answers = question.references.map(one => reading(one, 'RUNNING'))
      return { after: question.hold === null ? 10 : 30_000, answers }
    })
    expect(played.asked.slice(-5, -3).map(({ question }) => question.hold?.seconds)).toEqual([30, 30])
  })

  test('go on where some jobs are not there yet', async () => {
    const jobs = Array.from({ length: 6 }, (_, number) => reference('unified-manager', number))
    const played = await play(jobs, { timeout: 120_000, longPoll: 30_000 }, ({ question, at }) => ({
      after: question.hold === null || at < 1_000 ? 10 : 30_000,
      answers: question.references.map((one): Answer => {
        if (at >= 1_000 || one === jobs[0]) return reading(one, 'RUNNING')
        return question.references.length > 1 ? { kind: 'unlisted' } : { kind: 'missing', what: '404' }
      })
    }))
    expect(played.asked.filter(({ at }) => at > 30_000 && at < 100_000).every(({ question }) => question.hold)).toBe(
      true
    )
  })
})
