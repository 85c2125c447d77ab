import type { Credentials } from '../http/credentials.ts'
import { chooseProxy, type Environment, type HttpProxy } from '../http/proxy.ts'
import { parseServer, type Server } from '../http/server.ts'
import type { Trust } from '../http/trust.ts'
import type { Api } from '../jobs/api.ts'
import { APIS, apiNamed } from '../jobs/apis.ts'
import type { CancelOn } from '../jobs/endings.ts'
import { VERDICTS, type Verdict } from '../jobs/job.ts'
import { asWord } from '../jobs/json.ts'
import type { Place } from '../jobs/place.ts'
import type { Source } from '../jobs/source.ts'
import { formatDuration, parseDuration } from '../time/duration.ts'
import type { Rules } from '../wait/watch.ts'
import { isCredential, parseHeaders } from './headers.ts'
import { givenInputs, INPUTS, type InputName } from './names.ts'
import { basicSecrets, headerSecrets } from './secrets.ts'
import { readSource } from './source.ts'
import { readTrust } from './trust.ts'
import { parseUntil } from './until.ts'

/** What the step is asked to do. */
export interface Settings {
  readonly source: Source
  readonly server: Server
  readonly credentials: Credentials | null
  readonly trust: Trust
  readonly proxy: HttpProxy | null
  /** Further request headers, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** ms for one request. */
  readonly requestTimeout: number
  readonly rules: Rules
  /** Whether the jobs are awaited, rather than only started. */
  readonly waits: boolean
  readonly failOn: ReadonlySet<Verdict>
  /** Whether the first job that fails ends the wait for the others. */
  readonly failFast: boolean
  /** After which endings the server is asked to cancel the job. */
  readonly cancelOn: readonly CancelOn[]
  /** Whether a job summary is written. */
  readonly summary: boolean
  /** What is allowed, but not safe: a sentence each. */
  readonly warnings: readonly string[]
  /** The names of the inputs that were given. */
  readonly given: readonly InputName[]
}

const CANCEL_JOB: Readonly<Record<string, readonly CancelOn[]>> = {
  never: [],
  'on-cancel': ['cancelled'],
  'on-timeout': ['timeout'],
  always: ['cancelled', 'timeout']
}

export interface Raw {
  /** An input's value, '' where it is not set. */
  readonly get: (name: InputName) => string
  /** A file's text; throws where it cannot be read. */
  readonly readFile: (path: string) => string
  /** The environment, for the proxies that it names; none by default. */
  readonly environment?: Environment
  /** Epoch ms: the time at which certificates must be valid. */
  readonly now?: number
}

/**
 * The settings, or everything that is wrong with the inputs: a sentence each, which starts with the input's name. Either
 * way, all that must never be shown.
 */
export type Reading = { readonly secrets: readonly string[] } & (
  | { readonly settings: Settings }
  | { readonly faults: readonly string[]; readonly summary: boolean }
)

/** Reads and checks every input. Nothing is sent anywhere; no secret is repeated. */
export function readInputs({ get, readFile, environment = {}, now = Date.now() }: Raw): Reading {
  const faults: string[] = []
  const warnings: string[] = []
  const secrets: string[] = []
  const fault = (input: string, text: string): null => {
    faults.push(`${input}: ${text}`)
    return null
  }
  const value = (name: InputName): string => get(name).trim() || INPUTS[name]

  const server = readServer()
  const credentials = readCredentials()
  const headers = readHeaders()
  const verify = readBoolean('verify-tls')
  const trust = readTrust({ get: value, readFile, now, fault, keepSecret: secret => secrets.push(secret) }, verify)
  if (!verify) {
    warnings.push(
      '"verify-tls" is false: any certificate is accepted, and anyone on the network path can read and change everything'
    )
  }
  const proxy = readProxy()
  checkPrivacy()
  const source = readSource({
    value,
    readFile,
    returnTimeout: value('return-timeout') === '' ? null : readDuration('return-timeout', 0),
    place: readPlace(),
    fault
  })
  const rules: Rules = {
    timeout: readDuration('timeout'),
    longPoll: readDuration('long-poll', 0),
    pollInterval: readDuration('poll-interval', 1_000),
    unreachableTimeout: readDuration('unreachable-timeout')
  }
  const waits = readWait()
  const requestTimeout = readDuration('request-timeout')
  const failOn = readFailOn()
  const failFast = readBoolean('fail-fast')
  const cancelOn = readCancelOn()
  const summary = readBoolean('summary')
  if (faults.length > 0 || server === null || source === null) return { faults, summary, secrets }
  const connection = { server, credentials, headers, trust, proxy, requestTimeout }
  const judgement = { rules, waits, failOn, failFast, cancelOn }
  const given = givenInputs(value)
  return { settings: { source, ...connection, ...judgement, summary, warnings, given }, secrets }

  function readServer(): Server | null {
    const parsed = parseServer(value('url'))
    return typeof parsed === 'string' ? fault('url', parsed) : parsed
  }

  function readCredentials(): Credentials | null {
    const username = value('username')
    const password = get('password')
    const token = value('token')
    secrets.push(token, ...(password === '' ? [] : basicSecrets({ username, password })))
    if (token !== '') {
      if (username !== '' || password !== '')
        return fault('token', 'cannot be combined with "username": use one of them')
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

  function readHeaders(): Readonly<Record<string, string>> {
    const { headers, faults } = parseHeaders(get('headers'))
    for (const text of faults) fault('headers', text)
    for (const [name, text] of Object.entries(headers)) if (isCredential(name)) secrets.push(...headerSecrets(text))
    if (headers.authorization !== undefined && (value('username') || value('token'))) {
      fault('headers', 'Authorization cannot be combined with "username" or "token": use one of them')
    }
    return headers
  }

  function readProxy(): HttpProxy | null {
    const proxy = server === null ? null : chooseProxy(server.origin, environment)
    if (proxy !== null && 'fault' in proxy) return fault(proxy.variable, proxy.fault)
    if (proxy?.credentials != null) secrets.push(...basicSecrets(proxy.credentials))
    return proxy
  }

  function checkPrivacy(): void {
    if (server === null || server.origin.startsWith('https:')) return
    if (trust.identity !== null) fault('client-certificate', 'cannot be used over http:: "url" must be https:')
    if (server.isPrivate) return
    const secret = credentials === null ? Object.keys(headers).find(isCredential) : 'credentials'
    if (secret === undefined) {
      warnings.push(
        `${server.origin} is http:, so anyone on the network path can read and change the answers: use https:`
      )
    } else fault('url', `${server.origin} is http:, which would send ${secret} in the clear: use https:`)
  }

  /** null for `auto`. */
  function readPlace(): Place {
    const place = { apis: APIS, api: readApi(), root: server?.root ?? '/api' }
    const given = value('until')
    if (given === '') return place
    const until = parseUntil(given, place)
    if (typeof until !== 'string') return { ...place, until }
    fault('until', until)
    return place
  }

  function readApi(): Api | null {
    const given = value('api').toLowerCase()
    if (given === 'auto') return null
    const names = ['auto', ...APIS.map(({ name }) => name)].join(', ')
    return apiNamed(given) ?? fault('api', `${JSON.stringify(given)} is not a known API: use one of ${names}`)
  }

  function readDuration(name: InputName, least = 1): number {
    const given = value(name)
    const ms = parseDuration(given)
    if (ms === null) {
      fault(
        name,
        `${JSON.stringify(given)} is not a valid duration: write a number with a unit, such as 90s, 30m, 2h or 1h30m`
      )
    } else if (ms < least) {
      fault(name, `${given} is too short: it must be ${least === 1 ? 'above 0s' : `at least ${formatDuration(least)}`}`)
    }
    return ms ?? 0
  }

  function readBoolean(name: InputName): boolean {
    const given = value(name)
    const word = given.toLowerCase()
    if (word !== 'true' && word !== 'false') fault(name, `${JSON.stringify(given)} is neither true nor false`)
    return word !== 'false'
  }

  function readWait(): boolean {
    const waits = readBoolean('wait')
    if (!waits && value('request') === '') {
      fault('wait', 'false needs "request", which is not set')
    } else if (!waits && value('until') !== '') {
      fault('wait', 'false cannot be combined with "until", which waits for more than the job')
    }
    return waits
  }

  function readCancelOn(): readonly CancelOn[] {
    const given = value('cancel-job').toLowerCase()
    const chosen = Object.hasOwn(CANCEL_JOB, given) ? CANCEL_JOB[given] : undefined
    const known = Object.keys(CANCEL_JOB).join(', ')
    return chosen ?? fault('cancel-job', `${JSON.stringify(given)} is not a valid choice: use one of ${known}`) ?? []
  }

  function readFailOn(): ReadonlySet<Verdict> {
    const words = value('fail-on')
      .split(/[,\n]/)
      .map(word => word.trim())
      .filter(Boolean)
    const failing = VERDICTS.filter(verdict => verdict !== 'NORMAL')
    const chosen = failing.filter(verdict => words.some(word => asWord(word) === asWord(verdict)))
    const none = words.some(word => asWord(word) === 'none')
    const unknown = words.filter(
      word => asWord(word) !== 'none' && !failing.some(known => asWord(known) === asWord(word))
    )
    if (unknown.length > 0) {
      fault('fail-on', `${unknown.join(', ')}: no such verdict: use any of ${failing.join(', ')}, or NONE alone`)
    } else if (none && chosen.length > 0) {
      fault('fail-on', `NONE cannot be combined with ${chosen.join(', ')}: use it alone`)
    }
    return new Set(chosen)
  }
}
