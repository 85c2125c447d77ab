import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { runAction, type StepResult } from '../../simulator/runner.ts'

const KEY = 'hyQ3xF7k'
const CREATE = 'POST /vsa/working-environments'
const BACKUP_ROOT = '/account/account-1/providers/cloudmanager_cbs/api/v1'

type Answer = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>]

interface Run extends StepResult {
  /** Each request as `GET /path`. */
  readonly requests: readonly string[]
  readonly headers: readonly IncomingMessage['headers'][]
}

/** Runs the step against a server that gives these answers in turn, the last one for ever. `root` is the path of `url`. */
async function run(
  answers: readonly [Answer, ...Answer[]],
  inputs: Readonly<Record<string, string>>,
  root = ''
): Promise<Run> {
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    const [status, body, more] = answers[Math.min(requests.length, answers.length - 1)] as Answer
    requests.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    response.writeHead(status, { 'content-type': 'application/json', ...more })
    response.end(body === undefined ? '' : JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${root}`
  try {
    const result = await runAction({ url, api: 'netapp-console', token: 'abc', timeout: '20s', ...inputs })
    return { ...result, requests, headers }
  } finally {
    server.close()
  }
}

const task = (status: unknown, error: unknown = null): Answer => [
  200,
  { status, closeTime: -2147483648, actionName: 'Create Vsa Working Environment', error }
]

test.concurrent.each(['OnCloud-Request-Id', 'X-Response_Id'])(
  'the job that the header %s names is awaited, and what the call produces is the result',
  async header => {
    const created: Answer = [202, { publicId: 'VsaWorkingEnvironment-1', name: 'cvo1' }, { [header]: KEY }]
    const step = await run([created, task(0), [504, undefined], task(0), task(1)], {
      request: CREATE,
      'request-body': '{"name": "cvo1"}',
      headers: 'x-agent-id: agent-1clients'
    })
    expect([step.exitCode, step.outputs.outcome, step.outputs.state, step.outputs.key]).toEqual([
      0,
      'success',
      '1',
      KEY
    ])
    expect(JSON.parse(step.outputs.result ?? '')).toEqual({ publicId: 'VsaWorkingEnvironment-1', name: 'cvo1' })
    expect(step.outputs['status-code']).toBe('202')
    expect(step.requests).toEqual([
      'POST /occm/api/vsa/working-environments',
      ...Array(4).fill(`GET /occm/api/audit/activeTask/${KEY}`)
    ])
    for (const { authorization, 'x-agent-id': agent } of step.headers) {
      expect([authorization, agent]).toEqual(['Bearer abc', 'agent-1clients'])
    }
  }
)

test.concurrent('a failed job has the reason that the server gives', async () => {
  const step = await run([task(-1, 'Quota exceeded.')], { 'job-key': KEY })
  expect([step.exitCode, step.outputs.outcome, step.outputs.state]).toEqual([1, 'error', '-1'])
  expect(step.outputs.message).toContain('Quota exceeded.')
})

test.concurrent('an unknown state is not guessed at', async () => {
  const step = await run([task(2)], { 'job-key': KEY, timeout: '2s' })
  expect([step.exitCode, step.outputs.outcome, step.outputs.state]).toEqual([1, 'unrecognized', '2'])
})

test.concurrent('a redirect is not followed: an answer from elsewhere would be taken for that of the job', async () => {
  const step = await run([[302, undefined, { location: '/occm/api/audit/activeTask/other' }], task(1)], {
    'job-key': KEY
  })
  expect([step.exitCode, step.outputs.outcome, step.requests.length]).toEqual([1, 'unreachable', 1])
})

test.concurrent('several jobs are asked about one by one', async () => {
  const step = await run([task(1)], { 'job-key': `${KEY}\nother` })
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  expect([...step.requests].sort()).toEqual([
    `GET /occm/api/audit/activeTask/${KEY}`,
    'GET /occm/api/audit/activeTask/other'
  ])
})

test.concurrent('an accepted call whose answer has no such header ends honestly', async () => {
  const step = await run([[202, { publicId: 'VsaWorkingEnvironment-1' }]], { request: CREATE })
  expect([step.exitCode, step.outputs.outcome, step.requests.length]).toEqual([1, 'unrecognized', 1])
  expect(step.outputs.message).toContain('names it in the header OnCloud-Request-Id')
})

test.concurrent('a call that was done at once, without a job, is a success', async () => {
  const step = await run([[204]], { request: 'DELETE /vsa/working-environments/1' })
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
})

test.concurrent('an empty answer that names a job is awaited', async () => {
  const step = await run([[204, undefined, { 'oncloud-request-id': KEY }], task(-1, 'No.')], {
    request: 'DELETE /vsa/working-environments/1'
  })
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'error'])
})

test.concurrent('a refused call has the words of the server', async () => {
  const step = await run([[409, { message: 'Another operation is in progress.', error: 'Conflict' }]], {
    request: CREATE
  })
  expect([step.exitCode, step.outputs.outcome, step.requests.length]).toEqual([1, 'refused', 1])
  expect(step.outputs.message).toContain('Another operation is in progress.')
})

test.concurrent('a call that is not awaited is gone on with by its output', async () => {
  const created: Answer = [202, { publicId: 'Vsa-1' }, { 'oncloud-request-id': KEY }]
  const first = await run([created], { request: CREATE, wait: 'false' })
  expect([first.exitCode, first.outputs.outcome, first.outputs.key]).toEqual([0, 'accepted', KEY])
  const second = await run([task(1)], { response: first.outputs.job ?? '' })
  expect([second.exitCode, second.outputs.outcome]).toEqual([0, 'success'])
  expect(JSON.parse(second.outputs.result ?? '')).toEqual({ publicId: 'Vsa-1' })
})

const backup = (status: string, more: object = {}): Answer => [
  200,
  {
    job: [
      { id: 'other', status: 'FAILED' },
      { id: KEY, type: 'BACKUP', status, ...more }
    ]
  }
]
const parts = {
  data: {
    'multi-volume-backup': {
      volume: [
        { id: 'v1', status: 'COMPLETED' },
        { id: 'v2', status: 'FAILED', error: 'No.' }
      ]
    }
  }
}

test.concurrent.each<[string, Answer, number, string, string]>([
  ['COMPLETED', backup('COMPLETED'), 0, 'success', 'COMPLETED'],
  ['COMPLETED with a volume that failed', backup('COMPLETED', parts), 1, 'partial-failures', 'v2: No.'],
  ['FAILED', backup('FAILED', { error: 'Bucket is gone.' }), 1, 'error', 'Bucket is gone.']
])('a job of the backup service is awaited under its own root: %s', async (_, last, exitCode, outcome, said) => {
  const answers = [[202, { 'job-id': KEY }], backup('PENDING'), last] as const
  const inputs = { api: 'netapp-backup', request: 'POST /backup/working-environment' }
  const step = await run(answers, inputs, BACKUP_ROOT)
  expect([step.exitCode, step.outputs.outcome]).toEqual([exitCode, outcome])
  expect(step.outputs.message).toContain(said)
  expect(step.requests).toEqual([
    `POST ${BACKUP_ROOT}/backup/working-environment`,
    ...Array(2).fill(`GET ${BACKUP_ROOT}/job/${KEY}`)
  ])
})

test.concurrent('the backup service needs a path in "url"', async () => {
  const step = await run([backup('COMPLETED')], { api: 'netapp-backup', 'job-key': KEY })
  expect([step.outputs.outcome, step.requests]).toEqual(['invalid-input', []])
  expect(step.outputs.message).toMatch(/^url: .* has no path, which this API needs$/)
})
