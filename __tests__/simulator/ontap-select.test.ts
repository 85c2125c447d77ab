import { describe, expect, test } from '@jest/globals'
import { ask, post, start } from './start.ts'

describe('ONTAP Select Deploy', () => {
  test('accepts a job with a stamp, and wraps it in a record', async () => {
    const { url } = await start()
    const { status, body } = await post(`${url}/api/clusters`, { name: 'c1' })
    expect(status).toBe(202)
    expect(Object.keys(body.job)).toEqual(['id', 'message', 'last_modified'])
    const answer = await ask(`${url}/api/jobs/${body.job.id}?fields=state,last_modified`)
    const { id, last_modified } = body.job
    expect(answer.body).toEqual({ record: { id, state: 'queued', last_modified } })
  })

  test('answers a long poll at once when the job has changed since the stamp', async () => {
    const { url, addJob, moveJob } = await start()
    const { key, href } = addJob({ api: 'ontap-select', script: [{ after: 0, state: 'running' }], age: 60 })
    const { record } = (await ask(url + href)).body
    moveJob(key, { state: 'success' })
    const changed = await ask(`${url}${href}?poll_timeout=120&last_modified=>=${record.last_modified}`)
    expect(changed.body.record.state).toBe('success')
  })

  test('holds a long poll until the job changes, or the time has run out', async () => {
    const { url, addJob, moveJob, requests } = await start({ speed: 100 })
    const { key, href } = addJob({ api: 'ontap-select', script: [{ after: 0, state: 'running' }] })
    const { record } = (await ask(url + href)).body
    const since = `last_modified=${encodeURIComponent(`>=${record.last_modified}`)}`
    expect((await ask(`${url}${href}?poll_timeout=10&${since}`)).body).toEqual({ record })
    expect(requests.at(-1)?.heldMs).toBeGreaterThan(90)
    setTimeout(() => moveJob(key, { state: 'running', message: 'Half way' }), 20)
    expect((await ask(`${url}${href}?poll_timeout=120&${since}`)).body.record.message).toBe('Half way')
    expect((await ask(`${url}${href}?poll_timeout=121&${since}`)).status).toBe(400)
  })
})
