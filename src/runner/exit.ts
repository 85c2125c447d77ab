import { setImmediate } from 'node:timers/promises'
import { INTERRUPTED } from './signals.ts'

/** How long the last lines may take to be read, in ms: a pipe that nobody reads must not hold up the step. */
const LONGEST_FLUSH = 1_000

/** What occupies a thread of libuv, all of which `process.exit` waits for: a resolver can take minutes to give up. */
const ON_THREADS = ['GetAddrInfoReqWrap', 'FSReqCallback']

/**
 * Ends the process with `process.exitCode`, no matter what still hangs: a socket, a timer, a resolver. What was printed is
 * flushed first. Where a thread would hold up a failed step, a signal ends the process instead: SIGINT is 130 to a shell,
 * and SIGKILL is a failure everywhere. A success is worth the wait for the right exit code.
 */
export async function exit(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(flush))
  // What called this may be the last word of a resolver, which is on its thread until the next turn of the event loop.
  await setImmediate()
  const isHeldUp = process.getActiveResourcesInfo().some(name => ON_THREADS.includes(name))
  if (isHeldUp && process.exitCode !== 0) {
    process.kill(process.pid, process.exitCode === INTERRUPTED ? 'SIGINT' : 'SIGKILL')
  }
  process.exit()
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
