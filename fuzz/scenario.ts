import type { Verdict } from '../src/jobs/job.ts'
import type { Rules } from '../src/wait/watch.ts'
import type { TroubleName } from './trouble.ts'

/** The APIs whose servers are modelled. */
export type ApiName = 'unified-manager' | 'ontap' | 'ontap-select'

/** Everything that a run draws before it begins. Times are ms from the start of the wait, those before it below 0. */
export interface Scenario {
  readonly seed: number
  readonly api: ApiName
  /** The API's root that the `url` input names: `/api`, or a gateway's. */
  readonly root: string
  readonly rules: Rules
  readonly requestTimeout: number
  readonly jobs: readonly JobPlan[]
  /** The `until` input; null where it is not set. */
  readonly until: string | null
  readonly server: ServerPlan
  /** null where requests carry no token that expires. */
  readonly tokens: TokenPlan | null
  readonly weather: readonly Spell[]
  readonly cancelAt: number | null
  readonly failFast: boolean
  /** The machine that waits sleeps. */
  readonly suspension: { readonly at: number; readonly ms: number } | null
  /** Steps of the waiting machine's wall clock. */
  readonly wallSteps: readonly Step[]
}

export interface Span {
  readonly from: number
  readonly to: number
}

export interface Step {
  readonly at: number
  readonly by: number
}

/** The operations of ONTAP that continue after the job that starts them. */
export type OperationName = 'volume-move' | 'snapmirror' | 'cluster-update' | 'software-download' | 'approval'

/** The resource whose state shows how an operation ends. */
export interface ResourcePlan {
  readonly name: OperationName
  /** The state that is waited for; null for the usual one. */
  readonly target: string | null
  /** How an earlier operation on it ended, which it shows until this one begins; null if there was none. */
  readonly earlier: 'success' | 'failure' | null
  readonly earlierAt: number
  /** Whether the times of the call and of the operation show which call it belongs to. */
  readonly isTold: boolean
}

/** The life of one job, or of the operation that it starts, as it truly is. */
export interface JobPlan {
  readonly key: string
  /** The API's root on the server, behind a gateway perhaps. */
  readonly root: string
  /** What shows an operation; null for a job. */
  readonly resource: ResourcePlan | null
  /** The operation that the job starts by its success, and whose end is awaited, too. */
  readonly operation: JobPlan | null
  /** Before this it answers 404, from `goneAt` on again. */
  readonly visibleAt: number
  readonly goneAt: number
  readonly startsAt: number
  /** When it says that it is complete, and when it has really finished: later if jobs that it spawned are still running. */
  readonly completesAt: number
  readonly endsAt: number
  /** null: over in no known way. */
  readonly verdict: Verdict | null
  /**
   * ONTAP: where the results of a bulk call are: behind a link, or where the job's description says. `none`: the description
   * names a collection, but the call was no bulk call. null for any other job.
   */
  readonly results: 'linked' | 'described' | 'none' | null
  /** Whether the server says when the job began and when it ended. */
  readonly tellsStart: boolean
  readonly dated: boolean
  /** When its message changes. */
  readonly changes: readonly number[]
  /** While it is in a state of no known word. */
  readonly strange: Span | null
  /** For less than a second every reading shows a verdict, undated, though the job still runs. */
  readonly flaps: Span | null
  /** Whether the body that named the job contained its state. */
  readonly reported: boolean
  /** How its words are written. */
  readonly style: number
}

export type LongPolls = 'held' | 'held-to-the-end' | 'ignored' | 'refused' | 'cut' | 'restless'
export type Lists = 'filtered' | 'unfiltered' | 'refused' | 'forbidden' | 'paged' | 'forgetful'

export interface ServerPlan {
  /** A round trip takes from this to 1.3 times this. */
  readonly latency: number
  readonly form: 'specified' | 'documented'
  /** ONTAP Select: whether the job stands inside `record`. */
  readonly wrapped: boolean
  readonly longPolls: LongPolls
  /** `cut`: how long something on the way lets a request be held. */
  readonly patience: number
  readonly lists: Lists
  /** Whether its answers carry a `Date`, and how that is off. */
  readonly dates: boolean
  readonly skew: number
  readonly dateSteps: readonly Step[]
  /** While a failover makes it lose sight of every job: too short for a job to count as lost. */
  readonly blind: Span | null
  /** What lets this many requests pass in a second, and a few at once, and refuses the others so. */
  readonly limit: { readonly rate: number; readonly burst: number; readonly refusal: TroubleName } | null
  /** The share of its good answers that carry a `Retry-After`. */
  readonly retryAfter: number
}

/** The tokens that requests carry, and the server that grants them. */
export interface TokenPlan {
  readonly latency: number
  /** How long a token lives, and how long it is said to; null where the server does not say. */
  readonly life: number
  readonly shownLife: number | null
  /** Where the client has to say who it is. */
  readonly place: 'header' | 'form'
  /** When all tokens so far become invalid; null for never. */
  readonly revokedAt: number | null
  /** From when on the server refuses the client, and the API each of its tokens; null for never. */
  readonly refusedFrom: number | null
  /** Whether a token has to live until a held request is answered. */
  readonly endsHolds: boolean
  readonly weather: readonly Spell[]
}

/** A time of trouble: a `share` of the requests that arrive in it meets one of `kinds`. */
export interface Spell extends Span {
  readonly share: number
  readonly kinds: readonly [TroubleName, ...TroubleName[]]
}

/** When everything about a job has ended. */
export function endOf({ endsAt, verdict, operation }: JobPlan): number {
  return operation !== null && isSuccess(verdict) ? Math.max(endsAt, operation.endsAt) : endsAt
}

/** Whether a job did what it was to do, so that its operation begins. */
export function isSuccess(verdict: Verdict | null): boolean {
  return verdict === 'NORMAL' || verdict === 'WARNING'
}

export function isWithin({ from, to }: Span, time: number): boolean {
  return time >= from && time < to
}

/** When the machine notices what happens at a time: when it wakes, if it is asleep then. */
export function wakes({ suspension }: Scenario, time: number): number {
  if (suspension === null || time < suspension.at) return time
  return Math.max(time, suspension.at + suspension.ms)
}

/** A machine that wakes this soon after the deadline, in ms, could as well have been slow. */
const BARELY = 500

/** Whether the machine sleeps across the deadline, and at any time between: what it asked before shows nothing of what is. */
export function sleepsThrough(scenario: Scenario, from: number, to: number): boolean {
  const { suspension, rules } = scenario
  if (suspension === null || suspension.at > rules.timeout) return false
  /** Just before, so that the rounding of sums does not matter. */
  const wokeAt = suspension.at + suspension.ms - 0.01
  return wokeAt >= rules.timeout + BARELY && from < wokeAt && to >= wokeAt
}
