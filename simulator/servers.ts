import type { Api } from './jobs.ts'
import type { SimulatorOptions } from './options.ts'
import { type Simulator, startSimulator } from './server.ts'
import { createWorld } from './world.ts'

/** A server for each API, on a port of its own. */
export interface Servers extends Readonly<Record<Api, Simulator>> {
  close(): Promise<void>
}

/** In the order of their ports. */
export const APIS = ['unified-manager', 'ontap', 'ontap-select'] as const satisfies readonly Api[]

/**
 * Starts the three servers, which have the same jobs: those of ONTAP are behind Unified Manager's gateway too. Unified
 * Manager takes `port`, ONTAP and ONTAP Select Deploy the next two; with 0, the default, each takes any free port.
 */
export async function startServers({ port = 0, ...options }: Omit<SimulatorOptions, 'plays'> = {}): Promise<Servers> {
  const world = createWorld(options)
  const started: Simulator[] = []
  const close = async () => void (await Promise.all(started.map(server => server.close())))
  try {
    for (const [index, plays] of APIS.entries()) {
      started.push(await startSimulator({ ...options, plays, port: port === 0 ? 0 : port + index }, world))
    }
  } catch (error) {
    await close()
    throw error
  }
  const [manager, ontap, select] = started as [Simulator, Simulator, Simulator]
  return { 'unified-manager': manager, ontap, 'ontap-select': select, close }
}
