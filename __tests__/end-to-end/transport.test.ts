import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
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

  test.concurrent('because the name server does not answer is asked again until it does', async () => {
    const failing = `import dns from 'node:dns'
      let lookups = 0
      dns.lookup = (name, options, done) => {
        lookups += 1
        if (lookups > 4) done(null, [{ address: '127.0.0.1', family: 4 }])
        else setImmediate(done, Object.assign(new Error('getaddrinfo EAI_AGAIN ' + name), { code: 'EAI_AGAIN' }))
      }`
    const step = await runStep(
      simulator => {
        const { port } = new URL(simulator.url)
        return { url: `http://um.localhost:${port}`, 'job-key': simulator.addJob({ api: 'ontap', script: DONE }).key }
      },
      { nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(failing)}`] }
    )
    expect([step.exitCode, step.requests.length]).toEqual([0, 1])
    expect(step.stdout).toContain('the host name cannot be resolved at the moment')
  })

  test.concurrent('whose name does not resolve is given up within seconds', async () => {
    const step = await runAction({ url: 'https://um.invalid', 'job-key': UUID })
    expect([step.exitCode, step.outputs.outcome]).toEqual([1, 'unreachable'])
    expect(step.outputs.message).toContain('the host name does not resolve')
    expect(JSON.parse(step.outputs.jobs ?? '')[0].requests).toBe(3)
  })
})

/** Answers every call with a job, and every question with its success, in whose name it says how often it was called. */
const SLOW_SERVER = `
  let calls = 0
  const server = require('node:http').createServer((request, response) => {
    const isCall = request.method === 'POST'
    if (isCall) calls += 1
    const job = { uuid: '${UUID}', state: 'success', end_time: '2026-01-01T00:00:00Z', description: calls + ' calls' }
    response.writeHead(isCall ? 202 : 200).end(JSON.stringify(isCall ? { job: { uuid: job.uuid } } : job))
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`

/** Connects until the server, which is stopped, takes no more: from then on Linux drops every request to connect. */
async function fillBacklog(port: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  for (let isTaken = true; isTaken; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    isTaken = await Promise.race([
      new Promise<boolean>(resolve => socket.once('connect', () => resolve(true))),
      // One turn later: a timer can fire before a connection is seen that was there in time.
      new Promise<boolean>(resolve => setTimeout(() => setImmediate(() => resolve(!socket.connecting)), 500))
    ])
  }
  return sockets
}

const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('a call that never got a connection, because the network drops it, is made again', async () => {
  const server = spawn(process.execPath, ['--eval', SLOW_SERVER])
  try {
    const port = Number((await once(server.stdout, 'data'))[0])
    server.kill('SIGSTOP')
    const waiting = await fillBacklog(port)
    const inputs = { request: 'POST /storage/volumes', 'request-body': '{}', api: 'ontap', 'request-timeout': '3s' }
    const { exitCode, outputs, stdout } = await runAction(
      { url: `http://127.0.0.1:${port}`, ...inputs },
      { onLog: log => log.includes('no connection could be made within 3 s') && server.kill('SIGCONT') }
    )
    for (const socket of waiting) socket.destroy()
    expect([exitCode, outputs.outcome, JSON.parse(outputs.job ?? '').description]).toEqual([0, 'success', '1 calls'])
    expect(stdout).toContain('the call was not executed, repeating it')
  } finally {
    server.kill('SIGKILL')
  }
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
