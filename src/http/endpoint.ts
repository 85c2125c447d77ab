import { isIP } from 'node:net'

/** Where a connection goes. */
export interface Endpoint {
  /** A name or an address, without brackets. */
  readonly host: string
  readonly port: number
  /** What a TLS client asks for (RFC 6066, 3: never an address). */
  readonly servername: string
}

/** The endpoint of an origin: `https://[::1]:8443`. */
export function endpointOf(origin: string): Endpoint {
  const { protocol, hostname, port } = new URL(origin)
  const host = unbracketed(hostname)
  const servername = isIP(host) === 0 ? host : ''
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80), servername }
}

/** An IPv6 address as sockets take it. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
