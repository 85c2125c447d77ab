import { describe, expect, test } from '@jest/globals'
import type { Answer, Problem } from '../../../src/wait/ask.ts'
import { HOLDING, waited } from '../../support/a-wait.ts'
import { BLOCKED, NO_ROUTE, over, REDIRECTED, reference, running, UNLISTED } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'

const NO_LIST: Answer = { kind: 'unlisted', isEmpty: false, page: NO_ROUTE as Problem }
const PAGES: [string, Answer, string][] = [
  ['404', NO_ROUTE, 'not-found'],
  ['403', BLOCKED, 'unauthorized'],
  ['a redirect', REDIRECTED, 'unreachable']
]

describe('a page of something in front of the server', () => {
  test.each(PAGES)('is a fault once the job was seen: %s', async (_, page) => {
    const { ending, times } = await waited(({ at }) => (at < 1_000 ? running() : at < 21_000 ? page : over()))
    expect(ending.outcome).toBe('success')
    expect(times.slice(0, 6)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 13_000])
  })

  test.each(PAGES)('that never goes away leaves the server unreachable: %s', async (_, page) => {
    const { ending, took } = await waited(inTurn(running(), page), { rules: { unreachableTimeout: 20_000 } })
    expect(ending).toMatchObject({
      outcome: 'unreachable',
      job: { state: 'running' },
      reason: expect.stringMatching(/./)
    })
    expect(took).toBe(21_000)
  })

  test.each(PAGES)('counts as it stands before a job was seen: %s', async (_, page, outcome) => {
    const { ending, took } = await waited(inTurn(page))
    expect(ending).toMatchObject({ outcome, job: null })
    expect(took).toBeLessThanOrEqual(10_000)
  })

  test('in place of a held answer teaches what any fault does', async () => {
    const { ending, asked } = await waited(
      ({ at, hold }) => (at < 1_000 && hold === null ? running() : at < 12_000 ? NO_ROUTE : over()),
      HOLDING
    )
    expect(ending.outcome).toBe('success')
    expect(asked.flatMap(({ hold }) => hold?.seconds ?? [])).toEqual([30])
  })
})

describe('a page in place of a list', () => {
  const references = ['one', 'two'].map(key => reference(key))

  test('is a fault for the jobs that were seen, and has each of the others asked about by itself', async () => {
    const { all, asked } = await waited(
      ({ at, keys }) => {
        if (at >= 5_000) return over()
        return keys.length > 1 ? { answer: NO_LIST, filtered: false } : running()
      },
      { references }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'success'])
    expect(asked.slice(0, 4).map(({ at, keys }) => [at, keys.join()])).toEqual([
      [0, 'one,two'],
      [0, 'one'],
      [0, 'two'],
      [1_000, 'one,two']
    ])
  })

  test('does not cause a request of its own for a job that was seen', async () => {
    const { events } = await waited(
      ({ at, keys }) => (at >= 5_000 ? over() : at < 1_000 ? running() : keys.length > 1 ? NO_LIST : UNLISTED),
      { references, rules: { timeout: 10_000 } }
    )
    const alone = events.filter(event => event.kind === 'answer' && event.after?.alone)
    expect(alone).toEqual([])
  })
})
