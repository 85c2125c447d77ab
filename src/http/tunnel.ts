import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { plainText } from '../text/plain-text.ts'
import { UNASKED } from './connection.ts'
import { authorizationOf } from './credentials.ts'
import { type Failure, failureOf, RequestError, wantsCertificate } from './failure.ts'
import { peekCertificate } from './peek.ts'
import type { HttpProxy } from './proxy.ts'
import { endpointOf } from './server.ts'
import type { TlsOptions } from './trust.ts'

/** Connections to one server through a proxy. */
export interface Tunnels {
  /** Resolves with a connection that leads to the server; rejects with a `RequestError`. */
  readonly open: () => Promise<Socket>
  /** Gives up those that are not open yet. */
  readonly close: () => void
}

/** Statuses of a proxy that will be the same next time. */
const NEVER = [403, 405, 407, 501, 505]

/** Tunnels to `target` (`host:port`) by CONNECT (RFC 9110, 9.3.6). `limit` is the time in ms that opening one may take. */
export function createTunnels(proxy: HttpProxy, target: string, tls: TlsOptions, limit: number): Tunnels {
  const opening = new Set<http.ClientRequest>()
  const { request } = proxy.origin.startsWith('https:') ? https : http
  return {
    open,
    close: () => {
      for (const one of opening) one.destroy()
    }
  }

  function open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const connecting = request({
        ...endpointOf(proxy.origin),
        ...tls,
        method: 'CONNECT',
        path: target,
        headers: { host: target, ...proxyHeaders(proxy) },
        agent: false
      })
      let expired = false
      const timer = setTimeout(() => {
        expired = true
        connecting.destroy(new Error('expired'))
      }, limit)
      opening.add(connecting)
      const settle = (): void => {
        clearTimeout(timer)
        opening.delete(connecting)
      }
      connecting.once('error', async error => {
        settle()
        const certificate = wantsCertificate(error) ? await peekCertificate(proxy.origin, null) : undefined
        const peer = nameOf(proxy)
        reject(
          new RequestError(failureOf(error, expired ? limit : null, { peer, proxy: peer, certificate, sent: false }))
        )
      })
      connecting.once('connect', (response, socket: Socket, head) => {
        settle()
        const { statusCode = 0 } = response
        const isOpen = statusCode >= 200 && statusCode < 300
        if (isOpen && head.length === 0) {
          socket.setKeepAlive(true, 1_000)
          resolve(socket)
        } else {
          socket.destroy()
          reject(new RequestError(isOpen ? UNASKED : refusal(proxy, target, response)))
        }
      })
      connecting.end()
    })
  }
}

/** What a proxy is sent in addition to the request itself. */
export function proxyHeaders({ credentials }: HttpProxy): Record<string, string> {
  return credentials === null ? {} : { 'proxy-authorization': authorizationOf(credentials) }
}

/** A proxy as a message names it. */
export function nameOf({ origin }: HttpProxy): string {
  return `the proxy ${origin}`
}

function refusal(
  proxy: HttpProxy,
  target: string,
  { statusCode = 0, statusMessage = '', headers }: http.IncomingMessage
): Failure {
  const reason = plainText(statusMessage, 100) || http.STATUS_CODES[statusCode]
  const what = `${nameOf(proxy)} answered ${statusCode} ${reason} when asked for ${target}`
  const advice: Record<number, string> = {
    403: ': allow this connection on the proxy, or exclude the server with NO_PROXY',
    407: `: ${adviceOn407(proxy, headers['proxy-authenticate'])}`
  }
  return { why: 'other', what: `${what}${advice[statusCode] ?? ''}`, fatal: NEVER.includes(statusCode), sent: false }
}

function adviceOn407({ variable, credentials }: HttpProxy, challenges: string[] | string = ''): string {
  const schemes = plainText([challenges].flat().join(', '), 100)
  if (schemes !== '' && !/\bbasic\b/i.test(schemes)) return `it asks for ${schemes}, but only Basic is supported`
  return credentials === null
    ? `put its user name and password in ${variable}, as http://user:password@host:port`
    : `it does not accept the user name and password in ${variable}`
}
