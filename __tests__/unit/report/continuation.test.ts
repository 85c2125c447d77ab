import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { Operation } from '../../../src/jobs/api.ts'
import { fromBodies } from '../../../src/jobs/bodies.ts'
import { fromKeys } from '../../../src/jobs/keys.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { asWorkflow, type Continuation, continuationOf } from '../../../src/report/continuation.ts'
import type { Reported } from '../../../src/report/names.ts'
import { api, placeOf } from '../../support/apis.ts'
import { awaitedWith, failed, jobWith, KEY, succeeded } from './awaited.ts'
import { SERVER } from './play.ts'

const OTHER = '2cd8a442-86d1-11e0-ae1c-123478563412'

const timedOut = (key: string, reference: Partial<JobReference> = {}): Reported =>
  awaitedWith({ outcome: 'timeout', job: null, reason: '' }, { key, ...reference })
const continuing = (awaited: readonly Reported[], given: readonly string[] = []): Continuation =>
  continuationOf(awaited, SERVER, given) as Continuation
const inputsOf = (continuation: Continuation): Record<string, string> =>
  parse(asWorkflow(continuation)).jobs.wait.steps[0].with

test('a job that was only accepted is not waited for again, but for the first time', () => {
  const accepted = awaitedWith({ outcome: 'accepted', job: null, reason: '' })
  expect(continuing([accepted]).purpose).toBe('To wait for it')
  expect(continuing([accepted, accepted]).purpose).toBe('To wait for them')
  expect(continuing([timedOut(KEY)]).purpose).toBe('To continue waiting')
})

test('only jobs that may still be running are waited for again', () => {
  expect(continuationOf([succeeded(), failed()], SERVER, [])).toBeNull()
  expect(continuing([succeeded(), timedOut('a'), failed(), timedOut('b')]).lines).toEqual(['a', 'b'])
})

test.each([
  ['a UUID', KEY, '/api', 'ontap'],
  ['a key of Unified Manager', 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd', '/api', 'unified-manager'],
  ['a key that looks encoded', 'a%20b', '/api', 'ontap-select'],
  ['a key with a stray percent', '100%', '/api', 'ontap-select'],
  ['a key with all that YAML could misread', '-"x":{y}#z\\|&ünï', '/api', 'ontap-select'],
  ['a number', '1e5', '/api', 'ontap-select'],
  ['a job behind a gateway', KEY, `/api/gateways/${KEY}`, 'ontap']
])('the inputs of the workflow name the same job: %s', (_title, key, root, name) => {
  const inputs = inputsOf(continuing([timedOut(key, { api: api(name), root })]))
  expect(inputs).toMatchObject({ url: 'https://storage.example.com/api', api: name })
  const { references, faults } = fromKeys(inputs['job-key'] ?? '', placeOf(inputs.api, SERVER.root))
  expect(faults).toEqual([])
  expect(references).toEqual([expect.objectContaining({ api: api(name), key, root })])
})

test.each(['vol 1', 'a = b', `\${{ secrets.PASSWORD }}`])('the inputs of the workflow have the label %s', label => {
  const inputs = inputsOf(continuing([timedOut(KEY, { label })]))
  expect(inputs['job-key']).not.toContain('${{')
  const { references } = fromKeys(inputs['job-key'] ?? '', placeOf(inputs.api, SERVER.root))
  expect(references).toMatchObject([{ key: KEY, label: label.replace('${{', '$ {{') }])
})

test('the workflow has twelve lines to paste, with the credentials that were given', () => {
  const workflow = asWorkflow(continuing([timedOut(KEY)], ['job-key', 'password', 'timeout', 'username']))
  expect(`\n${workflow}\n`).toMatchInlineSnapshot(`
"
on: workflow_dispatch
jobs:
  wait:
    runs-on: self-hosted
    steps:
      - uses: await-job/await-job@v1
        with:
          url: https://storage.example.com/api
          api: ontap
          username: \${{ secrets.USERNAME }} # replace the names with your own
          password: \${{ secrets.PASSWORD }}
          job-key: 1cd8a442-86d1-11e0-ae1c-123478563412
"
`)
  expect(workflow.split('\n')).toHaveLength(12)
})

test('several jobs are one per line, with their labels', () => {
  const inputs = inputsOf(continuing([timedOut(KEY), timedOut('b', { label: 'vol_01' })]))
  expect(inputs['job-key']).toBe(`${KEY}\nvol_01 = b`)
})

test('a job whose results only a link of the answer leads to is named by that answer', () => {
  const links = {
    self: { href: `/api/cluster/jobs/${KEY}` },
    results: { href: '/api/storage/volumes?job_results_uuid=x' }
  }
  const bulk = timedOut(KEY, { reported: jobWith({ source: { uuid: KEY, _links: links } }) })
  const plain = timedOut(OTHER, { reported: jobWith({ source: { uuid: OTHER } }) })
  const { response = '', 'job-key': key } = inputsOf(continuing([bulk, plain]))
  expect(key).toBeUndefined()
  const { references, faults } = fromBodies(response, placeOf('ontap'))
  expect(faults).toEqual([])
  expect(references.map(reference => reference.key)).toEqual([KEY, OTHER])
  expect(references[0]?.reported?.source).toMatchObject({ _links: links })
  expect(inputsOf(continuing([plain]))['job-key']).toBe(OTHER)
})

describe('an operation that outlives its job', () => {
  const operation = api('ontap').operations?.find(({ name }) => name === 'snapmirror') as Operation
  const until = (target: string | null) => ({ operation, target, key: 'r1', since: null })

  test('is waited for again as such', () => {
    expect(inputsOf(continuing([timedOut(KEY, { until: until(null) })]))).toMatchObject({
      until: 'snapmirror',
      'job-key': KEY
    })
    expect(inputsOf(continuing([timedOut(KEY, { until: until('broken_off') })])).until).toBe('snapmirror=broken_off')
  })

  test('is named by its resource, once the job has succeeded', () => {
    const job = jobWith({ state: 'transferring', over: false, verdict: null })
    const beyond = awaitedWith({ outcome: 'timeout', job, reason: '' }, { until: until(null) })
    const inputs = inputsOf(continuing([{ ...beyond, isBeyond: true }]))
    expect(inputs['job-key']).toBe('/api/snapmirror/relationships/r1')
  })

  test('is named by its link again, where it was so before, in the state that is wanted', () => {
    const resource = (target: string | null): JobReference => ({
      api: operation.resource(target, null),
      key: 'r1',
      root: '/api',
      reported: null
    })
    const link = (target: string | null) => inputsOf(continuing([timedOut('r1', resource(target))]))
    expect(link(null)).toMatchObject({ 'job-key': '/api/snapmirror/relationships/r1' })
    expect(link(null).until).toBeUndefined()
    expect(link('broken_off')).toMatchObject({
      'job-key': '/api/snapmirror/relationships/r1',
      until: 'snapmirror=broken_off'
    })
  })

  test('is named by its job, as long as nothing is known of the resource', () => {
    const unknown = awaitedWith(
      { outcome: 'unreachable', job: null, reason: '' },
      { until: { ...until(null), key: null } }
    )
    expect(inputsOf(continuing([{ ...unknown, isBeyond: true }]))['job-key']).toBe(KEY)
  })
})

test('what else it takes to reach the server is kept as a secret, a variable or a value', () => {
  const secret = (name: string): string => `\${{ secrets.${name} }}`
  expect(continuing([timedOut(KEY)], ['token', 'client-certificate', 'client-key', 'headers']).others).toEqual([
    ['token', secret('TOKEN')],
    ['client-certificate', secret('CLIENT_CERTIFICATE')],
    ['client-key', secret('CLIENT_KEY')],
    ['headers', secret('HEADERS')]
  ])
  expect(continuing([timedOut(KEY)], ['ca-certificate', 'verify-tls']).others).toEqual([
    ['ca-certificate', `\${{ vars.CA_CERTIFICATE }}`],
    ['verify-tls', 'false']
  ])
})

test('no line is taken for an expression by GitHub', () => {
  const source = { _links: { results: { href: `/api/x?\${{secrets.X}}` } } }
  const workflow = asWorkflow(continuing([timedOut(KEY, { reported: jobWith({ source }) })]))
  expect(workflow).not.toMatch(/\$\{\{/)
  expect(workflow).toContain('u0024{{secrets.X}}')
})
