import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runAction } from '../simulator/runner.ts'

/** What a process used from its start to its end. */
export interface Usage {
  readonly cpuSeconds: number
  /** The most memory that it held, in MiB. */
  readonly peakMegabytes: number
  /** Bytes of the heap in use after a collection, every 5 s. Empty without `gc`. */
  readonly heap: readonly number[]
}

type Inputs = Readonly<Record<string, string>>

/** The arguments that make Node load one of the modules in `preload/` first. */
export function preload(name: 'usage' | 'fast' | 'phases'): string[] {
  return ['--import', fileURLToPath(new URL(`preload/${name}.mjs`, import.meta.url))]
}

/** Runs the action and measures what it uses; fails unless the step passes. `speed`: how much faster its time runs. */
export async function measureAction(
  inputs: Inputs,
  { speed = 1, gc = false }: { speed?: number; gc?: boolean } = {}
): Promise<Usage> {
  const nodeOptions = [...(gc ? ['--expose-gc'] : []), ...preload('usage'), ...(speed === 1 ? [] : preload('fast'))]
  return usageOf(file => runPassing(inputs, { nodeOptions, env: { BENCH_USAGE: file, BENCH_SPEED: String(speed) } }))
}

/** Runs Node with these arguments and measures what it uses. */
export async function measureNode(...args: readonly string[]): Promise<Usage> {
  return usageOf(file => runProgram(process.execPath, [...preload('usage'), ...args], { BENCH_USAGE: file }))
}

/** What a run wrote into the file that it was given. */
async function usageOf(run: (file: string) => Promise<void>): Promise<Usage> {
  return withScratch(async folder => {
    const file = join(folder, 'usage.json')
    await run(file)
    return JSON.parse(await readFile(file, 'utf8'))
  })
}

/** Runs the action; fails unless the step passes. */
export async function runPassing(inputs: Inputs, options: Parameters<typeof runAction>[1] = {}): Promise<void> {
  const { exitCode, stdout, stderr } = await runAction(inputs, options)
  if (exitCode !== 0) throw new Error(`the step ended with ${exitCode}:\n${stdout}${stderr}`)
}

/** The environment in which a runner starts the action, its files in `folder`. */
export function stepEnvironment(inputs: Inputs, folder: string): NodeJS.ProcessEnv {
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return { PATH: process.env.PATH, GITHUB_ACTIONS: 'true', ...files, ...Object.fromEntries(named) }
}

/** Runs another program to its end, its output read and thrown away; fails unless it ends well. */
export async function runProgram(
  command: string,
  options: readonly string[],
  env: NodeJS.ProcessEnv = process.env
): Promise<void> {
  const child = spawn(command, options, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.resume()
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
}

export async function withScratch<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'await-job-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
