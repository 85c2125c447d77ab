import type { Api } from './jobs.ts'
import type { ReceivedRequest } from './options.ts'

/** What goes wrong. Times are real ms; the simulator's speed does not affect them. */
export type FaultKind =
  /** A wrong answer. A `body` that is not a string is sent as JSON; without one, the answer is empty. */
  | {
      kind: 'answer'
      status?: number
      headers?: Readonly<Record<string, string>>
      body?: unknown
      contentType?: string
    }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** The connection is cut in the middle of the right answer's body, after `bytes` of it: half by default. */
  | { kind: 'cut'; bytes?: number }
  /** The request is accepted and never answered. */
  | { kind: 'hang' }
  /** The right answer's body, one byte every `everyMs`. */
  | { kind: 'drip'; everyMs: number }
  /** The first half of the right answer's body, as if it were the whole. */
  | { kind: 'truncated' }
  /** The right answer, but for another job. */
  | { kind: 'other-job'; key?: string }
  /** A body of so many MiB, streamed. */
  | { kind: 'huge'; mebibytes: number }
  /** The right answer compressed, whether or not the client can read it; with `mebibytes`, a bomb of that size. */
  | { kind: 'gzip'; mebibytes?: number }
  /** The right answer, so many ms late. */
  | { kind: 'delay'; ms: number }
  /** A proxy that loses patience with a held request: reset, 502 or 504, unless the answer comes within `afterMs`. */
  | { kind: 'cut-hold'; afterMs: number; with?: 'reset' | 502 | 504 }

/** A fault, and the requests that it strikes. */
export type FaultOptions = FaultKind & {
  /** A part of the path with its query, or a test of the request. By default every request matches. */
  match?: string | ((request: ReceivedRequest) => boolean)
  api?: Api
  /** How many requests it strikes: 1 by default, `Infinity` for ever. */
  times?: number
  /** How many matching requests go unharmed before: 0 by default. */
  skip?: number
}

/** A fault in place. */
export interface Fault {
  /** How many requests it has struck so far. */
  readonly hits: number
  remove(): void
}

/** The faults in place. */
export interface Faults {
  add(options: FaultOptions): Fault
  /** The fault that strikes this request, if one does. */
  take(request: ReceivedRequest): FaultKind | undefined
  clear(): void
}

export function createFaults(): Faults {
  const placed = new Set<(request: ReceivedRequest) => FaultKind | undefined>()
  return {
    add(options) {
      const { times = 1, skip = 0 } = options
      let seen = 0
      let hits = 0
      const strike = (request: ReceivedRequest) => {
        if (!matches(options, request) || seen++ < skip) return undefined
        if (++hits >= times) placed.delete(strike)
        return options
      }
      if (times > 0) placed.add(strike)
      return {
        get hits() {
          return hits
        },
        remove: () => {
          placed.delete(strike)
        }
      }
    },
    clear: () => placed.clear(),
    take(request) {
      for (const strike of placed) {
        const fault = strike(request)
        if (fault) return fault
      }
      return undefined
    }
  }
}

function matches({ match, api }: FaultOptions, request: ReceivedRequest): boolean {
  if (api !== undefined && api !== request.api) return false
  if (match === undefined) return true
  return typeof match === 'string' ? request.path.includes(match) : match(request)
}
