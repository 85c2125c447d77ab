import { type Failure, failureOf } from '../src/http/failure.ts'
import type { Draw } from './random.ts'

/**
 * What an answer truly says of a job. `details`: those of its end. `pending` and `strange` (a state of no known word), `undated` (a verdict without an
 * end time), `verdict`, `accepted` (202), `missing` (404, 410), `denied` (403), `barred` (401), `refused` (400, 405),
 * `unlisted` (a list without it), `fault`, `fatal`.
 */
export type Said =
  | 'details'
  | 'pending'
  | 'strange'
  | 'undated'
  | 'verdict'
  | 'accepted'
  | 'missing'
  | 'denied'
  | 'barred'
  | 'refused'
  | 'unlisted'
  | 'fault'
  | 'fatal'

/** What goes wrong with one request. */
export interface Trouble {
  readonly said: Said
  /** What it says of the jobs of a list, where that differs. */
  readonly ofList?: Said
  /** No answer, for this reason; `hang`: none ever, so that the client's time limit ends it. */
  readonly failure?: Failure | 'hang'
  readonly status?: number
  /** Whether it comes from something in front of the server: of a job that was seen before, it says nothing. */
  readonly page?: true
  /** What becomes of the body that a well server would have sent. */
  readonly body?: (well: string, draw: Draw) => string
  readonly headers?: Readonly<Record<string, string>>
}

const failure = (code: string): Failure => failureOf(Object.assign(new Error('simulated'), { code }), null)
const html = (): string => '<!doctype html><title>Sign in</title><form>password</form>'
const error = (code: string) => (): string => JSON.stringify({ error: { message: 'simulated', code } })
const empty = (): string => ''
const fault = { said: 'fault' } as const

const TROUBLES = {
  refusedConnection: { ...fault, failure: failure('ECONNREFUSED') },
  unresolved: { ...fault, failure: failure('ENOTFOUND') },
  reset: { ...fault, failure: failure('ECONNRESET') },
  cutBody: { ...fault, failure: failure('ERR_STREAM_PREMATURE_CLOSE') },
  hang: { ...fault, failure: 'hang' },
  requestTimeout: { ...fault, status: 408, body: empty },
  tooEarly: { ...fault, status: 425, body: empty },
  tooMany: { ...fault, status: 429, body: error('429') },
  serverError: { ...fault, status: 500, body: error('13') },
  badGateway: { ...fault, status: 502, body: html },
  unavailable: { ...fault, status: 503, body: error('3') },
  gatewayTimeout: { ...fault, status: 504, body: html },
  cloud: { ...fault, status: 522, body: html },
  loginPage: { ...fault, status: 200, body: html, headers: { 'content-type': 'text/html' } },
  emptyBody: { ...fault, status: 200, body: empty },
  noContent: { ...fault, status: 204, body: empty },
  resetContent: { ...fault, status: 205, body: empty },
  successElsewhere: { ...fault, status: 203, body: well => well },
  truncated: { ...fault, status: 200, body: (well, draw) => well.slice(0, draw.whole(0, well.length - 1)) },
  jsonNull: { ...fault, status: 200, body: () => 'null' },
  jsonList: { ...fault, status: 200, body: well => `[${well}]` },
  jsonText: { ...fault, status: 200, body: () => '"success"' },
  jsonEmpty: { ...fault, ofList: 'unlisted', status: 200, body: () => '{}' },
  jsonError: { ...fault, ofList: 'unlisted', status: 200, body: error('4') },
  anotherJob: {
    ...fault,
    ofList: 'unlisted',
    status: 200,
    body: (well, draw) =>
      well
        .replaceAll(/"(key|uuid|id)":"[^"]*"/g, '"$1":"0000"')
        .replaceAll(/"index":\d+/g, '"index":0')
        .replaceAll(/"state":"[^"]*"/g, `"state":"${draw.pick(['success', 'NORMAL', 'completed'])}"`)
  },
  accepted: { said: 'accepted', ofList: 'unlisted', status: 202, body: html },
  acceptedBody: { said: 'accepted', ofList: 'unlisted', status: 202, body: () => '{"state":"success"}' },
  missingOnce: { said: 'missing', ofList: 'unlisted', status: 404, body: error('4') },
  missingPage: { said: 'missing', ofList: 'unlisted', page: true, status: 404, body: html },
  missingText: { said: 'missing', ofList: 'unlisted', page: true, status: 404, body: () => 'default backend - 404' },
  goneOnce: { said: 'missing', ofList: 'unlisted', status: 410, body: error('4') },
  gonePage: { said: 'missing', ofList: 'unlisted', page: true, status: 410, body: empty },
  denied: { said: 'denied', ofList: 'unlisted', status: 403, body: error('6') },
  deniedPage: { said: 'denied', ofList: 'unlisted', page: true, status: 403, body: html },
  barred: { said: 'barred', status: 401, body: html },
  redirect: {
    said: 'fatal',
    page: true,
    status: 302,
    body: empty,
    headers: { location: 'https://login.example.com/' }
  },
  proxyAuthentication: { said: 'fatal', status: 407, body: html },
  notImplemented: { said: 'fatal', page: true, status: 501, body: empty },
  httpVersion: { said: 'fatal', status: 505, body: empty },
  certificate: {
    said: 'fatal',
    failure: { why: 'other', what: 'the certificate does not verify', fatal: true, sent: false }
  },
  refused: { said: 'refused', ofList: 'unlisted', status: 400, body: error('1') }
} as const satisfies Readonly<Record<string, Trouble>>

export type TroubleName = keyof typeof TROUBLES

export function troubleNamed(name: TroubleName): Trouble {
  return TROUBLES[name]
}

/** Those that never pass, once they are there. */
export const FATAL = [
  'barred',
  'denied',
  'redirect',
  'proxyAuthentication',
  'notImplemented',
  'httpVersion',
  'certificate',
  'refused'
] as const satisfies readonly TroubleName[]

const COMES_AND_GOES = ['denied', 'redirect', 'notImplemented']

/** What a server that reboots does. */
export const REBOOT = [
  'refusedConnection',
  'reset',
  'cutBody',
  'hang',
  'unavailable',
  'badGateway',
  'missingPage'
] as const satisfies readonly TroubleName[]

/** What a token server in trouble does. */
export const TOKEN_TROUBLES = [
  'refusedConnection',
  'reset',
  'hang',
  'requestTimeout',
  'tooMany',
  'serverError',
  'unavailable',
  'gatewayTimeout',
  'loginPage',
  'truncated'
] as const satisfies readonly TroubleName[]

/** Those that come and go. */
export const PASSING = Object.keys(TROUBLES).filter(
  name => COMES_AND_GOES.includes(name) || !(FATAL as readonly string[]).includes(name)
) as [TroubleName, ...TroubleName[]]
