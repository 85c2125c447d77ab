import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { play, reading, reference } from './scripted.ts'

const jobs = Array.from({ length: 10 }, (_, number) => reference('ontap', number))
const [fresh] = jobs
const unlisted: Answer = { kind: 'unlisted' }

describe('lists', () => {
  test('take a job in again that was only not there yet', async () => {
    const played = await play(jobs, { timeout: 60_000 }, ({ question, at }) => ({
      after: 10,
      answers: question.references.map(one => (one === fresh && at === 0 ? unlisted : reading(one, 'running')))
    }))
    expect(played.asked.slice(3).every(({ question }) => question.references.length === jobs.length)).toBe(true)
  })

  test('are asked no more for a job that they leave out twice', async () => {
    const played = await play(jobs, { timeout: 60_000 }, ({ question }) => ({
      after: 10,
      answers: question.references.map(one =>
        one === fresh && question.references.length > 1 ? unlisted : reading(one, 'running')
      )
    }))
    const together = played.asked.filter(({ question }) => question.references.length > 1)
    expect(together.filter(({ question }) => fresh !== undefined && question.references.includes(fresh))).toHaveLength(
      2
    )
  })

  test('go on after one answer that is no list', async () => {
    const played = await play(jobs, { timeout: 60_000 }, ({ question }, number) => ({
      after: 10,
      answers: question.references.map(one => (number === 1 ? unlisted : reading(one, 'running'))),
      filtered: number !== 1
    }))
    expect(played.asked.slice(-5).every(({ question }) => question.references.length === jobs.length)).toBe(true)
  })

  test('are given up after two in a row that are none, or not filtered', async () => {
    const played = await play(jobs, { timeout: 60_000 }, ({ question }) => ({
      after: 10,
      answers: question.references.map(one =>
        one === fresh && question.references.length > 1 ? unlisted : reading(one, 'running')
      ),
      filtered: question.references.length === 1
    }))
    expect(played.asked.filter(({ question }) => question.references.length > 1)).toHaveLength(2)
  })
})
