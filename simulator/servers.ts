import type { Service, SimulatorOptions } from './options.ts'
import { type Simulator, startSimulator } from './server.ts'
import { createWorld } from './world.ts'

/** Each server on a port of its own. */
export interface Servers extends Readonly<Record<Service, Simulator>> {
  close(): Promise<void>
}

/** In the order of their ports. */
export const SERVICES = [
  'unified-manager',
  'ontap',
  'ontap-select',
  'netapp-console',
  'oauth'
] as const satisfies readonly Service[]

/**
 * Starts the servers, which have the same jobs: those of ONTAP are behind Unified Manager's gateway too. Unified Manager takes
 * `port`, and the others the next ones; with 0, the default, each takes any free port.
 */
export async function startServers({ port = 0, ...options }: Omit<SimulatorOptions, 'plays'> = {}): Promise<Servers> {
  const world = createWorld(options)
  const started: [Service, Simulator][] = []
  const close = async () => void (await Promise.all(started.map(([, server]) => server.close())))
  try {
    for (const [index, plays] of SERVICES.entries()) {
      const server = await startSimulator({ ...options, plays, port: port === 0 ? 0 : port + index }, world)
      started.push([plays, server])
    }
  } catch (error) {
    await close()
    throw error
  }
  return { ...(Object.fromEntries(started) as Record<Service, Simulator>), close }
}
