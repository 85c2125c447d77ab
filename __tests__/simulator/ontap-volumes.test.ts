import { describe, expect, test } from '@jest/globals'
import type { OntapOptions } from '../../simulator/server.ts'
import { ask, type Body, post, start } from './start.ts'

const VOLUMES = '/api/storage/volumes'
const PLAIN = { headers: { accept: 'application/json' } }

const ontap = (options: OntapOptions = {}, speed = 200) => start({ plays: 'ontap', speed, ontap: options })

describe('a call on a volume', () => {
  test.each([
    { done: 'link', state: undefined },
    { done: 'job', state: 'success' }
  ] as const)('that return_timeout sees the end of has the $done of its job', async ({ done, state }) => {
    const { url } = await ontap({ done })
    const { status, body } = await post(`${url}${VOLUMES}?return_timeout=60`, { name: 'vol1' })
    expect([status, body.job.state]).toEqual([201, state])
    expect(body.job._links).toEqual({ self: { href: `/api/cluster/jobs/${body.job.uuid}` } })
  })

  test('that outlasts return_timeout is accepted, and one above 120 refused', async () => {
    const { url } = await ontap()
    const create = (seconds: number, query: string) =>
      post(`${url}${VOLUMES}?return_timeout=${query}`, { name: 'vol1', simulate: { seconds } })
    const late = await create(1000, '1')
    expect([late.status, Object.keys(late.body.job)]).toEqual([202, ['uuid', '_links']])
    expect(await create(1, '121')).toMatchObject({ status: 400, body: { error: { code: '262197' } } })
  })

  test('that fails within return_timeout is answered with the error', async () => {
    const { url } = await ontap()
    const { status, body } = await post(`${url}${VOLUMES}?return_timeout=60`, { name: 'fail' })
    expect([status, body.error.code]).toEqual([500, '917831'])
  })

  test.each([
    { query: '', status: 202 },
    { query: '?return_timeout=60', status: 201 }
  ])('that creates it has its location: $status', async ({ query, status }) => {
    const { url } = await ontap()
    const response = await fetch(`${url}${VOLUMES}${query}`, { method: 'POST', body: '{"name":"vol1"}' })
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toMatch(/^\/api\/storage\/volumes\/[0-9a-f-]{36}$/)
  })

  test('links to its job even if the client wants plain JSON', async () => {
    const { url } = await ontap()
    const { body } = await ask(`${url}${VOLUMES}`, { method: 'POST', body: '{"name":"vol1"}', ...PLAIN })
    expect(body.job._links.self.href).toBe(`/api/cluster/jobs/${body.job.uuid}`)
    const without = await ontap({ hal: false })
    expect(Object.keys((await post(`${without.url}${VOLUMES}`, { name: 'vol1' })).body.job)).toEqual(['uuid'])
  })
})

describe('a volume', () => {
  test('exists from the success of the job that creates it to that of the job that deletes it', async () => {
    const { url, moveJob } = await ontap({}, 1)
    const succeed = ({ body }: Body) => moveJob(body.job.uuid, { state: 'success' })
    const created = await fetch(`${url}${VOLUMES}`, { method: 'POST', body: '{"name":"vol1","svm":{"name":"svm7"}}' })
    const href = created.headers.get('location') ?? ''
    const statuses = [(await ask(url + href)).status]
    succeed({ body: await created.json() })
    expect((await ask(url + href)).body).toMatchObject({ name: 'vol1', svm: { name: 'svm7' }, state: 'online' })
    succeed(await ask(url + href, { method: 'PATCH', body: '{"size":7,"simulate":{"seconds":9}}' }))
    const list = await ask(`${url}${VOLUMES}?name=vol*&svm.name=svm7&fields=size`, PLAIN)
    expect(list.body).toEqual({
      records: [{ uuid: href.split('/').at(-1), name: 'vol1', size: 7, svm: { name: 'svm7' } }],
      num_records: 1
    })
    succeed(await ask(url + href, { method: 'DELETE' }))
    statuses.push((await ask(url + href)).status, (await ask(url + VOLUMES)).body.num_records)
    expect(statuses).toEqual([404, 404, 0])
  })

  test('need not have been created here to be changed or deleted', async () => {
    const { url } = await ontap({}, 1)
    for (const method of ['PATCH', 'DELETE']) {
      const one = await ask(`${url}${VOLUMES}/5ea7a442-86d1-11e0-ae1c-123478563412`, { method })
      expect([one.status, one.body.job.uuid]).toEqual([202, expect.any(String)])
      const several = await ask(`${url}${VOLUMES}?name=vol1|vol2`, { method })
      expect(several).toMatchObject({ status: 202, body: { num_records: 2, jobs: [{}, {}] } })
    }
    expect((await ask(`${url}${VOLUMES}/5ea7a442-86d1-11e0-ae1c-123478563412`)).status).toBe(200)
    expect((await ask(url + VOLUMES, { method: 'DELETE' })).status).toBe(400)
  })
})

describe('a bulk call', () => {
  const RECORDS = { records: [{ name: 'vol1' }, { name: 'fail2' }] }

  test('links to its results in the answer that accepts it, and nowhere else', async () => {
    const { url, moveJob } = await ontap({}, 1)
    const { status, body } = await post(url + VOLUMES, RECORDS)
    const results = `${VOLUMES}?job_results_uuid=${body.job.uuid}`
    expect([status, body.job._links.results.href]).toEqual([202, results])
    const self = { _links: { self: body.job._links.self } }
    const { body: job } = await ask(url + body.job._links.self.href)
    expect(job).toMatchObject({ description: `POST ${VOLUMES}`, ...self })
    expect(job._links).toEqual(self._links)
    const { records } = (await ask(`${url}/api/cluster/jobs?uuid=${job.uuid}&fields=*`)).body
    expect(records[0]._links).toEqual(self._links)

    expect((await ask(url + results)).body).toMatchObject({ records: [], errors: [] })
    moveJob(job.uuid, { state: 'success' })
    expect((await ask(url + results)).body).toMatchObject({
      records: [{ name: 'vol1' }],
      num_records: 1,
      errors: [{ code: '262287' }],
      rollback_errors: []
    })
    expect((await ask(url + VOLUMES)).body.records).toMatchObject([{ name: 'vol1' }])
    expect((await ask(`${url}${VOLUMES}?job_results_uuid=1`)).status).toBe(404)
  })

  test('that return_timeout sees the end of links to its results too', async () => {
    const { url } = await ontap()
    const { status, body } = await post(`${url}${VOLUMES}?return_timeout=60`, RECORDS)
    expect([status, Object.keys(body.job._links)]).toEqual([201, ['self', 'results']])
  })

  test('fails if every record does', async () => {
    const { url } = await ontap()
    const { body } = await post(`${url}${VOLUMES}?return_timeout=60`, { records: [{ name: 'fail1' }] })
    expect(body.error.code).toBe('917831')
  })
})
