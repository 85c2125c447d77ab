import { expect, test } from '@jest/globals'
import type { FaultKind, NewJob } from '../../simulator/server.ts'
import { ALWAYS, endOf, moveAtRequest, nameJob, runStep } from './support.ts'

const RUNNING: NewJob = { api: 'ontap', script: [{ after: 0, state: 'running' }] }
const PASSING: FaultKind[] = [
  ...[408, 425, 429, 500, 502, 503, 504, 522].map(status => ({ kind: 'answer', status }) as const),
  { kind: 'answer', status: 400, body: { error: { code: 8, message: 'A timeout occurred.' } } },
  { kind: 'answer', body: '<!doctype html><title>Log in</title>' },
  { kind: 'answer' },
  { kind: 'reset' },
  { kind: 'cut' },
  { kind: 'truncated' },
  { kind: 'other-job' },
  { kind: 'huge', mebibytes: 9 },
  { kind: 'gzip', mebibytes: 9 }
]

test.concurrent.each(PASSING)('a fault that passes is survived: %j', async fault => {
  const step = await runStep(simulator => {
    const job = simulator.addJob({ ...RUNNING, script: [{ after: 0, state: 'success' }] })
    simulator.fault(fault)
    return nameJob(job, RUNNING)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  expect(step.requests).toHaveLength(2)
})

test.concurrent('a compressed answer is read', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob({ ...RUNNING, script: [{ after: 0, state: 'success' }] })
    simulator.fault({ kind: 'gzip' })
    return nameJob(job, RUNNING)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  expect(step.requests).toHaveLength(1)
})

test.concurrent('202 to a status request is pending, whatever its body says', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob(RUNNING)
    const body = { uuid: job.key, state: 'failure', end_time: '2026-01-01T00:00:00Z' }
    simulator.fault({ kind: 'answer', status: 202, body })
    moveAtRequest(simulator, 2, job.key, { state: 'success' })
    return nameJob(job, RUNNING)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
})

test.concurrent('Retry-After is a floor', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob({ ...RUNNING, script: [{ after: 0, state: 'success' }] })
    simulator.fault({ kind: 'answer', status: 429, headers: { 'Retry-After': '2' } })
    return nameJob(job, RUNNING)
  })
  const [first, second] = step.requests
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_950)
  expect(endOf(step).outcome).toBe('success')
})

const FATAL: [name: string, fault: FaultKind, said: string][] = [
  [
    'a redirect',
    { kind: 'answer', status: 302, headers: { Location: 'https://sso.example/login' } },
    'https://sso.example/login'
  ],
  ["a proxy's demand for credentials", { kind: 'answer', status: 407 }, '407'],
  ['501', { kind: 'answer', status: 501 }, '501'],
  ['505', { kind: 'answer', status: 505 }, '505'],
  ['400 to the first request', { kind: 'answer', status: 400, body: { error: { message: 'No such field.' } } }, '400'],
  ['405 to the first request', { kind: 'answer', status: 405 }, '405']
]

test.concurrent.each(FATAL)(
  'a fault that no further try can help ends the wait at once: %s',
  async (_name, fault, said) => {
    const step = await runStep(simulator => {
      simulator.fault({ ...fault, times: ALWAYS })
      return nameJob(simulator.addJob(RUNNING), RUNNING)
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unreachable', state: '' })
    expect(step.requests).toHaveLength(1)
    expect(step.outputs.message).toContain(said)
  }
)

test.concurrent('faults that do not pass end the wait after "unreachable-timeout", the last state kept', async () => {
  const step = await runStep(simulator => {
    simulator.fault({ kind: 'answer', status: 503, skip: 1, times: ALWAYS })
    return { ...nameJob(simulator.addJob(RUNNING), RUNNING), 'unreachable-timeout': '1s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unreachable', state: 'running' })
})

test.concurrent('a server that is not there is unreachable', async () => {
  const step = await runStep(() => ({
    url: 'http://127.0.0.1:9',
    'job-key': '4ea7a442-86d1-11e0-ae1c-123478563412',
    'unreachable-timeout': '1s'
  }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unreachable', state: '' })
  expect(step.outputs.message).toContain('refused')
})
