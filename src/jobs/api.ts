import type { Job } from './job.ts'
import type { JsonObject } from './json.ts'

/**
 * What is particular to one jobs API: five things that every API has, and what it can do beyond them. A capability that an
 * API does not have is absent. A further API is one more file like `ontap.ts` and its line in `apis.ts`.
 *
 * Paths are encoded, start under the API's root, and may have a query.
 */
export interface Api {
  /** As the `api` input has it. */
  readonly name: string
  /** As a person calls it. */
  readonly title: string
  readonly naming: Naming
  /** The API's root where the `url` input has no path; without it, the input needs one. */
  readonly defaultRoot?: string
  /** The root at which its jobs are, for one at which calls are made; absent where that is the same. */
  readonly rootOfJobs?: (root: string) => string
  /** Whether the `api` input has to name it, because its jobs could be taken for those of another API. */
  readonly explicit?: true
  /** The path at which GET returns a job's state. `hold` is null for a plain question, and always where `longestHold` is absent. */
  readonly status: (key: string, hold: Hold | null) => string
  /** The job in the answer to that question; null if it is not a job, or another job than the one with this key. */
  readonly read: (answer: HttpAnswer, key: string) => Job | null
  /**
   * Why a whole answer shows that what was asked about is not there (yet), like a 404: a sentence; null where it is, and
   * for any other answer.
   */
  readonly missing?: (answer: HttpAnswer, key: string) => string | null
  /** What the API itself complains of in an answer; null where the answer holds no error of the API's own. */
  readonly complaint: (answer: HttpAnswer) => Complaint | null

  /** Another server that passes requests on, and the path under its root where it does. */
  readonly gateway?: { readonly title: string; readonly path: string }
  /**
   * The operation whose end the state of such a resource shows, where this is no API of jobs; `until` is the input that waits
   * for another state than the usual one, null where it is the usual one.
   */
  readonly shows?: { readonly title: string; readonly until: string | null }
  /** Operations that jobs of this API only start. */
  readonly operations?: readonly Operation[]
  /** The longest hold of a long poll that the server may be asked for, in ms. */
  readonly longestHold?: number
  /** Whether jobs show the time of their end: one that has ended without it is read a second time before that counts. */
  readonly datesEnds?: true
  /** How long the server still knows a job after its end, in ms; without it, the server never forgets one. */
  readonly remembers?: number
  readonly list?: JobList
  /** The query of the next page of an answer that comes in pages; null on the last. */
  readonly nextPage?: (body: JsonObject) => string | null
  readonly details?: DetailsOfEnd
  /** The request that has the server cancel a job. */
  readonly cancel?: (key: string) => { readonly method: 'PATCH' | 'POST' | 'DELETE'; readonly path: string }
  /** How long a call may take before it is answered with a job: at most `longest` ms, as this parameter of its query. */
  readonly returnTimeout?: { readonly longest: number; readonly query: (ms: number) => string }
}

/** How the jobs of an API are named, and how the API is recognised. */
export interface Naming {
  /**
   * Matches the path of a link to a job, up to its end. The group `key` is the job's key; the group `under`, if there is
   * one, is what comes between the API's root and the collection of jobs (`/gateways/<uuid>`).
   */
  readonly link: RegExp
  /** The jobs that the answer to an accepted call names; none if it is not such an answer. */
  readonly accepted: (answer: HttpAnswer) => readonly Named[]
  /** Where such an answer names them, for a message; absent if as `{"job": {…}}`. */
  readonly hint?: string
  /** What a key looks like; absent where any text that fits into a path could be one. */
  readonly key?: KeyForm
  /** Paths of the `url` input that no other API has; with the group `under`, as in `link`. */
  readonly root?: RegExp
  /** Paths of the server's web pages, which people copy from their browser. */
  readonly pages?: RegExp
  /** Paths, under the root, of the calls that start such jobs. */
  readonly calls?: RegExp
  /** The form in which two spellings of one key are equal. */
  readonly canonical?: (key: string) => string
}

/** What a key that a person writes looks like. */
export interface KeyForm {
  /** What every key matches. */
  readonly form: RegExp
  /** What that is, in words: `a UUID`. */
  readonly words: string
  /** What matches the keys of this API, and of no other. */
  readonly unique?: RegExp
  /** Why a text that people take for a key is none: a sentence; null for any other text. */
  readonly mistake?: (text: string) => string | null
}

/** A job as the answer to a call names it. */
export interface Named {
  /** '' where the answer should name a job and does not. */
  readonly key: string
  /** The link to the job, or '': it can contain what the key does not. */
  readonly href: string
  /** What the answer says of the job itself. */
  readonly reported: Job | null
}

/** The list of jobs, or of the resources whose states show how operations end. */
export interface JobList {
  /** The path of the collection: jobs at the same root and in the same collection can be asked for together. */
  readonly collection: string
  /** The path of a list of the jobs with these keys and no others. */
  readonly of: (keys: readonly string[]) => string
  /** The jobs on one page, null for a record that is not a job; null if it is not a list, or counts more than it contains. */
  readonly jobs: (body: JsonObject) => readonly (Job | null)[] | null
  /** The paths of lists of jobs whose keys are not known: those that match an encoded filter; the latest, the newest first. */
  readonly search?: { readonly matching: (filter: string) => string; readonly newest: string }
}

/** What is still to be asked about a job that has ended. */
export interface DetailsOfEnd {
  /** `reported` is what the answer to the call said about the job. null if there is nothing to request. */
  readonly ask: (job: Job, reported: Job | null) => Details | null
  /**
   * What the answer to a call said of the job, with the link to its details that such a call has even where the answer lacks
   * it. `path` is the call's, under the API's root and without a query; `body` is its JSON.
   */
  readonly link?: (reported: Job, call: { readonly path: string; readonly body: unknown }) => Job
  /** The job with the details; null if the body contains none, `incomplete` if the verdict depends on what it leaves out. */
  readonly merge: (job: Job, body: JsonObject) => Job | 'incomplete' | null
}

export interface Details {
  /** null where the server's link to the details leads out of the API. */
  readonly path: string | null
  /** Whether the verdict depends on the answer: without one the job's ending is not known. */
  readonly decisive: boolean
  /** Whether the server promised the details by a link. Where it did not, a server that keeps saying so has none. */
  readonly promised: boolean
}

/**
 * Work that a job or a call only starts, and that continues after its success: a volume move, for example. It has ended
 * when the state of a resource says so.
 */
export interface Operation {
  /** As the `until` input has it. */
  readonly name: string
  /** As a person calls it. */
  readonly title: string
  /** The states of the resource that the input may ask for, in lower case; absent where it may not. */
  readonly targets?: readonly string[]
  /** Whether a call to this path, under the API's root, can start such an operation. */
  readonly isStartedBy: (path: string) => boolean
  /** The key of the resource that the path of a call names; null where it names none. */
  readonly keyIn: (path: string) => string | null
  /** The key of the resource that the answer to a call names which was done at once; null where it names none. */
  readonly keyInAnswer: (answer: HttpAnswer) => string | null
  /** The key of the resource that a job was about; null where the job does not say. */
  readonly keyOf: (job: Job) => string | null
  /**
   * The resource as something to wait for, like a job. `target` is the state to wait for, null for the usual one; `since`
   * (epoch ms on the server's clock) is the time of the call, null where there was none: a state from before is pending.
   */
  readonly resource: (target: string | null, since: number | null) => Api
}

/** A long poll: the server is asked to keep its answer back until the job changes. */
export interface Hold {
  /** Whole seconds. */
  readonly seconds: number
  /** The job's stamp as last seen: the server answers when it differs. */
  readonly lastModified: string | null
}

/** What came from a server, whatever the status. */
export interface HttpAnswer {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The JSON value; undefined for a body that is no JSON. */
  readonly body: unknown
}

/** An error in the API's own form; '' for what it does not say. */
export interface Complaint {
  readonly message: string
  readonly code: string
  /** What in the request the error is about. */
  readonly target: string
  /**
   * `not-taken`: the server did nothing, and the same request can be made again; `later`: it cannot answer just now;
   * `denied`: these credentials may not do it; `unapproved`: it did nothing, and other people have to approve it first.
   */
  readonly means: 'not-taken' | 'later' | 'denied' | 'unapproved' | 'other'
}

/** The form of a key in which its spellings are equal. */
export function canonicalKey({ naming }: Api, key: string): string {
  return naming.canonical?.(key) ?? key
}
