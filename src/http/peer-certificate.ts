import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'

/** Certificates of peers with which no connection came about, by the connection's error. */
const certificates = new WeakMap<Error, X509Certificate>()

/**
 * Keeps the certificate that the peer of a new connection shows, should the connection fail. Node lets go of it as soon
 * as it has found it wanting, so it is read just before that. A connection that is not TLS is left alone.
 */
export function keepPeerCertificate<S>(socket: S): S {
  if (!(socket instanceof TLSSocket)) return socket
  let shown: X509Certificate | undefined
  socket.prependOnceListener('secure', () => {
    shown = socket.getPeerX509Certificate()
  })
  socket.once('error', (error: Error) => {
    if (shown !== undefined) certificates.set(error, shown)
  })
  return socket
}

/** The certificate that was shown on the connection with this error. */
export function peerCertificateOf(error: unknown): X509Certificate | undefined {
  return error instanceof Error ? certificates.get(error) : undefined
}
