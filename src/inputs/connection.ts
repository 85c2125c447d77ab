import type { Credentials } from '../http/credentials.ts'
import type { OAuthClient } from '../http/oauth.ts'
import type { HttpProxy } from '../http/proxy.ts'
import { parseServer, type Server } from '../http/server.ts'
import type { Trust } from '../http/trust.ts'
import type { Api } from '../jobs/api.ts'
import { isCredential, parseHeaders } from './headers.ts'
import { type Inputs, readBoolean, readDuration } from './inputs.ts'
import { readOAuth } from './oauth.ts'
import { readProxy } from './proxy.ts'
import { basicSecrets, headerSecrets } from './secrets.ts'
import { readTrust } from './trust.ts'

/** How to reach the server, and as whom. */
export interface Connection {
  readonly server: Server
  readonly credentials: Credentials | null
  /** What fetches tokens, instead of `credentials`. */
  readonly oauth: OAuthClient | null
  readonly trust: Trust
  readonly proxy: HttpProxy | null
  /** Further request headers, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** ms for one request. */
  readonly requestTimeout: number
}

/** `server` is null where `url` is wrong. `apis`: those that the server may have, the first of which says where they are. */
export function readConnection(
  inputs: Inputs,
  apis: readonly Api[]
): Omit<Connection, 'server'> & { readonly server: Server | null } {
  const server = readServer(inputs, apis)
  const credentials = readCredentials(inputs)
  const oauth = readOAuth(inputs)
  const headers = readHeaders(inputs)
  const verify = readBoolean(inputs, 'verify-tls')
  const trust = readTrust(inputs, verify)
  if (!verify) {
    inputs.warn(
      '"verify-tls" is false: any certificate is accepted, and anyone on the network path can read and change everything'
    )
  }
  const proxy = server === null ? null : readProxy(inputs, server)
  const requestTimeout = readDuration(inputs, 'request-timeout')
  const connection = { credentials, oauth, headers, trust, proxy, requestTimeout }
  if (server !== null) checkPrivacy({ ...connection, server }, inputs)
  return { ...connection, server }
}

function readServer({ value, fault }: Inputs, apis: readonly Api[]): Server | null {
  const server = parseServer(value('url'), apis[0]?.defaultRoot)
  if (typeof server === 'string') return fault('url', server)
  const mistake = mistakeInUrl(server, apis)
  return mistake === null ? server : fault('url', mistake)
}

/** Why a path cannot be an API's root; null where it can. */
function mistakeInUrl({ origin, root }: Server, apis: readonly Api[]): string | null {
  const shown = JSON.stringify(root)
  for (const { naming } of apis) {
    if (naming.pages?.test(root)) return `${shown} is the path of a web page, not of the API: use ${origin}`
    const link = naming.link.exec(`${root}/x`) ?? naming.link.exec(root)
    const { key = '', under = '' } = link?.groups ?? {}
    if (link !== null && (key === 'x' || isKey(key, apis))) {
      const above = root.slice(0, link.index + under.length)
      return `${shown} is the path of jobs, not of the API: use ${origin}${above}, and give the job as "job-key"`
    }
  }
  return null
}

function isKey(text: string, apis: readonly Api[]): boolean {
  return apis.some(({ naming }) => naming.key?.unique?.test(text))
}

function readCredentials({ get, value, fault, keepSecret }: Inputs): Credentials | null {
  const username = value('username')
  const password = get('password')
  const given = value('token')
  const token = given.replace(/^Bearer(\s+|$)/i, '')
  keepSecret(token, ...(password === '' ? [] : basicSecrets({ username, password })))
  if (given !== '') {
    if (username !== '' || password !== '') return fault('token', 'cannot be combined with "username": use one of them')
    if (token === '') return fault('token', 'is empty after "Bearer"')
    return /^[\x21-\x7e]+$/.test(token)
      ? { token }
      : fault('token', 'contains a character that a bearer token cannot have')
  }
  if (username === '' && password === '') return null
  if (password === '') return fault('password', 'is empty, but "username" is set')
  if (username === '') return fault('username', 'is empty, but "password" is set')
  if (username.includes(':')) return fault('username', 'contains a colon, which HTTP Basic does not allow')
  return { username, password }
}

function readHeaders({ get, value, fault, keepSecret }: Inputs): Readonly<Record<string, string>> {
  const { headers, faults } = parseHeaders(get('headers'))
  for (const text of faults) fault('headers', text)
  for (const [name, text] of Object.entries(headers)) if (isCredential(name)) keepSecret(...headerSecrets(text))
  if (headers.authorization !== undefined && (value('username') || value('token') || value('token-url'))) {
    fault('headers', 'Authorization cannot be combined with "username", "token" or "token-url": use one of them')
  }
  return headers
}

function checkPrivacy({ server, credentials, oauth, headers, trust }: Connection, { fault, warn }: Inputs): void {
  if (server.origin.startsWith('https:')) return
  if (trust.identity !== null) fault('client-certificate', 'cannot be used over http:: "url" must be https:')
  if (server.isPrivate) return
  const hasCredentials = credentials !== null || oauth !== null
  const secret = hasCredentials ? 'credentials' : Object.keys(headers).find(isCredential)
  if (secret === undefined) {
    warn(`${server.origin} is http:, so anyone on the network path can read and change the answers: use https:`)
  } else fault('url', `${server.origin} is http:, which would send ${secret} in the clear: use https:`)
}
