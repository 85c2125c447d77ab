import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './call.ts'
import type { Clock } from './clock.ts'
import type { ReceivedRequest } from './options.ts'

/** The most that a request's body may have, in bytes. */
const LONGEST_BODY = 16 * 2 ** 20

/** A request on its way to an answer. */
export interface Exchange {
  request: ReceivedRequest
  response: ServerResponse
  clock: Clock
  /** Aborts when the answer has been sent, or the connection is gone. */
  signal: AbortSignal
}

/** An answer in bytes. */
export interface Encoded {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
}

export function encode({ status, headers = {}, body }: Answer): Encoded {
  if (body === undefined) return { status, headers, body: Buffer.alloc(0) }
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body))
  }
}

/** Sends the status and the headers, among them the server's own time. */
export function sendHead(
  { request, response, clock }: Exchange,
  { status, headers }: Pick<Encoded, 'status' | 'headers'>,
  length?: number
): void {
  const lengths = length === undefined || status === 204 ? {} : { 'Content-Length': String(length) }
  request.status = status
  request.heldMs = clock.realNow() - request.at
  response.writeHead(status, { Date: new Date(clock.now()).toUTCString(), ...lengths, ...headers })
}

/** Sends a whole answer, unless the client is gone. */
export function send(exchange: Exchange, encoded: Encoded): void {
  if (exchange.signal.aborted) return
  sendHead(exchange, encoded, encoded.body.length)
  exchange.response.end(encoded.status === 204 ? undefined : encoded.body)
}

/** Reads a request's body. Rejects if the connection breaks. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LONGEST_BODY) throw new Error('the request is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
