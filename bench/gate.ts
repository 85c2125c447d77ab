import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that came to the gate. Times are ms since the gate was opened. */
export interface Passage {
  readonly at: number
  readonly refused: boolean
  /** When it was answered. */
  answeredAt: number
}

export interface Gate {
  readonly url: string
  readonly passages: readonly Passage[]
  close(): Promise<void>
}

/** What a gate answers to a request that comes `at` ms after it was opened: a status, or null where it lets it through. */
export type Rule = (at: number) => number | null

/** Lets so many requests through in a second, and at most `burst` at once; 429 to the others. */
export function limit(perSecond: number, burst: number): Rule {
  let tokens = burst
  let filledAt = 0
  return at => {
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond)
    filledAt = at
    if (tokens < 1) return 429
    tokens -= 1
    return null
  }
}

/** 503 to everything from `from` to `to`, in ms. */
export function outage(from: number, to: number): Rule {
  return at => (at >= from && at < to ? 503 : null)
}

/** Opens a reverse proxy in front of `target`, which turns requests away by this rule. */
export async function openGate(target: string, rule: Rule): Promise<Gate> {
  const openedAt = performance.now()
  const passages: Passage[] = []
  const server = createServer((incoming, outgoing) => {
    const at = performance.now() - openedAt
    const status = rule(at)
    const passage: Passage = { at, refused: status !== null, answeredAt: Number.POSITIVE_INFINITY }
    passages.push(passage)
    outgoing.on('finish', () => {
      passage.answeredAt = performance.now() - openedAt
    })
    if (status === null) forward(target, incoming, outgoing)
    else outgoing.writeHead(status, { 'Content-Type': 'text/html' }).end(`<html><h1>${status}</h1></html>`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    passages,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

function forward(target: string, { method, url, headers }: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(`${target}${url}`, { method, headers }, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy()).end()
}
