import type { Server as TlsServer } from 'node:tls'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { ByteServerOptions, Call } from '../support/byte-server.ts'
import { createIdentity } from '../support/x509.ts'
import type { Inputs } from './support.ts'

/** One server that misbehaves, and how the wait for its job must end. */
export interface BadServer {
  /** What it does: a sentence that begins with "It". */
  readonly name: string
  readonly answer: Answer
  readonly onConnection?: ByteServerOptions['onConnection']
  readonly tls?: ByteServerOptions['tls']
  /** Beside `url`, and in place of the usual ones. */
  readonly inputs?: Inputs
  readonly outcome: string
  readonly exitCode: 0 | 1
  /** What the log says of it. */
  readonly says: string
  /** How many requests it gets: at least and at most. */
  readonly requests: readonly [least: number, most: number]
}

type Answer = (call: Call) => void
type Fields = Readonly<Record<string, unknown>>

export const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const OTHER = '5ea7a442-86d1-11e0-ae1c-123478563412'
const THIRD = '6ea7a442-86d1-11e0-ae1c-123478563412'
const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const END = '2026-01-01T00:00:00+00:00'

const SUCCESS = { uuid: UUID, state: 'success', end_time: END }
const FAILURE = { uuid: UUID, state: 'failure', end_time: END, message: 'No space.' }
const RUNNING = { uuid: UUID, state: 'running' }
const LIE = JSON.stringify(SUCCESS)
const LOGIN = '<!doctype html><html><head><title>Log in</title></head><body>state: "success"</body></html>'

// How an answer is made of bytes.

/** Sends the parts as they are, and leaves the connection open. */
function bytes(...parts: readonly (string | Buffer)[]): Answer {
  return ({ socket }) => {
    for (const part of parts) socket.write(part)
  }
}

function thenClose(answer: Answer): Answer {
  return call => {
    answer(call)
    call.socket.end()
  }
}

function thenReset(answer: Answer): Answer {
  return call => {
    answer(call)
    setTimeout(() => call.socket.resetAndDestroy(), 100)
  }
}

const hang: Answer = () => {}
const close = thenClose(hang)
const reset: Answer = ({ socket }) => socket.resetAndDestroy()

/** Sends a part every so many ms, again and again if it is to be endless. */
function drip(parts: Iterable<string | Buffer>, everyMs: number, first = ''): Answer {
  return ({ socket }) => {
    socket.setNoDelay(true)
    socket.write(first)
    const rest = parts[Symbol.iterator]()
    const timer = setInterval(() => {
      const { value, done } = rest.next()
      if (done || socket.destroyed) clearInterval(timer)
      else socket.write(value)
    }, everyMs)
  }
}

/** Sends a part as often and as fast as the client takes it. */
function flood(part: string, first = ''): Answer {
  return ({ socket }) => {
    socket.write(first)
    const pour = (): void => {
      while (!socket.destroyed && socket.write(part));
    }
    socket.on('drain', pour)
    pour()
  }
}

function* forever(part: string): Generator<string> {
  for (;;) yield part
}

function head(status: number | string, headers: Fields = {}): string {
  const given = { 'Content-Type': 'application/json', ...headers }
  const lines = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return `${[`HTTP/1.1 ${status} ${typeof status === 'number' ? 'As It Says' : ''}`, ...lines].join('\r\n')}\r\n\r\n`
}

/** A well-framed answer. A body that is neither text nor bytes is sent as JSON. */
function send(status: number | string, body: unknown, headers: Fields = {}): Answer {
  const content = Buffer.from(body instanceof Buffer || typeof body === 'string' ? body : JSON.stringify(body))
  return bytes(head(status, { 'Content-Length': content.length, ...headers }), content)
}

const json = (body: unknown, headers: Fields = {}): Answer => send(200, body, headers)
const chunked = (body: string, headers: Fields = {}): string =>
  `${head(200, { 'Transfer-Encoding': 'chunked', ...headers })}${body}`
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** One answer after the other; the last one counts for all requests that follow. */
function inTurn(...answers: readonly Answer[]): Answer {
  return call => answers[Math.min(call.nth, answers.length) - 1]?.(call)
}

/** One answer for requests to hold, another for plain ones. */
function byHold(held: Answer, plain: Answer): Answer {
  return call => (call.path.includes('poll_timeout') ? held : plain)(call)
}

/** One answer for lists, another for questions about one job. */
function byList(list: Answer, one: Answer): Answer {
  return call => (call.path.includes('/jobs?') ? list : one)(call)
}

// How a row is made of answers.

type More = Partial<Omit<BadServer, 'name' | 'answer'>>

const EXIT_CODES: Readonly<Record<string, 0 | 1>> = { success: 0, warning: 0 }

function server(name: string, answer: Answer, outcome: string, more: More = {}): BadServer {
  return { name, answer, outcome, exitCode: EXIT_CODES[outcome] ?? 1, says: '', requests: [1, 6], ...more }
}

/**
 * It claims a success in a way that is no answer, once; the truth, which follows, is a failure. Whoever believes the first
 * passes; whoever is thrown off by it never gets to the second.
 */
function unfit(name: string, answer: Answer, says: string, more: More = {}): BadServer {
  return server(name, inTurn(answer, json(FAILURE)), 'error', { says, requests: [2, 2], ...more })
}

/** It is odd, but says what there is to say. */
function odd(name: string, answer: Answer, more: More = {}): BadServer {
  return server(name, answer, 'success', { requests: [1, 1], ...more })
}

/** Its first answer ends the wait. */
function fatal(name: string, answer: Answer, outcome: string, says: string, more: More = {}): BadServer {
  return server(name, answer, outcome, { says, requests: [1, 1], ...more })
}

const IMPATIENT: Inputs = { 'request-timeout': '1s' }
const BRIEF: Inputs = { timeout: '2s' }

// The table.

const FRAMES: BadServer[] = [
  unfit('It answers with JSON alone, without a head', thenClose(bytes(LIE)), 'Parse Error'),
  unfit('It greets like SSH', bytes('SSH-2.0-OpenSSH_9.6\r\n'), 'Parse Error'),
  unfit('It answers in frames of HTTP/2', bytes(Buffer.from('000006040000000000000300000064', 'hex')), 'Parse Error'),
  unfit('It claims HTTP/9.9', bytes(head(200).replace('1.1', '9.9'), LIE), 'Parse Error'),
  unfit('It has a status of two digits', send('20 OK', SUCCESS), 'Parse Error'),
  unfit('It has a status of four digits', send('2000 OK', SUCCESS), 'Parse Error'),
  unfit('It has status 000', send('000 OK', SUCCESS), '000'),
  unfit('It ends its lines with LF alone', bytes(`${head(200).replaceAll('\r', '')}${LIE}`), 'Parse Error'),
  unfit('It has NUL in a header', json(SUCCESS, { 'X-Node': 'a\0b' }), 'Parse Error'),
  unfit(
    'It has a header without a colon',
    bytes(head(200).replace('\r\n\r\n', '\r\nno colon\r\n\r\n'), LIE),
    'Parse Error'
  ),
  unfit('It has a header of 100 KB', json(SUCCESS, { 'X-Node': 'x'.repeat(100_000) }), 'Header overflow'),
  unfit(
    'It has a hundred thousand headers',
    bytes(head(200).slice(0, -2), 'X-Node: x\r\n'.repeat(100_000)),
    'overflow'
  ),
  unfit('It sends headers without end', flood('X-Node: x\r\n', head(200).slice(0, -2)), 'overflow'),
  unfit('It sends headers byte by byte without end', drip(forever('x'), 50, 'HTTP/1.1 200 OK\r\nX: '), 'within 1 s', {
    inputs: IMPATIENT
  }),
  unfit(
    'It sends half a head and closes',
    thenClose(bytes('HTTP/1.1 200 OK\r\nContent-Type: applic')),
    'connection broke'
  ),
  unfit('It sends half a head and hangs', bytes('HTTP/1.1 200 OK\r\nContent-Ty'), 'within 1 s', { inputs: IMPATIENT }),
  unfit('It accepts and hangs', hang, 'within 1 s', { inputs: IMPATIENT }),
  unfit('It hangs after the head', bytes(head(200, { 'Content-Length': 10 })), 'within 1 s', { inputs: IMPATIENT }),
  unfit('It closes without an answer', close, 'connection broke'),
  unfit('It resets the connection', reset, 'connection broke'),
  unfit(
    'It closes in the middle of the body',
    thenClose(json(LIE.slice(0, 30), { 'Content-Length': LIE.length })),
    'broke'
  ),
  unfit(
    'It resets in the middle of the body',
    thenReset(json(LIE.slice(0, 30), { 'Content-Length': LIE.length })),
    'broke'
  ),
  unfit(
    'It sends a whole job, and promises a byte more',
    thenClose(json(LIE, { 'Content-Length': LIE.length + 1 })),
    'broke'
  ),
  unfit('It promises a byte more, and waits', json(LIE, { 'Content-Length': LIE.length + 1 }), 'within 1 s', {
    inputs: IMPATIENT
  }),
  unfit('It promises a byte less', json(LIE, { 'Content-Length': LIE.length - 1 }), 'no JSON object'),
  unfit(
    'It gives two lengths',
    bytes(head(200, { 'Content-Length': `${LIE.length}\r\nContent-Length: 3` }), LIE),
    'Parse Error'
  ),
  unfit('It gives a negative length', json(SUCCESS, { 'Content-Length': '-1' }), 'Parse Error'),
  unfit('It gives a length beyond 64 bits', json(SUCCESS, { 'Content-Length': '9'.repeat(30) }), 'Parse Error'),
  unfit(
    'It gives a length and chunks',
    bytes(chunked(chunk(LIE), { 'Content-Length': 5 }), '0\r\n\r\n'),
    'Parse Error'
  ),
  unfit('It ends before the last chunk', thenClose(bytes(chunked(chunk(LIE)))), 'connection broke'),
  unfit(
    'It ends in the middle of a chunk',
    thenClose(bytes(chunked(`${(LIE.length + 9).toString(16)}\r\n${LIE}`))),
    'broke'
  ),
  unfit('It gives a chunk less than it has', bytes(chunked(`5\r\n${LIE}\r\n0\r\n\r\n`)), 'Parse Error'),
  unfit('It gives a chunk a size in words', bytes(chunked(`many\r\n${LIE}\r\n0\r\n\r\n`)), 'Parse Error'),
  unfit('It gives a chunk a negative size', bytes(chunked(`-5\r\n${LIE}\r\n0\r\n\r\n`)), 'Parse Error'),
  unfit(
    'It gives a chunk a size beyond 64 bits',
    bytes(chunked(`${'f'.repeat(17)}\r\n${LIE}\r\n0\r\n\r\n`)),
    'Parse Error'
  ),
  unfit('It sends trailers without end', flood('X-Node: x\r\n', chunked(`${chunk(LIE)}0\r\n`)), 'overflow'),
  unfit('It sends a chunk extension without end', flood('x'.repeat(1_000), chunked('5;')), 'Parse Error'),
  unfit('It switches to a WebSocket', bytes(head(101, { Connection: 'Upgrade', Upgrade: 'websocket' }), LIE), '101', {
    inputs: IMPATIENT
  }),
  unfit('It says 100 Continue without end', flood('HTTP/1.1 100 Continue\r\n\r\n'), 'within 1 s', {
    inputs: IMPATIENT
  }),
  unfit(
    'It gives early hints without end',
    drip(forever('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), 10),
    'within 1 s',
    {
      inputs: IMPATIENT
    }
  ),
  unfit('It says that it is processing, and no more', bytes('HTTP/1.1 102 Processing\r\n\r\n'), 'within 1 s', {
    inputs: IMPATIENT
  }),
  server(
    'It sends a second answer along with the first',
    inTurn(call => {
      json(RUNNING)(call)
      json(SUCCESS)(call)
    }, json(FAILURE)),
    'error',
    { requests: [2, 3] }
  ),
  server(
    'It sends a second answer a moment after the first',
    inTurn(call => {
      json(RUNNING)(call)
      setTimeout(() => json(SUCCESS)(call), 200)
    }, json(FAILURE)),
    'error',
    { requests: [2, 3] }
  ),
  odd(
    'It says 408 on a connection that is idle, and closes',
    inTurn(call => {
      json(RUNNING)(call)
      setTimeout(() => thenClose(send(408, ''))(call), 200)
    }, json(SUCCESS)),
    { requests: [2, 3] }
  ),
  odd('It answers in HTTP/1.0 without a length', thenClose(bytes(`HTTP/1.0 200 OK\r\n\r\n${LIE}`))),
  odd('It answers byte by byte', drip([...`${head(200, { 'Content-Length': LIE.length })}${LIE}`], 2)),
  odd(
    'It answers without a reason, a date or a type',
    bytes(`HTTP/1.1 200\r\nContent-Length: ${LIE.length}\r\n\r\n${LIE}`)
  ),
  odd('It sends blank lines first', bytes('\r\n\r\n', head(200, { 'Content-Length': LIE.length }), LIE)),
  odd(
    'It sends a chunk for every byte, with extensions and trailers',
    bytes(chunked(`${[...LIE].map(byte => `1;x=y\r\n${byte}\r\n`).join('')}0\r\nX-Check: 1\r\n\r\n`))
  ),
  odd(
    'It says 100 and 103 a hundred times before it answers',
    bytes(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100),
      head(200, { 'Content-Length': LIE.length }),
      LIE
    )
  ),
  odd(
    'It sets a thousand cookies',
    bytes(head(200, { 'Content-Length': LIE.length }).slice(0, -2), 'Set-Cookie: a\r\n'.repeat(900), '\r\n', LIE)
  ),
  odd(
    'It answers, and goes on sending rubbish',
    bytes(head(200, { 'Content-Length': LIE.length }), LIE, 'rubbish\0'.repeat(1_000))
  ),
  odd('It answers, and resets the connection', thenReset(json(SUCCESS))),
  odd(
    'It closes every connection after one answer, without saying so',
    inTurn(thenClose(json(RUNNING)), thenClose(json(RUNNING)), thenClose(json(SUCCESS))),
    { requests: [3, 3] }
  ),
  odd(
    'It says that it closes, and does not',
    inTurn(json(RUNNING, { Connection: 'close' }), json(SUCCESS, { Connection: 'close' })),
    { requests: [2, 2] }
  ),
  odd(
    'It keeps connections for longer than any number',
    inTurn(json(RUNNING, { 'Keep-Alive': `timeout=${'9'.repeat(400)}` }), json(SUCCESS)),
    { requests: [2, 2] }
  ),
  odd(
    'It keeps connections for an age',
    inTurn(json(RUNNING, { 'Keep-Alive': 'timeout=99999999999' }), json(SUCCESS)),
    { requests: [2, 2] }
  ),
  odd(
    'It keeps connections for no time at all',
    inTurn(json(RUNNING, { 'Keep-Alive': 'timeout=0, max=-1' }), json(SUCCESS)),
    { requests: [2, 2] }
  ),
  odd(
    'It answers each second request only',
    call => (call.nth % 2 === 1 ? close : call.nth < 5 ? json(RUNNING) : json(SUCCESS))(call),
    { requests: [6, 6] }
  )
]

const CODINGS: BadServer[] = [
  odd('It compresses', json(gzipSync(LIE), { 'Content-Encoding': 'gzip' })),
  odd('It compresses in capitals, by an old name', json(gzipSync(LIE), { 'Content-Encoding': 'X-GZIP' })),
  odd('It deflates', json(deflateSync(LIE), { 'Content-Encoding': 'deflate' })),
  odd('It says that it does not encode', json(SUCCESS, { 'Content-Encoding': 'identity' })),
  unfit(
    'It deflates without a head',
    json(deflateRawSync(LIE), { 'Content-Encoding': 'deflate' }),
    'the request failed'
  ),
  unfit(
    'It compresses, and leaves out the end',
    json(gzipSync(LIE).subarray(0, -9), { 'Content-Encoding': 'gzip' }),
    'unexpected end'
  ),
  unfit(
    'It says that it compresses, and does not',
    json(SUCCESS, { 'Content-Encoding': 'gzip' }),
    'incorrect header check'
  ),
  unfit('It compresses, and does not say so', json(gzipSync(LIE)), 'no JSON object'),
  unfit('It compresses nothing at all', json('', { 'Content-Encoding': 'gzip' }), 'empty body'),
  unfit('It compresses as nobody asked', json(brotliCompressSync(LIE), { 'Content-Encoding': 'br' }), 'encoded as br'),
  unfit(
    'It compresses twice',
    json(gzipSync(gzipSync(LIE)), { 'Content-Encoding': 'gzip, gzip' }),
    'encoded as gzip, gzip'
  ),
  unfit(
    'It answers in UTF-16',
    json(Buffer.from(`\uFEFF${LIE}`, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }),
    'no JSON object'
  ),
  unfit('It answers in UTF-16, the other way round', json(Buffer.from(LIE, 'utf16le').swap16()), 'no JSON object'),
  odd(
    'It says UTF-8, and sends Latin-1',
    json(Buffer.from(JSON.stringify({ ...SUCCESS, message: 'gelöscht' }), 'latin1'))
  ),
  odd('It says UTF-16, and sends UTF-8', json(SUCCESS, { 'Content-Type': 'application/json; charset=utf-16' })),
  odd('It calls JSON a page', json(SUCCESS, { 'Content-Type': 'text/html' })),
  odd('It begins with a byte-order mark', json(`\uFEFF${LIE}`)),
  unfit('It begins with two byte-order marks', json(`\uFEFF\uFEFF${LIE}`), 'no JSON object'),
  unfit('It sends a byte-order mark alone', json('\uFEFF'), 'empty body'),
  odd('It sends 8 MiB', json(LIE.padEnd(8 * 2 ** 20))),
  unfit('It sends 8 MiB and a byte', json(LIE.padEnd(8 * 2 ** 20 + 1)), 'longer than 8 MiB'),
  unfit('It sends white space without end', flood(' '.repeat(100_000), head(200)), 'longer than 8 MiB')
]

export const BAD_SERVERS: readonly BadServer[] = [FRAMES, CODINGS].flat()
