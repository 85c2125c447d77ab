import { createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createAgent, type Progress } from '../../../src/http/agent.ts'
import { closeWhenUnasked, everySocketRead, expectAnswer, whenReady } from '../../../src/http/connection.ts'

const open: { destroy: () => unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.destroy()
})

/** A connection by itself: what is pushed into it has come from the other end. */
function aConnection(): Duplex {
  const connection = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })
  open.push(connection)
  return connection
}

describe('a new connection', () => {
  test.each([
    ['connect', false],
    ['secureConnect', true]
  ])('is ready with %s', async (event, isTls) => {
    const connection = aConnection()
    const ready = whenReady(connection as Socket, isTls)
    connection.emit(event)
    expect(await ready).toBe(connection)
  })

  test('over which something came unasked is closed, and carries no request', async () => {
    const connection = aConnection()
    const ready = whenReady(connection as Socket, false)
    connection.emit('connect')
    connection.push('HTTP/1.1 200 OK\r\n\r\n')
    await expect(ready).rejects.toMatchObject({
      failure: { what: 'the server sent an answer before it was asked anything', fatal: false, sent: false }
    })
    expect(connection.destroyed).toBe(true)
  })

  test('that ends before it is ready is a failure, with or without an error', async () => {
    const broken = aConnection()
    const refused = whenReady(broken as Socket, false)
    broken.destroy(new Error('refused'))
    await expect(refused).rejects.toThrow('refused')
    const closed = aConnection()
    const gone = whenReady(closed as Socket, false)
    closed.destroy()
    await expect(gone).rejects.toThrow('the connection was closed')
  })
})

describe('an idle connection', () => {
  test('is closed by anything that comes over it', async () => {
    const connection = aConnection()
    expect(closeWhenUnasked(connection)).toBe(true)
    connection.push('HTTP/1.1 200 OK\r\n\r\n')
    await everySocketRead()
    expect(connection.destroyed).toBe(true)
  })

  test('is not kept where something has come already', () => {
    const connection = aConnection()
    connection.push('HTTP/1.1 200 OK\r\n\r\n')
    expect(closeWhenUnasked(connection)).toBe(false)
  })

  test('is not closed by the answer once it is used again', async () => {
    const connection = aConnection()
    closeWhenUnasked(connection)
    expectAnswer(connection)
    connection.push('HTTP/1.1 200 OK\r\n\r\n')
    await everySocketRead()
    expect(connection.destroyed).toBe(false)
  })
})

describe('an agent', () => {
  test('gives up the connections that it is opening when it is destroyed', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    const agent = createAgent('http://127.0.0.1')
    const progress: Progress = { sent: true }
    const { port } = await new Promise<{ port: number }>(resolve =>
      server.once('listening', () => resolve(server.address() as { port: number }))
    )
    const failed = new Promise(resolve =>
      agent.createConnection({ host: '127.0.0.1', port, progress } as object, resolve)
    )
    await Promise.resolve()
    agent.destroy()
    expect(await failed).toEqual(new Error('the connection was closed'))
    expect(progress).toEqual({ sent: false })
    server.close()
  })

  test('keeps no connection that it was asked to close', () => {
    const agent = createAgent('http://127.0.0.1')
    const socket = Object.assign(aConnection(), {
      setKeepAlive: () => {},
      setTimeout: () => {},
      unref: () => {},
      _httpMessage: { res: { headers: { 'keep-alive': 'timeout=1' } } }
    })
    expect(agent.keepSocketAlive(socket)).toBe(false)
  })
})
