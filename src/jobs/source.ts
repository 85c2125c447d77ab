import type { Api, JobList } from './api.ts'
import type { Call } from './call.ts'
import type { Job } from './job.ts'
import type { Place } from './place.ts'
import type { JobReference } from './reference.ts'

/** Where the jobs to await come from. */
export type Source =
  /** `failed`: what the call failed to start that started them. */
  | { readonly kind: 'jobs'; readonly references: readonly JobReference[]; readonly failed?: Job }
  /** A call that the step makes itself. */
  | { readonly kind: 'call'; readonly call: Call; readonly place: Place }
  /** Every pending job in the list at this path. */
  | {
      readonly kind: 'query'
      readonly api: Api
      readonly list: JobList
      readonly root: string
      readonly path: string
    }
