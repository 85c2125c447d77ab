import type { JsonObject } from './json.ts'

/** How a finished job ended, from the best to the worst, in Unified Manager's words. */
export const VERDICTS = ['NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface TaskFailure {
  readonly task: string
  readonly reason: string
}

/** Why a job that has not ended is not at work. */
export type Idle = 'queued' | 'paused'

/** One well-formed reading of a job, whichever server sent it. */
export interface Job {
  readonly key: string
  /** What the server calls it: a name, or the call that it serves; '' where it has none. */
  readonly name: string
  /** Its state in the API's own words. */
  readonly state: string
  /** Whether the job has ended. */
  readonly over: boolean
  /** How it ended; null while it is pending, and where it has ended in no known way. */
  readonly verdict: Verdict | null
  /** Whether the state is a word that the API is known to use; an unknown one is pending, never guessed at. */
  readonly recognized: boolean
  /** null while the job is at work, or over, or in a state that is not known. */
  readonly idle: Idle | null
  /** The state is still that of an earlier operation: this one has not started. */
  readonly stale?: true
  /** Whether the server gave the time of the job's end: an ending without one is confirmed by a second reading. */
  readonly dated: boolean
  /** Progress while pending, the reason once it has finished; '' if the server gave none. */
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
  /** Who or what the job belongs to, in words: `SVM svm1`; absent if the server does not say. */
  readonly owner?: string
  /** The job as the server sent it. */
  readonly source: JsonObject
}

/** A job that has ended, and whose end is known. */
export type EndedJob = Job & { readonly verdict: Verdict }

/** Whether a job has done what it was to do: only then has it started its operation. */
export function isSuccess({ verdict }: Job): boolean {
  return verdict === 'NORMAL' || verdict === 'WARNING'
}

/** A job of which nothing is known. */
export const UNKNOWN_JOB: Job = {
  key: '',
  name: '',
  state: '',
  over: false,
  verdict: null,
  recognized: false,
  idle: null,
  dated: false,
  message: '',
  errorCode: '',
  failures: [],
  result: {},
  startedAt: null,
  endedAt: null,
  lastModified: null,
  source: {}
}

/** The words of an API for jobs that have not ended, in lower case, and whether such a job is at work (null). */
export type PendingWords = ReadonlyMap<string, Idle | null>

/** What a state means: a verdict, one of the words for a pending job, or nothing that is known. */
export function meaningOf(
  word: string,
  verdict: Verdict | null,
  pending: PendingWords
): Pick<Job, 'verdict' | 'over' | 'recognized' | 'idle'> {
  const over = verdict !== null
  return { verdict, over, recognized: over || pending.has(word), idle: over ? null : (pending.get(word) ?? null) }
}
