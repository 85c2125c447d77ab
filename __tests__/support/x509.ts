import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its private key. */
export interface Identity {
  readonly certificate: X509Certificate
  /** PEM. */
  readonly cert: string
  readonly key: string
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

export interface CertificateOptions {
  /** Host names and IP addresses. */
  readonly hosts?: readonly string[]
  /** Who signs it; without one, it signs itself. */
  readonly issuer?: Identity
  /** Whether it may sign others. */
  readonly authority?: boolean
  /** Days from now: from yesterday to tomorrow by default. */
  readonly from?: number
  readonly to?: number
  /** The elliptic curve of its key: P-256 by default. */
  readonly curve?: string
  /** The bits of an RSA key, in the place of one on a curve. */
  readonly rsa?: number
  /** The digest of its signature: SHA-256 by default. */
  readonly digest?: 'sha256' | 'sha1'
}

/** Makes an X.509 certificate (RFC 5280) for a new key. */
export function createIdentity(name: string, options: CertificateOptions = {}): Identity {
  const { hosts = [], issuer, authority = false, from = -1, to = 1, curve = 'P-256', rsa, digest = 'sha256' } = options
  const keys =
    rsa === undefined
      ? generateKeyPairSync('ec', { namedCurve: curve })
      : generateKeyPairSync('rsa', { modulusLength: rsa })
  const { privateKey } = issuer?.keys ?? keys
  const algorithm = SIGNATURES[privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'][digest]
  const extensions = [
    extension('551d13', sequence(...(authority ? [der(0x01, Buffer.from([0xff]))] : []))),
    ...(hosts.length === 0 ? [] : [extension('551d11', sequence(...hosts.map(alternativeName)))])
  ]
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    issuer === undefined ? commonName(name) : commonName(nameOf(issuer.certificate)),
    sequence(time(from), time(to)),
    commonName(name),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions))
  )
  const signature = sign(digest, body, privateKey)
  const certificate = new X509Certificate(sequence(body, algorithm, bitString(signature)))
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate, cert: certificate.toString(), key, keys }
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
/** RFC 5758, 3.2, and RFC 3279, 2.2. */
const SIGNATURES = {
  ec: { sha256: sequence(oid('2a8648ce3d040302')), sha1: sequence(oid('2a8648ce3d0401')) },
  rsa: {
    sha256: sequence(oid('2a864886f70d01010b'), der(0x05)),
    sha1: sequence(oid('2a864886f70d010105'), der(0x05))
  }
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
}

function nameOf({ subject }: X509Certificate): string {
  return subject.replace(/^CN=/, '')
}

function alternativeName(host: string): Buffer {
  if (isIP(host) === 0) return der(0x82, Buffer.from(host))
  return der(0x87, isIP(host) === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6(host))
}

function ipv6(host: string): Buffer {
  const [head = '', tail] = host.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16)))
  const [start, end] = [groups(head), groups(tail ?? '')]
  const all = [...start, ...Array(8 - start.length - end.length).fill(0), ...end]
  return Buffer.from(all.flatMap(group => [group >> 8, group & 0xff]))
}

function time(days: number): Buffer {
  const moment = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(moment))
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

function integer(value: Buffer): Buffer {
  return der(0x02, value)
}

function bitString(value: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), value)
}

function sequence(...items: Buffer[]): Buffer {
  return der(0x30, ...items)
}

/** One value in DER: its tag, its length, its content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content)
  const digits = value.length.toString(16)
  const long = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  const length = value.length < 0x80 ? Buffer.from([value.length]) : Buffer.from([0x80 | long.length, ...long])
  return Buffer.concat([Buffer.from([tag]), length, value])
}
