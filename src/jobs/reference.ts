import { type Api, canonicalKey, type Operation } from './api.ts'
import type { EndedJob, Job } from './job.ts'
import { asObject, type JsonObject } from './json.ts'

/** Where a job is to be asked about. */
export interface JobReference {
  readonly api: Api
  readonly key: string
  /** The API's root on the server, without a slash at its end: `/api`, `/api/gateways/<uuid>`. */
  readonly root: string
  /** What a person calls the job. */
  readonly label?: string
  /** What the body that named the job already said about its end, as a fallback once the server has forgotten the job. */
  readonly reported: Job | null
  /** The job by the word of the answer to the call, where that said that the call is done. */
  readonly done?: EndedJob
  readonly until?: Until
}

/** The operation that has to end, too, after a job's success. */
export interface Until {
  readonly operation: Operation
  /** The state of the resource to wait for, null for the usual one. */
  readonly target: string | null
  /** What is known of the call that started it: the key of its resource and its time (epoch ms on the server's clock). */
  readonly key: string | null
  readonly since: number | null
}

/** The path of a job's status, encoded, without its query: `/api/cluster/jobs/<uuid>`. */
export function statusPath({ api, root, key }: JobReference): string {
  return `${root}${api.status(key, null).replace(/\?.*/s, '')}`
}

/** The job as the answer to a call names it, with its link: the input `response` reads the same reference from it. */
export function bodyOf(reference: JobReference): JsonObject {
  const source = reference.reported?.source ?? {}
  return { ...source, _links: { ...asObject(source._links), self: { href: statusPath(reference) } } }
}

/** The job as the server shows it, with what the answer to the call said of what the job produces. */
export function withTold(job: Job, { reported }: JobReference): Job {
  return reported === null ? job : { ...job, result: { ...reported.result, ...job.result } }
}

/** What two references to the same job have in common. */
export function identityOf({ api, root, key }: JobReference): string {
  return `${root} ${canonicalKey(api, key)}`
}
