import { describe, expect, test } from '@jest/globals'
import type { NewJob, SimulatorOptions } from '../../simulator/server.ts'
import { awaitJob, endOf, type Inputs, pathsOf, runStep, type Step } from './support.ts'

/*
 * What real servers do. `test.failing` marks the cases that the action does not handle yet: each is written as it has to end,
 * and becomes a plain `test` with the change that handles it.
 */

const CLUSTER = '5ea7a442-86d1-11e0-ae1c-123478563412'
const PARTS = JSON.stringify({ records: [{ name: 'vol1' }, { name: 'vol2-fail' }], simulate: { seconds: 0.2 } })
const VOLUME = JSON.stringify({ name: 'vol1', simulate: { seconds: 0.2 } })

const request = (server: SimulatorOptions, inputs: Inputs): Promise<Step> => runStep(() => inputs, { server })
const ended = (step: NewJob['script'][number], api: NewJob['api'] = 'ontap') =>
  awaitJob({ api, script: [step] }, { timeout: '5s' })

describe('the results of a bulk call', () => {
  test('are read where the answer that accepted it has no link', async () => {
    const inputs = { request: 'POST /storage/volumes', 'request-body': PARTS }
    const step = await request({ plays: 'ontap', ontap: { hal: false } }, inputs)
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'partial-failures' })
  })

  test('are read where only the key of its job is known', async () => {
    const bulk = { records: [{ uuid: '1' }], errors: [{ message: 'vol2 failed', code: '1' }] }
    const step = await awaitJob({ api: 'ontap', script: [{ after: 0, state: 'success' }], bulk })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'partial-failures' })
  })
})

describe('a call through the gateway of Unified Manager', () => {
  const inputs = { request: `POST /gateways/${CLUSTER}/storage/volumes`, 'request-body': VOLUME, timeout: '20s' }

  test('whose answer links to the gateway', async () => {
    expect(endOf(await request({ plays: 'unified-manager' }, inputs))).toMatchObject({ outcome: 'success' })
  })

  test.each(['unchanged', 'absent'] as const)('whose answer has its links %s', async gatewayLinks => {
    const step = await request({ plays: 'unified-manager', unifiedManager: { gatewayLinks } }, inputs)
    expect(endOf(step)).toMatchObject({ exitCode: 0, outcome: 'success' })
    expect(pathsOf(step).every(path => path.startsWith(`/api/gateways/${CLUSTER}/`))).toBe(true)
  })
})

describe('a call that was done at once', () => {
  const inputs = { request: 'POST /storage/volumes', 'request-body': VOLUME, 'return-timeout': '60s', timeout: '20s' }

  test('is a success though its job is gone', async () => {
    const step = await request({ plays: 'ontap', ontap: { retention: 0 } }, inputs)
    expect([endOf(step).outcome, step.exitCode, step.outputs['status-code']]).toEqual(['success', 0, '201'])
    expect(step.stdout).toMatch(/::warning/)
  })

  test('is a success though its job may not be read', async () => {
    const step = await request({ plays: 'ontap', ontap: { mayReadJobs: false } }, inputs)
    expect([endOf(step).outcome, step.exitCode, step.outputs['status-code']]).toEqual(['success', 0, '201'])
  })

  test('is red if it was a bulk call, whose records nobody has seen', async () => {
    const bulk = { ...inputs, 'request-body': PARTS }
    expect(endOf(await request({ plays: 'ontap', ontap: { mayReadJobs: false } }, bulk))).toMatchObject({
      exitCode: 1,
      outcome: 'unauthorized'
    })
  })

  test('does not succeed if its job can be read and says otherwise', async () => {
    const step = await runStep(simulator => {
      const { accepted } = simulator.addJob({ api: 'ontap', script: [{ after: 0, state: 'failure' }] })
      simulator.fault({ match: '/storage/volumes', kind: 'answer', status: 201, body: JSON.stringify(accepted) })
      return inputs
    })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'error' })
  })
})

describe('a job that the server has never heard of', () => {
  const gone = { plays: 'ontap' as const }
  const response = JSON.stringify({ job: { uuid: CLUSTER } })

  test('and that a body named leads to the question of a gateway', async () => {
    const step = await request(gone, { response, timeout: '2s' })
    expect(endOf(step)).toMatchObject({ outcome: 'not-found' })
    expect(step.stdout).toContain('set "url" to …/api/gateways/<cluster-uuid>')
    expect(step.stdout).not.toContain('Check the key')
  })
})

test("a gate that somebody else's failed job closes says whose it is, and how to wait for idleness alone", async () => {
  const step = await runStep(simulator => {
    const { key } = simulator.addJob({
      api: 'ontap',
      svm: { name: 'svm1', uuid: CLUSTER },
      script: [{ after: 0, state: 'running' }]
    })
    let lists = 0
    simulator.onArrival(({ path }) => {
      if (path.includes('/cluster/jobs?')) lists += 1
      if (lists === 1 && path.includes(key)) simulator.moveJob(key, { state: 'failure' })
    })
    return { 'job-query': 'state=running', api: 'ontap' }
  })
  expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'error' })
  expect(step.stdout).toMatch(/"job-query" found it, a job of SVM svm1\. .*set "fail-on: NONE"/)
})

describe('a job that ends', () => {
  test.each(['cancelled', 'canceled', 'expired'])('as %s', async state => {
    expect(endOf(await ended({ after: 0, state }))).toEqual({ exitCode: 1, outcome: 'error', state })
  })

  test('as COMPLETED, without a status', async () => {
    const step = await ended({ after: 0, state: 'COMPLETED', status: null }, 'unified-manager')
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unrecognized', state: 'COMPLETED' })
  })

  test('as a success with an error', async () => {
    const error = { message: 'The QoS policy was not applied.', code: '787141' }
    const step = await ended({ after: 0, state: 'success', error })
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'warning', state: 'success' })
    expect(step.outputs.message).toContain(error.message)
  })
})
