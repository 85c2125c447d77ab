import { expect, test } from '@jest/globals'
import type { FaultKind, NewJob, Simulator } from '../../simulator/server.ts'
import { ALWAYS, atRequest, GONE, type Inputs, nameJob, runStep } from './support.ts'

const RUNNING: NewJob = { api: 'unified-manager', script: [{ after: 0, state: 'running' }] }

/** What `arrange` has to work with: the server, the key of a job that runs there, and a way to send a signal. */
interface Stage {
  readonly simulator: Simulator
  readonly key: string
  readonly kill: (signal: NodeJS.Signals) => void
}
type Arrange = (stage: Stage) => Inputs

function move(state: string): Arrange {
  return ({ simulator, key }) => {
    simulator.moveJob(key, { state })
    return { timeout: '3s' }
  }
}

function spoil(fault: FaultKind): Arrange {
  return ({ simulator }) => {
    simulator.fault({ ...fault, skip: 1, times: ALWAYS })
    return {}
  }
}

const WAYS: [outcome: string, arrange: Arrange, code?: string][] = [
  ['success', move('success')],
  ['warning', move('warning')],
  ['partial-failures', move('partial_failures')],
  ['error', move('failure')],
  ['timeout', move('running')],
  ['unrecognized', move('Dreaming')],
  [
    'not-found',
    ({ simulator }) => ({ 'job-key': simulator.addJob({ ...RUNNING, visibleAfter: 60 }).key, timeout: '3s' }),
    'ENTITY_NOT_FOUND'
  ],
  ['lost', spoil(GONE), '4'],
  ['unauthorized', spoil({ kind: 'answer', status: 401 })],
  ['unreachable', spoil({ kind: 'answer', status: 505 })],
  [
    'cancelled',
    ({ simulator, kill }) => {
      atRequest(simulator, 2, () => kill('SIGINT'))
      return {}
    }
  ]
]

test.concurrent.each(WAYS)('every output is written when a wait ends as %s', async (outcome, arrange, code = '') => {
  let key = ''
  let kill: Stage['kill'] = () => {}
  const step = await runStep(
    simulator => {
      const job = simulator.addJob(RUNNING)
      const stage: Stage = { simulator, key: job.key, kill: signal => kill(signal) }
      const inputs: Inputs = { ...nameJob(job, RUNNING), 'long-poll': '0s', ...arrange(stage) }
      key = inputs['job-key'] ?? ''
      return inputs
    },
    {
      onStart: send => {
        kill = send
      }
    }
  )
  const { outputs } = step
  expect(outputs).toEqual({
    outcome,
    state: expect.any(String),
    result: '{}',
    job: expect.any(String),
    jobs: expect.any(String),
    key,
    message: expect.stringContaining(key),
    'error-code': code,
    'elapsed-seconds': expect.stringMatching(/^\d+$/),
    'status-code': ''
  })
  expect(outputs.message).not.toContain('\n')
  const last = JSON.parse(outputs.job ?? '') as { key?: string }
  expect(last.key).toBe(outcome === 'not-found' ? undefined : key)
  expect(JSON.parse(outputs.jobs ?? '')).toEqual([
    {
      key,
      api: 'unified-manager',
      url: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/api/management-server/jobs/${key}$`)),
      outcome,
      state: outputs.state,
      message: expect.stringContaining(key),
      'error-code': code,
      result: {},
      'elapsed-seconds': expect.any(Number),
      requests: expect.any(Number)
    }
  ])
})

test.concurrent('"jobs" tells how many requests each job took', async () => {
  const step = await runStep(simulator => nameJob(simulator.addJob(RUNNING), RUNNING), {
    server: { credentials: { token: 'another' } }
  })
  expect(JSON.parse(step.outputs.jobs ?? '')).toMatchObject([{ requests: step.requests.length }])
})

test.concurrent.each([
  ['no file is named', undefined],
  ['the file cannot be written', '/nowhere/output']
])('the verdict stands although %s', async (_name, file) => {
  const [passing, failing] = await Promise.all(
    ['success', 'failure'].map(state => {
      const job: NewJob = { ...RUNNING, script: [{ after: 0, state }] }
      return runStep(simulator => nameJob(simulator.addJob(job), job), { env: { GITHUB_OUTPUT: file } })
    })
  )
  expect([passing?.exitCode, failing?.exitCode]).toEqual([0, 1])
})

test.concurrent('what the server sends stays inside JSON, and cannot name an output', async () => {
  const name = 'lunKey<<EOF\nx\nEOF\noutcome=success'
  const job: NewJob = {
    ...RUNNING,
    script: [{ after: 0, state: 'failure' }],
    results: { [name]: 'outcome<<E\nsuccess\nE' }
  }
  const { outputs } = await runStep(simulator => nameJob(simulator.addJob(job), job))
  expect(outputs.outcome).toBe('error')
  expect(Object.keys(outputs)).toHaveLength(10)
  expect(JSON.parse(outputs.result ?? '')).toEqual({ [name]: 'outcome<<E\nsuccess\nE' })
})

test.concurrent('a body of megabytes is cut to valid JSON, with a note', async () => {
  const tasks = Array.from({ length: 2_000 }, (_, index) => ({ name: `Task ${index}`, failure: 'x'.repeat(1_000) }))
  const job: NewJob = { ...RUNNING, script: [{ after: 0, state: 'failure' }], tasks }
  const step = await runStep(simulator => nameJob(simulator.addJob(job), job))
  const { outputs } = step
  expect(JSON.parse(outputs.job ?? '')).toMatchObject({ state: 'completed', status: 'error' })
  const size = Object.values(outputs).reduce((sum, value) => sum + Buffer.byteLength(value), 0)
  expect(size).toBeLessThan(1_000_000)
  expect(outputs.message).toMatch(/shortened/)
  expect(step.exitCode).toBe(1)
})
