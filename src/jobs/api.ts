import { encodeSegment } from './encode.ts'
import type { ApiName, Job, JobReference } from './job.ts'
import type { JsonObject } from './json.ts'
import { ontap } from './ontap.ts'
import { ontapSelect } from './ontap-select.ts'
import { unifiedManager } from './unified-manager.ts'

/** What is particular to one jobs API. A further API is one more file like `ontap.ts`, listed in `APIS`. */
export interface Api {
  readonly name: ApiName
  /** As a person calls it. */
  readonly title: string
  /** The collection of jobs, under the API's root: `/cluster/jobs`. */
  readonly collection: string
  /** The member that identifies a job. */
  readonly keyField: string
  /** The query of a plain status request, '' for none. */
  readonly query: string
  /** The query of a list that holds the jobs with these keys and no others; null where the API has no such list. */
  readonly listQuery: ((keys: readonly string[]) => string) | null
  /** The query of a list of the latest jobs, the newest first; null where the API has no list. */
  readonly newestQuery: string | null
  /** The query that has a list show as much of each job as a status request does. */
  readonly fullQuery: string
  /** The paths, under the API's root, of the calls that start such jobs. */
  readonly calls: RegExp
  /** Whether a server of this kind may hold a request that carries `poll_timeout`. */
  readonly longPoll: boolean
  /** The form in which two spellings of one key are equal. */
  readonly canonicalKey: (key: string) => string
  /** The longest pause between two questions, in ms, after which the server still knows a job that ended in it. */
  readonly longestPause: number
  /** The body of a status answer as a job; null when it is none. */
  readonly read: (body: JsonObject) => Job | null
  /** What else is to be asked about a job that is over before its ending is told; null for nothing. */
  readonly details: (job: Job, told: Job | null) => Details | null
  /** The job with what was asked for; null where the body is no such thing. */
  readonly withDetails: (job: Job, body: JsonObject) => Job | null
  /** How the server is asked to cancel a job; null where the API has no such call. */
  readonly cancel: { readonly method: 'PATCH'; readonly query: string } | null
  /** The server's error codes that mean "later" whatever the status, and those that mean "not you". */
  readonly transientCodes: readonly string[]
  readonly deniedCodes: readonly string[]
}

/** A further question about a job that is over. */
export interface Details {
  /** Path and query under the API's root; null where the server's link to it leads nowhere there. */
  readonly path: string | null
  /** Whether the verdict depends on the answer: without one the job's ending is not known. */
  readonly decisive: boolean
}

/** Every API that the action speaks, in the order in which a link is matched. */
export const APIS: readonly Api[] = [unifiedManager, ontap, ontapSelect]

export function apiNamed(name: ApiName): Api {
  return APIS.find(api => api.name === name) as Api
}

/** The path of a job's status, encoded: `/api/cluster/jobs/<uuid>`. */
export function statusPath({ api, root, key }: JobReference): string {
  return `${root}${apiNamed(api).collection}/${encodeSegment(key)}`
}
