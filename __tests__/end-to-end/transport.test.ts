import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { runAction } from '../../simulator/runner.ts'
import { type Simulator, startSimulator } from '../../simulator/server.ts'
import { ALWAYS, runStep } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const DONE = [{ after: 0, state: 'success' }]

/** Prints the most memory that the process ever had, in MiB. */
const MEMORY = `data:text/javascript,${encodeURIComponent(
  "process.once('exit', () => process.stderr.write(String(Math.round(process.resourceUsage().maxRSS / 1024))))"
)}`

describe('a body without end is cut off at 8 MiB of what it decodes to, whatever it costs to send', () => {
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
  /** A server that takes one request a connection, though it promises more; `mercy` is how often it breaks that. */
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
  test.concurrent('is waited for while it restarts', async () => {
    const first = await startSimulator()
    const port = Number(new URL(first.url).port)
    first.addJob({ api: 'ontap', key: UUID, script: [{ after: 0, state: 'running' }] })
    let down: Promise<void> | undefined
    let second: Promise<Simulator> | undefined
    const onLog = (text: string): void => {
      if (text.includes('running')) down ??= first.close()
      if (text.includes('No usable answer')) second ??= restart()
    }
    async function restart(): Promise<Simulator> {
      await down
      const simulator = await startSimulator({ port })
      simulator.addJob({ api: 'ontap', key: UUID, script: DONE })
      return simulator
    }
    const step = await runAction({ url: first.url, 'job-key': UUID, 'poll-interval': '1s' }, { onLog })
    await (await second)?.close()
    expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
    expect(step.stdout).toContain('No usable answer: the connection was refused')
  })

  test.concurrent('whose name does not resolve is given up within seconds', async () => {
    const step = await runAction({ url: 'https://um.invalid', 'job-key': UUID })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(step.outputs.message).toContain('the host name does not resolve')
    expect(JSON.parse(step.outputs.jobs ?? '')[0].requests).toBe(3)
  })
})

describe('what answers in place of the server is told', () => {
  test.concurrent.each([
    ['a login page', 200, 'the answer is no JSON object: text/html; charset=utf-8, "<html><h1>Sign in</h1></html>"'],
    [
      "a proxy's page",
      502,
      'a proxy answered 502 Bad Gateway: text/html; charset=utf-8, "<html><h1>Sign in</h1></html>"'
    ],
    ["a proxy's 407", 407, 'a proxy']
  ])('%s', async (_name, status, words) => {
    const step = await runStep(simulator => {
      simulator.fault({ kind: 'answer', status, body: '<html>\n<h1>Sign in</h1></html>', times: ALWAYS })
      return { 'job-key': UUID, 'unreachable-timeout': '1s' }
    })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(step.outputs.message?.replace('<html> <h1>', '<html><h1>')).toContain(words)
  })
})
