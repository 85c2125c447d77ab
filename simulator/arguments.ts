import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Lists, SimulatorOptions } from './options.ts'

const LISTS = ['filtered', 'unfiltered', 'refused'] as const satisfies readonly Lists[]
const ANSWERS = ['yes', 'no'] as const

/** The command line, as options of the servers. Throws an error that says which argument is wrong. */
export function readArguments(args: readonly string[]): { help: boolean; quiet: boolean; options: SimulatorOptions } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      speed: { type: 'string', default: '1' },
      root: { type: 'string' },
      'um-form': { type: 'string', default: 'specified' },
      'um-long-poll': { type: 'string', default: 'held' },
      'um-lists': { type: 'string', default: 'filtered' },
      'um-gateway-links': { type: 'string', default: 'rewritten' },
      'console-id-header': { type: 'string', default: 'OnCloud-Request-Id' },
      'ontap-lists': { type: 'string', default: 'filtered' },
      'ontap-retention': { type: 'string', default: '300' },
      'ontap-hal': { type: 'string' },
      'ontap-done': { type: 'string', default: 'link' },
      'ontap-read-jobs': { type: 'string', default: 'yes' },
      username: { type: 'string' },
      password: { type: 'string' },
      token: { type: 'string' },
      'token-lifetime': { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
      'client-in': { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-cert': { type: 'string' },
      'client-ca': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  const hal = values['ontap-hal'] === undefined ? undefined : oneOf('ontap-hal', values['ontap-hal'], ANSWERS)
  const options: SimulatorOptions = {
    port: numberOf('port', values.port),
    host: values.host,
    speed: numberOf('speed', values.speed),
    unifiedManager: {
      form: oneOf('um-form', values['um-form'], ['specified', 'documented']),
      longPoll: oneOf('um-long-poll', values['um-long-poll'], ['held', 'ignored', 'refused']),
      lists: oneOf('um-lists', values['um-lists'], LISTS),
      gatewayLinks: oneOf('um-gateway-links', values['um-gateway-links'], ['rewritten', 'unchanged', 'absent'])
    },
    ontap: {
      lists: oneOf('ontap-lists', values['ontap-lists'], LISTS),
      retention: numberOf('ontap-retention', values['ontap-retention']),
      done: oneOf('ontap-done', values['ontap-done'], ['link', 'job']),
      mayReadJobs: oneOf('ontap-read-jobs', values['ontap-read-jobs'], ANSWERS) === 'yes',
      ...(hal === undefined ? {} : { hal: hal === 'yes' })
    },
    netappConsole: {
      idHeader: oneOf('console-id-header', values['console-id-header'], ['OnCloud-Request-Id', 'X-Response_Id', 'none'])
    },
    ...(values.root === undefined ? {} : { root: values.root }),
    ...credentialsOf(values),
    ...tokensOf(values),
    ...tlsOf(values)
  }
  return { help: values.help, quiet: values.quiet, options }
}

type Texts<Name extends string> = { readonly [name in Name]?: string | undefined }

function credentialsOf({
  token,
  username,
  password
}: Texts<'token' | 'username' | 'password'>): Pick<SimulatorOptions, 'credentials'> {
  if (token !== undefined) return { credentials: { token } }
  if (username === undefined && password === undefined) return {}
  if (username === undefined || password === undefined) throw new Error('--username and --password go together')
  return { credentials: { username, password } }
}

/** Any of these options turns the check of issued tokens on. */
function tokensOf(
  values: Texts<'token-lifetime' | 'client-id' | 'client-secret' | 'client-in'>
): Pick<SimulatorOptions, 'tokens'> {
  const {
    'token-lifetime': lifetime,
    'client-id': clientId,
    'client-secret': clientSecret,
    'client-in': clientIn
  } = values
  if ([lifetime, clientId, clientSecret, clientIn].every(value => value === undefined)) return {}
  return {
    tokens: {
      ...(lifetime === undefined ? {} : { lifetime: numberOf('token-lifetime', lifetime) }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
      ...(clientIn === undefined ? {} : { clientIn: oneOf('client-in', clientIn, ['header', 'body', 'either']) })
    }
  }
}

function tlsOf(values: Texts<'tls-key' | 'tls-cert' | 'client-ca'>): Pick<SimulatorOptions, 'tls'> {
  const { 'tls-key': key, 'tls-cert': cert, 'client-ca': ca } = values
  if (key === undefined && cert === undefined && ca === undefined) return {}
  if (key === undefined || cert === undefined) throw new Error('--tls-key and --tls-cert go together')
  const read = (path: string) => readFileSync(path, 'utf8')
  const client = ca === undefined ? {} : { ca: read(ca), requestCert: true }
  return { tls: { key: read(key), cert: read(cert), ...client } }
}

function numberOf(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= 0)) throw new Error(`--${name} must be a number, not "${text}"`)
  return value
}

function oneOf<const Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find(candidate => candidate === text)
  if (choice === undefined) throw new Error(`--${name} must be one of ${choices.join(', ')}, not "${text}"`)
  return choice
}
