import { EOL } from 'node:os'
import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../simulator/server.ts'
import { ALWAYS, runStep } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'

const COMMANDS =
  '\n::set-output name=outcome::success\r\n::error::pwned\n##[add-mask]pwned\u2028::stop-commands::x\u0085::x::'
const CONTROLS = '\u0000\u0007\u001b[31mred\u001b[0m\u001b]0;title\u0007\u009b2J\u202egnp.exe\u2066\u200b\ud800 end'
const HOSTILE = `${COMMANDS}${CONTROLS}`

const job = (fields: object): FaultKind & { kind: 'answer' } => ({
  kind: 'answer',
  body: { uuid: UUID, state: 'failure', end_time: '2026-01-01T00:00:00Z', ...fields }
})
const error = { message: HOSTILE, code: HOSTILE }
const encodings: [name: string, fault: FaultKind][] = [
  ['in the job', job({ message: HOSTILE, error, description: HOSTILE, name: HOSTILE, [HOSTILE]: HOSTILE })],
  ['in the state', job({ state: HOSTILE })],
  ['in the key', { kind: 'answer', body: { uuid: HOSTILE, state: 'success' } }],
  ['in an error', { kind: 'answer', status: 503, body: { error } }],
  ['in an error that ends the wait', { kind: 'answer', status: 401, body: { error } }],
  ['in a page', { kind: 'answer', status: 200, body: `<html>${HOSTILE}` }],
  [
    'in headers',
    {
      kind: 'answer',
      status: 302,
      contentType: '##[add-mask]x',
      headers: { Location: '::set-output name=outcome::success ##[error]x', 'Retry-After': '##[x]', Date: '::x::' }
    }
  ]
]

describe('text from the server runs no command and breaks no line', () => {
  test.concurrent.each(encodings)('%s', async (_name, fault) => {
    const step = await runStep(simulator => {
      simulator.fault({ ...fault, times: ALWAYS })
      return { 'job-key': UUID, timeout: '2s', 'unreachable-timeout': '1s' }
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, expect.not.stringMatching(/^success$/)])
    const log = step.stdout + step.stderr
    const commands = log.split('\n').flatMap(line => /^\s*::([\w-]+)/.exec(line)?.[1] ?? [])
    expect(commands.filter(name => !['debug', 'warning', 'error', 'group', 'endgroup'].includes(name))).toEqual([])
    expect(commands.filter(name => name === 'error')).toHaveLength(1)
    expect(log).not.toContain('##[')
    for (const text of [log, step.outputs.message, step.outputs.state, step.outputs['error-code']]) {
      expect(text?.replaceAll(EOL, '').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\p{Cf}]/u)
      expect(text?.isWellFormed()).toBe(true)
    }
    expect(step.outputs.message).not.toContain('\n')
    for (const name of ['job', 'jobs', 'result']) expect(() => JSON.parse(step.outputs[name] ?? '')).not.toThrow()
  })
})

test.concurrent('megabytes of such text cost neither time nor room', async () => {
  const step = await runStep(simulator => {
    simulator.fault({ ...job({ message: HOSTILE.repeat(20_000), error: null }), times: ALWAYS })
    return { 'job-key': UUID }
  })
  expect([step.exitCode, step.outputs.outcome, step.requests.length]).toEqual([1, 'error', 1])
  expect(step.stdout.length).toBeLessThan(10_000)
  expect(JSON.stringify(step.outputs).length).toBeLessThan(1_000_000)
})
