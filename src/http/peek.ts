import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import { endpointOf } from './server.ts'

/** How long a server may take to show its certificate once more, in ms. */
const LONGEST = 3_000

/**
 * The certificate that the server at `origin` presents, for a message about it: Node keeps none that it does not trust. The
 * connection, over `socket` if there is one, carries nothing and is closed; if anything goes wrong, there is no certificate.
 */
export function peekCertificate(origin: string, socket: Socket | null): Promise<X509Certificate | undefined> {
  return new Promise(resolve => {
    const tunnel = socket === null ? {} : { socket }
    const connection = connect({ ...endpointOf(origin), ...tunnel, rejectUnauthorized: false })
    connection.setTimeout(LONGEST, () => connection.destroy())
    connection.once('secureConnect', () => {
      resolve(connection.getPeerX509Certificate())
      connection.destroy()
    })
    // One that wants a client certificate shows its own before it breaks off.
    connection.once('error', () => resolve(connection.getPeerX509Certificate()))
    connection.once('close', () => resolve(undefined))
  })
}
