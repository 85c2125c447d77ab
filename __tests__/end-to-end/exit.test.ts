import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from '@jest/globals'
import { ACTION } from '../../simulator/runner.ts'
import { NODES } from '../support/nodes.ts'
import { runStep, type Step } from './support.ts'

/** Once the outputs are written the process ends, whatever still hangs: what does not, hangs until the test's own limit. */

const KEY = '4ea7a442-86d1-11e0-ae1c-123478563412'
const folder = mkdtempSync(join(tmpdir(), 'await-job-exit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const importing = (script: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(script)}`]

/**
 * Node's resolver occupies a thread for as long as the system's does not answer, and no exit is possible meanwhile. A pipe
 * that nobody ever writes to occupies one in the same way. Says "resolving" each time.
 */
function withHungResolver(): string[] {
  const pipe = join(folder, 'pipe')
  execFileSync('sh', ['-c', `test -p ${pipe} || mkfifo ${pipe}`])
  return importing(`
    import dns from 'node:dns'
    import fs from 'node:fs'
    dns.lookup = () => {
      fs.open(${JSON.stringify(pipe)}, 'r', () => {})
      process.stderr.write('resolving\\n')
    }`)
}

/** Windows has no such pipes, and a process there stops at a write to a full one until somebody reads it. */
const onPosix = process.platform === 'win32' ? test.skip : test

describe.each(NODES)('a step whose resolver never answers ends with %s', (_, node) => {
  /** Only a signal ends an old Node.js whose resolver never answers. */
  const withCode = (exitCode: number) =>
    execFileSync(node, ['-p', 'typeof process.execve']).includes('function') ? [exitCode, null] : [null, 'SIGKILL']

  onPosix('after SIGINT', async () => {
    let kill: (signal: NodeJS.Signals) => void = () => {}
    const step: Step = await runStep(() => ({ url: 'https://um.example.com', 'job-key': KEY }), {
      node,
      nodeOptions: withHungResolver(),
      onStart: it => {
        kill = it
      },
      onLog: log => {
        if (log.includes('resolving')) kill('SIGINT')
      }
    })
    expect([step.exitCode, step.signal, step.outputs.outcome]).toEqual([...withCode(130), 'cancelled'])
    expect(step.stdout).toMatch(/^::error /m)
  })

  onPosix('after the timeout', async () => {
    const inputs = { url: 'https://um.example.com', 'job-key': KEY, timeout: '1s' }
    const step = await runStep(() => inputs, { node, nodeOptions: withHungResolver() })
    expect([step.exitCode, step.signal, step.outputs.outcome]).toEqual([...withCode(1), 'timeout'])
  })
})

/** Starts a step without inputs that prints a megabyte first, which no pipe holds, and says "flushing" once it has printed all. */
function startTalkative() {
  const flood = importing(`
    const { write } = process.stdout
    process.stdout.write = (text, ...others) => {
      if (text === '') process.stderr.write('flushing')
      return write.call(process.stdout, text, ...others)
    }
    process.stdout.write('x'.repeat(1_000_000) + '\\n')`)
  return spawn(process.execPath, [...flood, ACTION], { stdio: ['ignore', 'pipe', 'pipe'] })
}

const exitOf = (step: ReturnType<typeof startTalkative>) =>
  new Promise<number | null>(resolve => void step.once('exit', resolve))

test('a slow reader of the log gets the last line', async () => {
  const step = startTalkative()
  await once(step.stderr, 'data')
  const [log, exitCode] = await Promise.all([text(step.stdout), exitOf(step)])
  expect([exitCode, log.trim().split('\n').at(-1)]).toEqual([1, expect.stringMatching(/^::error .*url: /)])
})

onPosix('a log that nobody reads does not hold up the end', async () => {
  const step = startTalkative()
  expect(await exitOf(step)).toBe(1)
  step.stdout.destroy()
})

test.each(NODES)('a log whose reader has gone does not turn a success into a failure, with %s', async (_, node) => {
  const { exitCode, outputs } = await runStep(
    simulator => ({ 'job-key': simulator.addJob({ api: 'ontap', script: [{ after: 1, state: 'success' }] }).key }),
    { node, isLogClosed: true }
  )
  expect([exitCode, outputs.outcome]).toEqual([0, 'success'])
})
