import { expect, test } from '@jest/globals'
import type { NewJob, Simulator } from '../../simulator/server.ts'
import { annotationsOf, awaitJob, type Inputs, runStep, type Step } from './support.ts'

/** Nothing but a well-formed answer ends with exit code 0, and no defect does. Everything else: `bad-servers.ts`. */

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'

const ANSWERS: [name: string, job: NewJob][] = (['ontap', 'ontap-select', 'unified-manager'] as const).map(api => [
  api,
  { api, script: [{ after: 0, state: 'success' }] }
])

test.concurrent.each(ANSWERS)('a well-formed answer of %s does end with exit code 0', async (_api, job) => {
  const step = await awaitJob(job)
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
})

/** Breaks something inside the process before the action is loaded. */
const broken = (script: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
const onRequest = (script: string): string[] =>
  broken(`
    import { ClientRequest } from 'node:http'
    const { end } = ClientRequest.prototype
    ClientRequest.prototype.end = function (...args) {
      ${script}
      return end.apply(this, args)
    }
  `)

const BREAKS: [name: string, nodeOptions: string[]][] = [
  ['an uncaught exception', onRequest("setImmediate(() => { throw new Error('broken') })")],
  ['an uncaught exception without an error', onRequest('setImmediate(() => { throw undefined })')],
  ['an unhandled rejection', onRequest("Promise.reject(new Error('broken'))")],
  ['an exception in a decision', broken("Math.random = () => { throw new Error('broken') }")],
  ['an exception in the report', broken("Math.round = () => { throw new Error('broken') }")],
  ['a promise that never settles', broken('globalThis.setTimeout = () => ({ ref() {}, unref() {} })')],
  ['a process that is made to exit', onRequest('setImmediate(() => process.exit())')],
  ['a process that is made to exit with 0', onRequest('setImmediate(() => process.exit(0))')]
]

function awaitRunning(nodeOptions: string[]): Promise<Step> {
  const arrange = (simulator: Simulator): Inputs => {
    simulator.addJob({ api: 'ontap', key: UUID, script: [{ after: 0, state: 'running' }] })
    return { 'job-key': UUID, timeout: '2s' }
  }
  return runStep(arrange, { nodeOptions })
}

test.concurrent.each(BREAKS)(
  'a defect never ends with exit code 0, and is called one: %s',
  async (name, nodeOptions) => {
    const step = await awaitRunning(nodeOptions)
    expect(step.exitCode).toBeGreaterThan(0)
    expect(annotationsOf(step)).toEqual([{ level: 'error', text: expect.stringMatching(/defect/) }])
    expect(step.outputs.key).toBe(UUID)
    if (name !== 'a promise that never settles') expect(step.stderr).toBe('')
  }
)

test.concurrent('an exception that nothing caught is shown without the secrets in it', async () => {
  const says = onRequest("setImmediate(() => { throw new Error('not ' + process.env.INPUT_TOKEN) })")
  const step = await runStep(() => ({ 'job-key': UUID, token: 'Correct-Horse' }), { nodeOptions: says })
  expect(annotationsOf(step)).toEqual([{ level: 'error', text: expect.stringContaining('Error: not ***.') }])
  expect(step.stdout.replace(/^::add-mask::.*$/gm, '') + step.stderr + JSON.stringify(step.outputs)).not.toContain(
    'Horse'
  )
})

test.concurrent('a process that is killed does not end with exit code 0', async () => {
  const step = await awaitRunning(onRequest("setImmediate(() => process.kill(process.pid, 'SIGKILL'))"))
  expect([step.exitCode, step.outputs]).toEqual([process.platform === 'win32' ? 1 : null, {}])
})
