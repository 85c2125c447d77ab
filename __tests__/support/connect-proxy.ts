import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ProxyOptions {
  readonly credentials?: { readonly username: string; readonly password: string }
  /** The port on this machine where every host that is asked for is found. */
  readonly port: number
  /** Serves HTTPS itself. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Answers every request so, and does nothing else. */
  readonly refusal?: { readonly status: string; readonly headers?: readonly string[]; readonly body?: string }
  /** Cuts every tunnel so many ms after its last byte. */
  readonly cutAfter?: number
  readonly onTunnel?: () => void
  /** Takes requests, and never answers. */
  readonly hangs?: boolean
}

export interface ConnectProxy {
  readonly port: number
  /** What was asked for, by CONNECT (`host:port`) or as a whole address, in the order of arrival. */
  readonly tunnels: string[]
  readonly forwarded: string[]
  /** The connections on which whole addresses were asked for. */
  readonly sockets: Duplex[]
  /** The headers of all these. */
  readonly headers: IncomingMessage['headers'][]
  close(): Promise<void>
}

/** An HTTP proxy on the loopback that leads every host to one port. */
export async function startProxy(options: ProxyOptions): Promise<ConnectProxy> {
  const { credentials, refusal } = options
  const server = options.tls ? createTlsServer(options.tls) : createServer()
  const sockets = new Set<Duplex>()
  const proxy: Omit<ConnectProxy, 'port' | 'close'> = { tunnels: [], forwarded: [], sockets: [], headers: [] }
  server.on('connection', track)
  server.on('secureConnection', track)
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    proxy.forwarded.push(message.url ?? '')
    proxy.sockets.push(message.socket)
    proxy.headers.push(message.headers)
    if (options.hangs) return
    const refused = refuse(message)
    if (refused !== null) {
      message.socket.end(refused)
      return
    }
    const { pathname, search } = new URL(message.url ?? '')
    const target = { host: '127.0.0.1', port: options.port, path: pathname + search, headers: message.headers }
    request(target, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }).end()
  })
  server.on('connect', (message: IncomingMessage, client: Duplex) => {
    proxy.tunnels.push(message.url ?? '')
    options.onTunnel?.()
    proxy.headers.push(message.headers)
    client.on('error', () => client.destroy())
    if (options.hangs) return
    const refused = refuse(message)
    if (refused !== null) {
      client.end(refused)
      return
    }
    const upstream = connect(options.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    if (options.cutAfter !== undefined) upstream.setTimeout(options.cutAfter, () => client.destroy())
    track(upstream)
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...proxy,
    port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }

  function track(socket: Socket | Duplex): void {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  }

  function refuse({ headers }: IncomingMessage): string | null {
    if (refusal !== undefined) return respond(refusal.status, refusal.headers, refusal.body)
    if (credentials === undefined) return null
    const pair = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
    if (headers['proxy-authorization'] === `Basic ${pair}`) return null
    return respond('407 Proxy Authentication Required', ['Proxy-Authenticate: Basic realm="proxy"'])
  }
}

function respond(status: string, headers: readonly string[] = [], body = ''): string {
  const lines = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close']
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
