import type { JsonObject } from './json.ts'

export type ApiName = 'unified-manager' | 'ontap' | 'ontap-select'

/** How a job that is over ended, from the best to the worst, in Unified Manager's words. */
export const VERDICTS = ['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface TaskFailure {
  readonly task: string
  readonly reason: string
}

/** One well-formed reading of a job, whichever server sent it. */
export interface Job {
  readonly key: string
  /** What the server calls it: a name, or the call that it serves; '' where it has none. */
  readonly name: string
  /** Its state in the API's own words. */
  readonly state: string
  /** null while the job is pending. */
  readonly verdict: Verdict | null
  /** Whether the state is a word that the API is known to use; an unknown one is pending, never guessed at. */
  readonly recognized: boolean
  /** Whether the server gave the time of the job's end: an ending without one is confirmed by a second reading. */
  readonly dated: boolean
  /** Progress while pending, the reason once it is over; '' where the server gave none. */
  readonly message: string
  /** The server's own code, '' where it gave none. */
  readonly errorCode: string
  readonly failures: readonly TaskFailure[]
  /** What the job produced. */
  readonly result: JsonObject
  /** Epoch ms on the server's clock. */
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** The stamp that a long poll hands back, as it came. */
  readonly lastModified: string | null
  /** The job as the server sent it. */
  readonly source: JsonObject
}

/** Where a job is to be asked about. */
export interface JobReference {
  readonly api: ApiName
  readonly key: string
  /** The API's root on the server, without a slash at its end: `/api`, `/api/gateways/<uuid>`. */
  readonly root: string
  /** What the body that named the job already told of its end, to fall back on once the server has forgotten it. */
  readonly told: Job | null
}
