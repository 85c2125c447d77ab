import { describe, expect, test } from '@jest/globals'
import { ask, type Body, post, start } from './start.ts'

const JOBS = '/api/management-server/jobs'

describe('Unified Manager', () => {
  test('accepts a job with a key and an encoded, unversioned link, and finds it by the raw key too', async () => {
    const { url } = await start()
    const { status, body } = await post(`${url}/api/v2/storage-provider/luns`, { name: 'lun1' })
    const { key } = body.job
    expect(status).toBe(202)
    expect(key).toMatch(/^[0-9a-f]{16}:[0-9a-f]{7}:[0-9a-f]{11}:-[0-9a-f]{4}$/)
    expect(body).toEqual({ job: { key, _links: { self: { href: `${JOBS}/${encodeURIComponent(key)}` } } } })
    for (const path of [body.job._links.self.href, `${JOBS}/${key}`, `/api/v2/management-server/jobs/${key}`]) {
      expect(await ask(url + path)).toMatchObject({ status: 200, body: { key, state: 'queued' } })
    }
  })

  test('says how a job ended in both forms', async () => {
    const specified = await start()
    const documented = await start({ unifiedManager: { form: 'documented' } })
    const words = async (state: string, ended?: boolean) =>
      Promise.all(
        [specified, documented].map(async simulator => {
          const step = { after: 0, state, ...(ended === undefined ? {} : { ended }) }
          const { href } = simulator.addJob({ api: 'unified-manager', script: [step] })
          const { body } = await ask(simulator.url + href)
          return [body.state, body.status, 'complete_time' in body].join(' ')
        })
      )
    expect(await words('running')).toEqual(['running normal false', 'RUNNING  false'])
    expect(await words('success')).toEqual(['completed normal true', 'NORMAL  true'])
    expect(await words('partial_failures')).toEqual(['completed partial_failures true', 'PARTIAL_FAILURES  true'])
    expect(await words('warning')).toEqual(['completed warning true', 'WARNING  true'])
    expect(await words('warning', false)).toEqual(['running warning false', 'WARNING  false'])
    expect(await words('failure')).toEqual(['completed error true', 'ERROR  true'])
    expect(await words('Sleeping', true)).toEqual(['Sleeping  true', 'Sleeping  true'])
  })

  test('shows results and the reasons of failed tasks once the job has ended', async () => {
    const simulator = await start()
    const { key, href } = simulator.addJob({
      api: 'unified-manager',
      script: [{ after: 0, state: 'running' }],
      results: { lunKey: 'lun-1' },
      tasks: [{ name: 'Map LUN', failure: 'no such host' }]
    })
    const before = await ask(simulator.url + href)
    expect(before.body).toMatchObject({ job_results: [], task_reports: [{ state: 'running', status: 'normal' }] })
    simulator.moveJob(key, { state: 'failure' })
    const { body } = await ask(simulator.url + href)
    expect(body).toMatchObject({
      job_results: [{ name: 'lunKey', value: 'lun-1' }],
      task_reports: [{ name: 'Map LUN', state: 'completed', status: 'error', failure_reason: 'no such host' }],
      complete_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-05:00$/)
    })
  })

  test('counts the jobs that a job spawned', async () => {
    const { url, addJob } = await start()
    const { key, href } = addJob({ api: 'unified-manager', script: [{ after: 0, state: 'success' }] })
    const child = addJob({ api: 'unified-manager', parent: key, script: [{ after: 0, state: 'running' }] })
    addJob({ api: 'unified-manager', parent: key, script: [{ after: 0, state: 'failure' }] })
    const summary = { total_jobs: 2, running_jobs: 1, completed_jobs: 1, successful_jobs: 0, failed_jobs: 1 }
    expect((await ask(url + href)).body.spawned_job_summary).toEqual({ ...summary, aborted_jobs: 0 })
    expect((await ask(url + child.href)).body.parent_job_key).toBe(key)
  })

  test('lists the newest 20, filters, and links to the next page', async () => {
    const { url, addJob } = await start()
    const keys = Array.from({ length: 25 }, (_, age) => {
      const script = [{ after: 0, state: age % 2 === 0 ? 'running' : 'success' }]
      return addJob({ api: 'unified-manager', name: `job${age}`, age, script }).key
    })
    const first = await ask(url + JOBS)
    expect(first.body.records.map(({ key }: Body) => key)).toEqual(keys.slice(0, 20))
    expect(first.body).toMatchObject({ num_records: 20, total_records: 25 })
    const second = await ask(url + first.body._links.next.href)
    expect(second.body.records.map(({ key }: Body) => key)).toEqual(keys.slice(20))
    expect(second.body._links.next).toBeUndefined()

    const query = `name=job1*|job2&state=running&order_by=submit_time`
    const { records } = (await ask(`${url}${JOBS}?${query}`)).body
    expect(records.map(({ name }: Body) => name)).toEqual(['job18', 'job16', 'job14', 'job12', 'job10', 'job2'])
    expect((await ask(`${url}${JOBS}?key=${keys[3]}|${keys[4]}&max_records=1000`)).body.num_records).toBe(2)
    expect((await ask(`${url}${JOBS}?max_records=1001`)).status).toBe(400)
  })

  test('holds, ignores or refuses a long poll', async () => {
    const script = [
      { after: 0, state: 'running' },
      { after: 300, state: 'success' }
    ]
    const held = await start({ speed: 1000 })
    const ignored = await start({ unifiedManager: { longPoll: 'ignored' } })
    const refused = await start({ unifiedManager: { longPoll: 'refused' } })
    const poll = async ({ url, addJob }: typeof held) =>
      ask(`${url}${addJob({ api: 'unified-manager', script }).href}?poll_timeout=100`)
    expect(await poll(held)).toMatchObject({ status: 200, body: { state: 'running' } })
    expect(held.requests[0]?.heldMs).toBeGreaterThan(90)
    expect(await poll(ignored)).toMatchObject({ status: 200, body: { state: 'running' } })
    expect(await poll(refused)).toMatchObject({ status: 400, body: { error: { target: 'poll_timeout' } } })
  })

  test('answers a held request as soon as the state changes', async () => {
    const { url, addJob, moveJob } = await start()
    const { key, href } = addJob({ api: 'unified-manager', script: [{ after: 0, state: 'running' }] })
    const answer = ask(`${url}${href}?poll_timeout=120`)
    setTimeout(() => moveJob(key, { state: 'success' }), 50)
    expect((await answer).body).toMatchObject({ state: 'completed', status: 'normal' })
  })

  test('can say COMPLETED without a status', async () => {
    const { url, addJob } = await start()
    const script = [{ after: 0, state: 'COMPLETED', status: null }]
    const { body } = await ask(url + addJob({ api: 'unified-manager', script }).href)
    expect(body).toMatchObject({ state: 'COMPLETED', complete_time: expect.any(String) })
    expect(body).not.toHaveProperty('status')
  })
})
