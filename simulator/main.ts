import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Lists, ReceivedRequest, SimulatorOptions } from './options.ts'
import { startSimulator } from './server.ts'
import { welcome } from './welcome.ts'

const USAGE = `Plays the jobs of Unified Manager, ONTAP and ONTAP Select Deploy on one port.

  npm run simulator -- [options]

  --port <n>                 8080 by default; 0 takes any free port
  --host <address>           127.0.0.1 by default
  --speed <n>                how many times faster than real time; 1 by default
  --root <path>              a further path for /api, such as a reverse proxy's
  --um-form <form>           specified (default), documented
  --um-long-poll <how>       held (default), ignored, refused
  --um-lists <how>           filtered (default), unfiltered, refused
  --ontap-lists <how>        filtered (default), unfiltered, refused
  --ontap-retention <s>      how long an ended job is kept; 300 by default
  --ontap-hal <yes|no>       send _links always, or never; by default as the request accepts
  --username, --password     ask for HTTP Basic
  --token <token>            ask for a bearer token
  --tls-key, --tls-cert      PEM files: serve HTTPS
  --client-ca <file>         PEM file: ask for a client certificate
  --quiet                    do not print the requests
  --help
`

try {
  const values = readArguments()
  if (values.help) process.stdout.write(USAGE)
  else await run(optionsOf(values))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(options)
  process.stdout.write(welcome(simulator.url, options))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close())
  }
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      speed: { type: 'string', default: '1' },
      root: { type: 'string' },
      'um-form': { type: 'string', default: 'specified' },
      'um-long-poll': { type: 'string', default: 'held' },
      'um-lists': { type: 'string', default: 'filtered' },
      'ontap-lists': { type: 'string', default: 'filtered' },
      'ontap-retention': { type: 'string', default: '300' },
      'ontap-hal': { type: 'string' },
      username: { type: 'string' },
      password: { type: 'string' },
      token: { type: 'string' },
      'tls-key': { type: 'string' },
      'tls-cert': { type: 'string' },
      'client-ca': { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  return values
}

type Arguments = ReturnType<typeof readArguments>

function optionsOf(values: Arguments): SimulatorOptions {
  const lists = ['filtered', 'unfiltered', 'refused'] as const satisfies readonly Lists[]
  const hal = values['ontap-hal'] === undefined ? undefined : oneOf('ontap-hal', values['ontap-hal'], ['yes', 'no'])
  return {
    port: numberOf('port', values.port),
    host: values.host,
    speed: numberOf('speed', values.speed),
    unifiedManager: {
      form: oneOf('um-form', values['um-form'], ['specified', 'documented']),
      longPoll: oneOf('um-long-poll', values['um-long-poll'], ['held', 'ignored', 'refused']),
      lists: oneOf('um-lists', values['um-lists'], lists)
    },
    ontap: {
      lists: oneOf('ontap-lists', values['ontap-lists'], lists),
      retention: numberOf('ontap-retention', values['ontap-retention']),
      ...(hal === undefined ? {} : { hal: hal === 'yes' })
    },
    ...(values.root === undefined ? {} : { root: values.root }),
    ...credentialsOf(values),
    ...tlsOf(values),
    ...(values.quiet ? {} : { onRequest: printRequest })
  }
}

function credentialsOf({ token, username, password }: Arguments): Pick<SimulatorOptions, 'credentials'> {
  if (token !== undefined) return { credentials: { token } }
  if (username === undefined && password === undefined) return {}
  if (username === undefined || password === undefined) throw new Error('--username and --password go together')
  return { credentials: { username, password } }
}

function tlsOf(values: Arguments): Pick<SimulatorOptions, 'tls'> {
  const { 'tls-key': key, 'tls-cert': cert, 'client-ca': ca } = values
  if (key === undefined && cert === undefined && ca === undefined) return {}
  if (key === undefined || cert === undefined) throw new Error('--tls-key and --tls-cert go together')
  const read = (path: string) => readFileSync(path, 'utf8')
  const client = ca === undefined ? {} : { ca: read(ca), requestCert: true }
  return { tls: { key: read(key), cert: read(cert), ...client } }
}

function printRequest({ method, path, status, heldMs }: ReceivedRequest): void {
  process.stdout.write(`${method} ${path} ${status === 0 ? 'unanswered' : status} ${Math.round(heldMs)} ms\n`)
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
