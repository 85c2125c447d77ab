import { describe, expect, test } from '@jest/globals'
import type { Job } from '../../../src/jobs/job.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { createNames, type Names } from '../../../src/report/names.ts'
import { startWatch } from '../../../src/wait/watch.ts'
import { awaitedWith, jobWith } from './awaited.ts'

const refer = (key: string, label?: string): JobReference =>
  awaitedWith({ outcome: 'lost', job: null, reason: '' }, { key, ...(label === undefined ? {} : { label }) }).reference

function named(...references: readonly JobReference[]): string[] {
  const names = createNames()
  names.add(references)
  return references.map(names.handleOf)
}

describe('a job is called', () => {
  test('nothing in particular, if it is the only one', () => {
    expect(named(refer('a'))).toEqual([''])
  })

  test('by its number among several', () => {
    expect(named(refer('a'), refer('b'))).toEqual(['#1', '#2'])
  })

  test('by its label, if it has one', () => {
    expect(named(refer('a', 'vol_01'))).toEqual(['vol_01'])
    expect(named(refer('a', 'vol_01'), refer('b'))).toEqual(['vol_01', '#2'])
  })

  test('by a label that no colon makes a command of', () => {
    expect(named(refer('a', ': vol'), refer('b', ':'))).toEqual(['vol', '#2'])
  })

  test('by label and number, if others have the same label', () => {
    expect(named(refer('a', 'vol'), refer('b', 'vol'))).toEqual(['vol #1', 'vol #2'])
  })

  test('by the next number, if it was found later', () => {
    const [first, second] = [refer('a'), refer('b')]
    const names = createNames()
    names.add([first])
    names.add([second])
    expect([first, second].map(names.handleOf)).toEqual(['#1', '#2'])
  })

  test('by a label that is one harmless line', () => {
    expect(named(refer('a', 'x\n::error::y'))).toEqual(['x ::error::y'])
  })
})

describe('the progress that names the resource', () => {
  const reference = refer('a')
  const observe = (names: Names, message: string, over = false, about = reference): void => {
    const before = startWatch(about, 0)
    const job = jobWith({ over, verdict: null, message })
    const after = { ...before, phase: { kind: 'pending', job } as const }
    names.observe({ kind: 'answer', elapsed: 0, answer: { kind: 'job', job }, before, after })
  }
  const toldAfter = (messages: readonly string[], members: Partial<Job> = {}, reference = refer('a')) => {
    const names = createNames()
    names.add([reference])
    for (const message of messages) observe(names, message, false, reference)
    const { resource, progress } = names.withName({
      ...awaitedWith({ outcome: 'error', job: jobWith(members) }),
      reference
    })
    return { resource, progress }
  }

  test('is kept once the job has ended and says no more of it', () => {
    expect(toldAfter(['Creating volume "vol_1".', 'Waiting.'], { message: 'No space.' })).toEqual({
      resource: 'vol_1',
      progress: 'Creating volume "vol_1".'
    })
    expect(toldAfter(["Creating volume 'vol_1'."])).toMatchObject({ resource: 'vol_1' })
  })

  test('is not repeated where the last message names the resource too', () => {
    expect(toldAfter(['Creating volume "vol_1".'], { message: 'No space for vol_1.' })).toEqual({
      resource: 'vol_1',
      progress: ''
    })
  })

  test('is of no use where the name of the job has it', () => {
    expect(toldAfter(['Creating volume "vol_1".'], { name: 'Create vol_1' })).toEqual({ resource: '', progress: '' })
  })

  test('is empty without a name in it', () => {
    expect(toldAfter(['Creating volume.'])).toEqual({ resource: '', progress: '' })
    expect(toldAfter([])).toEqual({ resource: '', progress: '' })
  })

  test('is not taken for known because its letters are part of another word', () => {
    const name = 'PATCH /api/storage/volumes/028baa66-41bd-11e9-81d5-00a0986138f7'
    expect(toldAfter(['Resizing volume "b".'], { name, message: 'No.' })).toMatchObject({ resource: 'b' })
    expect(toldAfter(['Resizing volume "b".'], { name: `${name}?name=b` })).toMatchObject({ resource: '' })
  })

  test('is of no use where the label has it', () => {
    expect(toldAfter(['Creating volume "vol_1".'], {}, refer('a', 'vol_1'))).toEqual({ resource: '', progress: '' })
  })

  test('is that of a job that has not ended', () => {
    const names = createNames()
    names.add([reference])
    observe(names, 'Created "vol_1".', true)
    names.observe({ kind: 'replied', elapsed: 1 })
    expect(names.withName({ ...awaitedWith({ outcome: 'lost', job: null, reason: '' }), reference })).toMatchObject({
      handle: '',
      resource: '',
      progress: ''
    })
  })

  test('is the name of the resource, once the operation of the job is awaited', () => {
    const names = createNames()
    names.add([reference])
    const before = startWatch(reference, 0)
    for (const name of ['', 'vol_1']) {
      const job = jobWith({ over: false, verdict: null, name })
      names.observe({
        kind: 'answer',
        elapsed: 0,
        answer: { kind: 'job', job },
        before,
        after: { ...before, succeeded: job }
      })
    }
    const timedOut = { ...awaitedWith({ outcome: 'timeout', job: jobWith(), reason: '' }), reference }
    expect(names.withName(timedOut)).toMatchObject({ resource: 'vol_1', progress: 'vol_1' })
  })

  test('is known though the job was never shown as ended', () => {
    const names = createNames()
    names.add([reference])
    observe(names, 'Creating "vol_1".')
    const lost = names.withName({ ...awaitedWith({ outcome: 'lost', job: null, reason: '' }), reference })
    expect(lost.progress).toBe('Creating "vol_1".')
  })
})
