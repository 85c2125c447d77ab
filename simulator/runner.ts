import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signalsOf } from './signals.ts'

/** How a step that ran the action ended. */
export interface StepResult {
  /** null where a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  /** The Markdown of the job summary. */
  readonly summary: string
}

export interface StepOptions {
  /** Further environment variables; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The Node.js that runs it: the one of the caller by default. */
  readonly node?: string
  /** Arguments for Node itself. */
  readonly nodeOptions?: readonly string[]
  /** Called with each piece of the log as it comes. */
  readonly onLog?: (text: string) => void
  /** Called once the process runs, with a way to send it a signal. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void
  /** Closes the log's pipe at the start, so that nothing reads it. */
  readonly isLogClosed?: boolean
  /** Runs another file than `dist/index.js`. */
  readonly entry?: string
}

/** The bundle that runners run. */
export const ACTION = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/**
 * Runs `dist/index.js` as a runner runs it: in a process of its own, the inputs as `INPUT_*`, with files for the outputs
 * and the summary. Of the environment only what a process needs is passed on.
 */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  options: StepOptions = {}
): Promise<StepResult> {
  const folder = await mkdtemp(join(tmpdir(), 'await-job-'))
  const output = join(folder, 'output')
  const summary = join(folder, 'summary.md')
  try {
    await Promise.all([output, summary].map(file => writeFile(file, '')))
    const variables = {
      PATH: process.env.PATH,
      SystemRoot: process.env.SystemRoot,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: folder,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
    }
    const env = changeVariables(variables, options.env ?? {}, process.platform)
    const { nodeOptions, stdio, send } = signalsOf(process.platform)
    const args = [...nodeOptions, ...(options.nodeOptions ?? []), options.entry ?? ACTION]
    const step = spawn(options.node ?? process.execPath, args, { env, stdio })
    options.onStart?.(signal => send(step, signal))
    if (options.isLogClosed) step.stdout?.destroy()
    const log = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      step[stream]?.setEncoding('utf8').on('data', (text: string) => {
        log[stream] += text
        options.onLog?.(text)
      })
    }
    const ended = await new Promise<Pick<StepResult, 'exitCode' | 'signal'>>((resolve, reject) =>
      step.on('error', reject).on('close', (exitCode, signal) => resolve({ exitCode, signal }))
    )
    return {
      ...ended,
      ...log,
      outputs: parseOutputs(await readFile(output, 'utf8')),
      summary: await readFile(summary, 'utf8')
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Variables = Readonly<Record<string, string | undefined>>

/** Environment variables with changes; `undefined` removes one. On Windows the case of a name does not matter. */
export function changeVariables(
  variables: Variables,
  changes: Variables,
  platform: NodeJS.Platform
): NodeJS.ProcessEnv {
  const canonical = (name: string) => (platform === 'win32' ? name.toUpperCase() : name)
  const changed = new Set(Object.keys(changes).map(canonical))
  const kept = Object.entries(variables).filter(([name]) => !changed.has(canonical(name)))
  return { ...Object.fromEntries(kept), ...changes }
}

/** The runner's file format, with the line ends of either system: `name<<delimiter`, the value's lines, `delimiter`. */
export function parseOutputs(text: string): Record<string, string> {
  const entries = text.matchAll(/^([^\r\n]+?)<<(.+)\r?\n(?:([\s\S]*?)\r?\n)??\2$/gm)
  return Object.fromEntries([...entries].map(([, name = '', , value = '']) => [name, value]))
}
