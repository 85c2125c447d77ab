import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** One request to a server of bytes, which reads of it what a GET has: the head. */
export interface Call {
  /** Counted from 1, over all connections. */
  readonly nth: number
  /** Path and query, encoded. */
  readonly path: string
  /** Monotonic ms. */
  readonly at: number
  readonly socket: Socket
  readonly server: Server
  /** Drops every connection, and takes none for so many ms. */
  readonly restart: (ms: number) => void
}

export interface ByteServer {
  readonly port: number
  readonly calls: readonly Call[]
  close(): Promise<void>
}

export interface ByteServerOptions {
  /** Answers a request, or does whatever else. */
  readonly onCall: (call: Call) => void
  /** Speaks TLS before all else. */
  readonly tls?: TlsOptions
  /** What is done with a connection as soon as it is there. */
  readonly onConnection?: (socket: Socket) => void
}

/** A server on the loopback that decides on every byte of what it sends. */
export async function startByteServer({ onCall, tls, onConnection }: ByteServerOptions): Promise<ByteServer> {
  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  const sockets = new Set<Socket>()
  const calls: Call[] = []
  let port = 0
  let open = true
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    onConnection?.(socket)
  })
  server.on('tlsClientError', () => {})
  await listen()
  return {
    port,
    calls,
    close: () => {
      open = false
      return stop()
    }
  }

  function serve(socket: Socket): void {
    let text = ''
    socket
      .on('error', () => {})
      .on('data', data => {
        text += data.toString('latin1')
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          const [, path = ''] = text.split(' ', 2)
          text = text.slice(end + 4)
          const call = { nth: calls.length + 1, path, at: performance.now(), socket, server, restart }
          calls.push(call)
          onCall(call)
        }
      })
  }

  function restart(ms: number): void {
    void stop().then(() => setTimeout(() => open && listen(), ms))
  }

  /** While the server is stopped, another process can take its port for a moment. */
  function listen(): Promise<void> {
    return new Promise(resolve => {
      const again = (): void => void setTimeout(() => open && listen().then(resolve), 20)
      server.once('error', again).listen(port, '127.0.0.1', () => {
        server.off('error', again)
        port = (server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  function stop(): Promise<void> {
    return new Promise(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  }
}
