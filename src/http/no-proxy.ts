import { BlockList, isIP } from 'node:net'
import type { Endpoint } from './endpoint.ts'

/**
 * Whether `NO_PROXY` keeps a host from the proxy, by curl's rules: names apart by commas or spaces, each of which stands
 * for itself and whatever ends in `.name` (a leading `.` or `*.` changes nothing); `*` for all; IP addresses and CIDR
 * ranges. As Node and the runner have it, an entry may end in a port.
 */
export function bypassesProxy({ host: given, port }: Pick<Endpoint, 'host' | 'port'>, noProxy: string): boolean {
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
