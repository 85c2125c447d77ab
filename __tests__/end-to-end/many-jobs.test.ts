import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { type NewJob, type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts'
import { atRequest, moveAtRequest } from './support.ts'

let simulator: Simulator
const folder = mkdtempSync(join(tmpdir(), 'await-job-test-'))

afterEach(() => simulator.close())
afterAll(() => rmSync(folder, { recursive: true }))

async function start(options: SimulatorOptions = {}): Promise<void> {
  simulator = await startSimulator(options)
}

/** A job that ends in `state` after some seconds. */
function job(api: NewJob['api'], state: string, after = 1, more: Partial<NewJob> = {}): NewJob {
  const script = [
    { after: 0, state: 'running' },
    { after, state }
  ]
  return { api, script, ...more }
}

function add(jobs: readonly NewJob[]): string[] {
  return jobs.map(one => simulator.addJob(one).key)
}

/** Jobs that begin with the first request, however long it takes to come. */
function addAtFirstRequest(jobs: readonly NewJob[]): string[] {
  const keyed = jobs.map(one => ({ ...one, key: randomUUID() }))
  atRequest(simulator, 1, () => void add(keyed))
  return keyed.map(({ key }) => key)
}

interface Entry {
  key: string
  label?: string
  outcome: string
  state: string
  message: string
  result: Record<string, unknown>
}

/** A file with the bodies of answers, one per line. */
function fileOf(bodies: readonly unknown[]): string {
  const file = join(folder, 'accepted.jsonl')
  writeFileSync(file, bodies.map(body => JSON.stringify(body)).join('\n'))
  return file
}

async function run(inputs: Record<string, string>) {
  const step = await runAction({ url: simulator.url, ...inputs })
  const entries: Entry[] = JSON.parse(step.outputs.jobs ?? '[]')
  return { ...step, entries, outcomes: entries.map(({ outcome }) => outcome) }
}

const listRequests = () => simulator.requests.filter(({ path }) => path.includes('/jobs?'))

test('of three jobs of which one fails, each has its own ending, and the step fails with the worst', async () => {
  await start()
  const keys = add([job('ontap', 'success'), job('ontap', 'failure'), job('ontap', 'success')])
  const { exitCode, outputs, outcomes } = await run({ 'job-key': keys.join('\n') })
  expect(exitCode).toBe(1)
  expect(outcomes).toEqual(['success', 'error', 'success'])
  expect(outputs).toMatchObject({ outcome: 'error', state: 'failure', key: keys.join('\n') })
  expect(outputs.message).toContain(keys[1])
})

test('a job is called by its label or number in log, annotation, outputs and summary alike', async () => {
  await start()
  const volume = '028baa66-41bd-11e9-81d5-00a0986138f7'
  const failing: NewJob = {
    api: 'ontap',
    description: `POST /api/storage/volumes/${volume}`,
    script: [{ after: 0, state: 'running', message: 'Creating volume "vol_2" in SVM "svm1".' }]
  }
  const [first = '', second = ''] = add([job('ontap', 'success'), failing])
  moveAtRequest(simulator, 2, second, { state: 'failure', message: 'No space.', code: 917_831 })
  const { stdout: log, summary, outputs, entries } = await run({ 'job-key': `vol_01 = ${first}\n${second}` })
  expect(log).toContain(`  vol_01 ${first}`)
  expect(log).toContain(`  #2 ${second}`)
  expect(log).toMatch(/\] #2 \(POST .*\) is running: Creating volume "vol_2" in SVM "svm1"\./)
  expect(log).toMatch(/\] vol_01 \(.*\) succeeded \(success\): ran 1s, waited \d+s/)
  const annotation = /^::error title=1 of 2 jobs failed::(.*)$/m.exec(log)?.[1]?.split('%0A') ?? []
  expect(annotation[0]).toMatch(/^1 succeeded, 1 failed in \d+s \(\d\d:\d\d:\d\d to \d\d:\d\d:\d\d UTC\)$/)
  expect(annotation[1]).toContain(
    `#2 (Creating volume "vol_2" in SVM "svm1", POST /api/storage/volumes/${volume}, ${second}) failed (failure, code 917831): No space. (ran `
  )
  expect(annotation[2]).toBe('Fix the cause, then repeat the call: the job has ended.')
  expect(outputs.message).toContain('The worst: #2 (')
  expect(entries.map(({ label }) => label)).toEqual(['vol_01', undefined])
  expect(summary.indexOf('#2</code>')).toBeLessThan(summary.indexOf('vol_01</code>'))
})

test('jobs that all succeed pass the step', async () => {
  await start()
  const keys = add([job('unified-manager', 'success'), job('unified-manager', 'success', 0)])
  const { exitCode, outputs, outcomes } = await run({ 'job-key': keys.join('\n') })
  expect([exitCode, outputs.outcome, outcomes]).toEqual([0, 'success', ['success', 'success']])
})

test('fail-fast stops waiting at the first job that fails', async () => {
  await start()
  const keys = add([job('ontap', 'success', 3_600), job('ontap', 'failure'), job('ontap', 'success', 3_600)])
  const { exitCode, outcomes } = await run({ 'job-key': keys.join('\n'), 'fail-fast': 'true' })
  expect([exitCode, outcomes]).toEqual([1, ['cancelled', 'error', 'cancelled']])
})

test('without fail-fast a job that fails does not end the wait for the others', async () => {
  await start()
  const keys = add([job('ontap', 'failure', 0), job('ontap', 'success', 2)])
  expect((await run({ 'job-key': keys.join('\n') })).outcomes).toEqual(['error', 'success'])
})

test('a job given twice counts once', async () => {
  await start()
  const [key = ''] = add([job('ontap', 'success', 0)])
  const { entries } = await run({ 'job-key': `${key}\n${key.toUpperCase()}\n/api/cluster/jobs/${key}` })
  expect(entries).toHaveLength(1)
})

test('jobs of different APIs in one step are an input error that names both', async () => {
  await start()
  const [ontap, manager] = add([job('ontap', 'success'), job('unified-manager', 'success')])
  const { outputs } = await run({ 'job-key': `${ontap}\n${manager}` })
  expect(outputs.outcome).toBe('invalid-input')
  expect(outputs.message).toMatch(/ontap.*unified-manager/)
  expect(simulator.requests).toHaveLength(0)
})

test('a JSON array of 202 bodies, JSON lines in a file, and a body with several jobs each name all their jobs', async () => {
  await start()
  const bodies = [0, 1, 2].map(() => simulator.addJob(job('unified-manager', 'success', 0)).accepted)
  const jobs = { jobs: [0, 1].map(() => simulator.addJob(job('ontap', 'success', 0)).accepted.job), num_records: 2 }
  const steps = await Promise.all([
    run({ response: JSON.stringify(bodies) }),
    run({ 'response-file': fileOf(bodies) }),
    run({ response: JSON.stringify(jobs) })
  ])
  expect(steps.map(({ outcomes }) => outcomes.length)).toEqual([3, 3, 2])
  expect(steps.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
})

test.each(['ontap', 'unified-manager'] as const)('%s is asked about all its jobs in one request', async api => {
  await start({ unifiedManager: { longPoll: 'ignored' } })
  const keys = add(Array.from({ length: 20 }, () => job(api, 'success', 0)))
  const { exitCode, outcomes } = await run({ 'job-key': keys.join('\n') })
  expect([exitCode, outcomes.length]).toEqual([0, 20])
  expect(simulator.requests).toHaveLength(1)
})

test('one job that is lost among many does not cost the others their verdict', async () => {
  await start()
  const jobs = Array.from({ length: 8 }, () => job('ontap', 'success', 3))
  const keys = addAtFirstRequest([...jobs, job('ontap', 'success', 60, { goneAfter: 1.5 })])
  const { exitCode, outcomes } = await run({ 'job-key': keys.join('\n') })
  expect([exitCode, outcomes]).toEqual([1, [...jobs.map(() => 'success'), 'lost']])
})

test.each(['unfiltered', 'refused'] as const)(
  'a server whose lists are %s is asked about each job, after two tries',
  async lists => {
    await start({ ontap: { lists } })
    const keys = addAtFirstRequest(Array.from({ length: 9 }, () => job('ontap', 'success', 2)))
    add(Array.from({ length: 30 }, () => job('ontap', 'failure', 1)))
    const { exitCode, outcomes } = await run({ 'job-key': keys.join('\n') })
    expect([exitCode, outcomes]).toEqual([0, keys.map(() => 'success')])
    const tries = keys.map(key => listRequests().filter(({ path }) => path.includes(key)).length)
    expect(Math.max(...tries)).toBe(2)
  }
)

test('a list that comes in pages is followed to its end', async () => {
  await start({ unifiedManager: { longPoll: 'ignored' } })
  const keys = add(Array.from({ length: 7 }, () => job('unified-manager', 'success', 0)))
  const record = (key: string) => ({ key, state: 'completed', status: 'normal', complete_time: '2026-01-01T00:00:00Z' })
  const page = (some: string[], next?: string) =>
    JSON.stringify({ records: some.map(record), _links: next === undefined ? {} : { next: { href: next } } })
  simulator.fault({
    match: 'offset=4',
    kind: 'answer',
    body: page(keys.slice(4))
  })
  simulator.fault({
    match: '/jobs?',
    kind: 'answer',
    body: page(keys.slice(0, 4), 'https://elsewhere.example/api/management-server/jobs?offset=4')
  })
  const { exitCode, outcomes } = await run({ 'job-key': keys.join('\n') })
  expect([exitCode, outcomes]).toEqual([0, keys.map(() => 'success')])
  expect(simulator.requests).toHaveLength(2)
})

test('a parent whose spawned jobs still run is pending, and the spawned jobs that failed are named', async () => {
  await start()
  const parent = simulator.addJob(job('unified-manager', 'partial_failures', 0))
  const tasks = [{ name: 'Create share', failure: 'The volume is full' }]
  const script = [{ after: 0, state: 'running' }]
  const [one = ''] = add([
    { api: 'unified-manager', name: 'Child one', parent: parent.key, tasks, script },
    job('unified-manager', 'success', 0, { name: 'Child two', parent: parent.key })
  ])
  moveAtRequest(simulator, 3, one, { state: 'failure' })
  const { exitCode, outputs, stdout } = await run({ response: JSON.stringify(parent.accepted) })
  expect([exitCode, outputs.outcome]).toEqual([1, 'partial-failures'])
  expect(simulator.requests.length).toBeGreaterThanOrEqual(3)
  expect(stdout).toMatch(/::error.*Child one.*The volume is full/)
  expect(stdout).not.toContain('Child two')
})

test.each([
  { title: 'errors', bulk: { records: [{ name: 'v1' }], errors: [{ code: '262287', message: 'v2 failed' }] } },
  { title: 'rollback errors', bulk: { records: [], rollback_errors: [{ error: { code: 4, message: 'v2 failed' } }] } }
])('an ONTAP bulk job that succeeded with $title ends as partial failures', async ({ bulk }) => {
  await start()
  const { accepted } = simulator.addJob(job('ontap', 'success', 1, { bulk }))
  const { exitCode, outputs } = await run({ response: JSON.stringify(accepted) })
  expect(exitCode).toBe(1)
  expect(outputs).toMatchObject({ outcome: 'partial-failures', state: 'success' })
  expect(outputs.message).toContain('v2 failed')
  expect(JSON.parse(outputs.result ?? '')).toMatchObject(
    Object.fromEntries(Object.entries(bulk).filter(([, list]) => list.length > 0))
  )
})

test('the records of an ONTAP bulk job without errors are its result', async () => {
  await start()
  const records = [{ uuid: 'u1', name: 'v1' }]
  const { accepted } = simulator.addJob(job('ontap', 'success', 0, { bulk: { records } }))
  const { exitCode, outputs } = await run({ response: JSON.stringify(accepted) })
  expect([exitCode, JSON.parse(outputs.result ?? '').records]).toEqual([0, records])
})

const MISSING = { error: { message: "entry doesn't exist", code: '4' } }

test('a bulk job whose results cannot be read does not pass: they could hold errors', async () => {
  await start()
  const { accepted } = simulator.addJob(job('ontap', 'success', 0, { bulk: { records: [] } }))
  simulator.fault({ match: 'job_results_uuid', kind: 'answer', status: 404, body: MISSING, times: 9 })
  const { exitCode, outputs } = await run({ response: JSON.stringify(accepted) })
  expect([exitCode, outputs.outcome]).toEqual([1, 'lost'])
})

test('a thousand jobs are awaited with ten requests a round, and the outputs stay within bounds', async () => {
  await start()
  const jobs = Array.from({ length: 1_000 }, (_, index) => job('ontap', index === 500 ? 'failure' : 'success', 2))
  const bodies = jobs.map(one => simulator.addJob(one).accepted)
  const { exitCode, outputs, entries } = await run({ 'response-file': fileOf(bodies) })
  expect([exitCode, outputs.outcome, entries.length]).toEqual([1, 'error', 1_000])
  expect(entries.filter(({ outcome }) => outcome === 'success')).toHaveLength(999)
  expect(Object.values(outputs).join('').length).toBeLessThan(1_000_000)
  const rounds = Math.max(
    ...entries.map(({ key }) => simulator.requests.filter(({ path }) => path.includes(key)).length)
  )
  expect(listRequests().length).toBeLessThanOrEqual(10 * rounds)
  expect(simulator.requests.every(({ path }) => path.length < 4_096)).toBe(true)
})
