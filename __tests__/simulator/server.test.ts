import { Agent, get } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { ask, start } from './start.ts'

const SCRIPT = [{ after: 0, state: 'running' }]

describe('the simulator', () => {
  test('runs its clock at the given speed, in jobs and in the Date header alike', async () => {
    const { url, addJob, endedAt } = await start({ speed: 3600 })
    const { key, href } = addJob({ api: 'ontap-select', script: [...SCRIPT, { after: 360, state: 'success' }] })
    const times = [Date.now()]
    const before = await ask(url + href)
    times.push(Date.now())
    for (let polls = 0; polls < 10 && endedAt(key) === undefined; polls++) await ask(`${url}${href}?poll_timeout=120`)
    times.push(Date.now())
    const after = await ask(url + href)
    times.push(Date.now())
    const [asked = 0, answered = 0, askedAgain = 0, answeredAgain = 0] = times
    const GRAIN = 1_000 + 3_600
    expect(after.date - before.date).toBeGreaterThanOrEqual(3_600 * (askedAgain - answered) - GRAIN)
    expect(after.date - before.date).toBeLessThanOrEqual(3_600 * (answeredAgain - asked) + GRAIN)
    expect(endedAt(key)).toBeDefined()
  })

  test('answers 401 without the right credentials on every path', async () => {
    const basic = await start({ credentials: { username: 'admin', password: 'p:w' } })
    const bearer = await start({ credentials: { token: 't0ken' } })
    const status = async (url: string, authorization?: string) =>
      (await ask(`${url}/api/jobs`, authorization === undefined ? {} : { headers: { authorization } })).status
    const pair = Buffer.from('admin:p:w').toString('base64')
    expect([await status(basic.url), await status(basic.url, `Basic ${pair}`)]).toEqual([401, 200])
    expect([await status(bearer.url, 'Bearer no'), await status(bearer.url, 'Bearer t0ken')]).toEqual([401, 200])
  })

  test('hides a job for a while at first, and loses it for good', async () => {
    const { url, addJob } = await start()
    const hidden = addJob({ api: 'unified-manager', script: SCRIPT, visibleAfter: 60 })
    const shown = addJob({ api: 'unified-manager', script: SCRIPT, visibleAfter: 60, age: 61 })
    const lost = addJob({ api: 'unified-manager', script: SCRIPT, goneAfter: 60, age: 61 })
    const statuses = await Promise.all([hidden, shown, lost].map(async ({ href }) => (await ask(url + href)).status))
    expect(statuses).toEqual([404, 200, 404])
    expect((await ask(`${url}/api/management-server/jobs`)).body.num_records).toBe(1)
  })

  test('serves the API under a further path', async () => {
    const { url, addJob } = await start({ root: '/storage/api/' })
    const { key } = addJob({ api: 'ontap', script: SCRIPT })
    expect((await ask(`${url}/storage/api/cluster/jobs/${key}`)).body._links.self.href).toBe(`/api/cluster/jobs/${key}`)
    expect(await ask(`${url}/elsewhere/cluster/jobs/${key}`)).toMatchObject({ status: 404, body: { error: {} } })
  })

  test('notes every request, and keeps connections alive', async () => {
    const simulator = await start()
    const { href } = simulator.addJob({ api: 'ontap', script: SCRIPT })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ended = () =>
      new Promise(resolve => {
        get(simulator.url + href, { agent }, response => response.resume().on('end', resolve))
      })
    await Promise.all([ended(), ended(), ended()])
    agent.destroy()
    expect(simulator.connections).toBe(1)
    expect(simulator.requests).toHaveLength(3)
    expect(simulator.requests[0]).toMatchObject({ method: 'GET', path: href, api: 'ontap', status: 200 })
  })

  test('ends at once, though a request is held', async () => {
    const simulator = await start()
    const { href } = simulator.addJob({ api: 'ontap-select', script: SCRIPT })
    const held = ask(`${simulator.url}${href}?poll_timeout=120`).catch((error: unknown) => error)
    while (simulator.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await simulator.close()
    expect(await held).toHaveProperty('message', 'fetch failed')
  })

  test('serves lists of a thousand jobs', async () => {
    const { url, addJob } = await start()
    const keys = Array.from({ length: 1000 }, () => addJob({ api: 'unified-manager', script: SCRIPT }).key)
    const list = await ask(`${url}/api/management-server/jobs?key=${keys.slice(0, 50).join('|')}&max_records=1000`)
    expect(list.body.num_records).toBe(50)
    expect((await ask(`${url}/api/management-server/jobs?max_records=1000`)).body.num_records).toBe(1000)
  })
})
