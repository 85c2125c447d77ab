import { describe, expect, test } from '@jest/globals'
import type { Job, Verdict } from '../../../src/jobs/job.ts'
import { UNKNOWN_JOB } from '../../../src/jobs/job.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import type { JobReference, Until } from '../../../src/jobs/reference.ts'
import { afterSuccess, resourceAfter } from '../../../src/wait/operation.ts'
import { waited } from '../../support/a-wait.ts'
import { MISSING, reference } from '../../support/answers.ts'
import type { Asked } from '../../support/scripted-ask.ts'

const VOLUME = '4ea7a442-86d1-11e0-ae1c-123478563412'
const DESCRIPTION = `PATCH /api/storage/volumes/${VOLUME}`
const START = Date.parse('2026-01-15T12:00:00Z')

function until(changes: Partial<Until> = {}): Until {
  const operation = ONTAP_OPERATIONS.find(({ name }) => name === 'volume-move')
  if (operation === undefined) throw new Error('ONTAP moves no volumes')
  return { operation, target: null, key: null, since: null, ...changes }
}

function moving(changes: Partial<Until> = {}): JobReference {
  return { ...reference(), until: until(changes) }
}

function ended(verdict: Verdict | null, changes: Partial<Job> = {}): Job {
  const state = verdict === null ? 'running' : 'success'
  const job = {
    key: 'one',
    name: DESCRIPTION,
    state,
    over: verdict !== null,
    verdict,
    recognized: true,
    dated: true,
    startedAt: START
  }
  return { ...UNKNOWN_JOB, ...job, source: { uuid: 'one', state }, ...changes }
}

function resource(state: string, verdict: Verdict | null, changes: Partial<Job> = {}): Job {
  return {
    ...UNKNOWN_JOB,
    key: VOLUME,
    state,
    over: verdict !== null,
    verdict,
    recognized: true,
    dated: true,
    ...changes
  }
}

/** Says of the job that it has succeeded, and of the volume one reading after the other, the last one for ever. */
function says(job: Job, ...readings: readonly Job[]) {
  let count = 0
  return ({ keys }: Asked) => {
    if (keys[0] !== VOLUME) return { kind: 'job', job } as const
    count += 1
    return { kind: 'job', job: readings[Math.min(count, readings.length) - 1] as Job } as const
  }
}

describe('after the success of a job', () => {
  test('its operation is waited for, and its end is that of the wait', async () => {
    const done = resource('success', 'NORMAL', { result: { movement: { state: 'success' } } })
    const say = says(ended('NORMAL'), resource('replicating', null, { message: '10% moved' }), done)
    const { ending, asked, all } = await waited(say, { references: [moving()] })
    expect(ending).toMatchObject({ outcome: 'success', job: { key: 'one', name: DESCRIPTION, state: 'success' } })
    expect(ending.job).toMatchObject({ result: { movement: { state: 'success' } }, source: { uuid: 'one' } })
    expect(asked.map(({ keys }) => keys[0])).toEqual(['one', VOLUME, VOLUME])
    expect(all[0]).toMatchObject({ requests: 3, isBeyond: true, reference: { key: 'one' } })
  })

  test('or of a call that was done at once, its operation is waited for, though the job cannot be read', async () => {
    const done = { ...ended('NORMAL', { name: '', state: '' }), verdict: 'NORMAL' } as const
    const references = [{ ...moving({ key: VOLUME }), done }]
    const moved = resource('success', 'NORMAL')
    const say = ({ keys }: Asked) => (keys[0] === VOLUME ? ({ kind: 'job', job: moved } as const) : MISSING)
    const { ending, asked } = await waited(say, { references })
    expect(ending).toMatchObject({ outcome: 'success', job: { key: 'one' } })
    expect(asked.map(({ keys }) => keys[0])).toEqual(expect.arrayContaining(['one', 'one', VOLUME]))
    const once = ({ index }: Asked) => (index === 0 ? MISSING : { after: 60_000 })
    const early = await waited(once, { references, rules: { timeout: 5_000 } })
    expect(early.ending.outcome).toBe('not-found')
  })

  test('an operation that fails fails the wait', async () => {
    const failed = resource('failed', 'ERROR', { message: 'the move was not completed' })
    const { ending } = await waited(says(ended('NORMAL'), failed), { references: [moving()] })
    expect(ending).toMatchObject({ outcome: 'error', job: { state: 'failed', message: 'the move was not completed' } })
  })

  test('a warning of the job is not forgotten', async () => {
    const job = ended('WARNING', { message: 'careful' })
    const say = says(job, resource('success', 'NORMAL'))
    expect((await waited(say, { references: [moving()] })).ending).toMatchObject({
      outcome: 'warning',
      job: { message: 'careful' }
    })
  })

  test('a job that failed started nothing', async () => {
    const { ending, asked } = await waited(says(ended('ERROR')), { references: [moving()] })
    expect(ending.outcome).toBe('error')
    expect(asked).toHaveLength(1)
  })

  test('the resource that the call named comes before the description of the job', async () => {
    const say = says(ended('NORMAL', { name: '' }), resource('success', 'NORMAL'))
    const { ending } = await waited(say, { references: [moving({ key: VOLUME })] })
    expect(ending.outcome).toBe('success')
  })

  test('without any resource the result cannot be determined', async () => {
    const { ending } = await waited(says(ended('NORMAL', { name: '' })), { references: [moving()] })
    expect(ending).toMatchObject({
      outcome: 'unrecognized',
      reason: 'the job succeeded, but does not name the resource of a volume move',
      errorCode: '',
      job: { over: true, verdict: null }
    })
  })

  test('the resource may take a moment to appear, and is not found after the grace period', async () => {
    const say = ({ keys, at }: Asked) =>
      keys[0] !== VOLUME
        ? ({ kind: 'job', job: ended('NORMAL') } as const)
        : at < 5_000
          ? MISSING
          : ({ kind: 'job', job: resource('success', 'NORMAL') } as const)
    expect((await waited(say, { references: [moving()] })).ending.outcome).toBe('success')
    const never = ({ keys }: Asked) => (keys[0] === VOLUME ? MISSING : ({ kind: 'job', job: ended('NORMAL') } as const))
    expect((await waited(never, { references: [moving()] })).ending).toMatchObject({
      outcome: 'not-found',
      job: { state: 'success', verdict: null }
    })
  })

  test('the deadline ends the wait for the operation, whatever the job was', async () => {
    const say = says(ended('NORMAL'), resource('replicating', null))
    const { ending } = await waited(say, { references: [moving()], rules: { timeout: 60_000 } })
    expect(ending).toMatchObject({ outcome: 'timeout', job: { state: 'replicating', verdict: null } })
  })

  test('a job that succeeds at the deadline has its operation looked at once', async () => {
    const say = ({ keys, at }: Asked) =>
      ({
        kind: 'job',
        job: keys[0] === VOLUME ? resource('success', 'NORMAL') : ended(at < 60_000 ? null : 'NORMAL')
      }) as const
    const { ending } = await waited(say, { references: [moving()], rules: { timeout: 60_000 } })
    expect(ending.outcome).toBe('success')
  })

  test('several jobs have an operation each', async () => {
    const other = { ...moving({ key: 'other' }), key: 'two' }
    const say = ({ keys }: Asked) => ({
      answer: (key: string) =>
        ({
          kind: 'job',
          job: keys.includes('one') || keys.includes('two') ? ended('NORMAL', { key }) : resource('success', 'NORMAL')
        }) as const
    })
    const { all, asked } = await waited(say, { references: [moving(), other] })
    expect(all.map(({ ending }) => ending.outcome)).toEqual(['success', 'success'])
    expect(all.map(({ ending }) => ending.job?.key)).toEqual(['one', 'two'])
    expect(asked.map(({ keys }) => keys)).toEqual([
      ['one', 'two'],
      [VOLUME, 'other']
    ])
  })
})

describe('the operation of a call began with it', () => {
  const read = (job: Partial<Job>, since: number | null, start_time: string) => {
    const found = resourceAfter(ended('NORMAL', job), reference(), until({ since }))
    const body = { uuid: VOLUME, movement: { state: 'success', start_time } }
    return found?.api.read({ status: 200, headers: {}, body }, VOLUME)?.over
  }
  const hourLater = START + 3_600_000

  test('by the start of its job, though something in front of the server dates its answers an hour later', () => {
    expect(read({}, hourLater, '2026-01-15T12:00:01Z')).toBe(true)
    expect(read({}, hourLater, '2026-01-15T11:59:00Z')).toBe(false)
  })

  test('though the clock of another node, or rounding, puts it a second before its job', () => {
    expect(read({}, null, '2026-01-15T11:59:59Z')).toBe(true)
  })

  test('by the time of the call where the job does not show its start', () => {
    expect(read({ startedAt: null }, hourLater, '2026-01-15T12:00:01Z')).toBe(false)
    expect(read({ startedAt: null }, START, '2026-01-15T12:00:01Z')).toBe(true)
  })
})

describe('a reading of the resource', () => {
  test.each<[Verdict | null, Verdict | null, Verdict | null]>([
    [null, 'NORMAL', null],
    [null, 'WARNING', null],
    ['NORMAL', 'NORMAL', 'NORMAL'],
    ['NORMAL', 'WARNING', 'WARNING'],
    ['ERROR', 'WARNING', 'ERROR'],
    ['NORMAL', null, 'NORMAL']
  ])('that says %s after %s means %s', (reading, job, verdict) => {
    expect(afterSuccess(ended(job), resource('s', reading)).verdict).toBe(verdict)
  })

  test.each<[Verdict, string, string]>([
    ['NORMAL', '', ''],
    ['WARNING', '', 'of the job'],
    ['WARNING', 'of the resource', 'of the resource']
  ])('after %s with the message %j has the message %j', (verdict, message, shown) => {
    const reading = resource('s', 'NORMAL', { message })
    expect(afterSuccess(ended(verdict, { message: 'of the job' }), reading).message).toBe(shown)
  })
})
