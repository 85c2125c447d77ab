import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { startSimulator } from '../../simulator/server.ts'
import { createIdentity } from '../support/x509.ts'
import { type Inputs, runStep, type Step } from './support.ts'

/** A call whose connection never became usable was not sent, however that showed: it is made again. */

const identity = createIdentity('storage', { hosts: ['127.0.0.1'] })
const closers: (() => unknown)[] = []
afterEach(() => Promise.all(closers.splice(0).map(close => close())))

/** A server over TLS that leaves the first `silent` connections without a handshake; gives the step and what came of it. */
async function call(silent: number, limits: Inputs): Promise<{ step: Step; connections: number; calls: number }> {
  const server = await startSimulator({ plays: 'ontap', tls: { key: identity.key, cert: identity.cert } })
  const sockets: Socket[] = []
  const front = createServer(socket => {
    sockets.push(socket.on('error', () => {}))
    if (sockets.length <= silent) return
    const to = connect(Number(new URL(server.url).port), '127.0.0.1')
    to.on('error', () => {})
    socket.pipe(to).pipe(socket)
  })
  await once(front.listen(0, '127.0.0.1'), 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    front.close()
    return server.close()
  })
  const inputs = {
    url: `https://127.0.0.1:${(front.address() as AddressInfo).port}`,
    'ca-certificate': identity.cert,
    request: 'POST /storage/volumes',
    'request-body': JSON.stringify({ name: 'vol1', simulate: { seconds: 0.1 } }),
    ...limits
  }
  const step = await runStep(() => inputs)
  return { step, connections: sockets.length, calls: server.requests.filter(({ method }) => method === 'POST').length }
}

test('a handshake that does not come in time leaves the call unsent', async () => {
  const { step, connections, calls } = await call(1, { 'request-timeout': '3s' })
  expect([step.exitCode, step.outputs.outcome, calls]).toEqual([0, 'success', 1])
  expect(connections).toBeGreaterThan(1)
  expect(step.stdout).toContain('the call was not executed, repeating it')
})

test('a server that never completes a handshake is unreachable, and nothing was sent', async () => {
  const { step, calls } = await call(Number.POSITIVE_INFINITY, { 'request-timeout': '1s', 'unreachable-timeout': '3s' })
  expect([step.exitCode, step.outputs.outcome, calls]).toEqual([1, 'unreachable', 0])
  expect(step.outputs.message).toContain('the call was not executed')
  expect(step.outputs.message).not.toContain('may have taken')
})
