import { expect, test } from '@jest/globals'
import { annotationsOf, type Inputs, runStep } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'

/** Runs the step with wrong inputs; says what it reported. No request may have been sent. */
async function refused(inputs: (url: string) => Inputs): Promise<string> {
  const step = await runStep(simulator => {
    simulator.addJob({ api: 'ontap', key: UUID, script: [{ after: 0, state: 'success' }] })
    return inputs(simulator.url)
  })
  expect(step.requests).toEqual([])
  expect(step.exitCode).toBe(1)
  expect(step.outputs.outcome).toBe('invalid-input')
  expect(step.outputs['elapsed-seconds']).toBe('0')
  const [annotation, ...others] = annotationsOf(step)
  expect(others).toEqual([])
  expect(annotation?.level).toBe('error')
  for (const line of annotation?.text.split('\n') ?? []) expect(step.outputs.message).toContain(line)
  return annotation?.text ?? ''
}

test.concurrent('two faults are reported at once, and no request is sent', async () => {
  const text = await refused(() => ({ 'job-key': UUID, timeout: '30', 'fail-on': 'FAILURE' }))
  expect(text.split('\n')).toEqual([
    expect.stringMatching(/^timeout: "30"/),
    expect.stringMatching(/^fail-on: FAILURE/)
  ])
})

test.concurrent('every fault is reported at once', async () => {
  const text = await refused(() => ({
    url: 'um.example.com',
    response: 'oops',
    api: 'e-series',
    username: 'operator',
    timeout: '0s',
    'long-poll': '1 minute',
    'poll-interval': '500ms',
    'request-timeout': 'soon',
    'unreachable-timeout': '-5m',
    'fail-on': 'NONE, ERROR'
  }))
  expect(
    text
      .split('\n')
      .map(line => line.split(':')[0])
      .sort()
  ).toEqual(
    [
      'url',
      'response',
      'api',
      'password',
      'timeout',
      'long-poll',
      'poll-interval',
      'request-timeout',
      'unreachable-timeout',
      'fail-on'
    ].sort()
  )
})

const FAULTS: [input: string, said: RegExp, inputs: Inputs][] = [
  ['url', /https:\/\//, { url: '' }],
  ['url', /scheme/, { url: 'um.example.com' }],
  ['url', /"username"/, { url: 'https://operator:hunter2@um.example.com' }],
  ['url', /query/, { url: 'https://um.example.com/api?x=1' }],
  ['url', /fragment/, { url: 'https://um.example.com/#/jobs' }],
  ['url', /path of jobs/, { url: 'https://um.example.com/api/cluster/jobs' }],
  ['url', /web page/, { url: 'https://um.example.com/sysmgr/v4' }],
  ['url', /ftp:/, { url: 'ftp://um.example.com' }],
  ['url', /http:/, { url: 'http://um.example.com', username: 'operator', password: 'hunter2' }],
  ['job-key', /"response"/, { 'job-key': '' }],
  ['job-key', /response/, { response: '{"job_key": "a:b"}' }],
  ['job-key', /"response"/, { 'job-key': '{"job_key": "a:b"}' }],
  ['job-key', /"\.\."/, { 'job-key': '..', api: 'ontap' }],
  ['job-key', /"\."/, { 'job-key': '/api/cluster/jobs/%2E' }],
  ['job-key', /"api"/, { 'job-key': 'what-is-it' }],
  ['job-key', /in quotes/, { 'job-key': `"${UUID}"` }],
  ['job-key', /several keys/, { 'job-key': `${UUID}, ${UUID}` }],
  ['job-key', /bullet/, { 'job-key': `- ${UUID}` }],
  ['job-key', /invisible/, { 'job-key': `${UUID}\u200B` }],
  ['job-key', /missing value/, { 'job-key': 'null' }],
  ['job-key', /job show/, { 'job-key': '2379' }],
  ['job-key', /not to a job/, { 'job-key': '/api/storage/aggregates/1' }],
  ['job-key', /which is a UUID/, { 'job-key': 'job-7', api: 'ontap' }],
  ['job-key', /ontap-select/, { 'job-key': `/api/cluster/jobs/${UUID}`, api: 'ontap-select' }],
  ['job-key', /unified-manager, ontap/, { 'job-key': `/api/management-server/jobs/a:b\n/api/cluster/jobs/${UUID}` }],
  ['response', /JSON/, { 'job-key': '', response: '<html>' }],
  ['response', /missing value/, { 'job-key': '', response: 'null' }],
  ['response', /curl -w/, { 'job-key': '', response: `{"job":{"uuid":"${UUID}"}}202` }],
  ['response', /not shown/, { 'job-key': '', response: 'hunter2' }],
  ['response', /no job/, { 'job-key': '', response: '{}' }],
  ['response', /no job/, { 'job-key': '', response: '{"num_records": 0, "records": []}' }],
  ['response', /No space/, { 'job-key': '', response: '{"error": {"code": "1", "message": "No space."}}' }],
  ['response-file', /\/nowhere\/body.json/, { 'job-key': '', 'response-file': '/nowhere/body.json' }],
  ['response-file', /not shown/, { 'job-key': '', 'response-file': 'LICENSE' }],
  ['token', /empty after/, { token: 'Bearer ' }],
  ['api', /ontap-select/, { api: 'e-series' }],
  ['password', /empty/, { username: 'operator' }],
  ['username', /colon/, { username: 'oper:ator', password: 'hunter2' }],
  ['token', /username/, { username: 'operator', password: 'hunter2', token: 'hunter2' }],
  ['poll-interval', /1s/, { 'poll-interval': '0s' }],
  ['timeout', /1h30m/, { timeout: '60' }],
  ['timeout', /above 0s/, { timeout: '0m' }],
  ['fail-on', /PARTIAL_FAILURES/, { 'fail-on': 'NORMAL' }]
]

test.concurrent.each(FAULTS)(
  '%s is refused, and the message says what would do: %s %j',
  async (input, said, inputs) => {
    const text = await refused(url => ({ url, 'job-key': UUID, ...inputs }))
    expect(text.split('\n')).toEqual([expect.stringMatching(new RegExp(`^${input}: `))])
    expect(text).toMatch(said)
    expect(text).not.toContain('hunter2')
  }
)

const unix = process.platform === 'win32' ? test.skip : test

unix.each([
  ['response-file', { 'job-key': '', 'response-file': '/dev/zero' }],
  ['request-body', { 'job-key': '', request: 'POST /storage/volumes', 'request-body': '@/dev/zero' }],
  ['ca-certificate', { 'ca-certificate': '/dev/zero' }]
] as const)('%s is refused at once where it is not a regular file', async (input, inputs) => {
  expect(await refused(url => ({ url, 'job-key': UUID, ...inputs }))).toMatch(
    new RegExp(`^${input}: .*it is not a regular file`)
  )
})
