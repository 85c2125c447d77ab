import { getEventListeners } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Client, createClient, type Exchange } from '../../../src/http/client.ts'
import '../../support/one-realm.ts'
import { rawServer } from '../../support/raw-server.ts'

const MIB = 1024 * 1024
const NEVER = new AbortController().signal

const clients: Client[] = []

beforeEach(() => {
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    delete process.env[name]
    delete process.env[name.toUpperCase()]
  }
})
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
})

function aClient(origin: string, { requestTimeout = 10_000 } = {}): Client {
  const client = createClient({ origin, headers: {}, requestTimeout }, () => {})
  clients.push(client)
  return client
}

const get = (client: Client, path = '/api/jobs/1', signal = NEVER, hold = 0): Promise<Exchange> =>
  client.send({ method: 'GET', path, hold }, signal)

async function answered(listener: RequestListener, options?: { requestTimeout?: number }): Promise<Exchange> {
  return get(aClient(await rawServer(listener), options))
}

/** The same on a connection that was there before, however long that took. */
async function answeredNext(listener: RequestListener, requestTimeout: number): Promise<Exchange> {
  let requests = 0
  const origin = await rawServer((request, response) => {
    requests += 1
    if (requests === 1) response.end('x')
    else listener(request, response)
  })
  const client = aClient(origin, { requestTimeout })
  await get(client, '/', NEVER, 30_000)
  return get(client)
}

const failed = (what: RegExp, why: 'cut' | 'unresolved' | 'other' = 'other') => ({
  ok: false,
  failure: { why, what: expect.stringMatching(what), fatal: false }
})

describe('a request', () => {
  test('reaches an IPv6 literal', async () => {
    const origin = await rawServer((_, response) => response.end('here'), '::1')
    expect(await get(aClient(origin))).toMatchObject({ ok: true, body: 'here' })
  })

  test('uses the connection of the one before', async () => {
    const ports = new Set<number | undefined>()
    const client = aClient(
      await rawServer((request, response) => {
        ports.add(request.socket.remotePort)
        response.end('x')
      })
    )
    for (let count = 0; count < 5; count += 1) await get(client)
    expect(ports.size).toBe(1)
  })
})

describe('a body', () => {
  test('that is cut in the middle does not count', async () => {
    const exchange = await answered((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('{"uuid": "1", "state": "success"}')
      setImmediate(() => response.destroy())
    })
    expect(exchange).toMatchObject(failed(/^the connection broke/, 'cut'))
  })

  test('that is cut in a chunk does not count', async () => {
    const exchange = await answered((_, response) => {
      response.writeHead(200).write('{"uuid": "1", "state": "success"}')
      setImmediate(() => response.destroy())
    })
    expect(exchange).toMatchObject(failed(/^the connection broke/, 'cut'))
  })
})

describe('a status of 300 or above counts, whatever happens to its body', () => {
  test.each<[name: string, body: (response: ServerResponse) => void]>([
    [
      'it is cut',
      response => response.writeHead(401, { 'Content-Length': '100' }).write('x', () => response.destroy())
    ],
    ['it is encoded as nobody asked', response => response.writeHead(401, { 'Content-Encoding': 'br' }).end('x')],
    ['it is too long', response => response.writeHead(401).end(Buffer.alloc(8 * MIB + 1))],
    ['it never ends', response => response.writeHead(401, { 'Content-Length': '100' }).write('x')]
  ])('%s', async (_name, body) => {
    const exchange = await answered((_, response) => body(response), { requestTimeout: 1_000 })
    expect(exchange).toMatchObject({ ok: true, status: 401, body: '' })
  })
})

describe('a server that does not answer', () => {
  test('at all ends the request after its time', async () => {
    expect(await answeredNext(() => {}, 100)).toMatchObject(failed(/no complete answer arrived within 0.1 s/))
  })

  test('with more than a byte now and then ends it after its time', async () => {
    const exchange = await answeredNext((_, response) => {
      response.writeHead(200).write('{')
      const drip = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(drip))
    }, 150)
    expect(exchange).toMatchObject(failed(/no complete answer arrived within 0.15 s/))
  })

  test('with a body that ends when the connection does ends it after its time', async () => {
    const exchange = await answeredNext((_, response) => {
      response.useChunkedEncodingByDefault = false
      response.shouldKeepAlive = false
      response.writeHead(200).write('{}')
    }, 150)
    expect(exchange).toMatchObject(failed(/no complete answer arrived within 0.15 s/))
  })

  test('but changes the protocol ends it after its time', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const exchange = await answeredNext(request => request.socket.write(upgrade), 100)
    expect(exchange).toMatchObject(failed(/no complete answer arrived within 0.1 s/))
  })

  test('for as long as it was asked to hold has that much longer', async () => {
    const client = aClient(
      await rawServer((_, response) => {
        setTimeout(() => response.end('held'), 150)
      }),
      { requestTimeout: 50 }
    )
    expect(await get(client, '/', NEVER, 5_000)).toMatchObject({ ok: true, body: 'held' })
  })

  test('is dropped at once when the wait has ended', async () => {
    const stop = new AbortController()
    const origin = await rawServer(() => stop.abort())
    expect(await get(aClient(origin), '/', stop.signal)).toMatchObject({ ok: false })
    expect(await get(aClient(origin), '/', AbortSignal.abort())).toMatchObject({ ok: false })
  })

  test('but closes the connection does not count as an answer', async () => {
    expect(await answered(request => request.socket.destroy())).toMatchObject(failed(/^the connection broke/, 'cut'))
  })

  test('because there is none does not count as an answer', async () => {
    expect(await get(aClient('http://127.0.0.1:1'))).toMatchObject(failed(/^the connection was refused/))
  })

  test('in HTTP does not count as an answer', async () => {
    const server = createServer(socket => socket.resume().end('220 smtp.example.com ESMTP\r\n'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    expect(await get(aClient(`http://127.0.0.1:${port}`))).toMatchObject({ ok: false })
    await new Promise(resolve => server.close(resolve))
  })
})

describe('a connection that was kept', () => {
  test('and then closed by the server is made anew, once, without a word', async () => {
    const seen: number[] = []
    const client = aClient(
      await rawServer((request, response) => {
        seen.push(request.socket.remotePort ?? 0)
        if (seen.length === 2) request.socket.destroy()
        else response.end('x')
      })
    )
    await get(client)
    expect(await get(client)).toMatchObject({ ok: true, body: 'x' })
    expect([seen.length, new Set(seen).size]).toEqual([3, 2])
  })

  test('and returns nonsense does not count as an answer, and nothing is repeated', async () => {
    let requests = 0
    const client = aClient(
      await rawServer((request, response) => {
        requests += 1
        if (requests === 1) response.end('x')
        else request.socket.end('nonsense\r\n\r\n')
      })
    )
    await get(client)
    expect(await get(client)).toMatchObject(failed(/^the request failed/))
    expect(requests).toBe(2)
  })

  test('is not asked for again when a new one breaks too', async () => {
    let requests = 0
    const client = aClient(
      await rawServer((request, response) => {
        requests += 1
        if (requests === 1) response.end('x')
        else request.socket.destroy()
      })
    )
    await get(client)
    expect(await get(client)).toMatchObject(failed(/^the connection broke/, 'cut'))
    expect(requests).toBe(3)
  })
})

test('a hundred requests leave no listener at the signal', async () => {
  const { signal } = new AbortController()
  const client = aClient(await rawServer((_, response) => response.end('x')))
  for (let count = 0; count < 100; count += 1) await get(client, '/', signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
