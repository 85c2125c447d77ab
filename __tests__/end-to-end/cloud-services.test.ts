import { describe, expect, test } from '@jest/globals'
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts'
import { annotationsOf, endOf, type Inputs, pathsOf, runStep, type Step } from './support.ts'

/** NetApp Console and its backup service as the simulator plays them, behind tokens that expire. */

const CREATE = 'POST /vsa/working-environments'
const BACKUP = '/account/account-1/providers/cloudmanager_cbs/api'
const TASKS = '/occm/api/audit/activeTask/'

function cloud(
  arrange: (simulator: Simulator) => Inputs | Promise<Inputs>,
  server: SimulatorOptions = {}
): Promise<Step> {
  return runStep(async simulator => ({ api: 'netapp-console', 'poll-interval': '1s', ...(await arrange(simulator)) }), {
    server: { plays: 'netapp-console', speed: 10, ...server }
  })
}

const calling = (body: object = {}): Inputs => ({
  request: CREATE,
  'request-body': JSON.stringify({ name: 'cvo1', simulate: { seconds: 20 }, ...body }),
  headers: 'x-agent-id: agent-1clients'
})

describe('NetApp Console', () => {
  test.each(['OnCloud-Request-Id', 'X-Response_Id'] as const)(
    'a system is created: its job is that of the header %s, its name in the result',
    async idHeader => {
      const step = await cloud(() => calling(), { netappConsole: { idHeader } })
      expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: '1' })
      expect(JSON.parse(step.outputs.result ?? '')).toMatchObject({
        name: 'cvo1',
        publicId: expect.stringMatching(/^VsaWorkingEnvironment-/)
      })
      expect(new Set(pathsOf(step).slice(1))).toEqual(new Set([`${TASKS}${step.outputs.key}`]))
      expect(step.requests.every(({ headers }) => headers['x-agent-id'] === 'agent-1clients')).toBe(true)
    }
  )

  test('a 504 in the middle of the wait is not its end', async () => {
    const step = await cloud(({ fault }) => {
      const html = '<html><head><title>504 Gateway Time-out</title></head></html>'
      fault({ kind: 'answer', status: 504, body: html, match: TASKS, skip: 1, times: 2 })
      return calling()
    })
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: '1' })
    expect(step.requests.filter(({ status }) => status === 504)).toHaveLength(2)
    expect(step.stdout).toMatch(/No usable answer: .*504/)
  })

  test('a system that cannot be created ends red, with the reason', async () => {
    const step = await cloud(() => calling({ simulate: { seconds: 10, ending: 'failure' } }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: '-1' })
    expect(annotationsOf(step)[0]?.text).toContain('No host has enough capacity')
  })

  test.each([
    { status: 409, message: 'Another operation is in progress on this working environment' },
    { status: 420, message: 'The agent is not set up' }
  ])('a call that is answered with $status starts nothing', async ({ status, message }) => {
    const step = await cloud(({ fault }) => {
      fault({ kind: 'answer', status, body: { message } })
      return calling()
    })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'refused' })
    expect(step.requests).toHaveLength(1)
    expect(step.outputs['status-code']).toBe(String(status))
    expect(annotationsOf(step)[0]?.text).toContain(message)
  })

  test('an answer without the header names no job', async () => {
    const step = await cloud(() => calling(), { netappConsole: { idHeader: 'none' } })
    expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'unrecognized' })
    expect(annotationsOf(step)[0]?.text).toContain('OnCloud-Request-Id')
  })

  test('a wait outlives the token, and one that is taken back is replaced', async () => {
    const step = await cloud(
      simulator => {
        let taken = false
        simulator.onArrival(({ path }) => {
          if (!taken && path.includes(TASKS)) simulator.tokens.revoke()
          taken ||= path.includes(TASKS)
        })
        return {
          ...calling({ simulate: { seconds: 60 } }),
          'token-url': `${simulator.url}/oauth/token`,
          'client-id': 'client',
          'client-secret': 'secret',
          'token-audience': 'https://api.cloud.netapp.com'
        }
      },
      { plays: undefined as never, tokens: { lifetime: 2, audience: 'https://api.cloud.netapp.com' } }
    )
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: '1' })
    const fetched = step.requests.filter(({ path }) => path === '/oauth/token')
    expect(fetched.length).toBeGreaterThanOrEqual(3)
    expect(fetched.every(({ status }) => status === 200)).toBe(true)
    expect(step.requests.filter(({ status }) => status === 401)).toHaveLength(1)
  })
})

describe('the backup service', () => {
  test.each(['v1', 'v2', 'v3'])('a call of %s has its job awaited where jobs are, in v1', async version => {
    const step = await cloud(({ url }) => ({
      url: `${url}${BACKUP}/${version}`,
      api: 'netapp-backup',
      request: 'POST /backup/working-environment/VsaWorkingEnvironment-1',
      'request-body': '{"simulate": {"seconds": 10}}'
    }))
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'COMPLETED' })
    expect(new Set(pathsOf(step))).toEqual(
      new Set([
        `${BACKUP}/${version}/backup/working-environment/VsaWorkingEnvironment-1`,
        `${BACKUP}/v1/job/${step.outputs.key}`
      ])
    )
  })

  test.each([
    { ending: 'partial_failures', outcome: 'partial-failures', state: 'COMPLETED' },
    { ending: 'failure', outcome: 'error', state: 'FAILED' }
  ])('a backup that ends as $outcome is red, with the reason', async ({ ending, outcome, state }) => {
    const step = await cloud(({ url }) => ({
      url: `${url}${BACKUP}/v1`,
      api: 'netapp-backup',
      request: 'POST /backup/working-environment/VsaWorkingEnvironment-1',
      'request-body': JSON.stringify({ simulate: { seconds: 5, ending } })
    }))
    expect(endOf(step)).toEqual({ exitCode: 1, outcome, state })
    expect(annotationsOf(step)[0]?.text).toContain('The bucket cannot be reached')
  })

  test('a wait that times out is continued where the job is', async () => {
    const step = await cloud(({ url }) => ({
      url: `${url}${BACKUP}/v3`,
      api: 'netapp-backup',
      timeout: '2s',
      request: 'POST /backup/working-environment/VsaWorkingEnvironment-1',
      'request-body': '{"simulate": {"seconds": 999}}'
    }))
    expect(endOf(step)).toMatchObject({ outcome: 'timeout', state: 'PENDING' })
    expect(annotationsOf(step)[0]?.text).toContain(`job-key: ${BACKUP}/v1/job/${step.outputs.key}`)
  })
})
