import { describe, expect, test } from '@jest/globals'
import type { Simulator } from '../../simulator/server.ts'
import { ask, type Body, post, start } from './start.ts'

const JOBS = '/api/cluster/jobs'
const RUNNING = [
  { after: 0, state: 'running' },
  { after: 1000, state: 'success' }
]

const patch = ({ url }: Simulator, key: string, action: string) =>
  ask(`${url}${JOBS}/${key}?action=${action}`, { method: 'PATCH' })

describe('ONTAP', () => {
  test('shows a failed job with its error, and no link to whoever wants plain JSON', async () => {
    const { url, addJob } = await start()
    const error = { message: 'No space.', code: '917831' }
    const { key, href, accepted } = addJob({ api: 'ontap', script: [{ after: 0, state: 'failure' }], error })
    expect(accepted).toEqual({ job: { uuid: key, _links: { self: { href } } } })
    const { body } = await ask(url + href, { headers: { accept: 'application/json' } })
    expect(body).toMatchObject({ uuid: key, state: 'failure', message: 'No space.', code: 917831, error })
    expect(body._links).toBeUndefined()
    const some = await ask(`${url}${href}?fields=state,error.code`, { headers: { accept: 'application/json' } })
    expect(some.body).toEqual({ uuid: key, state: 'failure', error: { code: '917831' } })
  })

  test('has no long poll', async () => {
    const { url, addJob } = await start()
    const { href } = addJob({ api: 'ontap', script: RUNNING })
    expect(await ask(`${url}${href}?poll_timeout=5`)).toMatchObject({
      status: 400,
      body: { error: { code: '262179' } }
    })
  })

  test('deletes a job 300 s after its end', async () => {
    const { url, addJob, endedAt } = await start()
    const script = [{ after: 5, state: 'success' }]
    const kept = addJob({ api: 'ontap', script, age: 290 })
    const deleted = addJob({ api: 'ontap', script, age: 310 })
    expect((await ask(url + kept.href)).status).toBe(200)
    expect(await ask(url + deleted.href)).toMatchObject({
      status: 404,
      body: { error: { message: "entry doesn't exist", code: '4', target: 'uuid' } }
    })
    expect((await ask(url + JOBS)).body.num_records).toBe(1)
    expect(Date.now() - (endedAt(deleted.key) ?? 0)).toBeGreaterThan(300_000)
  })

  test('lists little more than UUIDs, filters on nested fields, and pages without losing one', async () => {
    const { url, addJob } = await start()
    const keys = Array.from({ length: 7 }, (_, i) => {
      return addJob({ api: 'ontap', script: RUNNING, svm: { name: `svm${i % 2}` } }).key
    })
    const all = await ask(url + JOBS, { headers: { accept: 'application/json' } })
    expect(all.body).toEqual({ records: keys.toSorted().map(uuid => ({ uuid })), num_records: 7 })
    const some = await ask(`${url}${JOBS}?svm.name=svm1&uuid=${keys.slice(0, 4).join('|')}&fields=state`)
    expect(some.body.records.map(({ state }: Body) => state)).toEqual(['running', 'running'])

    const seen: string[] = []
    for (let next = `${JOBS}?max_records=3`; next; ) {
      const { body } = await ask(url + next)
      seen.push(...body.records.map(({ uuid }: Body) => uuid))
      next = body._links.next?.href
    }
    expect(seen).toEqual(keys.toSorted())
  })

  test('cancels, pauses and resumes jobs that allow it', async () => {
    const simulator = await start()
    const state = async (key: string) => (await ask(`${simulator.url}${JOBS}/${key}`)).body.state
    const { key } = simulator.addJob({ api: 'ontap', script: RUNNING })
    expect((await patch(simulator, key, 'pause')).status).toBe(200)
    expect(await state(key)).toBe('paused')
    expect((await patch(simulator, key, 'resume')).status).toBe(200)
    expect(await state(key)).toBe('running')
    expect((await patch(simulator, key, 'cancel')).status).toBe(200)
    expect(await state(key)).toBe('failure')
    expect(simulator.endedAt(key)).toBeDefined()
    expect(await patch(simulator, key, 'cancel')).toMatchObject({ status: 409, body: { error: { code: '458762' } } })

    const stubborn = simulator.addJob({ api: 'ontap', script: RUNNING, cancellable: false })
    const refusal = await patch(simulator, stubborn.key, 'cancel')
    expect(refusal).toMatchObject({ status: 409, body: { error: { code: '458784' } } })
  })

  test('answers with the finished job if it ends within return_timeout', async () => {
    const { url } = await start({ speed: 200 })
    const volumes = `${url}/api/storage/volumes`
    const create = (seconds: number, query: string) => post(volumes + query, { name: 'vol1', simulate: { seconds } })
    expect(await create(10, '?return_timeout=60')).toMatchObject({ status: 201, body: { job: { state: 'success' } } })
    const late = await create(1000, '?return_timeout=1')
    expect(late.status).toBe(202)
    expect(late.body.job.state).toBeUndefined()
    expect(await create(1, '?return_timeout=121')).toMatchObject({ status: 400, body: { error: { code: '262197' } } })
  })

  test('answers a query with several jobs, and a bulk request with one that links to its results', async () => {
    const { url, moveJob } = await start()
    const volumes = `${url}/api/storage/volumes`
    const several = await ask(`${volumes}?name=vol1|vol2`, { method: 'DELETE' })
    expect(several).toMatchObject({ status: 202, body: { num_records: 2, jobs: [{}, {}] } })

    const { job } = (await post(volumes, { records: [{ name: 'vol1' }, { name: 'fail2' }] })).body
    moveJob(job.uuid, { state: 'success' })
    const { body } = await ask(url + job._links.results.href)
    expect(body).toMatchObject({ records: [{ name: 'vol1' }], errors: [{ code: '262287' }], rollback_errors: [] })
  })
})
