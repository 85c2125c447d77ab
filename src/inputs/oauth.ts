import { clientSecrets, type OAuthClient } from '../http/oauth.ts'
import { isLoopback } from '../http/server.ts'
import { parseUrl } from '../text/url.ts'
import type { Inputs } from './inputs.ts'
import type { InputName } from './names.ts'
import { readProxy } from './proxy.ts'

/** What `token-url` needs, and what makes no sense without it. */
const NEEDED = ['client-id', 'client-secret'] as const
const COMPANIONS = [...NEEDED, 'token-scope', 'token-audience'] as const
/** The other ways to give credentials. */
const OTHERS = ['username', 'password', 'token'] as const

/** The OAuth 2.0 client that the inputs describe; null for none, and where they are wrong. */
export function readOAuth(inputs: Inputs): OAuthClient | null {
  const { value, fault, keepSecret } = inputs
  const [id, secret] = [value('client-id'), value('client-secret')]
  if (secret !== '') keepSecret(...clientSecrets({ id, secret }))
  const isGiven = (name: InputName): boolean => value(name) !== ''
  if (!isGiven('token-url')) {
    for (const name of COMPANIONS) if (isGiven(name)) fault(name, 'needs "token-url", which is not set')
    return null
  }
  for (const name of NEEDED) if (!isGiven(name)) fault(name, 'is not set, but "token-url" is')
  const other = OTHERS.find(isGiven)
  if (other !== undefined) fault('token-url', `cannot be combined with "${other}": use one of them`)
  const url = readTokenUrl(inputs)
  if (url === null) return null
  const proxy = readProxy(inputs, url)
  const [scope, audience] = [value('token-scope'), value('token-audience')]
  return { origin: url.origin, path: `${url.pathname}${url.search}`, proxy, id, secret, scope, audience }
}

function readTokenUrl({ value, fault }: Inputs): URL | null {
  const text = value('token-url')
  const url = parseUrl(text)
  if (url !== null && (url.username !== '' || url.password !== '')) {
    return fault('token-url', 'contains a user name or password: use "client-id" and "client-secret" instead')
  }
  if (url === null || !/^https?:$/.test(url.protocol) || url.hash !== '') {
    return fault('token-url', `${JSON.stringify(text)} is not the address of a token server: write it as https://…`)
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return fault('token-url', `${url.origin} is http:, which would send "client-secret" in the clear: use https:`)
  }
  return url
}
