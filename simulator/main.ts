import { readArguments } from './arguments.ts'
import type { ReceivedRequest, SimulatorOptions } from './options.ts'
import { SERVICES, startServers } from './servers.ts'
import { USAGE } from './usage.ts'
import { welcome } from './welcome.ts'

try {
  const { help, quiet, options } = readArguments(process.argv.slice(2))
  if (help) process.stdout.write(USAGE)
  else await run(quiet ? options : { ...options, onRequest: printRequest })
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}

async function run(options: SimulatorOptions): Promise<void> {
  const servers = await startServers(options)
  process.stdout.write(welcome(servers, options))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void servers.close())
  }
}

function printRequest({ method, path, headers, status, heldMs }: ReceivedRequest): void {
  const answer = status === 0 ? 'unanswered' : status
  process.stdout.write(`${method} ${headers.host ?? ''}${path} ${answer} ${Math.round(heldMs)} ms\n`)
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code !== 'EADDRINUSE') return error.message
  return `Port ${port} is already in use. Choose ${SERVICES.length} other ports in a row with --port, such as --port 9080, or any free ones with --port 0.`
}
