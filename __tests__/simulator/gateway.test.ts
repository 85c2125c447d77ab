import { describe, expect, test } from '@jest/globals'
import type { UnifiedManagerOptions } from '../../simulator/server.ts'
import { ask, post, start } from './start.ts'

const CLUSTER = '5ea7a442-86d1-11e0-ae1c-123478563412'
const GATEWAY = `/api/gateways/${CLUSTER}`
const SUCCESS = [{ after: 0, state: 'success' }]

const manager = (gatewayLinks?: UnifiedManagerOptions['gatewayLinks']) =>
  start({ plays: 'unified-manager', unifiedManager: gatewayLinks === undefined ? {} : { gatewayLinks } })

describe('a server that plays Unified Manager', () => {
  test('has no jobs of ONTAP but behind the gateway', async () => {
    const { url, addJob } = await manager()
    const { key } = addJob({ api: 'ontap', script: SUCCESS })
    const paths = [`/api/cluster/jobs/${key}`, '/api/cluster/jobs', '/api/storage/volumes', `/api/jobs/${key}`]
    for (const path of paths) {
      expect(await ask(url + path)).toMatchObject({
        status: 404,
        body: { error: { code: '3', message: 'API not found' } }
      })
    }
    expect(await ask(`${url}${GATEWAY}/cluster/jobs/${key}`)).toMatchObject({ status: 200, body: { uuid: key } })
  })

  test('gives the link to a job of ONTAP through the gateway', async () => {
    const { url, addJob } = await manager()
    const { key, href, accepted } = addJob({ api: 'ontap', script: SUCCESS })
    expect(accepted).toEqual({ job: { uuid: key, _links: { self: { href } } } })
    expect((await ask(url + href)).body).toMatchObject({ uuid: key, state: 'success' })
  })
})

test.each([
  { links: 'rewritten', self: `${GATEWAY}/cluster/jobs/`, location: `${GATEWAY}/storage/volumes/` },
  { links: 'unchanged', self: '/api/cluster/jobs/', location: '/api/storage/volumes/' },
  { links: 'absent', self: undefined, location: undefined }
] as const)('the gateway sends links $links', async ({ links, self, location }) => {
  const { url } = await manager(links)
  const response = await fetch(`${url}${GATEWAY}/storage/volumes`, { method: 'POST', body: '{"name":"vol1"}' })
  const { job } = (await response.json()) as { job: { uuid: string; _links?: { self: { href: string } } } }
  expect(job._links?.self.href).toBe(self === undefined ? undefined : self + job.uuid)
  const sent = response.headers.get('location')
  expect(sent?.slice(0, location?.length)).toBe(location)
  const read = (await ask(`${url}${GATEWAY}/cluster/jobs/${job.uuid}`)).body
  expect(read._links?.self.href).toBe(self === undefined ? undefined : self + job.uuid)
})

test.each(['ontap', 'ontap-select', undefined] as const)('a server that plays %s has no gateway', async plays => {
  const { url } = await start(plays === undefined ? {} : { plays })
  expect((await post(`${url}${GATEWAY}/storage/volumes`, {})).status).toBe(404)
})
