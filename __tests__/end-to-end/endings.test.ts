import { expect, test } from '@jest/globals'
import type { NewJob } from '../../simulator/server.ts'
import { ALWAYS, annotationsOf, atRequest, endOf, GONE, moveAtRequest, nameJob, queriesOf, runStep } from './support.ts'

const RUNNING: NewJob = { api: 'ontap', script: [{ after: 0, state: 'running' }] }
const DONE: NewJob = { api: 'ontap', script: [{ after: 0, state: 'success' }] }
/** Its next standard poll is a minute away, so that all that follows the first look is the deadline's. */
const OLD: NewJob = { ...RUNNING, age: 3_600 }

test.concurrent('a job that is still running at the deadline has timed out, and is asked about one last time', async () => {
  const step = await runStep(simulator => ({
    ...nameJob(simulator.addJob(OLD), OLD),
    timeout: '3s',
    'poll-interval': '60s'
  }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'running' })
  expect(step.requests).toHaveLength(2)
})

test.concurrent('a job that ended just before the deadline is a success: the last poll shows it', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob(OLD)
    moveAtRequest(simulator, 2, job.key, { state: 'success' })
    return { ...nameJob(job, OLD), timeout: '3s', 'poll-interval': '60s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  expect(step.requests).toHaveLength(2)
})

test.concurrent('a verdict that arrives after the deadline still counts', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob(OLD)
    moveAtRequest(simulator, 2, job.key, { state: 'success' })
    simulator.fault({ kind: 'delay', ms: 700, skip: 1 })
    return { ...nameJob(job, OLD), timeout: '3s', 'poll-interval': '60s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
})

test.concurrent('a failure that the last poll shows is an error, not a time-out', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob(OLD)
    moveAtRequest(simulator, 2, job.key, { state: 'failure' })
    return { ...nameJob(job, OLD), timeout: '3s', 'poll-interval': '60s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failure' })
})

test.concurrent('an ending that is not confirmed yet when the deadline strikes is confirmed in overtime', async () => {
  const step = await runStep(simulator => {
    const job = simulator.addJob(OLD)
    moveAtRequest(simulator, 2, job.key, { state: 'success', ended: false })
    return { ...nameJob(job, OLD), timeout: '3s', 'poll-interval': '60s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  expect(step.requests).toHaveLength(3)
})

test.concurrent('the deadline ends the wait for a server that hangs', async () => {
  const step = await runStep(simulator => {
    simulator.fault({ kind: 'hang', times: ALWAYS })
    return { ...nameJob(simulator.addJob(RUNNING), RUNNING), timeout: '3s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: '' })
})

test.concurrent('the deadline ends the wait for a job in an unknown state as unrecognized, with one warning before', async () => {
  const job: NewJob = { api: 'unified-manager', script: [{ after: 0, state: 'Successful' }] }
  const step = await runStep(simulator => ({ ...nameJob(simulator.addJob(job), job), timeout: '2s' }), {
    server: { unifiedManager: { longPoll: 'ignored' } }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unrecognized', state: 'Successful' })
  expect(annotationsOf(step).map(({ level }) => level)).toEqual(['warning', 'error'])
  expect(annotationsOf(step)[0]?.text).toContain('Successful')
})

test.concurrent('404 just after the call is waited out', async () => {
  const step = await runStep(simulator => {
    simulator.fault({ ...GONE, times: 2 })
    return nameJob(simulator.addJob(DONE), DONE)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  expect(step.requests.map(({ status }) => status)).toEqual([404, 404, 200])
})

test.concurrent('404 for the whole of the grace is not-found', async () => {
  const step = await runStep(() => ({ 'job-key': '4ea7a442-86d1-11e0-ae1c-123478563412' }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'not-found', state: '' })
  expect(step.outputs.message).toContain("entry doesn't exist")
  expect([5, 6]).toContain(step.requests.length)
})

test.concurrent('404 for a job that was seen to succeed, unconfirmed, leaves its fate unknown', async () => {
  const job: NewJob = { ...RUNNING, script: [{ after: 0, state: 'success', ended: false }] }
  const step = await runStep(simulator => {
    simulator.fault({ ...GONE, skip: 1, times: ALWAYS })
    return nameJob(simulator.addJob(job), job)
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'lost', state: 'success' })
})

const secret = { username: 'operator', password: 'p:ss wörd%' }
const server = { credentials: secret }

test.concurrent('the right credentials let the job be read, and show nowhere', async () => {
  const step = await runStep(
    simulator => {
      const job = simulator.addJob(RUNNING)
      moveAtRequest(simulator, 2, job.key, { state: 'success' })
      return { ...nameJob(job, RUNNING), ...secret }
    },
    { server }
  )
  expect(endOf(step).outcome).toBe('success')
  const base64 = Buffer.from(`${secret.username}:${secret.password}`).toString('base64')
  const shown = step.stdout.replace(/^::add-mask::.*$/gm, '') + step.stderr + JSON.stringify(step.outputs)
  for (const form of [secret.password, encodeURIComponent(secret.password), base64]) expect(shown).not.toContain(form)
})

test.concurrent('wrong credentials are tried once: accounts lock', async () => {
  const step = await runStep(
    simulator => ({ ...nameJob(simulator.addJob(RUNNING), RUNNING), ...secret, password: 'wrong' }),
    { server }
  )
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unauthorized', state: '' })
  expect(step.requests.map(({ status }) => status)).toEqual([401])
})

test.concurrent('a bearer token is sent as such', async () => {
  const job: NewJob = { ...RUNNING, script: [{ after: 0, state: 'success' }] }
  const step = await runStep(simulator => ({ ...nameJob(simulator.addJob(job), job), token: 't0ken' }), {
    server: { credentials: { token: 't0ken' } }
  })
  expect(endOf(step).outcome).toBe('success')
})

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s ends a held request, the outputs written', async signal => {
  let kill: (signal: NodeJS.Signals) => void = () => {}
  const job: NewJob = { api: 'unified-manager', script: RUNNING.script }
  const step = await runStep(
    simulator => {
      atRequest(simulator, 2, () => kill(signal))
      return nameJob(simulator.addJob(job), job)
    },
    {
      onStart: send => {
        kill = send
      }
    }
  )
  expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: 'running' })
  expect(queriesOf(step)).toEqual(['', 'poll_timeout=30'])
})
