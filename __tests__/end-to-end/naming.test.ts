import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Simulator, SimulatorOptions } from '../../simulator/server.ts'
import { endOf, type Inputs, pathsOf, runStep } from './support.ts'

const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const ENCODED = encodeURIComponent(KEY)
const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const CLUSTER = '1cd8a442-86d1-11e0-ae1c-9876567890123'

const MANAGER_PATH = `/api/management-server/jobs/${KEY}`
const ONTAP_PATH = `/api/cluster/jobs/${UUID}`
const SELECT_PATH = `/api/jobs/${UUID}`
const GATEWAY_PATH = `/api/gateways/${CLUSTER}/cluster/jobs/${UUID}`

/** What plays the server of a path: Unified Manager, where the path leads through its gateway. */
const serverOf = (path: string): SimulatorOptions => (path.includes('/gateways/') ? { plays: 'unified-manager' } : {})

/** A job under each of the three APIs, all of them over. */
function addJobs(simulator: Simulator): void {
  const script = [{ after: 0, state: 'success' }]
  simulator.addJob({ api: 'unified-manager', key: KEY, script })
  simulator.addJob({ api: 'ontap', key: UUID, script })
  simulator.addJob({ api: 'ontap-select', key: UUID, script })
}

type Row = [name: string, inputs: Inputs, path: string]

const KEYS: Row[] = [
  ['a key of Unified Manager', { 'job-key': KEY }, MANAGER_PATH],
  ['a key, percent-encoded', { 'job-key': ENCODED }, MANAGER_PATH],
  ['a key amid white space', { 'job-key': `\n  ${KEY}  \n` }, MANAGER_PATH],
  ['a UUID: ONTAP', { 'job-key': UUID }, ONTAP_PATH],
  ['a UUID of ONTAP Select', { 'job-key': UUID, api: 'ontap-select' }, SELECT_PATH],
  ['the API in capitals', { 'job-key': UUID, api: 'ONTAP-Select' }, SELECT_PATH],
  ['a link', { 'job-key': `/api/management-server/jobs/${KEY}` }, MANAGER_PATH],
  ['a link, percent-encoded', { 'job-key': `/api/management-server/jobs/${ENCODED}` }, MANAGER_PATH],
  ['a link with a slash and a query', { 'job-key': `${ONTAP_PATH}/?fields=state` }, ONTAP_PATH],
  ['a link of ONTAP Select', { 'job-key': SELECT_PATH }, SELECT_PATH],
  ['a link with another origin', { 'job-key': `https://user@elsewhere.example${ONTAP_PATH}` }, ONTAP_PATH],
  ['a link with a version', { 'job-key': `/api/v2/management-server/jobs/${ENCODED}` }, MANAGER_PATH],
  ['a link through the gateway', { 'job-key': GATEWAY_PATH }, GATEWAY_PATH],
  ['a key with a label', { 'job-key': `vol_01 = ${UUID}` }, ONTAP_PATH]
]

const link = (href: string) => ({ _links: { self: { href } } })
const body = (value: unknown): Inputs => ({ response: JSON.stringify(value) })

/** The body of ONTAP's 202, pretty-printed. */
const ACCEPTED = JSON.stringify({ job: { uuid: UUID } }, null, 2)

const BODIES: Row[] = [
  ['Unified Manager: key and link', body({ job: { key: KEY, ...link(`/api/x/${ENCODED}`) } }), MANAGER_PATH],
  ['a link alone', body({ job: link(`/api/management-server/jobs/${ENCODED}`) }), MANAGER_PATH],
  ['the old job_key', body({ job_key: KEY }), MANAGER_PATH],
  ['ONTAP without a link', body({ job: { uuid: UUID } }), ONTAP_PATH],
  ['a link to the gateway', body({ job: { uuid: UUID, ...link(GATEWAY_PATH) } }), GATEWAY_PATH],
  ['a link to another origin', body({ job: { uuid: UUID, ...link(`//evil.example${ONTAP_PATH}`) } }), ONTAP_PATH],
  ['ONTAP Select', body({ job: { id: UUID, message: '', last_modified: '2026-01-01T00:00:00+00:00' } }), SELECT_PATH],
  ['a job by itself', body({ uuid: UUID, state: 'running' }), ONTAP_PATH],
  ['a job within a record', body({ record: { id: UUID, state: 'running' } }), SELECT_PATH],
  ['a list of one', body([{ job: { uuid: UUID } }]), ONTAP_PATH],
  ['several lines of JSON', { response: `{\n  "job": {\n    "uuid": "${UUID}"\n  }\n}\n` }, ONTAP_PATH],
  ['one body twice, pretty-printed', { response: `${ACCEPTED}${ACCEPTED}` }, ONTAP_PATH],
  [
    'one body twice, from Windows',
    { response: `\uFEFF${ACCEPTED}\r\n\uFEFF${ACCEPTED}`.replace(/\n/g, '\r\n') },
    ONTAP_PATH
  ],
  ['what Ansible registers', body({ json: JSON.parse(ACCEPTED), status: 202 }), ONTAP_PATH],
  ['what Ansible registers of a loop', body({ results: [{ response: JSON.parse(ACCEPTED), item: 'v1' }] }), ONTAP_PATH],
  ['behind a byte-order mark', { response: `\uFEFF{"job": {"uuid": "${UUID}"}}` }, ONTAP_PATH]
]

const SOURCES = [...KEYS.map(row => ['job-key', ...row] as const), ...BODIES.map(row => ['response', ...row] as const)]

test.concurrent.each(SOURCES)('%s may be %s', async (_input, _name, inputs, path) => {
  const step = await runStep(
    simulator => {
      addJobs(simulator)
      return inputs
    },
    { server: serverOf(path) }
  )
  expect([endOf(step).outcome, step.exitCode, new Set(pathsOf(step))]).toEqual(['success', 0, new Set([path])])
})

test.concurrent.each<[string, Inputs]>([
  ['a line of "job-key"', { 'job-key': `vol_01 = ${UUID}` }],
  ['the loop of an Ansible task', body({ results: [{ json: JSON.parse(ACCEPTED), item: 'vol_01' }] })]
])('the label in %s is in the log and the outputs', async (_, inputs) => {
  const step = await runStep(simulator => {
    addJobs(simulator)
    return inputs
  })
  expect(step.stdout).toContain('vol_01')
  expect(JSON.parse(step.outputs.jobs ?? '')).toMatchObject([{ key: UUID, label: 'vol_01' }])
})

const URLS: [name: string, path: string, server: SimulatorOptions, inputs: Inputs, asked: string][] = [
  ['a slash', '/', {}, { 'job-key': UUID }, ONTAP_PATH],
  ['/api', '/api', {}, { 'job-key': UUID }, ONTAP_PATH],
  ['/api/', '/api/', {}, { 'job-key': UUID }, ONTAP_PATH],
  ['a version', '/api/v2', {}, { 'job-key': KEY }, `/api/v2/management-server/jobs/${KEY}`],
  [
    'a version, and the link none',
    '/api/v2',
    {},
    body({ job: { key: KEY, ...link(MANAGER_PATH) } }),
    `/api/v2/management-server/jobs/${KEY}`
  ],
  ['a gateway', `/api/gateways/${CLUSTER}`, {}, { 'job-key': UUID }, GATEWAY_PATH],
  [
    'a gateway, and the link too',
    `/api/gateways/${CLUSTER}`,
    {},
    body({ job: { uuid: UUID, ...link(GATEWAY_PATH) } }),
    GATEWAY_PATH
  ],
  [
    "a reverse proxy's prefix",
    '/storage/um1/api',
    { root: '/storage/um1/api' },
    body({ job: { uuid: UUID, ...link(ONTAP_PATH) } }),
    `/storage/um1${ONTAP_PATH}`
  ],
  [
    "a gateway behind a reverse proxy's prefix",
    `/storage/api/gateways/${CLUSTER}`,
    { root: '/storage/api' },
    { 'job-key': UUID },
    `/storage${GATEWAY_PATH}`
  ]
]
test.concurrent.each(URLS)('url may hold %s', async (_name, path, server, inputs, asked) => {
  const step = await runStep(
    simulator => {
      addJobs(simulator)
      return { url: `${simulator.url}${path}`, ...inputs }
    },
    { server: { ...server, ...serverOf(path) } }
  )
  expect([endOf(step).outcome, step.exitCode, pathsOf(step)]).toEqual(['success', 0, [asked]])
})

/** Makes the call as a workflow's `curl` does, and gives the body of its answer. */
async function call(url: string, method: string, payload: unknown): Promise<{ status: number; body: string }> {
  const response = await fetch(url, { method, body: JSON.stringify(payload) })
  return { status: response.status, body: await response.text() }
}

const simulate = { seconds: 0.3 }
const CALLS: [name: string, method: string, path: string, payload: unknown, state: string, jobs: number][] = [
  ['Unified Manager, a LUN', 'POST', '/api/storage-provider/luns', { name: 'lun1', simulate }, 'NORMAL', 1],
  ['Unified Manager, a share', 'POST', '/api/v2/storage-provider/file-shares', { name: 's1', simulate }, 'NORMAL', 1],
  ['ONTAP, a volume', 'POST', '/api/storage/volumes', { name: 'vol1', simulate }, 'success', 1],
  ['ONTAP, a query', 'DELETE', '/api/storage/volumes?name=vol1|vol2', { simulate }, 'success', 2],
  ['ONTAP, in bulk', 'POST', '/api/storage/volumes', { records: [{ name: 'a' }], simulate }, 'success', 1],
  [
    'ONTAP through the gateway',
    'POST',
    `/api/gateways/${CLUSTER}/storage/volumes`,
    { name: 'v', simulate },
    'success',
    1
  ],
  ['ONTAP Select, a cluster', 'POST', '/api/clusters', { name: 'c1', simulate }, 'success', 1]
]
test.concurrent.each(CALLS)('the body of a 202 from %s', async (_name, method, path, payload, state, jobs) => {
  const step = await runStep(
    async simulator => {
      const { status, body } = await call(`${simulator.url}${path}`, method, payload)
      expect(status).toBe(202)
      return { response: body }
    },
    { server: serverOf(path) }
  )
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state })
  expect(JSON.parse(step.outputs.jobs ?? '')).toHaveLength(jobs)
})

test.concurrent('the body of a 202 ends as the job does', async () => {
  const step = await runStep(async simulator => {
    const payload = { name: 'vol-fail', simulate: { seconds: 0.1 } }
    return { response: (await call(`${simulator.url}/api/storage/volumes`, 'POST', payload)).body }
  })
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failure' })
  expect(step.outputs['error-code']).toBe('917831')
})

const CREATED = [201, 'POST', '/api/storage/volumes?return_timeout=60'] as const
const DELETED = [200, 'DELETE', `/api/storage/volumes/${UUID}?return_timeout=60`] as const
const LINKED = ['is asked about once, where the body has its link', { done: 'link' }, 200] as const
const THERE = ['is asked about once, where the body has all of it', { done: 'job' }, 200] as const
const FORGOTTEN = [
  "counts by the body's own word where ONTAP has deleted it already",
  { done: 'job', retention: 0 },
  404
] as const
const FINISHED = [CREATED, DELETED].flatMap(call => [LINKED, THERE, FORGOTTEN].map(fate => [...call, ...fate] as const))

test.concurrent.each(FINISHED)(
  'the finished job of a %d to %s %s %s',
  async (code, method, path, _name, ontap, status) => {
    const server = { ontap }
    const step = await runStep(
      async simulator => {
        const answer = await call(`${simulator.url}${path}`, method, { name: 'vol1', simulate })
        expect(answer.status).toBe(code)
        return { response: answer.body }
      },
      { server }
    )
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
    expect(step.requests.map(request => request.status)).toEqual([status])
  }
)

test.concurrent('a finished job that is gone and had failed is an error', async () => {
  const job = { uuid: UUID, state: 'failure', message: 'No space.', code: 917831, end_time: '2026-01-05T12:00:00Z' }
  const step = await runStep(() => body({ job }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'error', state: 'failure' })
  expect(step.outputs.message).toContain('No space.')
})

test.concurrent('an unfinished job that is gone is no success', async () => {
  const step = await runStep(() => ({ ...body({ job: { uuid: UUID, state: 'running' } }), timeout: '3s' }))
  expect(endOf(step)).toMatchObject({ exitCode: 1, outcome: 'not-found' })
})

test.concurrent('response-file may be a file of Windows PowerShell: UTF-16, with a byte order mark', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'await-job-test-'))
  try {
    const file = join(folder, 'response.json')
    await writeFile(file, `\uFEFF${ACCEPTED.replaceAll('\n', '\r\n')}\r\n`, 'utf16le')
    const step = await runStep(simulator => {
      addJobs(simulator)
      return { 'response-file': file }
    })
    expect([endOf(step).outcome, pathsOf(step)]).toEqual(['success', [ONTAP_PATH]])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.concurrent('response-file holds a body that no input could', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'await-job-test-'))
  try {
    const file = join(folder, 'response.json')
    await writeFile(file, JSON.stringify({ padding: 'x'.repeat(300_000), job: { uuid: UUID } }))
    const step = await runStep(simulator => {
      addJobs(simulator)
      return { 'response-file': file }
    })
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
    expect(pathsOf(step)).toEqual([ONTAP_PATH])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test.concurrent('a key with characters that end a path segment is asked for as it is', async () => {
  const key = 'a/b?c#d%zz\\e:é'
  const step = await runStep(simulator => {
    simulator.addJob({ api: 'unified-manager', key, script: [{ after: 0, state: 'success' }] })
    return { 'job-key': key, api: 'unified-manager' }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(step.outputs.key).toBe(key)
})

test.concurrent('a server may spell a UUID otherwise', async () => {
  const step = await runStep(simulator => {
    addJobs(simulator)
    simulator.fault({ kind: 'other-job', key: UUID.toUpperCase(), times: Number.POSITIVE_INFINITY })
    return { 'job-key': UUID }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
})
