import { describe, expect, test } from '@jest/globals'
import { fromAnswer } from '../../../src/jobs/accepted.ts'
import type { HttpAnswer } from '../../../src/jobs/api.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import type { Verdict } from '../../../src/jobs/job.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import { netappConsole } from '../../../src/jobs/netapp-console.ts'
import { bodyOf, type JobReference, statusPath } from '../../../src/jobs/reference.ts'
import { placeOf } from '../../support/apis.ts'

const KEY = 'hyQ3xF7k'
const PLACE = placeOf('netapp-console', '/occm/api')
const answer = (body: unknown, headers: HttpAnswer['headers'] = {}, status = 202): HttpAnswer => ({
  status,
  headers,
  body
})
const TASK = { actionName: 'Create Vsa Working Environment', closeTime: -2147483648 }
const read = (body: unknown) => netappConsole.read(answer(body, {}, 200), KEY)

describe('the state', () => {
  test.each<[unknown, Verdict | null, boolean]>([
    [0, null, true],
    ['0', null, true],
    [1, 'NORMAL', true],
    ['1', 'NORMAL', true],
    [-1, 'ERROR', true],
    [2, null, false],
    [-2, null, false],
    [1.5, null, false],
    ['success', null, false],
    [true, null, false]
  ])('%j has the verdict %j', (status, verdict, recognized) => {
    const job = { verdict, over: verdict !== null, recognized, state: status === true ? '' : String(status) }
    expect(read({ ...TASK, status })).toMatchObject(job)
  })

  test('is that of the job that was asked about: the answer does not name it', () => {
    expect(read({ ...TASK, status: 1 })?.key).toBe(KEY)
    expect(read({ actionName: 'Create', status: 1 })?.key).toBe(KEY)
    expect(read({ closeTime: 1, status: 1 })?.key).toBe(KEY)
  })

  test.each([
    [{}],
    [{ message: 'x' }],
    [{ status: 1 }],
    [{ status: 1, message: 'log in again' }],
    [{ ...TASK }],
    [[{ ...TASK, status: 1 }]],
    [null],
    ['1'],
    [undefined]
  ])('is not in %j', body => {
    expect(read(body)).toBeNull()
  })

  test('has the reason of a failure, and the name of the action', () => {
    const body = { status: -1, actionName: 'Create Vsa Working Environment', error: 'no quota', closeTime: 1 }
    expect(read(body)).toMatchObject({
      name: 'Create Vsa Working Environment',
      message: 'no quota',
      dated: false,
      endedAt: null,
      source: body
    })
    expect(read({ ...TASK, status: -1, error: { message: 'no quota' } })?.message).toBe('no quota')
    expect(read({ ...TASK, status: 0, error: null })?.message).toBe('')
  })
})

describe('the answer to a call', () => {
  test.each(['oncloud-request-id', 'x-response_id', 'x-response-id'])('names the job in its header %s', header => {
    const { references, faults } = fromAnswer(answer({ publicId: 'Vsa-1' }, { [header]: KEY }), PLACE)
    expect(faults).toEqual([])
    expect(references).toMatchObject([{ api: netappConsole, key: KEY, root: '/occm/api' }])
    expect(references[0]?.reported?.result).toEqual({ publicId: 'Vsa-1' })
  })

  test.each([[undefined], [''], ['text'], [['x']]])('may have a body that says nothing of a resource: %j', body => {
    const [reference] = fromAnswer(answer(body, { 'oncloud-request-id': KEY }), PLACE).references
    expect(reference?.reported?.result).toEqual({})
  })

  test('without such a header names none, and it is said where the job would be', () => {
    expect(fromAnswer(answer({ publicId: 'Vsa-1' }), PLACE)).toEqual({
      references: [],
      faults: [
        'contains no job: NetApp Console names it in the header OnCloud-Request-Id, to be given as "job-key", but this is "{\\"publicId\\":\\"Vsa-1\\"}"'
      ]
    })
  })

  test('with several such headers names the first', () => {
    const headers = { 'oncloud-request-id': 'a, b' }
    expect(fromAnswer(answer({}, headers), PLACE).references).toMatchObject([{ key: 'a' }])
  })

  test('is named again by the output of a step that only made the call', () => {
    const [reference] = fromAnswer(answer({ publicId: 'Vsa-1' }, { 'oncloud-request-id': 'a b' }), PLACE).references
    const again = fromBodies(JSON.stringify(bodyOf(reference as JobReference)), PLACE).references
    expect(again).toMatchObject([{ key: 'a b', root: '/occm/api', reported: { result: { publicId: 'Vsa-1' } } }])
  })
})

describe('a key', () => {
  test('is the last part of the path of its status', () => {
    const [reference] = fromKeys(KEY, PLACE).references
    expect(statusPath(reference as JobReference)).toBe(`/occm/api/audit/activeTask/${KEY}`)
    expect(fromKeys(`https://elsewhere.example.com/occm/api/audit/activeTask/${KEY}`, PLACE).references).toEqual([
      reference
    ])
  })

  test.each(['a b', 'a/b', 'a%2Fb', 'a%0Ab', 'a\u00a0b'])('cannot be %j', text => {
    expect(fromKeys(text, PLACE).references).toEqual([])
  })

  test('needs the input that names the API, in whichever form it is given', () => {
    const auto = placeOf('auto', '/occm/api')
    expect(fromKeys(`/occm/api/audit/activeTask/${KEY}`, auto).faults).toEqual([
      'names a job of NetApp Console: set "api" to netapp-console'
    ])
    expect(fromAnswer(answer({}, { 'oncloud-request-id': KEY }), auto).faults).toEqual([
      'names a job of NetApp Console: set "api" to netapp-console'
    ])
  })
})

test.each([
  [{ message: 'no such task' }, 'no such task', ''],
  [{ error: 'no such task' }, 'no such task', ''],
  [{ error: 'Not Found', message: 'no such task', code: 7 }, 'no such task', '7'],
  [{ error: { message: 'no such task', code: 'E1' } }, 'no such task', 'E1']
])('an error %j is the own error of the API', (body, message, code) => {
  const complaint = { message, code, target: '', means: 'other' }
  expect(netappConsole.complaint(answer(body, {}, 404))).toEqual(complaint)
  expect(netappConsole.complaint(answer(body, {}, 200))).toBeNull()
})

test.each([[{}], [{ error: null }], ['x'], [undefined], [{ status: 1 }]])('the body %j holds no such error', body => {
  expect(netappConsole.complaint(answer(body, {}, 404))).toBeNull()
})
