import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that nobody should ever ask. */
export interface Recorder {
  /** `127.0.0.1:8080`. */
  readonly host: string
  /** How many connections there were, and the headers of all requests. */
  readonly connections: number
  readonly headers: readonly IncomingHttpHeaders[]
  close(): Promise<void>
}

/** Starts a server that records whatever comes, and claims that every job has succeeded. */
export async function startRecorder(): Promise<Recorder> {
  const headers: IncomingHttpHeaders[] = []
  let connections = 0
  const server = createServer((message, response) => {
    headers.push(message.headers)
    const uuid = message.url?.split('/').at(-1)?.replace(/\?.*/, '')
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ uuid, state: 'success', end_time: '2026-01-01T00:00:00Z' }))
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    headers,
    get connections() {
      return connections
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
