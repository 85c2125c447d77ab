import { describe, expect, test } from '@jest/globals'
import type { Simulator, Step } from '../../simulator/server.ts'
import { ask, type Body, post, start } from './start.ts'

const JOBS = '/api/cluster/jobs'
const RUNNING = [
  { after: 0, state: 'running' },
  { after: 1000, state: 'success' }
]

const patch = ({ url }: Simulator, key: string, action: string) =>
  ask(`${url}${JOBS}/${key}?action=${action}`, { method: 'PATCH' })

describe('ONTAP', () => {
  test('shows a failed job with its error, and without links to a client that wants plain JSON', async () => {
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

  test('ends jobs as cancelled or expired, and shows an error next to a success', async () => {
    const { url, addJob } = await start({ plays: 'ontap' })
    const read = async (step: Omit<Step, 'after'>) =>
      (await ask(url + addJob({ api: 'ontap', script: [{ after: 0, ...step }] }).href)).body
    for (const state of ['cancelled', 'canceled', 'expired']) {
      expect(await read({ state })).toMatchObject({ state, end_time: expect.any(String) })
    }
    const error = { message: 'The QoS policy was not applied.', code: '787141' }
    expect(await read({ state: 'success', error })).toMatchObject({ state: 'success', code: 0, error })
  })

  test('refuses an unknown name in "fields", and shows a field that is filtered on', async () => {
    const { url, addJob } = await start({ plays: 'ontap' })
    const { key, href } = addJob({ api: 'ontap', script: RUNNING })
    const refusal = { status: 400, body: { error: { code: '262197', target: 'fields' } } }
    for (const path of [`${href}?fields=state,colour`, `${JOBS}?fields=colour`, '/api/storage/volumes?fields=colour']) {
      expect(await ask(url + path)).toMatchObject(refusal)
    }
    const { body } = await ask(`${url}${JOBS}?state=running&fields=message`, {
      headers: { accept: 'application/json' }
    })
    expect(body.records).toEqual([{ uuid: key, state: 'running' }])
  })

  test('acts on every job that a query matches', async () => {
    const { url, addJob } = await start({ plays: 'ontap' })
    const [one, two] = ['svm1', 'svm2'].map(name => addJob({ api: 'ontap', script: RUNNING, svm: { name } }))
    const act = (query: string) => ask(`${url}${JOBS}?${query}`, { method: 'PATCH' })
    expect(await act('svm.name=svm1&action=cancel')).toMatchObject({ status: 200, body: { num_records: 1 } })
    const states = [one, two].map(async job => (await ask(`${url}${job?.href}`)).body.state)
    expect(await Promise.all(states)).toEqual(['failure', 'running'])
    expect((await act('svm.name=svm1&action=cancel')).status).toBe(409)
    expect((await act('action=cancel')).status).toBe(400)
    expect((await act('colour=blue&action=cancel')).status).toBe(400)
  })

  test('lets a role create volumes, but not read jobs', async () => {
    const { url } = await start({ plays: 'ontap', ontap: { mayReadJobs: false } })
    const { status, body } = await post(`${url}/api/storage/volumes`, { name: 'vol1' })
    expect(status).toBe(202)
    for (const path of [body.job._links.self.href, JOBS]) {
      expect(await ask(url + path)).toMatchObject({ status: 403, body: { error: { code: '6' } } })
    }
  })

  test('says what it speaks: HAL, unless the client wants plain JSON', async () => {
    const { url, addJob } = await start({ plays: 'ontap' })
    const { href } = addJob({ api: 'ontap', script: RUNNING })
    const typeOf = async (path: string, accept: string) =>
      (await fetch(url + path, { headers: { accept } })).headers.get('content-type')
    expect(await typeOf(href, '*/*')).toBe('application/hal+json')
    expect(await typeOf(`${href}0`, 'application/hal+json, application/json')).toBe('application/hal+json')
    expect(await typeOf(href, 'application/json')).toBe('application/json')
  })

  test('describes its cluster', async () => {
    const { url } = await start({ plays: 'ontap' })
    const { body } = await ask(`${url}/api/cluster?fields=version`)
    expect(body.version).toMatchObject({ generation: 9, major: 16 })
    expect(body).not.toHaveProperty('uuid')
    expect((await ask(`${url}/api/cluster`)).body).toMatchObject({ uuid: expect.any(String), name: 'cluster1' })
    expect((await ask(`${url}/api/gateways/1/cluster`)).status).toBe(404)
  })

  test('has the SVMs of its volumes, and any that is asked for by its name', async () => {
    const { url } = await start({ plays: 'ontap' })
    const svms = async (query: string) => (await ask(`${url}/api/svm/svms${query}`)).body
    expect((await svms('')).records).toMatchObject([{ name: 'svm1' }])
    const { records } = await svms('?name=svm7&fields=state')
    expect(records).toMatchObject([{ name: 'svm7', state: 'running' }])
    expect((await svms('?name=svm*')).num_records).toBe(1)
    expect((await ask(`${url}/api/svm/svms/1`)).status).toBe(404)
  })
})
