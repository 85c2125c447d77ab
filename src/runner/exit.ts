import { existsSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

/** How long the last lines may take to be read, in ms: a pipe that nobody reads must not hold up the step. */
const LONGEST_FLUSH = 1_000

/** What occupies a thread of libuv, all of which `process.exit` waits for: a resolver can take minutes to give up. */
const ON_THREADS = ['GetAddrInfoReqWrap', 'FSReqCallback']

/** What takes the place of this process; Windows has no such file. */
const SHELL = '/bin/sh'

/** Ends the process with `process.exitCode` once what was printed is flushed, no matter what still hangs. */
export async function exit(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flush))
  // What called this may be the last word of a resolver, which is on its thread until the next turn of the event loop.
  await setImmediate()
  exitNow(Number(process.exitCode))
}

/**
 * Ends the process. Where a thread would hold up `process.exit`, another program takes its place, which drops all threads
 * and exits with the same code. Without a `shell`, or in Node.js before 22.15, that cannot be: a failed step is killed there,
 * and a success waits.
 */
export function exitNow(code: number, shell = SHELL): void {
  if (process.getActiveResourcesInfo().some(name => ON_THREADS.includes(name))) {
    // `execve` aborts the process where there is no such program.
    if (existsSync(shell)) process.execve?.(shell, ['sh', '-c', `exit ${code}`], {})
    if (code !== 0) process.kill(process.pid, 'SIGKILL')
  }
  process.exit(code)
}

/** A reader that has gone away is not a reason to fail: the verdict does not depend on the log. Must be called first. */
export function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** Resolves once all that was written to a stream is with its reader, or cannot be. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, LONGEST_FLUSH)
    stream.write('', () => resolve())
  })
}
