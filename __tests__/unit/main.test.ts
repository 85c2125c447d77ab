import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import type { NewJob, Simulator } from '../../simulator/server.ts'
import { ENDINGS, type Outcome } from '../../src/jobs/endings.ts'
import { type Clock, systemClock } from '../../src/time/clock.ts'
import { runHere, type Scene } from '../support/in-process.ts'

/** The pauses of a step take no time to speak of here; requests do. */
const HASTE = 20
const clock: Clock = {
  now: () => systemClock.now() * HASTE,
  wall: systemClock.wall,
  sleep: (ms, signal) => systemClock.sleep(ms / HASTE, signal)
}
const actual = await import('../../src/time/clock.ts')
jest.unstable_mockModule('../../src/time/clock.ts', () => ({ ...actual, systemClock: clock }))
const { main } = await import('../../src/main.ts')

const file = join(tmpdir(), `await-job-response-${process.pid}.json`)
afterAll(() => rmSync(file, { force: true }))

const ended = (state: string, api: NewJob['api'] = 'ontap'): NewJob => ({
  api,
  description: 'POST /api/storage/volumes/1',
  script: [{ after: 0, state }]
})
const RUNNING: NewJob = ended('running')

type Inputs = Readonly<Record<string, string>>
const run = (arrange: (simulator: Simulator) => Inputs, scene?: Scene) => runHere(main, arrange, scene)

/** Awaits these jobs, named by their keys. */
function awaiting(jobs: readonly NewJob[], inputs: Inputs = {}, scene?: Scene) {
  return run(simulator => ({ 'job-key': jobs.map(job => simulator.addJob(job).key).join('\n'), ...inputs }), scene)
}

/** The lines of the log that are annotations. */
function annotationsIn(stdout: string): string[] {
  return stdout.split(/\r?\n/).filter(line => /^::(error|warning|notice)/.test(line))
}

test.each<[string, readonly NewJob[], Inputs, number, Outcome]>([
  ['a job that succeeded', [ended('success')], {}, 0, 'success'],
  ['a job that failed', [ended('failure')], {}, 1, 'error'],
  ['a job that failed, where that does not fail the step', [ended('failure')], { 'fail-on': 'NONE' }, 0, 'error'],
  ['a job that is not over in time', [RUNNING], { timeout: '2s' }, 1, 'timeout'],
  ['several jobs, one of which failed', [ended('success'), ended('failure')], {}, 1, 'error']
])('%s: the exit code, the outputs and the summary say the same', async (_, jobs, inputs, exitCode, outcome) => {
  const step = await awaiting(jobs, inputs)
  expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([exitCode, outcome, ''])
  expect(step.summary).toContain(`&nbsp;${ENDINGS[outcome].did}<br>`)
  expect(annotationsIn(step.stdout)).toHaveLength(outcome === 'success' ? 0 : 1)
})

test('without "summary" none is written', async () => {
  expect((await awaiting([ended('success')], { summary: 'false' })).summary).toBe('')
})

test('a body in a file names the job', async () => {
  const step = await run(simulator => {
    writeFileSync(file, JSON.stringify(simulator.addJob(ended('success')).accepted))
    return { 'response-file': file }
  })
  expect(step.exitCode).toBe(0)
})

describe('wrong inputs', () => {
  test('end the step before any request, all in one annotation', async () => {
    let requests: Simulator['requests'] = []
    const step = await run(simulator => {
      requests = simulator.requests
      return { timeout: '60', 'fail-on': 'SOME' }
    })
    expect([step.exitCode, step.outputs.outcome, requests]).toEqual([1, 'invalid-input', []])
    expect(annotationsIn(step.stdout)).toEqual([
      expect.stringMatching(/job-key: no job.*%0Atimeout: "60" is not a valid duration.*%0Afail-on: SOME/)
    ])
    expect(step.summary).toContain('Invalid inputs')
  })

  test('write no summary where none is wanted', async () => {
    expect((await run(() => ({ summary: 'false' }))).summary).toBe('')
  })
})

describe('credentials', () => {
  test('go with every request, and are masked before it', async () => {
    const credentials = { username: 'admin', password: 'hunter22' }
    const step = await awaiting([ended('success')], credentials, { server: { credentials } })
    expect(step.exitCode).toBe(0)
    expect(step.stdout).toMatch(/^::add-mask::hunter22$/m)
  })

  test('that the server does not take end the step, and it may still be running', async () => {
    const step = await awaiting([ended('success')], {}, { server: { credentials: { token: 'abc' } } })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unauthorized'])
  })
})

test('a token is fetched with the credentials of a client, masked, and used for the requests about the job', async () => {
  const client = { clientId: 'await-job', clientSecret: 's3cret' }
  const inputs = (simulator: Simulator) => ({
    'job-key': simulator.addJob(ended('success')).key,
    'token-url': `${simulator.url}/oauth/token`,
    'client-id': client.clientId,
    'client-secret': client.clientSecret
  })
  const step = await run(inputs, { server: { tokens: client } })
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  expect(step.stdout.match(/^::add-mask::/gm)?.length).toBeGreaterThan(1)
})

test('a state is shown although a secret is the same word', async () => {
  const step = await awaiting([RUNNING], { username: 'admin', password: 'running', timeout: '2s' })
  expect([step.outputs.outcome, step.outputs.state]).toEqual(['timeout', 'running'])
  expect(step.outputs.message).not.toContain('running')
})

test('what is allowed but not safe is warned of', async () => {
  const step = await awaiting([ended('success')], { 'verify-tls': 'false' })
  expect([step.exitCode, annotationsIn(step.stdout)]).toEqual([
    0,
    [expect.stringMatching(/^::warning::"verify-tls" is false/)]
  ])
})

test('with fail-fast the first failure ends the wait for the others', async () => {
  const step = await awaiting([RUNNING, ended('failure')], { 'fail-fast': 'true' })
  const jobs: { outcome: string }[] = JSON.parse(step.outputs.jobs ?? '')
  expect([step.exitCode, jobs.map(({ outcome }) => outcome)]).toEqual([1, ['cancelled', 'error']])
})

describe('a signal', () => {
  test('ends the step as the runner says, with the job cancelled where that is asked for', async () => {
    const methods: string[] = []
    const step = await run(simulator => {
      simulator.onArrival(({ method }) => {
        methods.push(method)
        if (methods.length === 1) setTimeout(() => process.emit('SIGINT'), 20)
      })
      return { 'job-key': simulator.addJob(RUNNING).key, 'cancel-job': 'on-cancel' }
    })
    expect([step.exitCode, step.outputs.outcome, step.outputs.state]).toEqual([130, 'cancelled', 'failure'])
    expect(methods).toContain('PATCH')
  })

  test('is what "cancel-job" on-cancel waits for: the jobs that fail-fast gives up are left alone', async () => {
    const step = await awaiting([RUNNING, ended('failure')], { 'fail-fast': 'true', 'cancel-job': 'on-cancel' })
    expect(step.outputs.jobs).not.toContain('asked to cancel')
  })
})

test('an API that cannot cancel is warned of, once', async () => {
  const jobs = [ended('success', 'unified-manager'), ended('success', 'unified-manager')]
  const step = await awaiting(jobs, { 'cancel-job': 'always' })
  expect([step.exitCode, annotationsIn(step.stdout)]).toEqual([
    0,
    [expect.stringMatching(/^::warning::.*cannot cancel a job/)]
  ])
})

describe('a call', () => {
  test('that was done at once passes, with the status of its answer', async () => {
    const step = await run(simulator => {
      simulator.fault({ kind: 'answer', status: 200, body: { name: 'v1' } })
      return { request: 'POST /storage/volumes' }
    })
    expect([step.exitCode, step.outputs]).toMatchObject([
      0,
      { outcome: 'success', result: '{"name":"v1"}', 'status-code': '200', jobs: '[]' }
    ])
    expect(step.summary).toContain('Nothing to wait for')
  })

  test('that was refused fails', async () => {
    const step = await run(simulator => {
      simulator.fault({ kind: 'answer', status: 400, body: { error: { message: 'no room', code: '1' } } })
      return { request: 'POST /storage/volumes', summary: 'false' }
    })
    expect([step.exitCode, step.outputs]).toMatchObject([1, { outcome: 'refused', 'status-code': '400' }])
    expect([annotationsIn(step.stdout).length, step.summary]).toEqual([1, ''])
  })

  test('with "wait: false" passes once the server has accepted it, and its job is not polled', async () => {
    let requests: Simulator['requests'] = []
    const step = await run(simulator => {
      requests = simulator.requests
      return { request: 'POST /storage/volumes', 'request-body': '{"name":"v1"}', api: 'ontap', wait: 'false' }
    })
    expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'accepted', '202'])
    expect(requests.map(({ method }) => method)).toEqual(['POST'])
  })

  test('that a signal overtakes ends as the runner says', async () => {
    const step = await run(simulator => {
      simulator.fault({ kind: 'hang' })
      simulator.onArrival(() => setTimeout(() => process.emit('SIGTERM'), 20))
      return { request: 'POST /storage/volumes' }
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([130, 'cancelled'])
  })
})

describe('a query', () => {
  const QUERY = { 'job-query': 'state=running', api: 'ontap' }

  test('that nothing matches passes', async () => {
    const step = await run(() => QUERY)
    expect([step.exitCode, step.outputs]).toMatchObject([0, { outcome: 'success', jobs: '[]', 'status-code': '' }])
  })

  test('that breaks off after a job failed reports the job, and the list in one line', async () => {
    const step = await run(simulator => {
      const { key } = simulator.addJob(RUNNING)
      let requests = 0
      simulator.onArrival(() => {
        requests += 1
        if (requests === 2) simulator.moveJob(key, { state: 'failure' })
      })
      simulator.fault({ kind: 'answer', status: 401, skip: 2 })
      return QUERY
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'error'])
    expect(annotationsIn(step.stdout)).toHaveLength(1)
    expect(step.stdout).toMatch(/^job-query: the server answered 401/m)
  })

  test('looks no more after a failure with fail-fast', async () => {
    let requests: Simulator['requests'] = []
    const step = await run(simulator => {
      requests = simulator.requests
      const { key } = simulator.addJob(RUNNING)
      simulator.onArrival(() => {
        if (requests.length === 2) simulator.moveJob(key, { state: 'failure' })
      })
      return { ...QUERY, 'fail-fast': 'true' }
    })
    expect([step.exitCode, step.outputs.outcome, requests.length]).toEqual([1, 'error', 2])
  })
})
