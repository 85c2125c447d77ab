import { BlockList, isIP } from 'node:net'
import { decodeOnce } from '../jobs/encode.ts'
import { parseUrl } from '../text/url.ts'
import type { BasicCredentials } from './credentials.ts'
import { type Endpoint, endpointOf, isLoopback } from './server.ts'

export interface HttpProxy {
  /** `http://proxy.example.com:3128`, without the credentials. */
  readonly origin: string
  readonly credentials: BasicCredentials | null
  /** The environment variable that names it. */
  readonly variable: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The proxy between the runner and a server, null for none, or the variable that is wrong and how. */
export type ProxyChoice = HttpProxy | null | { readonly variable: string; readonly fault: string }

/**
 * The proxy for a server, as curl and the runner read it from the environment: `https_proxy` or `http_proxy`, else
 * `all_proxy`, unless `no_proxy` names the host; each in lower case before upper case. The loopback is never asked of a
 * proxy, whose own machine it would mean there.
 */
export function chooseProxy(origin: string, environment: Environment): ProxyChoice {
  const url = new URL(origin)
  const names = [`${url.protocol.slice(0, -1)}_proxy`, 'all_proxy']
  const given = names
    .flatMap(name => [name, name.toUpperCase()])
    .map(variable => ({ variable, address: environment[variable]?.trim() ?? '' }))
    .find(({ address }) => address !== '')
  if (given === undefined || isLoopback(url.hostname)) return null
  const noProxy = environment.no_proxy || environment.NO_PROXY || ''
  if (bypassesProxy(endpointOf(origin), noProxy)) return null
  return parseProxy(given.variable, given.address)
}

/** A proxy's address: without a scheme it is `http:`, as with curl. */
function parseProxy(variable: string, text: string): ProxyChoice {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '') {
    return { variable, fault: 'is not a valid proxy address: write it as http://proxy.example.com:3128' }
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { variable, fault: `names a ${url.protocol} proxy, but only http: and https: are supported` }
  }
  const username = decodeOnce(url.username)
  const password = decodeOnce(url.password)
  return { origin: url.origin, variable, credentials: username || password ? { username, password } : null }
}

/**
 * Whether `NO_PROXY` keeps a host from the proxy, by curl's rules: names separated by commas or spaces, each of which
 * covers itself and every name that ends in `.name` (a leading `.` or `*.` changes nothing); `*` for all; IP addresses and CIDR
 * ranges. As Node and the runner have it, an entry may end in a port.
 */
function bypassesProxy({ host: given, port }: Pick<Endpoint, 'host' | 'port'>, noProxy: string): boolean {
  const host = bare(given)
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(entry => {
      if (entry === '*') return true
      const [, pattern = entry, only] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? []
      return (only === undefined || Number(only) === port) && matches(host, pattern)
    })
}

function matches(host: string, pattern: string): boolean {
  const [address = '', prefix] = bare(pattern).split('/')
  const family = isIP(address)
  if (family === 0) {
    const name = address.replace(/^\*?\./, '')
    return name !== '' && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)))
  }
  if (isIP(host) === 0) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
  if (!Number.isInteger(bits) || bits > (family === 4 ? 32 : 128)) return false
  const range = new BlockList()
  range.addSubnet(address, bits, type)
  return range.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}

/** A host without brackets and without the dot of a fully qualified name. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]/, '$1').replace(/\.$/, '')
}
