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
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const servername = isIP(host) === 0 ? host : ''
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80), servername }
}
