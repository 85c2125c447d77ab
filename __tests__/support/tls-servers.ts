import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { type ByteServer, startByteServer } from './byte-server.ts'

/** Ciphers and versions that OpenSSL has, but no longer takes by default. */
const INSECURE = 'DEFAULT:@SECLEVEL=0'

/** What a TLS server can be like that the action cannot talk to. */
export const UNFIT_SERVERS: Readonly<Record<string, TlsOptions>> = {
  'TLS 1.1 at most': { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: INSECURE },
  'no cipher in common': { maxVersion: 'TLSv1.2', ciphers: 'NULL-SHA256:@SECLEVEL=0' },
  'no cipher in common in TLS 1.3': { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_CCM_SHA256' },
  'no curve in common': { minVersion: 'TLSv1.3', ecdhCurve: 'secp224r1' }
}

/** A TLS record of an alert that ends the connection (RFC 5246, 7.2). */
export function alertRecord(number: number): Buffer {
  return Buffer.from([21, 3, 1, 0, 2, 2, number])
}

/** A ServerHello without extensions (RFC 5246, 7.4.1.3), as servers send it that know no newer TLS. */
export function serverHello(version: number, cipher: number): Buffer {
  const two = (number: number): number[] => [number >> 8, number & 0xff]
  const body = [...two(version), ...randomBytes(32), 0, ...two(cipher), 0]
  return Buffer.from([22, ...two(version), ...two(body.length + 4), 2, 0, ...two(body.length), ...body])
}

/** A server that sends these bytes as soon as it hears anything, whatever it is. */
export async function startBabbler(bytes: Buffer | string): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).once('data', () => socket.write(bytes))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }
}

/** A TLS server whose every answer is this HTTP response. */
export function startTlsServer(tls: TlsOptions, response: string): Promise<ByteServer> {
  return startByteServer({ tls, onCall: ({ socket }) => socket.end(response) })
}
