import type { HttpProxy } from '../http/proxy.ts'
import type { Server } from '../http/server.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Printer } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import type { Rules } from '../wait/watch.ts'
import { printList } from './log-lines.ts'
import type { Names } from './names.ts'
import { nounOf, operationOf } from './operations.ts'

/** With more jobs than this, they are listed in a group, and their states are counted rather than printed one by one. */
export const MANY = 10

/** What is awaited, and how. */
export interface Awaiting {
  readonly references: readonly JobReference[]
  readonly names: Names
  readonly server: Server
  readonly proxy: HttpProxy | null
  readonly rules: Rules
}

/** Prints what is awaited, where, until when and how; `wall` is the time in epoch ms. */
export function announce({ references, names, server, proxy, rules }: Awaiting, wall: number, printer: Printer): void {
  const [first] = references
  if (first === undefined) return
  const named = references.map(reference => `${names.handleOf(reference)} ${plainText(reference.key, 200)}`.trim())
  const operation = operationOf({ reference: first })
  const noun = operation === null ? 'job' : `the ${operation}`
  const all = nounOf(references.map(reference => ({ reference })))
  const what = references.length === 1 ? `${noun} ${named[0]}` : `${references.length} ${all}`
  const through = proxy === null ? '' : ` through the proxy ${proxy.origin} (${proxy.variable})`
  printer.info(`Waiting for ${what} (${first.api.title}) at ${server.origin}${server.root}${through}`)
  const until = formatInstant(wall + rules.timeout)
  printer.info(`Timeout ${formatDuration(rules.timeout)}, at ${until} UTC; checking now, then ${pollsOf(first, rules)}`)
  if (references.length > MANY) printList('The jobs', named, printer)
  else if (references.length > 1) for (const name of named) printer.info(`  ${name}`)
}

function pollsOf({ api }: JobReference, { longPoll, pollInterval }: Rules): string {
  const polls = `every 1s to ${formatDuration(pollInterval)}`
  const isTried = api.longestHold !== undefined && longPoll > 0
  return isTried
    ? `long-polling for up to ${formatDuration(longPoll)} where the server supports it, otherwise ${polls}`
    : polls
}
