import { expect, test } from '@jest/globals'
import type { NewJob, Simulator } from '../../simulator/server.ts'
import { ALWAYS, annotationsOf, atRequest, endOf, type Inputs, nameJob, runStep, type Step } from './support.ts'

const ONTAP: NewJob = { api: 'ontap', script: [{ after: 0, state: 'running', message: 'creating' }] }
const HELD: NewJob = { api: 'unified-manager', script: [{ after: 0, state: 'running' }] }

/** Its next standard poll is a long time away. */
const OLD: NewJob = { ...ONTAP, age: 3_600 }

/** Runs a step and sends signals to it: as its requests come, or `onSeen`, when it has read the first answer. */
function signalled(
  job: NewJob,
  arrange: (simulator: Simulator, send: (signal: NodeJS.Signals, ms?: number) => void) => Inputs | undefined,
  onSeen?: NodeJS.Signals
): Promise<Step> {
  let kill: (signal: NodeJS.Signals) => void = () => {}
  return runStep(
    simulator => {
      const send = (signal: NodeJS.Signals, ms = 0): void => void setTimeout(() => kill(signal), ms)
      const inputs = arrange(simulator, send)
      return { ...nameJob(simulator.addJob(job), job), ...inputs }
    },
    {
      onStart: it => {
        kill = it
      },
      onLog: log => {
        if (onSeen !== undefined && log.includes(' is running')) kill(onSeen)
      }
    }
  )
}

/** What is requested in addition to states. */
const cancels = ({ requests }: Step) => requests.filter(({ method }) => method === 'PATCH')

test.concurrent('edge case 41: SIGINT while a request hangs ends the step, with every output written', async () => {
  const step = await signalled(ONTAP, (simulator, send) => {
    simulator.fault({ kind: 'hang', skip: 1, times: ALWAYS })
    atRequest(simulator, 2, () => send('SIGINT', 100))
    return undefined
  })
  expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: 'running' })
  expect(step.outputs.message).toContain('creating')
  expect(annotationsOf(step)).toHaveLength(1)
  expect(step.summary).toContain('cancelled')
  expect(step.stderr).toBe('')
})

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)(
  '%s during a pause between two polls ends the step',
  async signal => {
    const step = await signalled(OLD, () => undefined, signal)
    expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: 'running' })
    expect(step.requests).toHaveLength(1)
  }
)

test.concurrent('SIGINT during a long poll ends the step, and says how to go on waiting', async () => {
  const step = await signalled(HELD, (simulator, send) => {
    atRequest(simulator, 2, () => send('SIGINT', 100))
    return undefined
  })
  expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: 'running' })
  expect(step.stdout + step.summary).toContain(`job-key: ${step.outputs.key}`)
})

test.concurrent('SIGINT before the first answer ends the step', async () => {
  const step = await signalled(ONTAP, (simulator, send) => {
    simulator.fault({ kind: 'hang', times: ALWAYS })
    atRequest(simulator, 1, () => send('SIGINT', 50))
    return undefined
  })
  expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: '' })
})

test.concurrent('SIGINT while the outputs are written does not change how the job ended', async () => {
  const interrupt = `data:text/javascript,${encodeURIComponent(
    `import fs from 'node:fs'
     import { syncBuiltinESMExports } from 'node:module'
     const append = fs.appendFileSync
     fs.appendFileSync = (...args) => {
       fs.appendFileSync = append
       syncBuiltinESMExports()
       process.emit('SIGINT', 'SIGINT') || process.kill(process.pid, 'SIGINT')
       append(...args)
     }
     syncBuiltinESMExports()`
  )}`
  const job: NewJob = { api: 'ontap', script: [{ after: 0, state: 'success' }] }
  const step = await runStep(simulator => nameJob(simulator.addJob(job), job), { nodeOptions: ['--import', interrupt] })
  expect(step.outputs).toMatchObject({ outcome: 'success', state: 'success', 'elapsed-seconds': expect.any(String) })
  expect(step.exitCode).toBe(0)
})

test.concurrent('a second signal ends the step at once', async () => {
  const step = await signalled(
    ONTAP,
    (simulator, send) => {
      simulator.fault({ kind: 'hang', match: 'action=cancel', times: ALWAYS })
      simulator.onArrival(({ method }) => {
        if (method === 'PATCH') send('SIGINT')
      })
      return { 'cancel-job': 'on-cancel' }
    },
    'SIGINT'
  )
  expect([step.exitCode, step.outputs.outcome]).toEqual([130, undefined])
})

test.concurrent('cancel-job on-cancel asks ONTAP to cancel the job, and tells how it ended', async () => {
  const step = await signalled(ONTAP, () => ({ 'cancel-job': 'on-cancel' }), 'SIGINT')
  expect(endOf(step)).toEqual({ exitCode: 130, outcome: 'cancelled', state: 'failure' })
  expect(cancels(step).map(({ path }) => path)).toEqual([
    expect.stringMatching(/^\/api\/cluster\/jobs\/[^/]+\?action=cancel$/)
  ])
  expect(step.outputs.message).toMatch(/asked to cancel/)
})

test.concurrent('cancel-job on-timeout asks for it when the time is out, and the outcome stays a time-out', async () => {
  const step = await signalled(ONTAP, () => ({ 'cancel-job': 'on-timeout', timeout: '3s' }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'failure' })
  expect(cancels(step)).toHaveLength(1)
})

test.concurrent.each([
  ['never', '3s'],
  ['on-cancel', '3s']
])('cancel-job %s asks for nothing when the time is out', async (choice, timeout) => {
  const step = await signalled(ONTAP, () => ({ 'cancel-job': choice, timeout }))
  expect([endOf(step).outcome, cancels(step).length]).toEqual(['timeout', 0])
})

test.concurrent('a job that does not allow it is distinguished, with what the server said', async () => {
  const job: NewJob = { ...ONTAP, cancellable: false }
  const step = await signalled(job, () => ({ 'cancel-job': 'always', timeout: '3s' }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'running' })
  expect(step.outputs.message).toMatch(/did not cancel it: .*does not support cancel/)
})

test.concurrent('a server that hangs on the request to cancel does not hold the step', async () => {
  const step = await signalled(ONTAP, simulator => {
    simulator.fault({ kind: 'hang', match: 'action=cancel', times: ALWAYS })
    return { 'cancel-job': 'always', timeout: '3s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'running' })
})

test.concurrent('an API that has no cancel: one warning, and the wait goes on', async () => {
  const job: NewJob = { api: 'unified-manager', script: [{ after: 0, state: 'success' }] }
  const step = await signalled(job, () => ({ 'cancel-job': 'always' }))
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(annotationsOf(step)).toEqual([{ level: 'warning', text: expect.stringContaining('cannot cancel a job') }])
})

test.concurrent('fail-fast does not cancel the jobs that it stops waiting for', async () => {
  const failing: NewJob = { api: 'ontap', script: [{ after: 0, state: 'failure' }] }
  const step = await runStep(simulator => ({
    'job-key': [ONTAP, failing].map(job => simulator.addJob(job).key).join('\n'),
    'fail-fast': 'true',
    'cancel-job': 'always'
  }))
  expect([endOf(step).outcome, cancels(step).length]).toEqual(['error', 0])
})
