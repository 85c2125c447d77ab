import { INTERRUPTED } from './signals.ts'

/**
 * Has `report` called as the process ends in a way that nobody decided on: an exception or a rejection that nothing caught,
 * an exit from elsewhere, a promise that never settles. The exit code is then a failure. Returns how to undo that.
 */
export function watchForUnexpectedEnd(report: (error: unknown) => void): () => void {
  let cause: unknown
  const onError = (error: unknown): void => {
    cause = error ?? new Error(`${error} was thrown`)
    process.exit(1)
  }
  const onExit = (code: number): void => {
    if (code === INTERRUPTED) return
    process.exitCode = 1
    report(cause ?? new Error(`the process ended early, with exit code ${code}`))
  }
  process.once('uncaughtException', onError)
  process.once('exit', onExit)
  return () => {
    process.off('uncaughtException', onError)
    process.off('exit', onExit)
  }
}
