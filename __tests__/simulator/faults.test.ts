import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../simulator/server.ts'
import { ask, start } from './start.ts'

const SCRIPT = [{ after: 0, state: 'running' }]

async function struck(fault: FaultKind) {
  const simulator = await start()
  const { key, href } = simulator.addJob({ api: 'ontap', script: SCRIPT })
  simulator.fault(fault)
  return { simulator, key, url: simulator.url + href }
}

describe('a fault', () => {
  test('strikes as many matching requests as it should, and then no more', async () => {
    const { url, addJob, fault } = await start()
    const first = addJob({ api: 'ontap', script: SCRIPT })
    const other = addJob({ api: 'ontap-select', script: SCRIPT })
    const headers = { 'Retry-After': '7' }
    const busy = fault({ kind: 'answer', status: 503, headers, match: first.key, skip: 1, times: 2 })
    const statuses: number[] = []
    for (const { href } of [first, other, first, other, first, first]) statuses.push((await fetch(url + href)).status)
    expect(statuses).toEqual([200, 200, 503, 200, 503, 200])
    expect(busy.hits).toBe(2)
  })

  test('answers anything instead of a job', async () => {
    const page = await struck({ kind: 'answer', body: '<html>Log in</html>' })
    const response = await fetch(page.url)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<html>Log in</html>'
    ])
    const empty = await struck({ kind: 'answer', status: 204 })
    expect(await (await fetch(empty.url)).text()).toBe('')
    const other = await struck({ kind: 'other-job' })
    expect((await ask(other.url)).body.uuid).not.toBe(other.key)
    const truncated = await struck({ kind: 'truncated' })
    await expect(ask(truncated.url)).rejects.toThrow(/JSON/)
  })

  test.each<FaultKind>([{ kind: 'reset' }, { kind: 'cut' }])('breaks the connection: %j', async fault => {
    const { url, simulator } = await struck(fault)
    await expect(fetch(url).then(response => response.text())).rejects.toThrow()
    expect((await fetch(url)).status).toBe(200)
    expect(simulator.requests.map(({ status }) => status)).toEqual([fault.kind === 'cut' ? 200 : 0, 200])
  })

  test('never answers, and forgets the request when the client gives up', async () => {
    const { url, simulator } = await struck({ kind: 'hang' })
    await expect(fetch(url, { signal: AbortSignal.timeout(300) })).rejects.toThrow()
    expect(simulator.requests[0]?.status).toBe(0)
  })

  test('sends a body far larger than a job, plain or as a bomb', async () => {
    const huge = await struck({ kind: 'huge', mebibytes: 9 })
    expect((await (await fetch(huge.url)).text()).length).toBeGreaterThan(9 * 2 ** 20)
    const bomb = await struck({ kind: 'gzip', mebibytes: 9 })
    expect((await (await fetch(bomb.url)).text()).length).toBeGreaterThan(9 * 2 ** 20)
    const small = await struck({ kind: 'gzip' })
    expect((await ask(small.url)).body.uuid).toBe(small.key)
  })

  test('cuts a held request as a proxy would, but not one that is answered in time', async () => {
    const { url, addJob, fault, requests } = await start()
    const { href } = addJob({ api: 'unified-manager', script: SCRIPT })
    fault({ kind: 'cut-hold', afterMs: 250, with: 504, match: 'poll_timeout', times: 2 })
    expect((await fetch(`${url}${href}?poll_timeout=0`)).status).toBe(200)
    expect((await fetch(`${url}${href}?poll_timeout=60`)).status).toBe(504)
    expect(requests.at(-1)?.heldMs).toBeGreaterThan(200)
  })
})
