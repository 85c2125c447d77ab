import { exitNow } from './exit.ts'

/** How the runner cancels: SIGINT, then SIGTERM; on Windows Ctrl+C, which is SIGINT, then Ctrl+Break, which is SIGBREAK. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const

/** The exit code of a process that was interrupted, as shells count: 128 and SIGINT's number. */
export const INTERRUPTED = 130

/** Aborts `stop` at the first signal that ends a step, and ends the process at the second. Returns how to undo that. */
export function stopOnSignal(stop: AbortController): () => void {
  const onSignal = (): void => {
    if (stop.signal.aborted) exitNow(INTERRUPTED)
    stop.abort()
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
