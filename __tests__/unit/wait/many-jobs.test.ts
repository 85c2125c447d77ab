import { describe, expect, test } from '@jest/globals'
import type { Answer } from '../../../src/wait/ask.ts'
import { waited } from '../../support/a-wait.ts'
import { BUSY, MISSING, over, reference, running, UNAUTHORIZED, UNLISTED } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('several jobs', () => {
  const three = ['one', 'two', 'three'].map(key => reference(key))

  test('are asked about in one list where the API has one, and end each in its own way, in the order given', async () => {
    const verdicts: Record<string, Answer> = { one: over('ERROR'), two: over('NORMAL'), three: over('WARNING') }
    const clock = virtualClock()
    const lists: string[][] = []
    const { all } = await waited(
      ({ keys }) => {
        lists.push([...keys])
        return running()
      },
      { references: three, clock, rules: { timeout: 1_000 } }
    )
    expect(all.map(({ reference }) => reference.key)).toEqual(['one', 'two', 'three'])
    expect(lists).toEqual([
      ['one', 'two', 'three'],
      ['one', 'two', 'three']
    ])
    const apart = await waited(({ keys }) => (keys.length > 1 ? { ...UNLISTED } : (verdicts[keys[0] ?? ''] ?? BUSY)), {
      references: three
    })
    expect(apart.all.map(({ ending }) => ending.outcome)).toEqual(['error', 'success', 'warning'])
  })

  test('go along in the list of one that is due when they are nearly due themselves', async () => {
    const startedAt = 0
    const { asked } = await waited(
      ({ at, index }) => ({ answer: running({ startedAt }), serverNow: 100_000 + at, after: index }),
      {
        references: three,
        rules: { timeout: 40_000 }
      }
    )
    expect(asked.every(({ keys }) => keys.length === 3)).toBe(true)
  })

  test('that a list leaves out are asked about by themselves before anything is said of them', async () => {
    const { all, asked } = await waited(
      ({ keys, index }) => (index === 0 ? UNLISTED : keys[0] === 'two' ? MISSING : over()),
      { references: three }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'not-found', 'success'])
    expect(asked.slice(0, 4).map(({ keys }) => keys.join())).toEqual(['one,two,three', 'one', 'two', 'three'])
  })

  test('of two roots are never in one list', async () => {
    const references = [reference('one'), reference('two', 'ontap', '/api/gateways/g')]
    const { asked } = await waited(inTurn(over()), { references })
    expect(asked.map(({ keys }) => keys)).toEqual([['one'], ['two']])
  })

  test('are polled at most 6 at a time if there is no list', async () => {
    const references = [...'abcdefghij'].map(key => reference(key, 'ontap-select'))
    const { asked, took } = await waited(() => ({ after: 1_000, answer: over() }), { references })
    expect(asked.map(({ at }) => at)).toEqual([...Array(6).fill(0), ...Array(4).fill(1_000)])
    expect(took).toBe(2_000)
  })

  test('never have more than 6 requests under way, however long each takes', async () => {
    const references = Array.from({ length: 30 }, (_, index) => reference(`${index}`, 'ontap-select'))
    const ends: number[] = []
    let most = 0
    await waited(
      ({ at, keys, index }) => {
        const after = 500 + 170 * (Number(keys[0]) % 7)
        ends.push(at + after)
        most = Math.max(most, ends.filter(end => end > at).length)
        return { after, answer: index < 60 ? running() : over() }
      },
      { references }
    )
    expect(most).toBe(6)
  })

  test('begin to long-poll when no more than 6 are left', async () => {
    const references = [...'abcdefgh'].map(key => reference(key, 'ontap-select'))
    const { asked } = await waited(
      ({ at, keys, hold }) => {
        if ('ab'.includes(keys[0] ?? '') && at >= 3_000) return over()
        return { after: (hold?.seconds ?? 0) * 1_000, answer: at < 60_000 ? running() : over() }
      },
      { references }
    )
    expect(asked.find(({ hold }) => hold !== null)?.at).toBeLessThan(5_000)
    expect(asked.filter(({ at, hold }) => at < 3_000 && hold !== null)).toEqual([])
  })

  test.each<[string, Answer, string]>([
    ['404', MISSING, 'not-found'],
    ['a broken answer', BUSY, 'unreachable'],
    ['401', UNAUTHORIZED, 'unauthorized']
  ])('do not suffer from the trouble of one: %s', async (_, trouble, outcome) => {
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { all } = await waited(({ keys, at }) => (keys[0] === 'one' ? trouble : at < 120_000 ? running() : over()), {
      references,
      rules: { longPoll: 0 }
    })
    expect(all.map(({ ending }) => ending.outcome)).toEqual([outcome, 'success'])
  })

  test('are not delayed by one whose requests hang', async () => {
    const references = ['one', 'two'].map(key => reference(key, 'ontap-select'))
    const { all } = await waited(
      ({ keys, at }) => (keys[0] === 'one' ? { after: 30_000, answer: BUSY } : at < 5_000 ? running() : over()),
      { references, rules: { longPoll: 0, timeout: 60_000 } }
    )
    expect(all[1]?.elapsed).toBe(5_000)
  })

  test('are all given up at the first that fails when that is asked for, but for what is known already', async () => {
    const outcomes: Record<string, Answer> = { one: over('NORMAL'), two: over('ERROR') }
    const select = ['one', 'two', 'three'].map(key => reference(key, 'ontap-select'))
    const { all, took } = await waited(
      ({ keys, at }) => (at < 2_000 ? running() : (outcomes[keys[0] ?? ''] ?? { after: 30_000, answer: running() })),
      { references: select, rules: { longPoll: 0 }, isFinal: ({ outcome }) => outcome === 'error' }
    )
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'error', 'cancelled'])
    expect(all[2]?.ending).toMatchObject({ reason: 'another job failed, and "fail-fast" is set' })
    expect(took).toBe(2_000)
  })

  test('are given up by the failure of one in a list that shows the others at work', async () => {
    const { all } = await waited(() => ({ answer: key => (key === 'two' ? over('ERROR') : running()) }), {
      references: three,
      isFinal: ({ outcome }) => outcome === 'error'
    })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['cancelled', 'error', 'cancelled'])
  })

  test('whose end is in the list that shows a failure keep their verdict when the rest is given up', async () => {
    const { all } = await waited(inTurn(over('ERROR')), { references: three, isFinal: () => true })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['error', 'error', 'error'])
  })

  test('with keys too long for one list are asked about in several requests', async () => {
    const references = [1, 2, 3].map(number => reference(`${number}${'k'.repeat(5_000)}`))
    const { all, asked } = await waited(inTurn(over()), { references })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(Array(3).fill('success'))
    expect(asked).toHaveLength(3)
  })
})
