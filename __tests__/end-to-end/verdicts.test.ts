import { expect, test } from '@jest/globals'
import type { NewJob, Step as ScriptStep, SimulatorOptions } from '../../simulator/server.ts'
import { annotationsOf, awaitJob, endOf, moveAtRequest, nameJob, runStep } from './support.ts'

type Ended = Omit<ScriptStep, 'after'>
type Row = [name: string, step: Ended, exitCode: 0 | 1, outcome: string, state: string]

const at = (step: Ended): NewJob['script'] => [{ after: 0, ...step }]
const unifiedManager = (step: Ended): NewJob => ({ api: 'unified-manager', script: at(step) })
const ontap = (step: Ended): NewJob => ({ api: 'ontap', script: at(step) })
const ontapSelect = (step: Ended): NewJob => ({ api: 'ontap-select', script: at(step) })

const SPECIFIED: Row[] = [
  ['completed, normal', { state: 'success' }, 0, 'success', 'NORMAL'],
  ['completed, warning', { state: 'warning' }, 0, 'warning', 'WARNING'],
  ['completed, partial_failures', { state: 'partial_failures' }, 1, 'partial-failures', 'PARTIAL_FAILURES'],
  ['completed, error', { state: 'failure' }, 1, 'error', 'ERROR'],
  ['aborted', { state: 'aborted' }, 1, 'error', 'ERROR'],
  ['aborted beside normal', { state: 'aborted', status: 'normal' }, 1, 'error', 'ERROR'],
  ['completed without a status', { state: 'COMPLETED', status: null }, 1, 'unrecognized', 'COMPLETED'],
  ['completed with an empty status', { state: 'completed', status: '' }, 1, 'unrecognized', 'completed'],
  ['completed with an unknown status', { state: 'completed', status: 'splendid' }, 1, 'unrecognized', 'completed'],
  ['completed in capitals', { state: 'COMPLETED', status: 'NORMAL' }, 0, 'success', 'NORMAL'],
  ['completed amid white space', { state: ' Completed ', status: ' Normal\n' }, 0, 'success', 'NORMAL'],
  [
    'completed in two words',
    { state: 'completed', status: 'Partial Failures' },
    1,
    'partial-failures',
    'PARTIAL_FAILURES'
  ],
  ['an unknown state with an end, normal', { state: 'Done', status: 'normal', ended: true }, 0, 'success', 'NORMAL'],
  ['an unknown state with an end, error', { state: 'Done', status: 'error', ended: true }, 1, 'error', 'ERROR'],
  ['an unknown state with an end, unknown', { state: 'Done', status: 'fine', ended: true }, 1, 'unrecognized', 'Done'],
  ['no state, but an end and a status', { state: '', status: 'normal', ended: true }, 0, 'success', 'NORMAL']
]

const DOCUMENTED: Row[] = [
  ['NORMAL', { state: 'success' }, 0, 'success', 'NORMAL'],
  ['NORMAL without an end time', { state: 'NORMAL', status: null, ended: false }, 0, 'success', 'NORMAL'],
  ['WARNING with an end time', { state: 'warning' }, 0, 'warning', 'WARNING'],
  ['PARTIAL_FAILURES', { state: 'partial_failures' }, 1, 'partial-failures', 'PARTIAL_FAILURES'],
  ['ERROR', { state: 'failure' }, 1, 'error', 'ERROR'],
  ['normal, in lower case', { state: 'normal', status: null }, 0, 'success', 'NORMAL']
]

const ONTAP: Row[] = [
  ['success', { state: 'success' }, 0, 'success', 'success'],
  ['success, in capitals', { state: 'SUCCESS', ended: true }, 0, 'success', 'success'],
  ['success without an end time', { state: 'success', ended: false }, 0, 'success', 'success'],
  ['failure', { state: 'failure', error: { message: 'No space.', code: '917831' } }, 1, 'error', 'failure'],
  ['failure, code 0, no message', { state: 'failure', code: 0 }, 1, 'error', 'failure'],
  ['the word error', { state: 'error', ended: true, message: 'No space.' }, 1, 'error', 'error'],
  ['cancelled', { state: 'cancelled' }, 1, 'error', 'cancelled'],
  ['canceled', { state: 'canceled' }, 1, 'error', 'canceled'],
  ['expired', { state: 'expired' }, 1, 'error', 'expired'],
  ['success with an error', { state: 'success', error: { message: 'Odd.', code: '787141' } }, 0, 'warning', 'success'],
  ['success with an error that says nothing', { state: 'success', error: { code: '0' } }, 0, 'success', 'success']
]

const ONTAP_SELECT: Row[] = [
  ['success', { state: 'success' }, 0, 'success', 'success'],
  ['Success', { state: 'Success' }, 0, 'success', 'success'],
  ['failure', { state: 'failure', message: 'No host.' }, 1, 'error', 'failure'],
  ['Failure', { state: 'Failure', message: 'No host.' }, 1, 'error', 'failure'],
  ['cancelled', { state: 'Cancelled' }, 1, 'error', 'cancelled'],
  ['expired', { state: 'expired' }, 1, 'error', 'expired']
]

const FORMS: [form: string, server: SimulatorOptions, rows: Row[], job: (step: Ended) => NewJob][] = [
  ['Unified Manager as specified', {}, SPECIFIED, unifiedManager],
  ['Unified Manager as documented', { unifiedManager: { form: 'documented' } }, DOCUMENTED, unifiedManager],
  ['ONTAP', {}, ONTAP, ontap],
  ['ONTAP Select', {}, ONTAP_SELECT, ontapSelect],
  ['ONTAP Select without the record around it', { ontapSelect: { wrapped: false } }, ONTAP_SELECT, ontapSelect]
]

const OVER = FORMS.flatMap(([form, server, rows, job]) => rows.map(row => [form, ...row, server, job] as const))

test.concurrent.each(OVER)(
  'a job of %s is over: %s',
  async (_form, _name, step, exitCode, outcome, state, server, job) => {
    expect(endOf(await awaitJob(job(step), {}, { server }))).toEqual({ exitCode, outcome, state })
  }
)

const PENDING: [form: string, server: SimulatorOptions, job: (step: Ended) => NewJob, states: Ended[]][] = [
  [
    'Unified Manager as specified',
    {},
    unifiedManager,
    [
      ...['running', 'queued', 'waiting', 'aborting', 'initialized', 'in_progress'].map(state => ({
        state,
        status: 'normal'
      })),
      { state: 'running', status: 'error' },
      { state: 'RUNNING', status: 'warning' }
    ]
  ],
  [
    'Unified Manager as documented',
    { unifiedManager: { form: 'documented' } },
    unifiedManager,
    [{ state: 'WARNING', ended: false }, { state: 'RUNNING' }]
  ],
  ['ONTAP', {}, ontap, [{ state: 'queued' }, { state: 'running', message: 'Success is near' }, { state: 'paused' }]],
  ['ONTAP Select', {}, ontapSelect, [{ state: 'Queued' }, { state: 'Running', message: 'success' }]]
]

const STILL = PENDING.flatMap(([form, server, job, steps]) => steps.map(step => [form, step, server, job] as const))

test.concurrent.each(STILL)('a job of %s is pending: %j', async (_form, step, server, job) => {
  const end = await awaitJob(job(step), { timeout: '3s', 'long-poll': '0s' }, { server })
  expect(endOf(end)).toEqual({ exitCode: 1, outcome: 'timeout', state: step.state })
  expect(end.requests.length).toBeGreaterThan(1)
})

type Turn = [name: string, job: NewJob, later: Ended, exitCode: 0 | 1, outcome: string, state: string]

/** What each job shows first is pending, or a verdict that nothing confirms; what it shows from the second request on counts. */
const TURNS: Turn[] = [
  [
    'a WARNING that turns into NORMAL',
    unifiedManager({ state: 'WARNING', status: null, ended: false }),
    { state: 'NORMAL', status: null, ended: true },
    0,
    'success',
    'NORMAL'
  ],
  [
    'a WARNING that turns into ERROR',
    unifiedManager({ state: 'WARNING', status: null, ended: false }),
    { state: 'ERROR', status: null, ended: true },
    1,
    'error',
    'ERROR'
  ],
  [
    'a WARNING that gets an end time',
    unifiedManager({ state: 'WARNING', status: null, ended: false }),
    { state: 'WARNING', status: null, ended: true },
    0,
    'warning',
    'WARNING'
  ],
  [
    'running beside normal that completes with an error',
    unifiedManager({ state: 'running', status: 'normal' }),
    { state: 'failure' },
    1,
    'error',
    'ERROR'
  ],
  [
    'running beside error that completes as normal',
    unifiedManager({ state: 'running', status: 'error' }),
    { state: 'success' },
    0,
    'success',
    'NORMAL'
  ],
  [
    'NORMAL without an end time that the second reading does not confirm',
    unifiedManager({ state: 'NORMAL', status: null, ended: false }),
    { state: 'ERROR', status: null, ended: true },
    1,
    'error',
    'ERROR'
  ],
  [
    'success without an end time that the second reading does not confirm',
    ontap({ state: 'success', ended: false }),
    { state: 'failure' },
    1,
    'error',
    'failure'
  ],
  ['paused, and then resumed to its end', ontap({ state: 'paused' }), { state: 'success' }, 0, 'success', 'success'],
  [
    'an unknown word that turns into a known one',
    ontapSelect({ state: 'Dreaming' }),
    { state: 'Success' },
    0,
    'success',
    'success'
  ]
]

test.concurrent.each(TURNS)('the end counts, not what came before: %s', async (_name, job, later, ...expected) => {
  const step = await runStep(simulator => {
    const added = simulator.addJob(job)
    moveAtRequest(simulator, 2, added.key, later)
    return { ...nameJob(added, job), 'long-poll': '0s' }
  })
  const [exitCode, outcome, state] = expected
  expect(endOf(step)).toEqual({ exitCode, outcome, state })
})

test.concurrent('a verdict of Unified Manager carries the results and the reason of every failed task', async () => {
  const step = await awaitJob({
    ...unifiedManager({ state: 'partial_failures' }),
    name: 'Create LUN',
    results: { lunKey: 'lun-1', volumeKey: 'vol-1' },
    tasks: [{ name: 'Create LUN' }, { name: 'Map LUN', failure: 'No such host.' }, { name: 'Tag', failure: 'No.' }]
  })
  const { outputs } = step
  expect(JSON.parse(outputs.result ?? '')).toEqual({ lunKey: 'lun-1', volumeKey: 'vol-1' })
  expect(JSON.parse(outputs.job ?? '')).toMatchObject({ state: 'completed', status: 'partial_failures' })
  const [annotation, ...others] = annotationsOf(step)
  expect(others).toEqual([])
  for (const text of [outputs.message, annotation?.text]) {
    expect(text).toContain('Map LUN: No such host.')
    expect(text).toContain('Tag: No.')
  }
})

test.concurrent('a verdict of ONTAP carries the resource of its description, the message and the code', async () => {
  const error = { message: 'No space.', code: '917831' }
  const description = 'POST /api/storage/volumes/4ea7a442-86d1-11e0-ae1c-123478563412'
  const { outputs } = await awaitJob({ ...ontap({ state: 'failure', error }), description })
  expect(JSON.parse(outputs.result ?? '')).toEqual({ resource: description.slice('POST '.length) })
  expect(outputs['error-code']).toBe('917831')
  expect(outputs.message).toContain('No space.')
})

test.concurrent('a verdict of ONTAP Select carries the message', async () => {
  const { outputs } = await awaitJob(ontapSelect({ state: 'failure', message: 'No host is available.' }))
  expect(outputs.message).toContain('No host is available.')
})

test.concurrent('a job that is over in no known way fails the step at once, whatever "fail-on" says', async () => {
  const job = unifiedManager({ state: 'COMPLETED', status: 'odd' })
  const end = await awaitJob(job, { 'fail-on': 'NONE' })
  expect(endOf(end)).toEqual({ exitCode: 1, outcome: 'unrecognized', state: 'COMPLETED' })
  expect(end.requests).toHaveLength(1)
  expect(end.outputs.message).toMatch(/its result cannot be determined: the state "COMPLETED".* The server said: odd$/)
})

test.concurrent('a success of ONTAP with an error is a warning that shows it', async () => {
  const end = await awaitJob(ontap({ state: 'success', error: { message: 'No license.', code: '787141' } }))
  expect(end.outputs).toMatchObject({ outcome: 'warning', 'error-code': '787141' })
  expect(annotationsOf(end)).toMatchObject([{ level: 'warning', text: expect.stringContaining('No license.') }])
})

test.concurrent('a success has no annotation, a warning has one of that level', async () => {
  const [success, warning] = await Promise.all([
    awaitJob(unifiedManager({ state: 'success' })),
    awaitJob(unifiedManager({ state: 'warning' }))
  ])
  expect(annotationsOf(success)).toEqual([])
  expect(annotationsOf(warning).map(({ level }) => level)).toEqual(['warning'])
})

test.concurrent('a parent that is completed is awaited until its spawned jobs are over', async () => {
  const step = await runStep(simulator => {
    const parent = simulator.addJob(unifiedManager({ state: 'success' }))
    const child = simulator.addJob({ ...unifiedManager({ state: 'running' }), parent: parent.key })
    moveAtRequest(simulator, 2, child.key, { state: 'success' })
    return { 'job-key': parent.key, 'long-poll': '0s' }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(step.requests).toHaveLength(2)
})

const OUTCOMES = { success: 'success', warning: 'warning', partial_failures: 'partial-failures', failure: 'error' }
type State = keyof typeof OUTCOMES

const FAIL_ON: [failOn: string, failing: State[]][] = [
  ['', ['partial_failures', 'failure']],
  ['PARTIAL_FAILURES', ['partial_failures']],
  ['error,\nWarning', ['warning', 'failure']],
  ['NONE', []]
]
const FAILING = FAIL_ON.flatMap(([failOn, failing]) =>
  (Object.keys(OUTCOMES) as State[]).map(state => [failOn, state, failing.includes(state) ? 1 : 0] as const)
)

test.concurrent.each(FAILING)('fail-on %j: a job that ends in %s exits with %d', async (failOn, state, exitCode) => {
  const step = await awaitJob(unifiedManager({ state }), { 'fail-on': failOn })
  expect([step.exitCode, step.outputs.outcome]).toEqual([exitCode, OUTCOMES[state]])
  const level = exitCode === 1 ? ['error'] : state === 'success' ? [] : ['warning']
  expect(annotationsOf(step).map(({ level }) => level)).toEqual(level)
})

test.concurrent.each(['NONE', 'WARNING'])('fail-on %s does not let an ending without a verdict pass', async failOn => {
  const step = await awaitJob(ontap({ state: 'running' }), { 'fail-on': failOn, timeout: '1s' })
  expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'timeout'])
})

const SEVERAL: [states: string[], failOn: string, exitCode: 0 | 1, outcome: string][] = [
  [['success', 'success', 'success'], '', 0, 'success'],
  [['success', 'failure', 'success'], '', 1, 'error'],
  [['success', 'failure', 'success'], 'NONE', 0, 'error'],
  [['success', 'running', 'failure'], '', 1, 'error'],
  [['success', 'running', 'success'], 'NONE', 1, 'timeout']
]

test.concurrent.each(SEVERAL)(
  'of several jobs the worst counts: %j, fail-on %j',
  async (states, failOn, ...expected) => {
    const step = await runStep(simulator => {
      const keys = states.map(state => simulator.addJob(ontap({ state })).key)
      return { 'job-key': keys.join('\n'), 'fail-on': failOn, timeout: '3s' }
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual(expected)
    const entries = JSON.parse(step.outputs.jobs ?? '') as { key: string; state: string }[]
    expect(entries.map(({ key }) => key).join('\n')).toBe(step.outputs.key)
    expect(entries.map(({ state }) => state)).toEqual(states)
  }
)
