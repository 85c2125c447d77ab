import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts'
import { annotationsOf } from './support.ts'

/** `wait: false` starts a job, and a later step waits for it with what the first one wrote. */

const CLUSTER = '5ea7a442-86d1-11e0-ae1c-123478563412'
const BULK = JSON.stringify({ records: [{ name: 'vol1' }, { name: 'vol2-fail' }], simulate: { seconds: 0.2 } })
const VOLUME = JSON.stringify({ name: 'vol1', simulate: { seconds: 0.2 } })

let simulator: Simulator
const serve = async (options: SimulatorOptions) => {
  await simulator.close()
  simulator = await startSimulator(options)
}
beforeEach(async () => {
  simulator = await startSimulator({ plays: 'ontap' })
})
afterEach(() => simulator.close())

const run = (inputs: Record<string, string>) => runAction({ url: simulator.url, ...inputs })
const start = (request: string, body: string, inputs: Record<string, string> = {}) =>
  run({ request, 'request-body': body, wait: 'false', ...inputs })
const requests = () => simulator.requests.map(({ method }) => method)

test('the call is made, its job is named and not asked about, and the step passes', async () => {
  const step = await start('POST /storage/volumes', VOLUME)
  expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'accepted', '202'])
  expect(requests()).toEqual(['POST'])
  expect(annotationsOf(step)).toEqual([])
  expect(step.stdout).toContain(`The server accepted the call as job ${step.outputs.key}, which is not awaited`)
  expect(step.summary).toContain('The server accepted the call')
  const later = await run({ 'job-key': step.outputs.key ?? '' })
  expect([later.exitCode, later.outputs.outcome]).toEqual([0, 'success'])
})

test.each<[string, SimulatorOptions, string]>([
  ['with links', { plays: 'ontap' }, ''],
  ['without links', { plays: 'ontap', ontap: { hal: false } }, ''],
  ['behind a gateway', { plays: 'unified-manager' }, `/gateways/${CLUSTER}`],
  [
    'behind a gateway without links',
    { plays: 'unified-manager', unifiedManager: { gatewayLinks: 'absent' } },
    `/gateways/${CLUSTER}`
  ]
])('the output "job" of a bulk call contains all that a later step needs: %s', async (_, server, gateway) => {
  await serve(server)
  const step = await start(`POST ${gateway}/storage/volumes`, BULK)
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'accepted'])
  const later = await run({ response: step.outputs.job ?? '', timeout: '20s' })
  expect([later.exitCode, later.outputs.outcome]).toEqual([1, 'partial-failures'])
})

test('the output "job" of a call that started several jobs names them all', async () => {
  const step = await start('DELETE /storage/volumes?name=v1|v2|v3', '{"simulate":{"seconds":0.2}}')
  expect([step.exitCode, step.outputs.outcome, step.outputs.key?.split('\n').length]).toEqual([0, 'accepted', 3])
  const later = await run({ response: step.outputs.job ?? '' })
  expect([later.exitCode, later.outputs.key]).toEqual([0, step.outputs.key])
})

test('a job of Unified Manager is named too', async () => {
  await serve({ plays: 'unified-manager' })
  const step = await start('POST /storage-provider/luns', '{"name":"lun1","simulate":{"seconds":0.2}}')
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'accepted'])
  const later = await run({ response: step.outputs.job ?? '' })
  expect([later.exitCode, later.outputs.outcome]).toEqual([0, 'success'])
})

test('a call that was done at once is a success, without a look at its job', async () => {
  const step = await start('POST /storage/volumes', VOLUME, { 'return-timeout': '60s' })
  expect([step.exitCode, step.outputs.outcome, step.outputs['status-code']]).toEqual([0, 'success', '201'])
  expect(requests()).toEqual(['POST'])
})

test('a call that was refused fails', async () => {
  simulator.fault({ kind: 'answer', status: 400, body: '{"error":{"message":"no room","code":"1"}}' })
  const step = await start('POST /storage/volumes', VOLUME)
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'refused'])
})

test.each([
  [{ 'job-key': CLUSTER }, /^wait: false needs "request"/],
  [{ request: 'POST /storage/volumes', until: 'volume-move' }, /^wait: false cannot be combined with "until"/]
])('%j cannot be left alone', async (inputs, fault) => {
  const step = await run({ ...inputs, wait: 'false' } as Record<string, string>)
  expect([step.exitCode, step.outputs.outcome, step.outputs.message]).toEqual([
    1,
    'invalid-input',
    expect.stringMatching(fault)
  ])
  expect(requests()).toEqual([])
})
