import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jest } from '@jest/globals'
import { parseOutputs, type StepResult } from '../../simulator/runner.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts'

export interface Scene {
  readonly server?: SimulatorOptions
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a step in this very process, against a simulator of its own, as `runAction` does in a process apart: the inputs as
 * `INPUT_*`, with files for the outputs and the summary. `process` is as it was in the end.
 */
export async function runHere(
  entry: () => Promise<unknown>,
  arrange: (simulator: Simulator) => Readonly<Record<string, string>>,
  { server, env = {} }: Scene = {}
): Promise<Omit<StepResult, 'stderr' | 'signal'>> {
  const simulator = await startSimulator(server)
  const folder = mkdtempSync(join(tmpdir(), 'await-job-'))
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary.md')]
  const before = { env: process.env, exitCode: process.exitCode }
  let stdout = ''
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    stdout += text
    return true
  })
  try {
    for (const file of [output, summary]) writeFileSync(file, '')
    const inputs = Object.entries({ url: simulator.url, ...arrange(simulator) })
    process.env = {
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env
    }
    process.exitCode = undefined
    await entry()
    const exitCode = Number(process.exitCode)
    return {
      exitCode,
      stdout,
      outputs: parseOutputs(readFileSync(output, 'utf8')),
      summary: readFileSync(summary, 'utf8')
    }
  } finally {
    write.mockRestore()
    process.env = before.env
    process.exitCode = before.exitCode
    rmSync(folder, { recursive: true })
    await simulator.close()
  }
}
