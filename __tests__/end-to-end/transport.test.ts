import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { ALWAYS, runStep } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const DONE = [{ after: 0, state: 'success' }]

/** Prints the most memory that the process ever had, in MiB. */
const MEMORY = `data:text/javascript,${encodeURIComponent(
  "process.once('exit', () => process.stderr.write(String(Math.round(process.resourceUsage().maxRSS / 1024))))"
)}`

describe('a body without end is cut off at 8 MiB of what it decodes to, however cheap it is to send', () => {
  test.concurrent.each([
    ['plain', { kind: 'huge', mebibytes: 400 }],
    ['a gzip bomb', { kind: 'gzip', mebibytes: 1_000 }]
  ] as const)('%s', async (_name, fault) => {
    const step = await runStep(
      simulator => {
        simulator.fault(fault)
        return { 'job-key': simulator.addJob({ api: 'ontap', script: DONE }).key }
      },
      { nodeOptions: ['--import', MEMORY] }
    )
    expect([step.exitCode, step.requests.length]).toEqual([0, 2])
    expect(step.stdout).toContain('the answer is longer than 8 MiB')
    expect(Number(step.stderr)).toBeGreaterThan(20)
    expect(Number(step.stderr)).toBeLessThan(250)
  })
})

describe('a kept connection that the server has closed', () => {
  /** A server that accepts one request per connection, although it promises more; `mercy` is how often it breaks that. */
  async function awaitFrom(limit: number) {
    const seen = new Set<Socket>()
    let broken = 0
    let answers = 0
    const server = createServer({ keepAlive: true }, (message, response) => {
      if (seen.has(message.socket) && broken < limit) {
        broken += 1
        message.socket.resetAndDestroy()
        return
      }
      seen.add(message.socket)
      answers += 1
      const state = answers < 3 ? 'running' : 'success'
      response.end(JSON.stringify({ uuid: UUID, state, ...(answers < 3 ? {} : { end_time: '2026-01-01T00:00:00Z' }) }))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const step = await runAction({ url: `http://127.0.0.1:${port}`, 'job-key': UUID, 'poll-interval': '1s' })
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    return { ...step, broken }
  }

  test.concurrent('costs nothing: the request goes out again at once', async () => {
    const { exitCode, broken, stdout, outputs } = await awaitFrom(ALWAYS)
    expect([exitCode, broken, JSON.parse(outputs.jobs ?? '')[0].requests]).toEqual([0, 2, 3])
    expect(stdout).not.toContain('No usable answer')
  })
})

describe('a server that cannot be reached', () => {
  test.concurrent('because nothing listens there is given up after "unreachable-timeout"', async () => {
    const step = await runAction({ url: 'http://127.0.0.1:9', 'job-key': UUID, 'unreachable-timeout': '1s' })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(step.outputs.message).toContain('the connection was refused')
  })

  test.concurrent('whose name does not resolve is given up within seconds', async () => {
    const step = await runAction({ url: 'https://um.invalid', 'job-key': UUID })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(step.outputs.message).toContain('the host name does not resolve')
    expect(JSON.parse(step.outputs.jobs ?? '')[0].requests).toBe(3)
  })
})

test.concurrent('Retry-After is a floor', async () => {
  const { exitCode, requests } = await runStep(simulator => {
    simulator.fault({ kind: 'answer', status: 429, headers: { 'Retry-After': '2' } })
    return { 'job-key': simulator.addJob({ api: 'ontap', script: DONE }).key }
  })
  const [first, second] = requests.map(({ at }) => at)
  expect([exitCode, requests.length]).toEqual([0, 2])
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_950)
})
