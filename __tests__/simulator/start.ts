import { afterEach } from '@jest/globals'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts'

const running: Simulator[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(simulator => simulator.close()))
})

/** Starts a simulator that ends with the test. */
export async function start(options?: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator(options)
  running.push(simulator)
  return simulator
}

/** A JSON body, as deep as a test looks into it. */
// biome-ignore lint/suspicious/noExplicitAny: the tests assert what it holds
export type Body = any

/** The status and the JSON body of an answer. */
export async function ask(url: string, init?: RequestInit): Promise<{ status: number; body: Body; date: number }> {
  const response = await fetch(url, init)
  const date = Date.parse(response.headers.get('date') ?? '')
  return { status: response.status, body: await response.json(), date }
}

/** The JSON body of a POST's answer. */
export const post = (url: string, body: object) => ask(url, { method: 'POST', body: JSON.stringify(body) })
