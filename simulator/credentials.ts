import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { type Answer, failure } from './call.ts'
import type { Credentials } from './options.ts'

/** The 401 for a request that may not be answered; `undefined` for one that may. */
export function refuse(message: IncomingMessage, credentials: Credentials | undefined): Answer | undefined {
  if (!credentials || (message.socket instanceof TLSSocket && message.socket.authorized)) return undefined
  const [scheme, expected] =
    'token' in credentials
      ? (['Bearer', credentials.token] as const)
      : (['Basic', Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')] as const)
  const [, given, value] = /^(\w+) +(.*)$/.exec(message.headers.authorization ?? '') ?? []
  if (given?.toLowerCase() === scheme.toLowerCase() && value === expected) return undefined
  return {
    ...failure(401, '6691623', 'User is not authorized'),
    headers: { 'WWW-Authenticate': `${scheme} realm="simulator"` }
  }
}
