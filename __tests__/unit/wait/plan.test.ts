import { describe, expect, test } from '@jest/globals'
import type { Operation } from '../../../src/jobs/api.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import { holdFor, LANES, plan, type Situation } from '../../../src/wait/plan.ts'
import { startWatch, type Watch } from '../../../src/wait/watch.ts'
import { aJob, erring, reference, seen, settling } from '../../support/answers.ts'

const NOW = 50_000

function situation(changes: Partial<Situation> = {}): Situation {
  const longPoll = { seconds: 30, unheld: 0 }
  return { now: NOW, deadline: 1e9, free: LANES, longPoll, lists: true, inTrouble: false, open: 1, ...changes }
}

function aWatch(key: string, api: string, changes: Partial<Watch> = {}): Watch {
  return { ...startWatch(reference(key, api), NOW), ...changes }
}

const keysOf = (watches: readonly Watch[], changes: Partial<Situation> = {}): string[] =>
  plan(watches, situation({ open: watches.length, ...changes })).map(({ references }) =>
    references.map(({ key }) => key).join()
  )

describe('the hold to ask for', () => {
  const known = aWatch('one', 'ontap-select', seen(aJob({ lastModified: 'stamp' })))

  test('goes with the last stamp', () => {
    expect(plan([known], situation())).toEqual([
      { references: [known.reference], hold: { seconds: 30, lastModified: 'stamp' }, settling: null }
    ])
  })

  test('may be as short as a second', () => {
    expect(plan([known], situation({ deadline: NOW + 1_500 }))).toMatchObject([{ hold: { seconds: 1 } }])
  })

  test.each<[string, Partial<Watch>, Partial<Situation>, number]>([
    ['is the whole one', {}, {}, 30],
    ['is the whole one for the last of 6 jobs', {}, { open: 6 }, 30],
    ['is none for more than 6 jobs', {}, { open: 7 }, 0],
    ['is none before the job was seen', { phase: { kind: 'unseen' } }, {}, 0],
    ['is none after a fault', erring({ faults: 1 }), {}, 0],
    ['is none after a 404', erring({ misses: 1 }), {}, 0],
    ['is none after a 403', erring({ denials: 1 }), {}, 0],
    ['is none while a verdict wants confirming', { phase: { kind: 'confirming', job: aJob(), from: 0 } }, {}, 0],
    ['is none while the end wants its details', settling(aJob()), {}, 0],
    ['is none when long polling is off', {}, { longPoll: { seconds: 0, unheld: 0 } }, 0],
    ['is what is left of the wait, in whole seconds', {}, { deadline: NOW + 12_900 }, 12],
    ['is none in the last second', {}, { deadline: NOW + 999 }, 0],
    ['is none at the deadline', {}, { deadline: NOW }, 0],
    ['is none after the deadline', {}, { deadline: NOW - 5_000 }, 0]
  ])('%s', (_, watch, changes, seconds) => {
    expect(holdFor({ ...known, ...watch }, situation(changes))).toBe(seconds)
  })

  test('does not exist for an API without long polls', () => {
    expect(holdFor({ ...known, about: reference('one', 'ontap') }, situation())).toBe(0)
  })
})

describe('what is asked now', () => {
  test('is nothing about jobs that are not due', () => {
    expect(keysOf([aWatch('one', 'ontap', { dueAt: NOW + 1 })])).toEqual([])
  })

  test('is everything at the deadline, due or not', () => {
    const watches = ['one', 'two'].map(key => aWatch(key, 'ontap', { dueAt: NOW + 9_000, askableAt: NOW + 8_000 }))
    expect(keysOf(watches, { deadline: NOW })).toEqual(['one,two'])
  })

  test('is a job whose end is to be confirmed not before its second, even at the deadline', () => {
    const confirming = (from: number): Watch[] => [
      aWatch('one', 'ontap', {
        phase: { kind: 'confirming', job: aJob(), from },
        dueAt: NOW + 9_000,
        askableAt: NOW + 9_000
      }),
      aWatch('two', 'ontap', { dueAt: NOW + 9_000 })
    ]
    expect(keysOf(confirming(NOW + 1), { deadline: NOW })).toEqual(['two'])
    expect(keysOf(confirming(NOW), { deadline: NOW })).toEqual(['one,two'])
    expect(keysOf(confirming(NOW))).toEqual([])
  })

  test('is a list with those that are nearly due, the most urgent first', () => {
    const watches = [
      aWatch('later', 'ontap', { dueAt: NOW + 9_000, askableAt: NOW + 1 }),
      aWatch('nearly', 'ontap', { dueAt: NOW + 1_000, askableAt: NOW }),
      aWatch('due', 'ontap'),
      aWatch('overdue', 'ontap', { dueAt: NOW - 1 })
    ]
    expect(keysOf(watches)).toEqual(['overdue,due,nearly'])
  })

  test('is one job by itself where the API has no list, as many as there are lanes, the most urgent first', () => {
    const watches = [...'abcdefgh'].map((key, index) => aWatch(key, 'ontap-select', { dueAt: NOW - index }))
    expect(keysOf(watches)).toEqual(['h', 'g', 'f', 'e', 'd', 'c'])
    expect(keysOf(watches, { free: 2 })).toEqual(['h', 'g'])
    expect(keysOf(watches, { free: 0 })).toEqual([])
  })

  test('is, in trouble, first of all a job that has not met it, if one is due', () => {
    const watches = [
      aWatch('failed', 'ontap-select', { ...erring({ faults: 1 }), dueAt: NOW - 9 }),
      aWatch('well', 'ontap-select', { dueAt: NOW - 1 }),
      aWatch('later', 'ontap-select', { dueAt: NOW + 1 })
    ]
    expect(keysOf(watches, { free: 1 })).toEqual(['failed'])
    expect(keysOf(watches, { free: 1, inTrouble: true })).toEqual(['well'])
    expect(keysOf(watches.slice(0, 1), { inTrouble: true })).toEqual(['failed'])
    expect(keysOf([watches[0] as Watch, watches[2] as Watch], { inTrouble: true })).toEqual(['failed'])
  })

  test('is one job by itself where a list has left it out, or lists are off', () => {
    const watches = [aWatch('one', 'ontap', { alone: true }), aWatch('two', 'ontap'), aWatch('three', 'ontap')]
    expect(keysOf(watches)).toEqual(['one', 'two,three'])
    expect(keysOf(watches, { lists: false })).toEqual(['one', 'two', 'three'])
  })

  test('is a list for each root', () => {
    const at = (key: string, root: string): Watch => ({
      ...aWatch(key, 'ontap'),
      about: reference(key, 'ontap', root)
    })
    expect(keysOf([at('a', '/api'), at('b', '/api/gateways/g'), at('c', '/api'), at('d', '/api/gateways/g')])).toEqual([
      'a,c',
      'b,d'
    ])
  })

  test('is a list for each collection: the jobs, and the resources of each operation', () => {
    const resource = (key: string, name: string): Watch => {
      const operation = ONTAP_OPERATIONS.find(one => one.name === name) as Operation
      return { ...aWatch(key, 'ontap'), about: { ...reference(key), api: operation.resource(null, Number(key)) } }
    }
    const watches = [
      aWatch('1', 'ontap'),
      resource('2', 'volume-move'),
      resource('3', 'snapmirror'),
      resource('4', 'volume-move'),
      resource('5', 'cluster-update'),
      aWatch('6', 'ontap')
    ]
    expect(keysOf(watches)).toEqual(['1,6', '2,4', '3', '5'])
  })

  test('has at most 100 jobs in a list', () => {
    const watches = Array.from({ length: 250 }, (_, index) => aWatch(`${index}`, 'unified-manager'))
    const sizes = keysOf(watches).map(keys => keys.split(',').length)
    expect(sizes).toEqual([100, 100, 50])
  })

  test('has no more keys in a list than fit into a URL of 4 KB', () => {
    const watches = Array.from({ length: 12 }, (_, index) => aWatch(`${index}${'%'.repeat(400)}`, 'unified-manager'))
    const lists = plan(watches, situation({ open: 12 })).map(({ references }) => references.length)
    expect(lists).toEqual([3, 3, 3, 3])
  })

  test('has keys of 3,750 characters in a list, each with what separates it, and not one more', () => {
    const listsOf = (length: number): number =>
      keysOf(['a', 'b'].map(first => aWatch(first.padEnd(length, 'k'), 'ontap'))).length
    expect([listsOf(1_874), listsOf(1_875)]).toEqual([1, 2])
  })

  test('is a job by itself where its details are wanted, and the others without it', () => {
    const ended = aJob({ verdict: 'NORMAL' })
    const watches = [
      aWatch('over', 'ontap', { dueAt: NOW - 1, ...settling(ended) }),
      aWatch('one', 'ontap'),
      aWatch('two', 'ontap')
    ]
    expect(
      plan(watches, situation({ open: 3 })).map(({ references, settling }) => [references.length, settling])
    ).toEqual([
      [1, ended],
      [2, null]
    ])
  })

  test('is a list without a job that is held as soon as it is due', () => {
    const held = { ...seen(), dueAt: NOW + 1_000, askableAt: NOW }
    expect(keysOf([aWatch('new', 'unified-manager'), aWatch('seen', 'unified-manager', held)])).toEqual(['new'])
  })

  test('is a job whose key is longer than that all the same', () => {
    expect(keysOf([aWatch('k'.repeat(4_000), 'ontap'), aWatch('two', 'ontap')])).toEqual(['k'.repeat(4_000), 'two'])
  })
})
