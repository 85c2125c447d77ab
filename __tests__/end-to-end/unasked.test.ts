import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { runAction, type StepOptions, type StepResult } from '../../simulator/runner.ts'
import { type ByteServerOptions, startByteServer } from '../support/byte-server.ts'
import { startProxy } from '../support/connect-proxy.ts'
import { NODES } from '../support/nodes.ts'
import { createIdentity } from '../support/x509.ts'
import type { Inputs } from './support.ts'

const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const HOST = 'storage.example.test'

const { cert, key } = createIdentity('storage', { hosts: ['127.0.0.1', HOST] })
const TRUSTED = { 'ca-certificate': cert }

/** When the answer that nobody asked for is sent, in ms after the one before it: well before the next request is due. */
const UNASKED_AFTER = 300

/** How many turns of the event loop it takes until a request that was sent is seen here, through a proxy too. */
const TURNS = 10

/** Once it says that the job is running, keeps the process from its sockets for 2.5 s, and has timers go off first after that. */
const STARVED = `data:text/javascript,${encodeURIComponent(
  `const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)
  const { write } = process.stdout
  process.stdout.write = (...text) => {
    if (/job is running/.test(text)) setTimeout(() => setImmediate(block), ${UNASKED_AFTER / 3})
    return write.apply(process.stdout, text)
  }`
)}`

function answer(state: string): string {
  const end = state === 'running' ? {} : { end_time: '2026-01-01T00:00:00Z' }
  const body = JSON.stringify({ uuid: UUID, state, ...end })
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

interface Scene extends Pick<ByteServerOptions, 'tls'> {
  readonly options: StepOptions
  readonly inputs?: Inputs
  /** The server is reached by a tunnel. */
  readonly isBehindProxy?: boolean
}

/** A job that is running, then said unasked to have succeeded, and has failed to anyone who asks. */
async function awaitFailure({ tls, options, inputs, isBehindProxy = false }: Scene): Promise<StepResult> {
  const server = await startByteServer({
    ...(tls === undefined ? {} : { tls }),
    onCall: ({ nth, socket }) => {
      socket.write(answer(nth === 1 ? 'running' : 'failure'))
      if (nth === 1) setTimeout(() => void sayUnasked(socket), UNASKED_AFTER)
    }
  })
  /** Where this process was so late that the next request is there, the answer would be one to that. */
  const sayUnasked = async (socket: Socket): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn += 1) await setImmediate()
    if (server.calls.length === 1) socket.write(answer('success'))
  }
  const proxy = await startProxy({ port: server.port })
  try {
    const url = `${tls === undefined ? 'http' : 'https'}://${isBehindProxy ? HOST : '127.0.0.1'}:${server.port}`
    const env = isBehindProxy ? { https_proxy: `http://127.0.0.1:${proxy.port}` } : {}
    return await runAction({ url, 'job-key': UUID, ...inputs }, { env, ...options })
  } finally {
    await Promise.all([server.close(), proxy.close()])
  }
}

/** The same, in a process that is stopped from when it says that the job is running until long after the second request is due. */
function awaitStopped(scene: Scene): Promise<StepResult> {
  let send = (_signal: NodeJS.Signals): void => {}
  const onStart = (kill: typeof send): void => {
    send = kill
  }
  const onLog = (log: string): void => {
    if (!log.includes('job is running')) return
    send('SIGSTOP')
    setTimeout(() => send('SIGCONT'), 2_500)
  }
  return awaitFailure({ ...scene, options: { ...scene.options, onStart, onLog } })
}

const ways: [way: string, scene: Omit<Scene, 'options'>][] = [
  ['over a plain connection', {}],
  ['over TLS', { tls: { cert, key }, inputs: TRUSTED }],
  ['through a tunnel', { tls: { cert, key }, inputs: TRUSTED, isBehindProxy: true }]
]
/** Windows cannot stop a process. */
const CAUSES = process.platform === 'win32' ? (['starved'] as const) : (['starved', 'stopped'] as const)
const rows = CAUSES.flatMap(cause => ways.map(([way, scene]) => [cause, way, scene] as const))

describe.each(NODES)(
  'an answer that nobody asked for is not taken for that of the next request, with %s',
  (_, node) => {
    test.concurrent.each(rows)('after the process was %s, %s', async (cause, _way, scene) => {
      const starved = { ...scene, options: { node, nodeOptions: ['--import', STARVED] } }
      const step = await (cause === 'stopped' ? awaitStopped({ ...scene, options: { node } }) : awaitFailure(starved))
      expect([step.exitCode, step.outputs.outcome, step.stderr]).toEqual([1, 'error', ''])
    })
  }
)
