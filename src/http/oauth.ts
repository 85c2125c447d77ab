import { type BasicCredentials, basicPair } from './credentials.ts'
import type { HttpProxy } from './proxy.ts'

/** An OAuth 2.0 client, and where it gets its tokens by the client-credentials grant (RFC 6749, 4.4). */
export interface OAuthClient {
  /** `https://login.example.com`: the only place that the secret ever goes to. */
  readonly origin: string
  /** Path and query of the token endpoint, encoded. */
  readonly path: string
  /** The proxy between the runner and the token server. */
  readonly proxy: HttpProxy | null
  readonly id: string
  readonly secret: string
  /** '' for none. */
  readonly scope: string
  readonly audience: string
}

/** The token server as a message names it. */
export function tokenServerOf({ origin }: Pick<OAuthClient, 'origin'>): string {
  return `the token server ${origin}`
}

/** Who the client is, for HTTP Basic: both parts are encoded as in a form (RFC 6749, 2.3.1). */
export function clientCredentials({ id, secret }: Pick<OAuthClient, 'id' | 'secret'>): BasicCredentials {
  return { username: formEncoded(id), password: formEncoded(secret) }
}

/** What must not be seen of a client: its id alone may. */
export function clientSecrets(client: Pick<OAuthClient, 'id' | 'secret'>): string[] {
  const { id: username, secret: password } = client
  return [password, basicPair({ username, password }), basicPair(clientCredentials(client))]
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
