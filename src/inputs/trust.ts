import type { KeyObject, X509Certificate } from 'node:crypto'
import { isPem, parseCertificates, parsePrivateKey, subjectOf, untimely } from '../http/pem.ts'
import { refusal, type Trust } from '../http/trust.ts'
import { reasonOf } from '../text/reason.ts'
import { pemSecrets } from './secrets.ts'

type TrustInput = 'ca-certificate' | 'client-certificate' | 'client-key'

export interface TrustSource {
  /** An input's value or default. */
  readonly value: (input: TrustInput) => string
  /** A file's text; throws where it cannot be read. */
  readonly readFile: (path: string) => string
  /** Epoch ms: the time at which certificates must be valid. */
  readonly now: number
  readonly fault: (input: TrustInput, text: string) => null
  readonly keepSecret: (...secrets: readonly string[]) => void
}

/** What the inputs say of certificates, checked as far as that can be done without the server. */
export function readTrust(source: TrustSource, verify: boolean): Trust {
  const authorities = readCertificates(source, 'ca-certificate')
  if (authorities.every(one => untimely(one, source.now) !== null)) {
    checkPeriod(source, 'ca-certificate', authorities[0])
  }
  return { authorities: authorities.map(String), identity: readIdentity(source), verify }
}

function readIdentity(source: TrustSource): Trust['identity'] {
  const { value, fault } = source
  const certificates = readCertificates(source, 'client-certificate')
  const key = readKey(source)
  const [first] = certificates
  if (value('client-key') === '' && value('client-certificate') !== '') {
    return fault('client-key', 'is not set, although "client-certificate" is')
  }
  if (value('client-certificate') === '' && value('client-key') !== '') {
    return fault('client-certificate', 'is not set, although "client-key" is')
  }
  if (key === null || first === undefined) return null
  const own = certificates.find(one => one.checkPrivateKey(key))
  if (own === undefined) {
    return fault('client-key', `does not match "client-certificate", which is that of ${subjectOf(first)}`)
  }
  checkPeriod(source, 'client-certificate', own)
  const chain = [own, ...certificates.filter(one => one !== own)]
  const identity = { certificates: chain.map(String), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
  const why = refusal(identity)
  return why === null ? identity : fault('client-certificate', `cannot be used with this key: ${why}`)
}

function readCertificates(
  source: TrustSource,
  input: 'ca-certificate' | 'client-certificate'
): readonly X509Certificate[] {
  const pem = readPem(source, input)
  if (pem === null) return []
  const certificates = parseCertificates(pem)
  if (typeof certificates !== 'string') return certificates
  source.fault(input, certificates)
  return []
}

function readKey(source: TrustSource): KeyObject | null {
  const pem = readPem(source, 'client-key')
  if (pem === null) return null
  source.keepSecret(...pemSecrets(pem))
  const key = parsePrivateKey(pem)
  return typeof key === 'string' ? source.fault('client-key', key) : key
}

/** PEM text, or the content of a file; what was given is not repeated, for it may be a key that lacks its first line. */
function readPem({ value, readFile, fault }: TrustSource, input: TrustInput): string | null {
  const given = value(input)
  if (given === '' || isPem(given)) return given || null
  try {
    return readFile(given)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : reasonOf(error)
    return fault(
      input,
      `is neither PEM text, with its -----BEGIN line, nor the path of a file that can be read (${why})`
    )
  }
}

function checkPeriod({ now, fault }: TrustSource, input: TrustInput, certificate: X509Certificate | undefined): void {
  const why = certificate === undefined ? null : untimely(certificate, now)
  if (why !== null) fault(input, `the certificate of ${subjectOf(certificate)} ${why}`)
}
