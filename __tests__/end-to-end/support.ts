import { runAction, type StepOptions, type StepResult } from '../../simulator/runner.ts'
import {
  type AddedJob,
  type FaultKind,
  type NewJob,
  type ReceivedRequest,
  type Step as ScriptStep,
  type Simulator,
  type SimulatorOptions,
  startSimulator
} from '../../simulator/server.ts'

/** How often a fault strikes that never passes. */
export const ALWAYS = Number.POSITIVE_INFINITY

/** What ONTAP answers about a job that it does not have. */
export const GONE = {
  kind: 'answer',
  status: 404,
  body: { error: { message: "entry doesn't exist", code: '4', target: 'uuid' } }
} as const satisfies FaultKind

export type Inputs = Readonly<Record<string, string>>

/** How the step ended, and what the server got from it. */
export interface Step extends StepResult {
  readonly requests: readonly ReceivedRequest[]
}

export interface Scene extends StepOptions {
  readonly server?: SimulatorOptions
}

/**
 * Runs `dist/index.js` against a simulator of its own. `arrange` prepares the server and gives the inputs; `url` is the
 * simulator's unless they say otherwise.
 */
export async function runStep(
  arrange: (simulator: Simulator) => Inputs | Promise<Inputs>,
  { server, ...options }: Scene = {}
): Promise<Step> {
  const simulator = await startSimulator(server)
  try {
    const inputs = await arrange(simulator)
    const before = simulator.requests.length
    const result = await runAction({ url: simulator.url, ...inputs }, options)
    return { ...result, requests: simulator.requests.slice(before) }
  } finally {
    await simulator.close()
  }
}

/** Awaits one job, named by its key, on the server that such a job is on. */
export function awaitJob(job: NewJob, inputs: Inputs = {}, { server, ...scene }: Scene = {}): Promise<Step> {
  const arrange = (simulator: Simulator) => ({ ...nameJob(simulator.addJob(job), job), ...inputs })
  const plays = job.api === 'netapp-backup' ? 'netapp-console' : job.api
  return runStep(arrange, { server: { plays, ...server }, ...scene })
}

/** The inputs that name a job by its key. */
export function nameJob({ key }: AddedJob, { api }: NewJob): Inputs {
  return { 'job-key': key, api }
}

/** Calls `action` as the `nth` request (counted from 1) arrives, before it is answered. */
export function atRequest(simulator: Simulator, nth: number, action: () => void): void {
  let seen = 0
  simulator.onArrival(() => {
    seen += 1
    if (seen === nth) action()
  })
}

/** Moves a job as the `nth` request (counted from 1) arrives: what that request is answered shows the new state. */
export function moveAtRequest(simulator: Simulator, nth: number, key: string, step: Omit<ScriptStep, 'after'>): void {
  atRequest(simulator, nth, () => simulator.moveJob(key, step))
}

/** Moves a job while the `nth` request (counted from 1) is held. */
export function moveDuringHold(simulator: Simulator, nth: number, key: string, step: Omit<ScriptStep, 'after'>): void {
  atRequest(simulator, nth, () => setTimeout(() => simulator.moveJob(key, step), 200))
}

/** What a workflow sees first: the exit code, the outcome and the state. */
export function endOf({ exitCode, outputs }: Pick<Step, 'exitCode' | 'outputs'>): {
  exitCode: number | null
  outcome?: string
  state?: string
} {
  const { outcome = 'none', state = 'none' } = outputs
  return { exitCode, outcome, state }
}

/** The queries of the requests, decoded: `''` for a plain one. */
export function queriesOf({ requests }: Step): string[] {
  return requests.map(({ path }) => decodeURIComponent(path.split('?')[1] ?? ''))
}

/** The paths of the requests, as they were sent, without their queries. */
export function pathsOf({ requests }: Step): string[] {
  return requests.map(({ path }) => path.split('?')[0] ?? '')
}

/** The annotations of a step's log: `::error …::text`, with the runner's escapes undone. */
export function annotationsOf({ stdout }: Pick<Step, 'stdout'>): { level: string; text: string }[] {
  return [...stdout.matchAll(/^::(error|warning|notice)(?: [^:]*)?::(.*)$/gm)].map(([, level = '', text = '']) => ({
    level,
    text: text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  }))
}
