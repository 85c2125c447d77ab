/**
 * Runs a client that was not written here against the simulator, over TLS: what it makes of the simulator's answers shows
 * that they are those of a real server. A client is a folder: the script that uses it, and what to install from PyPI into a
 * virtual environment of its own.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createIdentity } from '../__tests__/support/x509.ts'
import { startServers } from '../simulator/servers.ts'

const CLIENTS = ['netapp-ontap', 'ansible']
const LOGIN = { username: 'user', password: 'sim-secret' }
/** The 10 s of an operation take 0.2 s. */
const SPEED = 50

try {
  const [client = 'netapp-ontap'] = process.argv.slice(2)
  if (!CLIENTS.includes(client)) throw new Error(`"${client}" is not a client: choose ${CLIENTS.join(' or ')}`)
  const folder = fileURLToPath(new URL(client, import.meta.url))
  process.exitCode = await check(folder, prepare(folder))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** The Python of a client's virtual environment, with the client in it. */
function prepare(client: string): string {
  const environment = join(client, '.venv')
  const requirements = join(client, 'requirements.txt')
  const wanted = readFileSync(requirements, 'utf8')
  const installed = join(environment, 'requirements.txt')
  const python = join(environment, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return python
  const systemPython = ['python3', 'python'].find(name =>
    /^Python 3\./.test(spawnSync(name, ['--version']).stdout?.toString() ?? '')
  )
  if (systemPython === undefined)
    throw new Error('Python 3 is not installed, or not on the PATH: npm run interop needs it')
  console.log(`Installing ${wanted.trim().replaceAll('\n', ' ')} into ${environment}`)
  run(systemPython, ['-m', 'venv', '--clear', environment])
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements])
  writeFileSync(installed, wanted)
  return python
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`)
}

/** Runs a client's checks, each of which prints a line, and gives their exit code. */
async function check(client: string, python: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'await-job-interop-'))
  const authority = createIdentity('A private CA', { authority: true })
  const tls = createIdentity('127.0.0.1', { hosts: ['127.0.0.1'], issuer: authority })
  const servers = await startServers({ speed: SPEED, credentials: LOGIN, tls })
  try {
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, authority.cert)
    // Python's requests prefers the CA bundle of these variables to that of the connection.
    const { REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, ...inherited } = process.env
    const env = {
      ...inherited,
      NO_PROXY: '127.0.0.1',
      ONTAP_URL: servers.ontap.url,
      SELECT_URL: servers['ontap-select'].url,
      CA: ca,
      API_USERNAME: LOGIN.username,
      API_PASSWORD: LOGIN.password
    }
    const checks = spawn(python, [join(client, 'checks.py')], { env, stdio: ['ignore', 'inherit', 'inherit'] })
    return await new Promise((resolve, reject) =>
      checks.on('error', reject).on('close', status => resolve(status ?? 1))
    )
  } finally {
    await servers.close()
    rmSync(folder, { recursive: true })
  }
}
