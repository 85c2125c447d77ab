import { isIP } from 'node:net'
import { parseUrl } from '../text/url.ts'

/** Where the API is. */
export interface Server {
  /** `https://um.example.com:8443`. */
  readonly origin: string
  /** The API's root, without a slash at its end: `/api`. */
  readonly root: string
  /** Whether nobody on the network path can read what is sent: https, or this machine itself. */
  readonly isPrivate: boolean
}

/**
 * The `url` input, or what is wrong with it: a sentence that repeats nothing secret. `defaultRoot`: the API's root where the
 * input has no path; undefined where it needs one.
 */
export function parseServer(text: string, defaultRoot: string | undefined): Server | string {
  if (text === '') return 'is not set: use the address of the server, such as https://um.example.com'
  const shown = JSON.stringify(text.replace(/\/\/.*@/, '//…@'))
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `${shown} has no scheme: write https://…`
  const url = parseUrl(text)
  if (url === null) return `${shown} is not a valid address: write it as https://um.example.com`
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `${shown} is neither https: nor http:`
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return 'contains a user name or password: use "username" and "password" instead'
  }
  if (url.search !== '' || text.includes('?')) return `${shown} has a query: leave out what follows the path`
  if (url.hash !== '' || text.includes('#')) return `${shown} has a fragment: leave out what follows the path`
  const root = url.pathname.replace(/\/+$/, '') || defaultRoot
  if (root === undefined) return `${shown} has no path, which this API needs`
  return {
    origin: url.origin,
    root,
    isPrivate: url.protocol === 'https:' || isLoopback(url.hostname)
  }
}

/** Whether a URL's host is the runner's own machine. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|(.+\.)?localhost)$/.test(host)
}

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
