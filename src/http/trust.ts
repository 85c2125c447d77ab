import { existsSync, readFileSync } from 'node:fs'
import tls, { createSecureContext, type SecureContext } from 'node:tls'
import { reasonOf } from '../text/reason.ts'

/** Which certificates are trusted, and which one is presented. */
export interface Trust {
  /** PEM certificates that are trusted in addition to the usual roots. */
  readonly authorities: readonly string[]
  /** The client's certificate, with the chain that follows it, and its private key: both PEM. */
  readonly identity: ClientIdentity | null
  /** false accepts any certificate. */
  readonly verify: boolean
}

export interface ClientIdentity {
  readonly certificates: readonly string[]
  readonly key: string
}

/** Trusts the usual roots, and presents no client certificate. */
export const USUAL_TRUST: Trust = { authorities: [], identity: null, verify: true }

/** What a TLS connection is told about trust. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean
  readonly secureContext?: SecureContext
}

/**
 * The TLS options for a server, which is trusted if the usual roots or the given authorities have signed for it. There is a
 * context only if something has to be added to the roots that Node trusts anyway (which include `NODE_EXTRA_CA_CERTS`). An intermediate certificate, or the server's own, can be trusted without its root, as with curl.
 */
export function tlsOptionsOf(trust: Trust): TlsOptions {
  const { authorities } = trust
  return optionsWith(trust, authorities.length === 0 ? [] : [...usualRoots(), ...authorities])
}

/**
 * The same without the usual roots, which take some 15 ms to be added; null if no authorities are given. Every
 * certificate that verifies under these options verifies under those of `tlsOptionsOf` too.
 */
export function narrowTlsOptionsOf(trust: Trust): TlsOptions | null {
  return trust.authorities.length === 0 ? null : optionsWith(trust, trust.authorities)
}

/** What Node trusts anyway. Node 20 cannot list it. */
function usualRoots(): readonly string[] {
  const { getCACertificates } = tls as Partial<typeof tls>
  if (getCACertificates !== undefined) return getCACertificates('default')
  const extra = process.env.NODE_EXTRA_CA_CERTS ?? ''
  return existsSync(extra) ? [...tls.rootCertificates, readFileSync(extra, 'utf8')] : tls.rootCertificates
}

function optionsWith({ identity, verify }: Trust, ca: readonly string[]): TlsOptions {
  const options = { rejectUnauthorized: verify }
  if (ca.length === 0 && identity === null) return options
  const trusted = ca.length === 0 ? {} : { ca: [...ca], allowPartialTrustChain: true }
  return { ...options, secureContext: createSecureContext({ ...trusted, ...shown(identity) }) }
}

/** Why OpenSSL refuses to show a certificate, too weak a key for instance; null where it does not. */
export function refusal(identity: ClientIdentity): string | null {
  try {
    createSecureContext(shown(identity))
    return null
  } catch (error) {
    return reasonOf(error)
  }
}

function shown(identity: ClientIdentity | null): { cert?: string; key?: string } {
  return identity === null ? {} : { cert: identity.certificates.join(''), key: identity.key }
}
