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
  /** Whether it is asked over TLS although it speaks none. */
  readonly secure?: boolean
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
 * It claims a success once, in a way that does not count; the truth, which follows, is a failure. A client that believes the first
 * passes; a client that is confused by it never gets to the second.
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

const IMPATIENT: Inputs = { 'request-timeout': '4s' }

/** The action gives up on its first answer; a busy machine can let it give up on the truth, too. */
function hanging(name: string, answer: Answer): BadServer {
  const inputs = { ...IMPATIENT, 'unreachable-timeout': '20s', timeout: '60s' }
  return unfit(name, answer, 'within 4 s', { inputs, requests: [2, 4] })
}
const BRIEF: Inputs = { timeout: '4s' }

// The table.

const FRAMES: BadServer[] = [
  unfit('It answers with JSON alone, without a head', thenClose(bytes(LIE)), 'Parse Error'),
  unfit('It greets like SSH', bytes('SSH-2.0-OpenSSH_9.6\r\n'), 'Parse Error'),
  unfit('It answers in frames of HTTP/2', bytes(Buffer.from('000006040000000000000300000064', 'hex')), 'Parse Error'),
  unfit('It claims HTTP/9.9', bytes(head(200).replace('1.1', '9.9'), LIE), 'Parse Error'),
  unfit('It has a status of two digits', send('20 OK', SUCCESS), 'Parse Error'),
  unfit('It has a status of four digits', send('2000 OK', SUCCESS), 'Parse Error'),
  unfit('It has status 000', send('000 OK', SUCCESS), 'answered 0'),
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
  hanging('It sends headers byte by byte without end', drip(forever('x'), 50, 'HTTP/1.1 200 OK\r\nX: ')),
  unfit(
    'It sends half a head and closes',
    thenClose(bytes('HTTP/1.1 200 OK\r\nContent-Type: applic')),
    'connection broke'
  ),
  hanging('It sends half a head and hangs', bytes('HTTP/1.1 200 OK\r\nContent-Ty')),
  hanging('It accepts and hangs', hang),
  hanging('It hangs after the head', bytes(head(200, { 'Content-Length': 10 }))),
  hanging('It sends its body byte by byte without end', drip(forever(' '), 100, head(200))),
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
  hanging('It promises a byte more, and waits', json(LIE, { 'Content-Length': LIE.length + 1 })),
  unfit('It promises a byte less', json(LIE, { 'Content-Length': LIE.length - 1 }), 'not a JSON object'),
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
  unfit('It gives a chunk less than it has', bytes(chunked(`5\r\n${LIE}\r\n0\r\n\r\n`)), 'connection broke'),
  unfit('It gives a chunk a size in words', bytes(chunked(`many\r\n${LIE}\r\n0\r\n\r\n`)), 'connection broke'),
  unfit('It gives a chunk a negative size', bytes(chunked(`-5\r\n${LIE}\r\n0\r\n\r\n`)), 'connection broke'),
  unfit(
    'It gives a chunk a size beyond 64 bits',
    bytes(chunked(`${'f'.repeat(17)}\r\n${LIE}\r\n0\r\n\r\n`)),
    'connection broke'
  ),
  unfit('It sends trailers without end', flood('X-Node: x\r\n', chunked(`${chunk(LIE)}0\r\n`)), 'connection broke'),
  unfit('It sends a chunk extension without end', flood('x'.repeat(1_000), chunked('5;')), 'connection broke'),
  hanging('It switches to a WebSocket', bytes(head(101, { Connection: 'Upgrade', Upgrade: 'websocket' }), LIE)),
  hanging('It says 100 Continue without end', flood('HTTP/1.1 100 Continue\r\n\r\n')),
  hanging('It gives early hints without end', drip(forever('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'), 10)),
  hanging('It says that it is processing, and no more', bytes('HTTP/1.1 102 Processing\r\n\r\n')),
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
  unfit('It compresses, and does not say so', json(gzipSync(LIE)), 'not a JSON object'),
  unfit('It compresses nothing at all', json('', { 'Content-Encoding': 'gzip' }), 'unexpected end'),
  unfit('It compresses as nobody asked', json(brotliCompressSync(LIE), { 'Content-Encoding': 'br' }), 'encoded as br'),
  unfit(
    'It compresses twice',
    json(gzipSync(gzipSync(LIE)), { 'Content-Encoding': 'gzip, gzip' }),
    'encoded as gzip, gzip'
  ),
  unfit(
    'It answers in UTF-16',
    json(Buffer.from(`\uFEFF${LIE}`, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }),
    'not a JSON object'
  ),
  unfit('It answers in UTF-16, the other way round', json(Buffer.from(LIE, 'utf16le').swap16()), 'not a JSON object'),
  odd(
    'It says UTF-8, and sends Latin-1',
    json(Buffer.from(JSON.stringify({ ...SUCCESS, message: 'gelöscht' }), 'latin1'))
  ),
  odd('It says UTF-16, and sends UTF-8', json(SUCCESS, { 'Content-Type': 'application/json; charset=utf-16' })),
  odd('It calls JSON a page', json(SUCCESS, { 'Content-Type': 'text/html' })),
  odd('It begins with a byte-order mark', json(`\uFEFF${LIE}`)),
  unfit('It begins with two byte-order marks', json(`\uFEFF\uFEFF${LIE}`), 'not a JSON object'),
  unfit('It sends a byte-order mark alone', json('\uFEFF'), 'empty body'),
  odd('It sends 8 MiB', json(LIE.padEnd(8 * 2 ** 20))),
  unfit('It sends 8 MiB and a byte', json(LIE.padEnd(8 * 2 ** 20 + 1)), 'longer than 8 MiB'),
  unfit(
    'It compresses 9 MiB to next to nothing',
    json(gzipSync(LIE.padEnd(9 * 2 ** 20)), { 'Content-Encoding': 'gzip' }),
    'longer than 8 MiB'
  ),
  unfit('It sends white space without end', flood(' '.repeat(100_000), head(200)), 'longer than 8 MiB')
]

const LOCATION = { Location: '/api/cluster/jobs/here' }

/** It gives its verdict with a status that does not go with one, once. */
const notFit = (status: number): BadServer =>
  unfit(`It answers ${status} with a job`, send(status, SUCCESS), `answered ${status}`)
const refuses = (status: number): BadServer =>
  fatal(`It answers ${status} with a job, first of all`, send(status, SUCCESS), 'unreachable', `answered ${status}`)

const STATUSES: BadServer[] = [
  ...[201, 203, 206, 207, 208, 226, 299, 300, 305, 306, 310, 399].map(notFit),
  ...[408, 425, 429, 500, 502, 503, 504, 506, 507, 508, 510, 511, 520, 522, 525, 530, 599, 600, 999].map(notFit),
  ...[204, 205, 304].map(status => unfit(`It answers ${status}`, send(status, ''), `answered ${status}`)),
  ...[501, 505].map(refuses),
  ...[400, 402, 405, 406, 409, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431, 451, 499].map(
    refuses
  ),
  server('It answers 418 in the middle of a wait', inTurn(json(RUNNING), send(418, SUCCESS), json(FAILURE)), 'error', {
    says: 'answered 418',
    requests: [3, 3]
  }),
  ...[301, 302, 303, 307, 308].map(status =>
    fatal(
      `It redirects by ${status}`,
      send(status, SUCCESS, { Location: 'https://sso.example/login' }),
      'unreachable',
      'a redirect to https://sso.example/login'
    )
  ),
  ...[301, 307].map(status =>
    fatal(`It redirects by ${status}, but not where to`, send(status, SUCCESS), 'unreachable', 'a redirect to nowhere')
  ),
  fatal(
    'It redirects to where it was asked',
    call => send(302, '', { Location: call.path })(call),
    'unreachable',
    'a redirect to /api/cluster/jobs/'
  ),
  fatal(
    'It redirects in the middle of a wait',
    inTurn(json(RUNNING), send(302, '', LOCATION)),
    'unreachable',
    'Last seen running',
    { requests: [3, 6] }
  ),
  fatal('It redirects with a body without end', flood(LOGIN, head(302, LOCATION)), 'unreachable', 'a redirect to /api'),
  fatal(
    'It wants credentials for a proxy',
    send(407, LOGIN, { 'Content-Type': 'text/html' }),
    'unreachable',
    'a proxy requires credentials'
  ),
  fatal('It answers 401 with a job', send(401, SUCCESS), 'unauthorized', 'answered 401'),
  fatal(
    'It answers 401 in the middle of a wait',
    inTurn(json(RUNNING), send(401, '')),
    'unauthorized',
    'Last seen running',
    { requests: [2, 2] }
  ),
  fatal(
    'It answers 401 in a coding that nobody asked for',
    send(401, brotliCompressSync(LOGIN), { 'Content-Encoding': 'br' }),
    'unauthorized',
    'answered 401'
  ),
  fatal(
    'It answers 401, and cuts the page',
    thenClose(send(401, LOGIN, { 'Content-Length': 9_999 })),
    'unauthorized',
    'answered 401'
  ),
  fatal('It answers 401 with a page without end', flood(LOGIN, head(401)), 'unauthorized', 'answered 401'),
  fatal(
    'It answers 401, and hangs in the page',
    send(401, LOGIN, { 'Content-Length': 9_999 }),
    'unauthorized',
    'answered 401',
    { inputs: IMPATIENT }
  ),
  fatal('It answers 403 with a job', send(403, SUCCESS), 'unauthorized', 'answered 403', { requests: [2, 2] }),
  odd('It answers 403 once', inTurn(send(403, ''), json(SUCCESS)), { requests: [2, 2] }),
  server('It bans whoever asks twice within 850 ms', banning(850), 'success', { requests: [4, 5] }),
  server('It answers 404 with a job', send(404, SUCCESS), 'not-found', {
    says: 'answered 404',
    inputs: BRIEF,
    requests: [2, 7]
  }),
  server('It answers 410 to begin with', send(410, LOGIN), 'not-found', {
    says: 'answered 410',
    inputs: BRIEF,
    requests: [2, 7]
  }),
  server(
    'It forgets the job',
    inTurn(json(RUNNING), send(404, { error: { message: "entry doesn't exist", code: '4' } })),
    'lost',
    { says: "entry doesn't exist", requests: [4, 8] }
  ),
  server('It forgets the job, and says 410', inTurn(json(RUNNING), send(410, { error: { code: '4' } })), 'lost', {
    says: 'answered 410',
    requests: [4, 8]
  }),
  server('It is behind something that says 410 for good', inTurn(json(RUNNING), send(410, '')), 'unreachable', {
    says: 'answered 410',
    requests: [3, 6]
  }),
  odd('It forgets the job for a moment', inTurn(json(RUNNING), send(404, ''), json(SUCCESS)), { requests: [3, 3] }),
  odd(
    'It is two servers, of which one does not know the job',
    call => (call.nth % 2 === 0 ? send(404, '') : json(call.nth < 5 ? RUNNING : SUCCESS))(call),
    { requests: [5, 5] }
  ),
  server('It answers 202 with a job', send(202, SUCCESS), 'timeout', { inputs: BRIEF, requests: [2, 7] }),
  odd('It answers 202 with a failure, and then the truth', inTurn(send(202, FAILURE), json(SUCCESS)), {
    requests: [2, 2]
  }),
  unfit('It gives a reason of 10 KB', send(`503 ${'busy '.repeat(2_000)}`, ''), 'answered 503 busy'),
  unfit(
    'It is a proxy that does not reach the server',
    send(502, LOGIN, { 'Content-Type': 'text/html' }),
    'a proxy answered 502'
  ),
  unfit('It is a captive portal', send(511, LOGIN, { 'Content-Type': 'text/html' }), 'answered 511'),
  unfit('It wants a login, with 200', json(LOGIN, { 'Content-Type': 'text/html' }), 'text/html, "<!doctype html>'),
  unfit('It wants a login, and calls that JSON', json(LOGIN), 'not a JSON object'),
  server('It answers 503 for ever', send(503, SUCCESS), 'unreachable', { says: 'answered 503', requests: [2, 4] }),
  server('It answers 503 for ever, after a good answer', inTurn(json(RUNNING), send(503, SUCCESS)), 'unreachable', {
    says: 'Last seen running',
    requests: [3, 5]
  }),
  server('It wants a login for ever', json(LOGIN), 'unreachable', { says: 'not a JSON object', requests: [2, 4] }),
  unfit(
    'It says by a code of ONTAP that it is busy',
    send(400, { error: { code: 8, message: 'A timeout occurred.' } }),
    'A timeout occurred'
  )
]

/** Runs for 3 s, and denies everything to a client that has asked twice within so many ms. */
function banning(ms: number): Answer {
  let first = 0
  let last = Number.NEGATIVE_INFINITY
  let banned = false
  return call => {
    if (call.nth === 1) first = call.at
    banned ||= call.nth > 1 && call.at - last < ms
    last = call.at
    if (banned) send(403, '')(call)
    else json(call.at - first < 3_000 ? RUNNING : SUCCESS)(call)
  }
}

/** It says something that is JSON, or nearly so, but no job, once. */
function noJob(body: unknown, says = 'the answer', inputs: Inputs = {}): BadServer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const truth = { ...FAILURE, key: KEY, id: UUID, status: 'error', complete_time: END }
  const state = 'job-key' in inputs ? 'completed' : 'failure'
  return server(`It sends ${shown(text)}`, inTurn(json(text), json({ ...truth, state })), 'error', {
    says,
    inputs,
    requests: [2, 2]
  })
}

/** What it says about the job leaves open whether it has finished. */
function noEnd(body: unknown, outcome: 'unrecognized' | 'timeout', inputs: Inputs = {}): BadServer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return server(`It sends ${shown(text)}`, json(text), outcome, {
    inputs: { timeout: '4s', 'long-poll': '0s', ...inputs },
    requests: [2, 6]
  })
}

function shown(text: string): string {
  return text.length > 150 ? `${text.slice(0, 150)}… (${text.length} characters)` : text
}

const MANAGER: Inputs = { 'job-key': KEY }
const SELECT: Inputs = { api: 'ontap-select' }

const BODIES: BadServer[] = [
  unfit('It sends an empty body', json(''), 'empty body'),
  unfit('It sends white space', json('  \r\n '), 'empty body'),
  ...[
    null,
    [],
    [SUCCESS],
    '"success"',
    true,
    200,
    'success',
    LIE.slice(0, -1),
    `${LIE}\n{}`,
    `${LIE}}`,
    `)]}',\n${LIE}`,
    `callback(${LIE})`,
    LIE.replaceAll('"', "'"),
    LIE.replace('}', ',}'),
    LIE.replace('{', '{"code":NaN,'),
    LIE.replace('{', '{"code":-Infinity,'),
    LIE.replace('{', '{/* a job */'),
    `<job><uuid>${UUID}</uuid><state>success</state></job>`,
    `uuid: ${UUID}\nstate: success`,
    `--x\r\n\r\n${LIE}\r\n--x--`
  ].map(body => noJob(body, 'not a JSON object')),
  ...[
    {},
    { state: 'success', end_time: END },
    { ...SUCCESS, uuid: null },
    { ...SUCCESS, uuid: [UUID] },
    { ...SUCCESS, uuid: { toString: UUID } },
    { job: SUCCESS },
    { record: SUCCESS },
    { records: [SUCCESS], num_records: 1 },
    { error: { message: 'success', code: '0' } },
    { error: SUCCESS },
    `{"__proto__": ${LIE}}`,
    `{"constructor": {"prototype": ${LIE}}}`
  ].map(body => noJob(body, 'does not describe this job')),
  noJob({ ...SUCCESS, uuid: OTHER }, 'does not describe this job'),
  noJob({ key: KEY.toUpperCase(), state: 'NORMAL', complete_time: END }, 'does not describe this job', MANAGER),
  noJob({ key: `${KEY}f`, state: 'NORMAL', complete_time: END }, 'does not describe this job', MANAGER),
  noJob({ record: { id: KEY, state: 'success' } }, 'does not describe this job', SELECT),
  noJob({ record: { state: 'success' } }, 'does not describe this job', SELECT),
  noJob({ records: [{ id: UUID, state: 'success' }] }, 'does not describe this job', SELECT),
  noJob({ record: [{ id: UUID, state: 'success' }] }, 'does not describe this job', SELECT),
  odd('It spells the key in capitals', json({ ...SUCCESS, uuid: UUID.toUpperCase() })),
  odd('It gives numbers beyond all bounds', json(LIE.replace('{', `{"code":1e999,"size":${'9'.repeat(500)},"of":-0,`))),
  odd(
    'It nests a hundred thousand levels',
    json(
      LIE.replace(
        '{',
        `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"deeper":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)},`
      )
    )
  ),
  odd(
    'It has two hundred thousand members',
    json(LIE.replace('{', `{${Array.from({ length: 200_000 }, (_, n) => `"m${n}":1,`).join('')}`))
  ),
  server('It sends 100,000 backslashes', json({ ...FAILURE, message: '\\'.repeat(100_000) }), 'error', {
    inputs: { username: 'operator', password: '@@never-sent' },
    requests: [1, 1]
  }),
  odd(
    'It has names that objects have',
    json(LIE.replace('{', '{"__proto__":{"state":"failure"},"constructor":1,"toString":"x","hasOwnProperty":null,'))
  ),
  server(
    'It gives every member twice, and the last is a failure',
    json(`${LIE.slice(0, -1)},${JSON.stringify(FAILURE).slice(1)}`),
    'error',
    { requests: [1, 1] }
  ),
  server(
    'It links to results by 8 MB of the same',
    json({ ...FAILURE, _links: { results: { href: `${'/api/'.repeat(1_500_000)}#` } } }),
    'error',
    { requests: [1, 1], says: 'No space.' }
  ),
  server(
    'It has two hundred thousand failed tasks',
    json({
      key: KEY,
      state: 'completed',
      status: 'error',
      complete_time: END,
      task_reports: Array.from({ length: 200_000 }, () => ({ failure_reason: 'No.' }))
    }),
    'error',
    { inputs: MANAGER, requests: [1, 1], says: 'more lines' }
  )
]

const STATES: BadServer[] = [
  noEnd({ uuid: UUID }, 'unrecognized'),
  noEnd({ uuid: UUID, message: 'success', code: 0, end_time: END }, 'unrecognized'),
  noEnd(`{"uuid": "${UUID}", "__proto__": {"state": "success", "end_time": "${END}"}}`, 'unrecognized'),
  noEnd({ uuid: UUID, State: 'success', STATE: 'success', end_time: END }, 'unrecognized'),
  ...[
    null,
    '',
    true,
    0,
    1,
    200,
    ['success'],
    { success: true },
    { state: 'success' },
    'successful',
    'not success',
    'success!',
    'success\0',
    'suc\u200Bcess',
    'succ\u0435ss',
    '\uFF53\uFF55\uFF43\uFF43\uFF45\uFF53\uFF53',
    'completed',
    'NORMAL',
    'Erfolgreich',
    'r\u00E9ussi',
    '\u6210\u529F',
    'OK',
    'success,failure',
    'success '.repeat(100_000)
  ].map(state => noEnd({ ...SUCCESS, state }, 'unrecognized')),
  ...['running', 'queued', 'paused'].map(state => noEnd({ ...SUCCESS, state }, 'timeout')),
  noEnd({ key: KEY, status: 'normal' }, 'unrecognized', MANAGER),
  noEnd({ key: KEY, state: 'running', status: 'normal', complete_time: END }, 'timeout', MANAGER),
  noEnd({ key: KEY, state: 'NORMAL', status: 'running' }, 'unrecognized', MANAGER),
  noEnd({ key: KEY, state: 'NORMAL', status: 'error' }, 'unrecognized', MANAGER),
  noEnd({ key: KEY, state: 'success' }, 'unrecognized', MANAGER),
  noEnd(
    { key: KEY, state: 'completed', status: 'normal', spawned_job_summary: { running_jobs: 1 } },
    'timeout',
    MANAGER
  ),
  noEnd({ record: { id: UUID, message: 'success' } }, 'unrecognized', SELECT),
  noEnd({ id: UUID, record: { id: UUID, state: 'running' }, state: 'success' }, 'timeout', SELECT),
  odd('It shouts, amid white space', json({ ...SUCCESS, state: '\t SUCCESS \n' })),
  server(
    'It fails with code 0, and gives no reason',
    json({ uuid: UUID, state: 'failure', code: 0, end_time: END }),
    'error',
    { requests: [1, 1], says: 'the server gave no reason' }
  ),
  server(
    'It takes a success back',
    inTurn(json({ uuid: UUID, state: 'success' }), json(RUNNING), json(FAILURE)),
    'error',
    { requests: [3, 3] }
  ),
  server(
    'It takes a failure back',
    inTurn(json({ uuid: UUID, state: 'failure' }), json(RUNNING), json(SUCCESS)),
    'success',
    { requests: [3, 3] }
  ),
  server(
    'It wavers between success and failure',
    call => json({ uuid: UUID, state: call.nth % 2 === 1 ? 'success' : 'failure' })(call),
    'timeout',
    { inputs: BRIEF, requests: [3, 9] }
  ),
  server(
    'It wavers between success and work',
    call => json({ uuid: UUID, state: call.nth % 2 === 1 ? 'success' : 'running' })(call),
    'timeout',
    { inputs: BRIEF, requests: [3, 12] }
  ),
  server('It contradicts itself after the end', inTurn(json(FAILURE), json(SUCCESS)), 'error', { requests: [1, 1] }),
  odd(
    'It works, is done, and works again in its message',
    json({ ...SUCCESS, message: 'running', code: 4, error: null })
  )
]

/** It sends `Retry-After` with a 503, once. */
const retryAfter = (value: string): BadServer =>
  unfit(`It says Retry-After: ${value}`, send(503, '', { 'Retry-After': value }), 'answered 503')
/** It sends this `Date` while the job runs: three requests in all. */
const dated = (name: string, date: (nth: number) => string | undefined, fields: Fields = {}): BadServer =>
  odd(name, call => json({ ...(call.nth < 3 ? RUNNING : SUCCESS), ...fields }, { Date: date(call.nth) })(call), {
    requests: [3, 3]
  })

const EPOCH = 'Thu, 01 Jan 1970 00:00:00 GMT'
const FAR = 'Thu, 31 Dec 2099 23:59:59 GMT'

const TIMES: BadServer[] = [
  ...['-5', '1.5', '1e3', 'soon', '0', EPOCH, '2099-12-31', 'Wed, 31 Feb 2099 25:61:61 GMT', '0, -3, x'].map(
    retryAfter
  ),
  ...['99999999999', '9'.repeat(400), FAR].map(value =>
    odd(
      `It says Retry-After: ${shown(value.slice(0, 60))}`,
      inTurn(send(503, '', { 'Retry-After': value }), json(SUCCESS)),
      { inputs: BRIEF, requests: [2, 2] }
    )
  ),
  unfit(
    'It says Retry-After in three ways',
    send(503, '', { 'Retry-After': '0\r\nRetry-After: 2, 1\r\nRetry-After: x' }),
    'answered 503'
  ),
  server('It says Retry-After: 0 for ever', json(RUNNING, { 'Retry-After': '0' }), 'timeout', {
    inputs: BRIEF,
    requests: [3, 6]
  }),
  dated('It lives in 1970', () => EPOCH, { start_time: new Date().toISOString() }),
  dated('It lives in 2099', () => FAR, { start_time: '1970-01-01T00:00:00Z' }),
  dated('It does not tell the time', () => undefined, { start_time: '2099-12-31T23:59:59Z' }),
  dated('It tells the time in words', () => 'teatime', { start_time: 'breakfast' }),
  dated('Its clock is set back and forth', nth => (nth % 2 === 0 ? EPOCH : FAR), {
    start_time: '2026-01-01T00:00:00Z'
  }),
  odd(
    'It restarts for 2 s',
    call => {
      json(call.nth === 1 ? RUNNING : SUCCESS)(call)
      if (call.nth === 1) setTimeout(() => call.restart(2_000), 100)
    },
    { inputs: { 'unreachable-timeout': '10s' }, requests: [2, 2], says: 'refused' }
  ),
  odd(
    'It restarts in the middle of an answer',
    call => {
      if (call.nth > 1) return json(SUCCESS)(call)
      json(LIE.slice(9), { 'Content-Length': 999 })(call)
      setTimeout(() => call.restart(300), 100)
    },
    { requests: [2, 2], says: 'broke' }
  )
]

/** JSON that `JSON.parse` reads, and `JSON.stringify` does not write. */
const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`

const POLLED = { 'long-poll': '1s', ...IMPATIENT, ...MANAGER }
const AT_WORK = json({ key: KEY, state: 'running' })
const NORMAL = { key: KEY, state: 'completed', status: 'normal', complete_time: END }

/** It does something else with requests that it is to hold; a plain look finds the job at work three times. */
function holding(name: string, held: Answer, requests: BadServer['requests'], says = ''): BadServer {
  let looks = 0
  const plain: Answer = call => (++looks > 3 ? json(NORMAL) : AT_WORK)(call)
  return odd(name, byHold(held, plain), { inputs: POLLED, requests, says })
}

const HOLDS: BadServer[] = [
  holding(
    'It sends a byte a second to whoever it is to hold',
    drip(forever(' '), 1_000, head(200)),
    [5, 8],
    'within 5 s'
  ),
  holding('It never lets go whoever it is to hold', hang, [5, 8], 'within 5 s'),
  holding('It cuts whoever it is to hold', close, [5, 8], 'broke'),
  holding('It denies whoever it is to hold', send(403, ''), [5, 8]),
  holding('It does not find the job for whoever it is to hold', send(404, ''), [5, 8]),
  holding('It answers 202 to whoever it is to hold', send(202, ''), [5, 8]),
  holding('It answers 204 to whoever it is to hold', send(204, '', { 'Content-Length': undefined }), [5, 8]),
  holding('It answers 500 to whoever it is to hold', send(500, ''), [5, 8]),
  holding('It answers 304 to whoever it is to hold', send(304, '', { 'Content-Length': undefined }), [5, 8]),
  odd(
    'It sends white space, and then the job',
    byHold(call => {
      drip([' ', '\r\n', ' '], 200, head(200, { 'Content-Length': 4 + JSON.stringify(NORMAL).length }))(call)
      setTimeout(() => call.socket.write(JSON.stringify(NORMAL)), 900)
    }, AT_WORK),
    { inputs: POLLED, requests: [2, 2] }
  )
]

const CALL: Inputs = { 'job-key': '', request: 'POST /storage/volumes', api: 'ontap' }
const SLASHES = { job: { _links: { self: { href: `/api/cluster/jobs${'/'.repeat(8_000_000)}x` } } } }

const CALLS: BadServer[] = [
  fatal('It accepts a call in words nested without end', send(202, DEEP), 'unrecognized', 'contains no job', {
    inputs: CALL
  }),
  fatal('It accepts a call by a link of 8 MB of slashes', send(202, SLASHES), 'unrecognized', 'job', { inputs: CALL }),
  fatal(
    'It accepts a call, and cuts the answer',
    thenClose(send(202, LIE, { 'Content-Length': 999 })),
    'unreachable',
    'may have executed',
    { inputs: CALL, requests: [2, 2] }
  ),
  fatal(
    'It refuses a call, and cuts the answer',
    thenClose(send(409, LIE, { 'Content-Length': 999 })),
    'refused',
    'answered 409',
    { inputs: CALL }
  )
]

const THREE: Inputs = { 'job-key': [UUID, OTHER, THIRD].join('\n'), api: 'ontap' }
const ALL = [UUID, OTHER, THIRD]
const ONE: Answer = call => json({ ...SUCCESS, uuid: ALL.find(uuid => call.path.includes(`/${uuid}`)) })(call)
const STRANGERS = Array.from({ length: 100 }, (_, n) => ({ ...FAILURE, uuid: `${n}`.padStart(8, '0') + UUID.slice(8) }))
const NO_ENTRY = send(404, { error: { message: "entry doesn't exist", code: '4' } })
const GATE: Inputs = { 'job-key': '', 'job-query': 'state=running', api: 'ontap', 'unreachable-timeout': '3s' }
const list = (records: unknown, next?: string): Answer => json({ records, _links: { next: next && { href: next } } })

/** A job that succeeded, and whose description alone says where its results could be. */
function withDescribed(results: Answer): Answer {
  const job = json({ ...SUCCESS, description: 'POST /api/storage/volumes' })
  return call => (call.path.includes('job_results_uuid') ? results({ ...call, nth: call.nth - 1 }) : job(call))
}

/** A job that succeeded, with results elsewhere. */
function withResults(results: Answer): Answer {
  const job = json({ ...SUCCESS, _links: { results: { href: '/api/storage/results' } } })
  return call => (call.path.includes('/results') ? results : job)(call)
}

const LISTS: BadServer[] = [
  odd('It lists other jobs', byList(list(STRANGERS), ONE), { inputs: THREE, requests: [4, 4] }),
  odd('It lists nothing', byList(list([]), ONE), { inputs: THREE, requests: [4, 4] }),
  odd('It lists what is no job', byList(list([null, 7, [], {}, 'success', { uuid: [UUID] }]), ONE), {
    inputs: THREE,
    requests: [4, 4]
  }),
  odd('It says "records" of something else', byList(list({ [UUID]: SUCCESS }), ONE), {
    inputs: THREE,
    requests: [4, 4]
  }),
  odd('It lists one job three times', byList(list([SUCCESS, SUCCESS, SUCCESS]), ONE), {
    inputs: THREE,
    requests: [4, 4]
  }),
  odd('It has a next page for ever, each the same', byList(list([SUCCESS], '/api/cluster/jobs?again'), ONE), {
    inputs: THREE,
    requests: [4, 5]
  }),
  odd('It has a next page for ever, each empty', byList(list([], '/api/cluster/jobs?again'), ONE), {
    inputs: THREE,
    requests: [4, 4]
  }),
  odd('It answers lists with one job', byList(json(SUCCESS), ONE), { inputs: THREE, requests: [4, 4] }),
  odd('It hides lists', byList(send(404, ''), ONE), { inputs: THREE, requests: [4, 4] }),
  odd('It denies lists', byList(send(403, ''), ONE), { inputs: THREE, requests: [4, 4] }),
  server(
    'It lists successes, and says otherwise of the one that it leaves out',
    byList(list([SUCCESS, { ...SUCCESS, uuid: OTHER }]), json({ ...FAILURE, uuid: THIRD })),
    'error',
    { inputs: THREE, requests: [2, 2] }
  ),
  fatal(
    'It has a next page of pending jobs for ever',
    list([SUCCESS], '/api/cluster/jobs?again'),
    'unrecognized',
    'or the pages repeat',
    { inputs: GATE, requests: [2, 2] }
  ),
  server(
    'It links to results elsewhere',
    json({ ...SUCCESS, _links: { results: { href: 'https://elsewhere.example/results' } } }),
    'unreachable',
    { says: 'points outside the API', requests: [1, 2] }
  ),
  server('It has results nested without end', withResults(json(DEEP)), 'unreachable', {
    says: 'contains no details',
    requests: [3, 5]
  }),
  server('It counts more results than it lists', withResults(json({ records: [{}], num_records: 2 })), 'unreachable', {
    says: 'contains only some of the details',
    requests: [3, 5]
  }),
  server(
    'It counts more results than it lists, behind no link',
    withDescribed(json({ num_records: 2 })),
    'unreachable',
    {
      says: 'contains only some of the details',
      requests: [3, 5]
    }
  ),
  server(
    'It hides for a moment the results that only a description names',
    withDescribed(inTurn(NO_ENTRY, json({ records: [], errors: [{ message: 'no space', code: '1' }] }))),
    'partial-failures',
    { says: 'no space', requests: [3, 3] }
  ),
  odd('It does not know the query for the results', withDescribed(send(400, { error: { code: '262179' } })), {
    requests: [2, 2]
  }),
  odd('It has no results that a description names', withDescribed(NO_ENTRY), { requests: [5, 8] }),
  odd(
    'It lists two hundred thousand jobs that are over',
    json({ records: Array.from({ length: 200_000 }, () => ({ uuid: '1', state: 'success' })) }),
    { inputs: GATE }
  ),
  server('It lists as pending what is over', byList(list([RUNNING]), json(SUCCESS)), 'timeout', {
    inputs: { ...GATE, ...BRIEF },
    requests: [2, 14]
  }),
  ...[LOGIN, '', {}, { records: [{}] }, { records: null }, [RUNNING]].map(body =>
    server(`It opens a gate with ${shown(JSON.stringify(body))}`, json(body), 'unreachable', {
      inputs: GATE,
      requests: [2, 6]
    })
  ),
  server('It counts jobs that it does not list', json({ records: [], num_records: 3 }), 'unreachable', {
    inputs: GATE,
    says: 'not a list of jobs',
    requests: [2, 6]
  }),
  server(
    'It has results of a bulk call without end',
    withResults(list([{ name: 'v1' }], '/api/results?again')),
    'unreachable',
    { says: 'or pages that repeat', requests: [3, 3] }
  )
]

const authority = createIdentity('Private CA', { authority: true })
const identity = createIdentity('storage', { issuer: authority, hosts: ['127.0.0.1'] })
const stranger = createIdentity('stranger', { hosts: ['127.0.0.1'] })
const tls = { cert: identity.cert, key: identity.key }
const TRUSTING: Inputs = { 'ca-certificate': authority.cert }

/** It never comes to speak TLS. */
const mute = (name: string, onConnection: BadServer['onConnection'], says: string): BadServer =>
  server(name, hang, 'unreachable', {
    onConnection,
    secure: true,
    says,
    inputs: { ...IMPATIENT, ...TRUSTING },
    requests: [0, 0]
  })

const SECURED: BadServer[] = [
  mute('It closes in the TLS handshake', socket => socket.once('data', () => socket.end()), 'broke'),
  mute('It resets in the TLS handshake', socket => socket.once('data', () => socket.resetAndDestroy()), 'broke'),
  mute('It hangs in the TLS handshake', () => {}, 'within 4 s'),
  mute('It speaks HTTP where TLS is due', socket => bytes(head(400), LIE)({ socket } as Call), 'does not speak TLS'),
  mute('It speaks rubbish where TLS is due', socket => socket.write(Buffer.alloc(1_000, 0xff)), 'does not speak TLS'),
  mute(
    'It sends a fatal alert in place of TLS',
    socket => socket.write(Buffer.from('15030300020228', 'hex')),
    'handshake failure'
  ),
  unfit('It cuts TLS in the middle of an answer', thenClose(json(LIE.slice(9), { 'Content-Length': 999 })), 'broke', {
    tls,
    inputs: TRUSTING
  }),
  odd('It answers over TLS without a length, and closes', thenClose(bytes(head(200), LIE)), { tls, inputs: TRUSTING }),
  server(
    'It shows another certificate in the middle of a wait',
    call => {
      json(RUNNING, { Connection: 'close' })(call)
      ;(call.server as TlsServer).setSecureContext({ cert: stranger.cert, key: stranger.key })
    },
    'unreachable',
    { tls, inputs: TRUSTING, says: 'is self-signed', requests: [1, 1] }
  )
]

export const BAD_SERVERS: readonly BadServer[] = [
  FRAMES,
  CODINGS,
  STATUSES,
  BODIES,
  STATES,
  TIMES,
  HOLDS,
  CALLS,
  LISTS,
  SECURED
].flat()
