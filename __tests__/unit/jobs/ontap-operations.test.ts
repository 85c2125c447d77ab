import { describe, expect, test } from '@jest/globals'
import type { Api, Operation } from '../../../src/jobs/api.ts'
import { type Idle, type Job, UNKNOWN_JOB, type Verdict } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import { waited } from '../../support/a-wait.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'

function operation(name: string): Operation {
  const found = ONTAP_OPERATIONS.find(one => one.name === name)
  if (found === undefined) throw new Error(`no operation is called ${name}`)
  return found
}

function answer(body: unknown) {
  return { status: 200, headers: {}, body }
}

interface Options {
  readonly target?: string
  readonly since?: number
}

function resource(name: string, { target, since }: Options = {}): Api {
  return operation(name).resource(target ?? null, since ?? null)
}

function read(name: string, body: JsonObject, key: string, options: Options = {}): Job {
  const job = resource(name, options).read(answer(body), key)
  if (job === null) throw new Error('the answer was not read')
  return job
}

const WORKING = { verdict: null, over: false, recognized: true, idle: null }
const UNKNOWN = { ...WORKING, recognized: false }
const idle = (why: Idle) => ({ ...WORKING, idle: why })
const ended = (verdict: Verdict) => ({ ...WORKING, verdict, over: true, dated: false })

describe('a volume move', () => {
  const volume = (movement?: JsonObject) => ({
    uuid: UUID,
    name: 'vol1',
    svm: { name: 'svm1' },
    ...(movement && { movement }),
    _links: { self: { href: `/api/storage/volumes/${UUID}` } }
  })
  const SHOWS_WHY = '"volume move show -vserver svm1 -volume vol1 -instance" on the cluster shows why'
  const move = (movement: JsonObject, since?: number): Job =>
    read('volume-move', volume(movement), UUID, since === undefined ? {} : { since })

  test.each<[string, object, string]>([
    ['queued', idle('queued'), '0% moved'],
    ['replicating', WORKING, '0% moved'],
    ['cutover', WORKING, '0% moved'],
    ['cutover_pending', WORKING, '0% moved'],
    ['Cutover Pending', WORKING, '0% moved'],
    ['success', ended('NORMAL'), ''],
    ['failed', ended('ERROR'), `the move failed. ${SHOWS_WHY}`],
    ['aborted', ended('ERROR'), `the move was aborted. ${SHOWS_WHY}`],
    ['successful', UNKNOWN, '0% moved'],
    ['constructor', UNKNOWN, '0% moved']
  ])('in the state %j', (state, expected, message) => {
    expect(move({ state })).toMatchObject({ ...expected, message, state, key: UUID, name: 'vol1' })
  })

  test('shows how far it has come, and where it goes', () => {
    const movement = { state: 'replicating', percent_complete: 43, destination_aggregate: { name: 'aggr2' } }
    expect(move(movement).message).toBe('43% moved to aggr2')
    expect(move({ ...movement, state: 'failed' }).message).toBe(`the move to aggr2 failed at 43%. ${SHOWS_WHY}`)
  })

  test('that failed on a volume without a name still says where to look', () => {
    const movement = { state: 'failed', percent_complete: 1 }
    const { message } = read('volume-move', { uuid: UUID, movement }, UUID)
    expect(message).toBe('the move failed at 1%. "volume move show -instance" on the cluster shows why')
  })

  test.each([
    ['cutover_wait', 'cutover'],
    ['paused', 'replicating']
  ])('in the state %s waits for a person, and says for what', (state, next) => {
    const job = move({ state, percent_complete: 100 })
    expect(job).toMatchObject(idle('paused'))
    expect(job.message).toMatch(/^100% moved; waits for someone to/)
    expect(job.message).toContain(`{"movement":{"state":"${next}"}}`)
  })

  test('from before the call is pending in any state', () => {
    const movement = { state: 'success', start_time: '2026-01-15T12:00:00Z' }
    const since = Date.parse('2026-01-15T12:00:01Z')
    expect(move(movement, since)).toMatchObject({
      ...idle('queued'),
      stale: true,
      message: 'the server still shows an earlier move'
    })
    expect(move({ ...movement, state: 'failed' }, since)).toMatchObject(idle('queued'))
    // What has begun since the call needs no second reading.
    expect(move(movement, since - 1_000)).toMatchObject({ ...ended('NORMAL'), dated: true })
  })

  test('with no start counts as the call’s own', () => {
    expect(move({ state: 'success' }, 1)).toMatchObject(ended('NORMAL'))
  })

  test('is missing on a volume that was never moved', () => {
    const api = resource('volume-move')
    for (const body of [volume(), volume({}), volume({ state: '' })]) {
      expect(api.read(answer(body), UUID)).toBeNull()
      expect(api.missing?.(answer(body), UUID)).toBe('the answer has none')
    }
    expect(api.missing?.(answer(volume({ state: 'queued' })), UUID)).toBeNull()
  })

  test('of another volume is not read, and not missing', () => {
    const api = resource('volume-move')
    const other = { ...volume({ state: 'success' }), uuid: 'other' }
    for (const body of [other, { movement: { state: 'success' } }, [], null, 'success']) {
      expect(api.read(answer(body), UUID)).toBeNull()
      expect(api.missing?.(answer(body), UUID)).toBeNull()
    }
    expect(api.read(answer(volume({ state: 'success' })), UUID.toUpperCase())).not.toBeNull()
  })

  test('leaves the resource as its result, without links, and takes its start', () => {
    const movement = { state: 'success', start_time: '2026-01-15T12:00:00Z' }
    const { _links, ...result } = volume(movement)
    expect(move(movement)).toMatchObject({ result, startedAt: Date.parse('2026-01-15T12:00:00Z'), dated: false })
    expect(move(movement).result).not.toHaveProperty('_links')
  })
})

describe('a SnapMirror relationship', () => {
  const relationship = (body: JsonObject) => ({ uuid: UUID, ...body })
  const mirror = (body: JsonObject, target?: string): Job =>
    read('snapmirror', relationship(body), UUID, target === undefined ? {} : { target })

  test.each<[JsonObject, object]>([
    [{ state: 'snapmirrored' }, ended('NORMAL')],
    [{ state: 'SnapMirrored', healthy: true }, ended('NORMAL')],
    [{ state: 'in_sync', transfer: { state: 'success' } }, ended('NORMAL')],
    [{ state: 'snapmirrored', transfer: { state: 'transferring' } }, WORKING],
    [{ state: 'snapmirrored', transfer: { state: 'queued' } }, WORKING],
    [{ state: 'snapmirrored', healthy: false, transfer: { state: 'transferring' } }, WORKING],
    [{ state: 'snapmirrored', transfer: { state: 'failed' } }, ended('ERROR')],
    [{ state: 'uninitialized', transfer: { state: 'aborted' } }, ended('ERROR')],
    [{ state: 'uninitialized', transfer: { state: 'hard_aborted' } }, ended('ERROR')],
    [{ state: 'snapmirrored', healthy: false }, ended('ERROR')],
    [{ state: 'uninitialized' }, WORKING],
    [{ state: 'broken_off' }, WORKING],
    [{ state: 'paused' }, WORKING],
    [{ state: 'out_of_sync' }, WORKING],
    [{ state: 'synchronizing' }, WORKING],
    [{ state: 'expanding' }, WORKING],
    [{ state: 'shrinking' }, WORKING],
    [{ state: 'mirrored' }, UNKNOWN],
    [
      { state: 'snapmirrored', transfer: { state: 'finalizing' } },
      { ...UNKNOWN, state: 'finalizing' }
    ],
    [{ state: 'snapmirrored', healthy: 'false' }, ended('ERROR')]
  ])('%j', (body, expected) => {
    expect(mirror(body)).toMatchObject(expected)
  })

  test('is waited for in the state that was asked for, and in no other', () => {
    expect(mirror({ state: 'broken_off' }, 'broken_off')).toMatchObject(ended('NORMAL'))
    expect(mirror({ state: 'snapmirrored' }, 'broken_off')).toMatchObject(WORKING)
    expect(mirror({ state: 'in_sync' }, 'snapmirrored')).toMatchObject(WORKING)
  })

  test.each(['broken_off', 'paused'])('is to be %s however its last transfer ended, which that aborts', target => {
    for (const state of ['failed', 'aborted', 'hard_aborted']) {
      expect(mirror({ state: target, transfer: { state } }, target)).toMatchObject(ended('NORMAL'))
      expect(mirror({ state: 'snapmirrored', transfer: { state } }, target)).toMatchObject(WORKING)
      expect(mirror({ state: target, transfer: { state } }, 'in_sync')).toMatchObject(ended('ERROR'))
    }
  })

  test('says why it is not healthy', () => {
    const unhealthy_reason = [{ message: 'no space', code: '6619742' }, { message: 'lag' }, {}]
    const job = mirror({ state: 'snapmirrored', healthy: false, unhealthy_reason })
    expect(job).toMatchObject({ message: 'no space; lag', errorCode: '6619742' })
    expect(mirror({ state: 'snapmirrored' })).toMatchObject({ name: '', message: '' })
    expect(mirror({ state: 'broken_off' }).message).toBe('')
    expect(mirror({ state: 'snapmirrored', healthy: false }).message).toBe('the relationship is not healthy')
    expect(mirror({ state: 'paused', transfer: { state: 'failed' } }).message).toBe('the transfer ended as failed')
    expect(mirror({ state: 'paused', transfer: { state: 'queued' } }).message).toBe('the transfer is queued')
  })

  test('without a state is missing', () => {
    expect(resource('snapmirror').missing?.(answer(relationship({})), UUID)).toBe('the answer has none')
  })
})

test.each([
  [{ state: 'queued' }, 'the transfer is queued'],
  [{ state: 'transferring', bytes_transferred: 0 }, 'the transfer is transferring'],
  [{ state: 'transferring', bytes_transferred: 10_737_418_240 }, '10.7 GB transferred']
])('a transfer shows how far it has come: %j', (transfer, message) => {
  const body = { uuid: UUID, state: 'uninitialized', transfer }
  expect(read('snapmirror', body, UUID).message).toBe(message)
})

describe('a cluster update', () => {
  const KEY = '/cluster/software'
  const update = (body: JsonObject): Job => read('cluster-update', body, KEY)

  test.each<[string, object]>([
    ['in_progress', WORKING],
    ['waiting', idle('queued')],
    ['pause_pending', WORKING],
    ['cancel_pending', WORKING],
    ['paused_by_user', idle('paused')],
    ['paused_on_error', idle('paused')],
    ['completed', ended('NORMAL')],
    ['failed', ended('ERROR')],
    ['canceled', ended('ERROR')],
    ['done', UNKNOWN]
  ])('in the state %s', (state, expected) => {
    expect(update({ state })).toMatchObject({ ...expected, key: KEY, state })
  })

  test('is missing where there was none, but not in an error with status 200', () => {
    const api = resource('cluster-update')
    expect(api.missing?.(answer({}), KEY)).toBe('the answer has none')
    expect(api.missing?.(answer({ error: { message: 'starting', code: '1' } }), KEY)).toBeNull()
    expect(api.read(answer({ error: { message: 'starting', code: '1' } }), KEY)).toBeNull()
  })

  test('shows how far it has come by its durations, and never says it is complete before it is', () => {
    const running = { state: 'in_progress', estimated_duration: 4_000 }
    expect(update({ ...running, elapsed_duration: 1_000 }).message).toBe('25% of the estimated time')
    expect(update({ ...running, elapsed_duration: 9_000 }).message).toBe('99% of the estimated time')
    expect(update({ state: 'in_progress', elapsed_duration: 9_000 }).message).toBe('')
    expect(update({ ...running, state: 'completed', elapsed_duration: 4_000 }).message).toBe('')
  })

  test('shows what its phases do, each text once', () => {
    const phase = (name: string, message: string, state?: string) => ({ node: { name }, issue: { message }, state })
    const status_details = [
      phase('n1', 'Installing software image.', 'in_progress'),
      phase('n2', 'Installing software image.'),
      phase('n3', 'Downloaded.', 'completed'),
      { node: { name: 'n4' }, state: 'waiting' }
    ]
    const running = { state: 'in_progress', status_details }
    expect(update(running).message).toBe('Installing software image')
    expect(update({ ...running, elapsed_duration: 5, estimated_duration: 10 }).message).toBe(
      '50% of the estimated time; Installing software image'
    )
  })

  test('does not take what a phase in order says for what went wrong', () => {
    const installing = { issue: { message: 'Installing software image.', code: 10551400 }, state: 'completed' }
    const failed = { node: { name: 'n1' }, issue: { message: 'Giveback is vetoed.', code: 1 }, state: 'failed' }
    expect(update({ state: 'failed', status_details: [installing, failed] })).toMatchObject({
      message: 'n1: Giveback is vetoed',
      errorCode: '1'
    })
    const check = { update_check: 'HA', status: 'error', issue: { message: 'HA is off.' } }
    expect(update({ state: 'failed', status_details: [installing], validation_results: [check] })).toMatchObject({
      message: 'HA: HA is off',
      errorCode: ''
    })
    expect(update({ state: 'failed', status_details: [installing] }).message).toBe('Installing software image')
  })

  test('says what went wrong, where, and how to resume', () => {
    const status_details = [
      { node: { name: 'n1' }, issue: { message: 'disk', code: 10551399 } },
      { name: 'mount' },
      { issue: { message: 'lif' } }
    ]
    expect(update({ state: 'failed', status_details })).toMatchObject({
      message: 'n1: disk; lif',
      errorCode: '10551399'
    })
    expect(update({ state: 'failed', status_details: status_details.toReversed() }).errorCode).toBe('10551399')
    const validation_results = [
      { update_check: 'NFS', status: 'error', issue: { message: 'mounts' } },
      { update_check: 'CIFS', status: 'warning', issue: { message: 'ignored' } }
    ]
    expect(update({ state: 'failed', validation_results })).toMatchObject({ message: 'NFS: mounts', errorCode: '' })
    expect(update({ state: 'canceled' }).message).toBe('the update ended as canceled')
    expect(update({ state: 'completed', status_details }).message).toBe('')
    expect(update({ state: 'paused_on_error', status_details })).toMatchObject({
      message: expect.stringMatching(/^n1: disk; lif; waits for someone to fix it and resume it: PATCH/),
      errorCode: ''
    })
    expect(update({ state: 'paused_on_error' }).message).toMatch(/^the update met an error; waits/)
    expect(update({ state: 'paused_by_user' }).message).toMatch(/resume it: PATCH \/cluster\/software\?action=resume$/)
  })

  test('is missing where no update was ever started', () => {
    expect(resource('cluster-update').missing?.(answer({ version: '9.16.1' }), KEY)).toBe('the answer has none')
    expect(resource('cluster-update').missing?.(answer(null), KEY)).toBeNull()
  })
})

describe('a software download', () => {
  test.each<[string, object]>([
    ['not_started', idle('queued')],
    ['running', WORKING],
    ['success', ended('NORMAL')],
    ['failure', ended('ERROR')],
    ['failed', UNKNOWN]
  ])('in the state %s', (state, expected) => {
    const body = { state, message: 'm', code: 10551315 }
    const errorCode = state === 'failure' ? '10551315' : ''
    expect(read('software-download', body, '/cluster/software/download')).toMatchObject({
      ...expected,
      message: 'm',
      errorCode
    })
  })

  test('with code 0 has no error code; without a state it is missing', () => {
    const key = '/cluster/software/download'
    expect(read('software-download', { state: 'failure', code: 0 }, key).errorCode).toBe('')
    expect(resource('software-download').missing?.(answer({}), key)).toBe('the answer has none')
  })
})

describe('a request for approval', () => {
  test.each<[string, object, string]>([
    ['pending', WORKING, 'waits for approval'],
    ['approved', ended('NORMAL'), ''],
    ['executed', ended('NORMAL'), ''],
    ['vetoed', ended('ERROR'), 'an approver vetoed it'],
    ['expired', ended('ERROR'), 'it expired before it was approved'],
    ['open', UNKNOWN, '']
  ])('in the state %s', (state, expected, message) => {
    const body = { index: 3, state, operation: 'volume delete', query: '-vserver svm1' }
    expect(read('approval', body, '3')).toMatchObject({
      ...expected,
      message,
      name: 'volume delete -vserver svm1',
      errorCode: ''
    })
  })

  test('says how many approvals are missing; without a state it is missing itself', () => {
    const body = { index: 3, state: 'pending', pending_approvers: 2 }
    expect(read('approval', body, '3').message).toBe('waits for 2 more approval(s)')
    expect(resource('approval').missing?.(answer({ index: 3 }), '3')).toBe('the answer has none')
  })
})

describe('the paths of calls', () => {
  test.each([
    ['volume-move', `/storage/volumes/${UUID}`, UUID],
    ['volume-move', `/storage/volumes/${UUID}?return_timeout=0`, UUID],
    ['volume-move', '/storage/volumes', null],
    ['volume-move', '/storage/volumes/%41', 'A'],
    ['snapmirror', `/snapmirror/relationships/${UUID}/transfers`, UUID],
    ['snapmirror', '/snapmirror/relationships?return_records=true', null],
    ['cluster-update', '/cluster/software?validate_only=false', '/cluster/software'],
    ['software-download', '/cluster/software/download', '/cluster/software/download'],
    ['approval', '/security/multi-admin-verify/requests/7', '7'],
    ['volume-move', `/gateways/g1/storage/volumes/${UUID}`, UUID]
  ])('of a %s: %s', (name, path, key) => {
    expect(operation(name).isStartedBy(path)).toBe(true)
    expect(operation(name).keyIn(path)).toBe(key)
  })

  test.each([
    ['volume-move', '/storage/volumesque/x'],
    ['volume-move', '/storage/aggregates'],
    ['cluster-update', '/cluster/software/download'],
    ['software-download', '/cluster/software']
  ])('that start no %s: %s', (name, path) => {
    expect(operation(name).isStartedBy(path)).toBe(false)
    expect(operation(name).keyIn(path)).toBeNull()
  })

  test('and a link name the resource, behind a gateway too', () => {
    const { link } = resource('volume-move').naming
    expect(link.exec(`/api/gateways/g1/storage/volumes/${UUID}`)?.groups).toMatchObject({
      under: '/gateways/g1',
      key: UUID
    })
    expect(resource('cluster-update').naming.link.exec('/api/cluster/software')?.groups?.key).toBe('/cluster/software')
    expect(link.test(`/api/storage/volumes/${UUID}/snapshots`)).toBe(false)
  })

  test.each([
    ['volume-move', `PATCH /api/storage/volumes/${UUID}?return_timeout=0`, UUID],
    ['volume-move', 'POST /api/storage/volumes', null],
    ['volume-move', 'Moving a volume', null],
    ['volume-move', 'PATCH /api/storage/volumes/..', null],
    ['volume-move', 'PATCH /api/storage/volumes/%2e%2E', null],
    ['volume-move', 'PATCH /api/storage/volumes/a%0db', null],
    ['volume-move', 'PATCH /api/storage/volumes/\ud800', null],
    ['volume-move', `Undo PATCH /api/storage/volumes/${UUID}`, null],
    ['snapmirror', `POST /api/snapmirror/relationships/${UUID}`, UUID],
    ['cluster-update', 'anything', '/cluster/software']
  ])('in the description of a job of a %s: %s', (name, description, key) => {
    expect(operation(name).keyOf({ ...UNKNOWN_JOB, name: description })).toBe(key)
  })

  test('name no job in any body', () => {
    expect(resource('volume-move').naming.accepted(answer({ job: { uuid: UUID } }))).toEqual([])
  })

  test('the API’s own errors are read', () => {
    const complaintOf = (code: string) => resource('volume-move').complaint(answer({ error: { code, message: 'no' } }))
    expect(complaintOf('6691623')).toMatchObject({ means: 'denied', message: 'no' })
    expect(['7', '8', '65541', '65552', '65562'].map(code => complaintOf(code)?.means)).toEqual(Array(5).fill('later'))
    expect(complaintOf('262160')).toMatchObject({ means: 'not-taken' })
  })
})

test.each([
  ['volume-move', UUID, `/storage/volumes/${UUID}?fields=name,svm.name,movement`],
  ['snapmirror', UUID, `/snapmirror/relationships/${UUID}?fields=state,healthy,unhealthy_reason,transfer`],
  [
    'cluster-update',
    '/cluster/software',
    '/cluster/software?fields=state,elapsed_duration,estimated_duration,status_details,validation_results'
  ],
  ['software-download', '/cluster/software/download', '/cluster/software/download?fields=*'],
  ['approval', '7', '/security/multi-admin-verify/requests/7?fields=*']
])('the request for a %s asks for every field that is read', (name, key, path) => {
  expect(resource(name).status(key, null)).toBe(path)
})

test.each([
  ['volume-move', '/storage/volumes?uuid=a|b%7Cc&fields=name,svm.name,movement&max_records=2'],
  ['snapmirror', '/snapmirror/relationships?uuid=a|b%7Cc&fields=state,healthy,unhealthy_reason,transfer&max_records=2'],
  ['approval', '/security/multi-admin-verify/requests?index=a|b%7Cc&fields=*&max_records=2'],
  ['cluster-update', undefined],
  ['software-download', undefined]
])('the request for several resources of a %s asks for the same fields: %s', (name, path) => {
  expect(resource(name).list?.of(['a', 'b|c'])).toBe(path)
})

test.each<[string, JsonObject, readonly (string | undefined)[] | null]>([
  ['volume-move', { records: [{ uuid: 'a' }, { uuid: 'b', movement: { state: 'success' } }] }, ['a', 'b']],
  ['approval', { records: [{ index: 7 }, 'none', {}] }, ['7', undefined, '']],
  ['snapmirror', { records: [{ uuid: 'a' }], num_records: 2 }, null],
  ['snapmirror', { uuid: 'a' }, null]
])('a list of the resources of a %s names each: %j', (name, body, keys) => {
  expect(
    resource(name)
      .list?.jobs(body)
      ?.map(job => job?.key) ?? null
  ).toEqual(keys)
})

test('the end of an operation that may be an earlier one is read twice', async () => {
  const api = resource('snapmirror')
  const job = read('snapmirror', { uuid: UUID, state: 'snapmirrored' }, UUID)
  const references = [{ api, key: UUID, root: '/api', reported: null }]
  const { ending, times } = await waited(() => ({ kind: 'job', job }), { references })
  expect([ending.outcome, times]).toEqual(['success', [0, 1_000]])
})
