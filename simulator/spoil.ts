import { once } from 'node:events'
import { createGzip, gzipSync } from 'node:zlib'
import { type Answer, isObject } from './call.ts'
import { pause } from './clock.ts'
import { type Encoded, type Exchange, encode, send, sendHead } from './exchange.ts'
import type { FaultKind } from './faults.ts'
import { randomKey } from './jobs.ts'

const MEBIBYTE = Buffer.alloc(2 ** 20, 'x')

/** Answers a request as the fault says. `answer` gives the right answer, and may take as long as a long poll. */
export async function spoil(fault: FaultKind, exchange: Exchange, answer: () => Promise<Answer>): Promise<void> {
  const { signal } = exchange
  switch (fault.kind) {
    case 'answer':
      return send(exchange, otherAnswer(fault))
    case 'reset':
      return reset(exchange)
    case 'hang':
      return
    case 'huge':
      return sendHuge(exchange, fault.mebibytes)
    case 'delay':
      await pause(fault.ms, signal)
      return send(exchange, encode(await answer()))
    case 'cut-hold':
      return cutHold(exchange, fault, answer)
    case 'gzip':
      return fault.mebibytes === undefined
        ? send(exchange, compressed(encode(await answer())))
        : sendBomb(exchange, fault.mebibytes)
    case 'cut':
      return cut(exchange, encode(await answer()), fault.bytes)
    case 'drip':
      return drip(exchange, encode(await answer()), fault.everyMs)
    case 'truncated': {
      const whole = encode(await answer())
      return send(exchange, { ...whole, body: firstHalf(whole.body) })
    }
    case 'other-job': {
      const right = await answer()
      const key = fault.key ?? randomKey(exchange.request.api ?? 'ontap')
      return send(exchange, encode({ ...right, body: withKey(right.body, key) }))
    }
  }
}

function otherAnswer(fault: FaultKind & { kind: 'answer' }): Encoded {
  const { status = 200, body, contentType } = fault
  const bytes = bytesOf(body)
  const type = contentType ?? (bytes.toString('latin1', 0, 1) === '<' ? 'text/html; charset=utf-8' : 'application/json')
  return { status, headers: { ...(body === undefined ? {} : { 'Content-Type': type }), ...fault.headers }, body: bytes }
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  if (body instanceof Uint8Array) return Buffer.from(body)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Ends the connection with a reset, or as abruptly as TLS allows. */
export function reset({ response }: Exchange): void {
  const socket = response.socket
  if (socket && 'encrypted' in socket) socket.destroy()
  else socket?.resetAndDestroy()
}

async function cut(exchange: Exchange, encoded: Encoded, bytes = encoded.body.length >> 1): Promise<void> {
  if (exchange.signal.aborted) return
  sendHead(exchange, encoded, encoded.body.length)
  exchange.response.write(encoded.body.subarray(0, bytes), () => exchange.response.destroy())
}

async function drip(exchange: Exchange, encoded: Encoded, everyMs: number): Promise<void> {
  if (exchange.signal.aborted) return
  sendHead(exchange, encoded, encoded.body.length)
  for (const byte of encoded.body) {
    exchange.response.write(Buffer.of(byte))
    await pause(everyMs, exchange.signal)
    if (exchange.signal.aborted) return
  }
  exchange.response.end()
}

async function cutHold(
  exchange: Exchange,
  fault: FaultKind & { kind: 'cut-hold' },
  answer: () => Promise<Answer>
): Promise<void> {
  const right = await Promise.race([answer(), pause(fault.afterMs, exchange.signal)])
  if (right) return send(exchange, encode(right))
  const how = fault.with ?? 'reset'
  if (how === 'reset') return reset(exchange)
  const reason = how === 502 ? 'Bad Gateway' : 'Gateway Time-out'
  const body = Buffer.from(`<html><head><title>${how} ${reason}</title></head><body>${how} ${reason}</body></html>`)
  send(exchange, { status: how, headers: { 'Content-Type': 'text/html' }, body })
}

async function sendHuge(exchange: Exchange, mebibytes: number): Promise<void> {
  sendHead(exchange, { status: 200, headers: { 'Content-Type': 'application/json' } })
  await pour(exchange, exchange.response, mebibytes)
}

async function sendBomb(exchange: Exchange, mebibytes: number): Promise<void> {
  sendHead(exchange, { status: 200, headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' } })
  const gzip = createGzip({ level: 9 })
  gzip.pipe(exchange.response)
  await pour(exchange, gzip, mebibytes)
}

/** Streams one long JSON string, as fast as the client reads. */
async function pour({ signal }: Exchange, sink: NodeJS.WritableStream, mebibytes: number): Promise<void> {
  sink.write('{"padding":"')
  for (let i = 0; i < mebibytes && !signal.aborted; i++) {
    if (!sink.write(MEBIBYTE)) await once(sink, 'drain', { signal }).catch(() => undefined)
  }
  if (!signal.aborted) sink.end('"}')
}

function compressed({ status, headers, body }: Encoded): Encoded {
  return { status, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(body) }
}

function firstHalf(body: Buffer): Buffer {
  return body.subarray(0, body.length >> 1)
}

function withKey(body: unknown, key: string): unknown {
  if (!isObject(body)) return body
  const names = ['key', 'uuid', 'id'].filter(name => name in body)
  const changed = Object.fromEntries(names.map(name => [name, key]))
  return 'record' in body ? { ...body, record: withKey(body.record, key) } : { ...body, ...changed }
}
