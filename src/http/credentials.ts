export interface BasicCredentials {
  readonly username: string
  readonly password: string
}

export type Credentials = BasicCredentials | { readonly token: string }

/** The value of the `Authorization` header. */
export function authorizationOf(credentials: Credentials): string {
  return 'token' in credentials ? `Bearer ${credentials.token}` : `Basic ${basicPair(credentials)}`
}

/** What HTTP Basic sends (RFC 7617), in UTF-8. */
export function basicPair({ username, password }: BasicCredentials): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}
