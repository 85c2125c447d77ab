import type { Printer } from '../runner/toolkit.ts'
import { createShortener } from '../text/uuids.ts'
import { formatDuration, MINUTE } from '../time/duration.ts'
import type { WaitEvent } from '../wait/wait.ts'

/** A heartbeat is printed when nothing else was for this long, in ms. */
const HEARTBEAT = MINUTE
/** The least time between two lines of mere progress, in ms. */
const LEAST_BETWEEN_PROGRESS = 5_000

/** Follows a wait. */
export type Observer = (event: WaitEvent) => void

/** Prints lines with the time since the start of the wait, and knows when the last one was. Times are in ms. */
export interface LogLines {
  readonly print: (elapsed: number, text: string) => void
  /** Prints lines in a group that is folded at first. */
  readonly list: (title: string, lines: readonly string[]) => void
  /** Whether nothing was printed for a while. */
  readonly isQuiet: (elapsed: number) => boolean
  /**
   * Whether a line of mere progress is worth its place: a tenth of the wait after the last line, so that a job whose message
   * changes at every poll does not flood the log.
   */
  readonly isDue: (elapsed: number) => boolean
}

/** `keys` have been printed before. */
export function createLogLines(keys: readonly string[], printer: Printer): LogLines {
  const shortenUuids = createShortener()
  for (const key of keys) shortenUuids(key)
  let printedAt = Number.NEGATIVE_INFINITY
  return {
    print: (elapsed, text) => {
      printedAt = elapsed
      printer.info(`[${formatDuration(elapsed)}] ${shortenUuids(text)}`)
    },
    list: (title, lines) => printList(title, lines.map(shortenUuids), printer),
    isQuiet: elapsed => elapsed - printedAt >= HEARTBEAT,
    isDue: elapsed => elapsed - printedAt >= Math.min(Math.max(LEAST_BETWEEN_PROGRESS, elapsed / 10), HEARTBEAT)
  }
}

export function printList(title: string, lines: readonly string[], { startGroup, info, endGroup }: Printer): void {
  startGroup(title)
  for (const line of lines) info(`  ${line}`)
  endGroup()
}
