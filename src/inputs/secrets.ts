import { type BasicCredentials, basicPair } from '../http/credentials.ts'

/** What must not be seen of a user name and password: the user name alone may. */
export function basicSecrets(credentials: BasicCredentials): string[] {
  return [credentials.password, basicPair(credentials)]
}

/** What must not be seen of a header's value: the whole, and what follows a scheme such as `Bearer`. */
export function headerSecrets(value: string): string[] {
  return [value, ...(/^\S+\s+(.+)$/.exec(value)?.slice(1) ?? [])]
}

/** The lines of a PEM text that give its content away. A short last line does not, and would mask too much. */
export function pemSecrets(pem: string): string[] {
  return pem
    .split(/\r\n|\r|\n/)
    .map(line => line.trim())
    .filter(line => line.length >= 8 && !line.includes('-----'))
}
