import { describe, expect, test } from '@jest/globals'
import { runAction, type StepOptions } from '../../simulator/runner.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts'
import { annotationsOf, endOf, type Inputs, pathsOf, runStep, type Step } from './support.ts'

const VOLUME = '4ea7a442-86d1-11e0-ae1c-123478563412'
const OTHER = '5ea7a442-86d1-11e0-ae1c-123478563412'
const GATEWAY = '/gateways/1cd8a442-86d1-11e0-ae1c-123478563412'
const VOLUMES = '/storage/volumes'
const RELATIONSHIPS = '/snapmirror/relationships'
const SOFTWARE = '/cluster/software'
const APPROVALS = '/security/multi-admin-verify/requests'

const MOVE = { movement: { destination_aggregate: { name: 'aggr2' } } }
const MIRROR = { source: { path: 'svm1:vol1' }, destination: { path: 'svm2:vol1' }, state: 'snapmirrored' }
const APPROVAL = { operation: 'volume delete', query: '-vserver svm1 -volume vol1' }

type Call = (method: string, path: string, body?: object) => Promise<Response>

/** Ten seconds of the server are one here; it is asked at least once per second. */
function run(
  arrange: (call: Call, simulator: Simulator) => Inputs | Promise<Inputs>,
  server: SimulatorOptions = {},
  options: StepOptions = {}
): Promise<Step> {
  return runStep(
    async simulator => {
      const call: Call = (method, path, body = {}) =>
        fetch(`${simulator.url}/api${path}`, { method, body: JSON.stringify(body) })
      return { 'poll-interval': '1s', ...(await arrange(call, simulator)) }
    },
    { ...options, server: { plays: 'ontap', speed: 10, ...server } }
  )
}

/** A call by the step itself, and what is to be true after the success of its job. */
const calling = (request: string, until: string, body: object, simulate: object = {}): Inputs => ({
  request,
  until,
  'request-body': JSON.stringify({ ...body, simulate: { seconds: 10, ...simulate } })
})

/** The log without what a runner does not show, its escapes undone. */
const logOf = ({ stdout }: Step): string => stdout.replace(/^::debug::.*\n/gm, '').replaceAll('%0A', '\n')

describe('the job succeeds, then the operation ends', () => {
  test.each([
    { until: 'volume-move', request: `PATCH ${VOLUMES}/${VOLUME}`, body: MOVE, state: 'success' },
    { until: 'snapmirror', request: `POST ${RELATIONSHIPS}`, body: MIRROR, state: 'snapmirrored' },
    { until: 'snapmirror', request: `PATCH ${RELATIONSHIPS}/${VOLUME}`, body: { state: 'in_sync' }, state: 'in_sync' },
    {
      until: 'snapmirror=broken_off',
      request: `PATCH ${RELATIONSHIPS}/${VOLUME}`,
      body: { state: 'broken_off' },
      state: 'broken_off'
    },
    {
      until: 'snapmirror=paused',
      request: `PATCH ${RELATIONSHIPS}/${VOLUME}`,
      body: { state: 'paused' },
      state: 'paused'
    },
    { until: 'cluster-update', request: `PATCH ${SOFTWARE}`, body: { version: '9.17.1' }, state: 'completed' },
    {
      until: 'software-download',
      request: `POST ${SOFTWARE}/download`,
      body: { url: 'https://files.example.com/image.tgz' },
      state: 'success'
    }
  ])('$until by $request, directly and through the gateway', async ({ until, request, body, state }) => {
    const [method, path = ''] = request.split(' ')
    const [direct, behind] = await Promise.all([
      run(() => calling(request, until, body)),
      run(() => calling(`${method} ${GATEWAY}${path}`, until, body), { plays: 'unified-manager' })
    ])
    for (const step of [direct, behind]) {
      expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state })
      expect(step.requests[0]).toMatchObject({ method, status: 202 })
      expect(JSON.parse(step.outputs.result ?? '')).toMatchObject(
        until === 'volume-move' ? { movement: { state } } : { state }
      )
      expect(JSON.parse(step.outputs.job ?? '')).toMatchObject({ uuid: step.outputs.key, state: 'success' })
    }
    expect(pathsOf(behind).every(path => path.startsWith(`/api${GATEWAY}/`))).toBe(true)
  })

  test('an approval that is requested has no job', async () => {
    const step = await run(() => calling(`POST ${APPROVALS}?return_records=true`, 'approval', APPROVAL))
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'approved' })
    expect(step.outputs['status-code']).toBe('201')
  })
})

test('a call that needs approval is made again once its request is approved', async () => {
  const simulator = await startSimulator({ plays: 'ontap', speed: 10 })
  try {
    const rule = { operation: 'volume delete', simulate: { seconds: 10 } }
    const rules = `${simulator.url}/api/security/multi-admin-verify/rules`
    await fetch(rules, { method: 'POST', body: JSON.stringify(rule) })
    const step = (inputs: Inputs) => runAction({ url: simulator.url, 'poll-interval': '1s', ...inputs })
    const call = { request: `DELETE ${VOLUMES}/${VOLUME}`, 'fail-on': 'NONE' }
    const refused = await step(call)
    expect(endOf(refused)).toMatchObject({ exitCode: 1, outcome: 'refused' })
    expect(refused.outputs).toMatchObject({ 'error-code': '262325', 'status-code': '400' })
    expect(annotationsOf(refused)).toMatchObject([
      { level: 'error', text: expect.stringContaining(`have /api${APPROVALS}/1 approved, then make the call again`) }
    ])
    expect(endOf(await step({ 'job-key': `/api${APPROVALS}/1` }))).toMatchObject({ exitCode: 0, state: 'approved' })
    expect(endOf(await step(call))).toMatchObject({ exitCode: 0, outcome: 'success', state: 'success' })
    expect(endOf(await step({ 'job-key': `/api${APPROVALS}/1` }))).toMatchObject({ exitCode: 0, state: 'executed' })
  } finally {
    await simulator.close()
  }
})

describe('a link alone', () => {
  test.each([
    { path: `${VOLUMES}/${VOLUME}`, method: 'PATCH', body: MOVE, title: 'volume move' },
    {
      path: `${RELATIONSHIPS}/${VOLUME}`,
      method: 'PATCH',
      body: { state: 'snapmirrored' },
      title: 'SnapMirror relationship'
    },
    { path: SOFTWARE, method: 'PATCH', body: { version: '9.17.1' }, title: 'cluster update' },
    {
      path: `${SOFTWARE}/download`,
      method: 'POST',
      body: { url: 'https://files/image.tgz' },
      title: 'software download'
    }
  ])('$path waits for the $title, and is called so', async ({ path, method, body, title }) => {
    const step = await run(async call => {
      await call(method, path, { ...body, simulate: { seconds: 20, late: 0 } })
      return { 'job-key': `/api${path}` }
    })
    expect(endOf(step)).toMatchObject({ exitCode: 0, outcome: 'success' })
    expect(new Set(pathsOf(step))).toEqual(new Set([`/api${path}`]))
    const log = logOf(step)
    expect(log).toMatch(new RegExp(`^Waiting for the ${title} `))
    expect(log).not.toMatch(/\bjob\b/i)
    expect(step.outputs.message).toMatch(new RegExp(`^The ${title} `))
    expect(step.summary).toContain(`The ${title} succeeded`)
  })

  test('to a request for approval that is vetoed fails', async () => {
    const step = await run(async call => {
      await call('POST', APPROVALS, { ...APPROVAL, simulate: { seconds: 20, ending: 'vetoed' } })
      return { 'job-key': `/api${APPROVALS}/1` }
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'vetoed' })
    expect(annotationsOf(step)).toEqual([
      {
        level: 'error',
        text: expect.stringMatching(
          /^The multi-admin approval 1 \(volume delete -vserver svm1 -volume vol1\) failed \(vetoed\): an approver vetoed it/
        )
      }
    ])
  })

  test('to a volume that has never moved is not found', async () => {
    const step = await run(async call => {
      await call('PATCH', `${VOLUMES}/${VOLUME}`, { size: 1 })
      return { 'job-key': `/api${VOLUMES}/${VOLUME}` }
    })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'not-found' })
    expect(logOf(step)).toContain('The server does not show the volume move yet')
  })

  test('behind the gateway is asked about there', async () => {
    const path = `/api${GATEWAY}${VOLUMES}/${VOLUME}`
    const step = await run(
      async call => {
        await call('PATCH', `${GATEWAY}${VOLUMES}/${VOLUME}`, { ...MOVE, simulate: { seconds: 10 } })
        return { 'job-key': path }
      },
      { plays: 'unified-manager' }
    )
    expect(endOf(step)).toMatchObject({ exitCode: 0, state: 'success' })
    expect(new Set(pathsOf(step))).toEqual(new Set([path]))
  })
})

describe('several resources', () => {
  test('are awaited in one step, by their labels and in one list, and the one that fails fails it', async () => {
    const step = await run(async call => {
      await call('PATCH', `${VOLUMES}/${VOLUME}`, { ...MOVE, simulate: { seconds: 10 } })
      await call('PATCH', `${VOLUMES}/${OTHER}`, { ...MOVE, simulate: { seconds: 10, ending: 'failed' } })
      return { 'job-key': `one = /api${VOLUMES}/${VOLUME}\ntwo = /api${VOLUMES}/${OTHER}` }
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failed' })
    const jobs = JSON.parse(step.outputs.jobs ?? '')
    expect(jobs).toMatchObject([
      { key: VOLUME, label: 'one', outcome: 'success', result: { name: 'vol_4ea7a442' } },
      { key: OTHER, label: 'two', outcome: 'error', state: 'failed' }
    ])
    expect(pathsOf(step)).toContain(`/api${VOLUMES}`)
    const [annotation] = annotationsOf(step)
    expect(annotation?.text).toMatch(/^1 succeeded, 1 failed in .*\ntwo \(vol_5ea7a442, /)
  })

  test('of different kinds are awaited side by side', async () => {
    const step = await run(async call => {
      await call('PATCH', `${VOLUMES}/${VOLUME}`, { ...MOVE, simulate: { seconds: 10 } })
      await call('PATCH', SOFTWARE, { version: '9.17.1', simulate: { seconds: 10 } })
      await call('PATCH', `${RELATIONSHIPS}/${OTHER}`, { state: 'snapmirrored', simulate: { seconds: 10 } })
      return {
        'job-key': [`${VOLUMES}/${VOLUME}`, SOFTWARE, `${RELATIONSHIPS}/${OTHER}`].map(to => `/api${to}`).join('\n')
      }
    })
    expect(endOf(step)).toMatchObject({ exitCode: 0, outcome: 'success' })
    expect(step.outputs.key).toBe([VOLUME, SOFTWARE, OTHER].join('\n'))
  })

  test('have one job each: the moves of both volumes are awaited', async () => {
    const step = await run(async call => {
      const bodies = await Promise.all(
        [VOLUME, OTHER].map(async uuid => {
          const simulate = { seconds: 20, ending: uuid === OTHER ? 'aborted' : 'success' }
          return (await call('PATCH', `${VOLUMES}/${uuid}`, { ...MOVE, simulate })).text()
        })
      )
      return { response: bodies.join('\n'), until: 'volume-move' }
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'aborted' })
    expect(step.outputs.message).toContain('1 of 2 volume moves failed')
  })
})

describe('an operation that fails ends red, and says which, why and what to do', () => {
  test.each(['failed', 'aborted'])('a volume move that ends as %s', async ending => {
    const step = await run(() => calling(`PATCH ${VOLUMES}/${VOLUME}`, 'volume-move', MOVE, { seconds: 30, ending }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: ending })
    const [annotation] = annotationsOf(step)
    for (const words of [
      'vol_4ea7a442',
      'aggr2',
      '60%',
      'volume move show -vserver svm1 -volume vol_4ea7a442 -instance'
    ]) {
      expect(annotation?.text).toContain(words)
    }
    expect(annotation?.text).not.toContain('the job has ended')
  })

  test.each(['failed', 'aborted', 'hard_aborted', 'unhealthy'])('a transfer that ends as %s', async ending => {
    const step = await run(() =>
      calling(`PATCH ${RELATIONSHIPS}/${VOLUME}`, 'snapmirror', { state: 'snapmirrored' }, { ending })
    )
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'error' })
    expect(annotationsOf(step)[0]?.text).toContain('The destination volume is full')
    expect(step.outputs['error-code']).toBe('6619715')
  })

  test.each(['failed', 'canceled'])('an update that ends as %s', async ending => {
    const step = await run(() => calling(`PATCH ${SOFTWARE}`, 'cluster-update', { version: '9.17.1' }, { ending }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: ending })
    const text = annotationsOf(step)[0]?.text
    expect(text).toContain(': node-1: Giveback of aggregate "aggr1" is vetoed: CIFS sessions are active (waited')
    expect(step.outputs['error-code']).toBe('10551319')
  })

  test('a download', async () => {
    const body = { url: 'https://files/image.tgz' }
    const step = await run(() => calling(`POST ${SOFTWARE}/download`, 'software-download', body, { ending: 'failure' }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failure' })
    expect(annotationsOf(step)[0]?.text).toContain('maximum 1 hour time limit')
  })

  test('the job itself: nothing was started, and nothing is asked about', async () => {
    const step = await run(() => calling(`PATCH ${VOLUMES}/${VOLUME}`, 'volume-move', MOVE, { job: 'failure' }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failure' })
    expect(pathsOf(step).some(path => path === `/api${VOLUMES}/${VOLUME}` && step.requests.length > 9)).toBe(false)
    expect(annotationsOf(step)[0]?.text).toContain('The operation could not be started')
  })
})

describe('what a real cluster does in between', () => {
  test('the success of the move before is not that of this one', async () => {
    const step = await run(async call => {
      await call('PATCH', `${VOLUMES}/${VOLUME}`, { ...MOVE, simulate: { seconds: 1, late: 0 } })
      await new Promise(resolve => setTimeout(resolve, 1_200))
      return calling(`PATCH ${VOLUMES}/${VOLUME}`, 'volume-move', MOVE, { seconds: 20, late: 30, ending: 'failed' })
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failed' })
    expect(logOf(step)).toMatch(
      /The volume move \(vol_4ea7a442\) is not started: the server still shows an earlier move/
    )
    expect(logOf(step)).not.toMatch(/is success/)
  })

  test('a new relationship cannot be read for a few seconds', async () => {
    const step = await run(() => calling(`POST ${RELATIONSHIPS}`, 'snapmirror', MIRROR, { seconds: 40, hidden: 30 }))
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'snapmirrored' })
    expect(step.requests.filter(({ status }) => status === 404).length).toBeGreaterThan(0)
    expect(logOf(step)).toContain('The server does not show the SnapMirror relationship yet')
  })

  test('a node restarts in the middle of an update', async () => {
    const step = await run(() =>
      calling(`PATCH ${SOFTWARE}`, 'cluster-update', { version: '9.17.1' }, { seconds: 100, restart: 40 })
    )
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'completed' })
    expect(step.requests.filter(({ status }) => status === 0).length).toBeGreaterThan(0)
    const log = logOf(step)
    expect(log).toMatch(/No usable answer: .*; retrying/)
    expect(log).toMatch(/The server answers again after/)
    expect(log).toMatch(
      /The cluster update is (still )?in_progress.*: \d+% of the estimated time; Installing software image/
    )
  })

  test('connections that stay broken end the wait', async () => {
    const step = await run(() => ({
      ...calling(`PATCH ${SOFTWARE}`, 'cluster-update', { version: '9.17.1' }, { seconds: 100, restart: 9_999 }),
      'unreachable-timeout': '3s'
    }))
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'unreachable', state: 'in_progress' })
    const [annotation] = annotationsOf(step)
    expect(annotation?.text).toContain('The cluster update may still be running')
    expect(annotation?.text).toContain('job-key: /api/cluster/software')
  })

  test('a word that is not known is not guessed at', async () => {
    const states = [{ after: 0, state: 'defragmenting' }]
    const step = await run(() => ({
      ...calling(`PATCH ${VOLUMES}/${VOLUME}`, 'volume-move', MOVE, { states }),
      timeout: '4s'
    }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'unrecognized', state: 'defragmenting' })
    expect(annotationsOf(step).map(({ level }) => level)).toEqual(['warning', 'error'])
  })
})

describe('what waits for a person is said, with what to do', () => {
  test.each([
    { stop: 'cutover_wait', how: '{"movement":{"state":"cutover"}}' },
    { stop: 'paused', how: '{"movement":{"state":"replicating"}}' }
  ])('a volume move in $stop, which times out and can be awaited again', async ({ stop, how }) => {
    const step = await run(() => ({
      ...calling(`PATCH ${VOLUMES}/${VOLUME}`, 'volume-move', MOVE, { stop }),
      timeout: '4s'
    }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: stop })
    const [notice, error] = annotationsOf(step)
    expect(notice).toEqual({
      level: 'notice',
      text: expect.stringMatching(/^The volume move of job .* waits for a person: \d+% moved to aggr2; /)
    })
    for (const text of [notice?.text, error?.text]) expect(text).toContain(how)
    expect(error?.text).toContain(`job-key: /api${VOLUMES}/${VOLUME}`)
  })

  test('a link whose wait times out continues by the link, in the state that was wanted', async () => {
    const step = await run(async call => {
      await call('PATCH', `${RELATIONSHIPS}/${VOLUME}`, { state: 'snapmirrored', simulate: { seconds: 0, late: 0 } })
      return { 'job-key': `/api${RELATIONSHIPS}/${VOLUME}`, until: 'snapmirror=broken_off', timeout: '2s' }
    })
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'snapmirrored' })
    const log = logOf(step)
    expect(log).toContain(`job-key: |-\n              /api${RELATIONSHIPS}/${VOLUME}`)
    expect(log).toContain('until: snapmirror=broken_off')
  })

  test('an update that met an error goes on once somebody resumes it', async () => {
    let resume = (): void => {}
    const arrange = (call: Call): Inputs => {
      resume = () => void call('PATCH', `${SOFTWARE}?action=resume`)
      const simulate = { seconds: 60, stop: 'paused_on_error' }
      return calling(`PATCH ${SOFTWARE}`, 'cluster-update', { version: '9.17.1' }, simulate)
    }
    const step = await run(arrange, {}, { onLog: log => log.includes('waits for someone') && resume() })
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'completed' })
    const log = logOf(step)
    expect(log).toContain('waits for someone to fix it and resume it: PATCH /cluster/software?action=resume')
    expect(log).toMatch(/is in_progress, after \d+s paused_on_error/)
  })
})

describe('bad input', () => {
  test.each([
    { inputs: { request: `PATCH ${SOFTWARE}`, until: 'volume-move' }, words: 'does not start' },
    { inputs: { 'job-key': `/api${VOLUMES}/${VOLUME}`, until: 'cluster-update' }, words: 'but "until" waits for' },
    { inputs: { 'job-key': VOLUME, until: 'teleport' }, words: 'not an operation' },
    { inputs: { 'job-key': VOLUME, until: 'volume-move=success' }, words: 'takes no state' },
    { inputs: { 'job-key': VOLUME, until: 'snapmirror=mirrored' }, words: 'is not a state of' },
    { inputs: { 'job-query': 'state=running', api: 'ontap', until: 'volume-move' }, words: '"job-query"' },
    {
      inputs: { request: `PATCH ${VOLUMES}/${VOLUME}`, until: 'volume-move', wait: 'false' },
      words: 'cannot be combined with "until"'
    },
    { inputs: { 'job-key': 'a:b', api: 'unified-manager', until: 'volume-move' }, words: 'ONTAP' }
  ])('$inputs is refused before anything is sent', async ({ inputs, words }) => {
    const step = await runStep(() => inputs as Inputs)
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'invalid-input' })
    expect(step.requests).toEqual([])
    expect(annotationsOf(step)[0]?.text).toContain(words)
  })

  test('a job that names no resource is not a success', async () => {
    const step = await run((_call, simulator) => {
      const script = [{ after: 0, state: 'success' }]
      const { key } = simulator.addJob({ api: 'ontap', description: 'POST /api/storage/luns', script })
      return { 'job-key': key, until: 'volume-move' }
    })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'unrecognized' })
    expect(annotationsOf(step)[0]?.text).toContain('does not name the')
  })
})
