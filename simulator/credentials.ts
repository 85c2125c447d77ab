import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { type Answer, failure } from './call.ts'
import type { Credentials } from './options.ts'
import type { Tokens } from './tokens.ts'

/** Who may call: by fixed credentials, or with a token that was issued; anyone where there are neither. */
export interface Admission {
  credentials?: Credentials | undefined
  tokens?: Pick<Tokens, 'accepts'> | undefined
}

/** The 401 for a request that may not be answered; `undefined` for one that may. */
export function refuse(message: IncomingMessage, { credentials, tokens }: Admission): Answer | undefined {
  if (!credentials && !tokens) return undefined
  if (message.socket instanceof TLSSocket && message.socket.authorized) return undefined
  const [, given, value = ''] = /^(\w+) +(.*)$/.exec(message.headers.authorization ?? '') ?? []
  const [scheme, isExpected] = expectationOf(credentials, tokens)
  if (given?.toLowerCase() === scheme.toLowerCase() && isExpected(value)) return undefined
  return {
    ...failure(401, '6691623', 'User is not authorized'),
    headers: { 'WWW-Authenticate': `${scheme} realm="simulator"` }
  }
}

function expectationOf(
  credentials: Admission['credentials'],
  tokens: Admission['tokens']
): [scheme: string, isExpected: (value: string) => boolean] {
  if (!credentials) return ['Bearer', value => tokens?.accepts(value) === true]
  if ('token' in credentials) return ['Bearer', value => value === credentials.token]
  const pair = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  return ['Basic', value => value === pair]
}
