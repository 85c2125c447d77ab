import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readArguments } from '../../simulator/arguments.ts'
import { type Servers, startServers } from '../../simulator/servers.ts'
import { ask, start } from './start.ts'

const SCRIPT = [{ after: 0, state: 'running' }]

describe('the servers', () => {
  let servers: Servers
  afterEach(() => servers.close())

  test('have the same jobs, and each has only its own paths', async () => {
    servers = await startServers()
    const { 'unified-manager': manager, ontap, 'ontap-select': select } = servers
    const { key, href } = ontap.addJob({ api: 'ontap', script: SCRIPT })
    const gateway = `/api/gateways/5ea7a442-86d1-11e0-ae1c-123478563412/cluster/jobs/${key}`
    const statuses = async (path: string) =>
      Promise.all([manager, ontap, select].map(async ({ url }) => (await ask(url + path)).status))
    expect(await statuses(href)).toEqual([404, 200, 404])
    expect(await statuses(gateway)).toEqual([200, 404, 404])
    expect(await statuses('/api/management-server/jobs')).toEqual([200, 404, 404])
    expect(await statuses('/api/jobs')).toEqual([404, 404, 200])
  })

  test('leave no port taken if one of them cannot start', async () => {
    // Ports of this process alone, below those that systems give to connections.
    const port = 20_000 + (process.pid % 1_000) * 10
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    await expect(startServers({ port: port - 1 })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    other.close()
    await once(other, 'close')
    servers = await startServers({ port: port - 1 })
    expect(servers.ontap.url).toBe(`http://127.0.0.1:${port}`)
  })
})

/** Runs `npm run simulator` until it ends, or has printed `until`. */
async function simulate(args: readonly string[], until?: string) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../simulator/main.ts', import.meta.url)), ...args])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (until !== undefined && output.includes(until)) child.kill()
    })
  }
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, output }
}

describe('npm run simulator', () => {
  test('says which server is where', async () => {
    const { output } = await simulate(['--port', '0'], 'Press Ctrl+C')
    for (const name of ['Unified Manager', 'ONTAP', 'ONTAP Select Deploy', 'NetApp Console', 'OAuth 2.0 tokens']) {
      expect(output).toMatch(new RegExp(`^  ${name} +http://127\\.0\\.0\\.1:\\d+`, 'm'))
    }
  })

  test('on a port that is taken says to use --port', async () => {
    const { url } = await start()
    const { port } = new URL(url)
    const { exitCode, output } = await simulate(['--port', port])
    expect(exitCode).toBe(1)
    expect(output).toMatch(new RegExp(`^Port ${port} is already in use\\. .*--port`))
  })

  test.each([
    [['--um-form', 'both'], '--um-form must be one of specified, documented, not "both"'],
    [['--port', 'x'], '--port must be a number, not "x"'],
    [['--username', 'admin'], '--username and --password go together'],
    [['--tls-key', 'key.pem'], '--tls-key and --tls-cert go together']
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message)
  })

  test('explains how to order faults and states', async () => {
    const { exitCode, output } = await simulate(['--help'])
    expect(exitCode).toBe(0)
    for (const word of ['cutover_wait', 'paused_on_error', '--token-lifetime', '/simulator/faults']) {
      expect(output).toContain(word)
    }
  })

  test('reads how the token server and the console behave', () => {
    const args = '--token-lifetime 60 --client-id me --client-in body --console-id-header X-Response_Id'
    expect(readArguments(args.split(' ')).options).toMatchObject({
      tokens: { lifetime: 60, clientId: 'me', clientIn: 'body' },
      netappConsole: { idHeader: 'X-Response_Id' }
    })
    expect(readArguments([]).options.tokens).toBeUndefined()
  })

  test('reads how ONTAP and the gateway behave', () => {
    const args = '--ontap-done job --ontap-read-jobs no --ontap-hal no --ontap-retention 0 --um-gateway-links absent'
    expect(readArguments(args.split(' ')).options).toMatchObject({
      ontap: { done: 'job', mayReadJobs: false, hal: false, retention: 0 },
      unifiedManager: { gatewayLinks: 'absent' }
    })
  })
})
