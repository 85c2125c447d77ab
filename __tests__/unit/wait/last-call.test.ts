import { describe, expect, test } from '@jest/globals'
import { CUT, END, FAULT, outcomes, play, reading, reference, times } from './scripted.ts'

const job = reference('ontap')
const other = reference('ontap', 1)

describe('at the deadline', () => {
  test('a job that a list leaves out is asked about by itself before it is called a time-out', async () => {
    const jobs = [reference('unified-manager'), reference('unified-manager', 1)]
    const played = await play(jobs, { timeout: 10_500, longPoll: 10_000 }, ({ question, at }) => {
      if (question.references.length > 1 && at > 0) {
        return { after: 20, answers: question.references.map(() => ({ kind: 'unlisted' })), filtered: false }
      }
      const over = at > 10_500
      const answers = question.references.map(one => reading(one, over ? 'NORMAL' : 'RUNNING', over ? END : undefined))
      return { after: question.hold === null ? 20 : question.hold.seconds * 1_000 + 20, answers }
    })
    expect(outcomes(played)).toEqual(['success', 'success'])
  })

  test('a request in flight that fails is made once more', async () => {
    const played = await play([job], { timeout: 10_000 }, ({ at }) =>
      at < 9_000
        ? { after: 20, answers: [reading(job, 'running')] }
        : at < 10_000
          ? { after: 1_500, answers: [FAULT] }
          : { after: 20, answers: [reading(job, 'success', END)] }
    )
    expect(outcomes(played)).toEqual(['success'])
  })

  test('a request that was made at the deadline and fails is not made again', async () => {
    const played = await play([job], { timeout: 10_000 }, ({ at }) =>
      at < 10_000 ? { after: 20, answers: [reading(job, 'running')] } : { after: 20, answers: [FAULT] }
    )
    expect(outcomes(played)).toEqual(['timeout'])
    expect(times(played).filter(at => at >= 10_000)).toEqual([10_000])
  })

  test('a verdict without an end time is confirmed within the overtime', async () => {
    const played = await play([job], { timeout: 10_000 }, ({ at }) => ({
      after: 20,
      answers: [reading(job, at < 10_000 ? 'running' : 'success')]
    }))
    expect(outcomes(played)).toEqual(['success'])
    expect(times(played).filter(at => at >= 10_000)).toEqual([10_000, 10_020])
  })

  test('a verdict without an end time that no second reading confirms is not believed', async () => {
    const played = await play([job], { timeout: 10_000 }, ({ at }) =>
      at < 10_000
        ? { after: 20, answers: [reading(job, 'running')] }
        : at === 10_000
          ? { after: 20, answers: [reading(job, 'success')] }
          : { after: 5_000, answers: [reading(job, 'success')] }
    )
    expect(outcomes(played)).toEqual(['timeout'])
    expect(played.endedAt).toBe(12_000)
  })
})

describe('a machine that sleeps across the deadline', () => {
  test('asks about every job once more on waking', async () => {
    const played = await play(
      [job, other],
      { timeout: 60_000 },
      ({ question, at }) => ({
        after: 20,
        answers: question.references.map(one => (at < 60_000 ? reading(one, 'running') : reading(one, 'success', END)))
      }),
      clock => clock.at(30_000, () => clock.suspend(3_600_000))
    )
    expect(outcomes(played)).toEqual(['success', 'success'])
  })

  test('asks again about a job whose request did not survive the sleep', async () => {
    const played = await play(
      [job],
      { timeout: 60_000 },
      ({ at }) =>
        at < 30_000
          ? { after: 20, answers: [reading(job, 'running')] }
          : at < 60_000
            ? { after: 10_000, answers: [CUT] }
            : { after: 20, answers: [reading(job, 'success', END)] },
      clock => clock.at(36_000, () => clock.suspend(3_600_000))
    )
    expect(outcomes(played)).toEqual(['success'])
  })

  test('asks again about a job whose answer is from before the sleep', async () => {
    const played = await play(
      [job],
      { timeout: 60_000 },
      ({ at }) => ({ after: 500, answers: [at < 60_000 ? reading(job, 'running') : reading(job, 'success', END)] }),
      clock => clock.at(200, () => clock.suspend(61_000))
    )
    expect(outcomes(played)).toEqual(['success'])
  })

  test('does not take the sleep for an outage of the server', async () => {
    const played = await play(
      [job],
      { timeout: 36_000_000, unreachableTimeout: 60_000 },
      ({ at }) =>
        at < 30_000
          ? { after: 20, answers: [reading(job, 'running')] }
          : at < 60_000
            ? { after: 10_000, answers: [CUT] }
            : { after: 20, answers: [reading(job, 'success', END)] },
      clock => clock.at(36_000, () => clock.suspend(3_600_000))
    )
    expect(outcomes(played)).toEqual(['success'])
  })
})

describe('a verdict without an end time', () => {
  test('is not believed where the wait is cancelled before a second reading', async () => {
    const played = await play(
      [job],
      {},
      () => ({ after: 20, answers: [reading(job, 'success')] }),
      (clock, stop) => clock.at(30, () => stop.abort())
    )
    expect(outcomes(played)).toEqual(['cancelled'])
  })

  test('is not believed where the server has forgotten the job by the second reading', async () => {
    const played = await play([job], {}, (_, number) => ({
      after: 20,
      answers: [number === 0 ? reading(job, 'success') : { kind: 'missing', what: '404' }]
    }))
    expect(outcomes(played)).toEqual(['lost'])
    expect(played.awaited[0]?.ending.job?.state).toBe('success')
  })
})
