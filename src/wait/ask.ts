import type { Hold } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'

/** One request to the server about one job or, where the API has a list to filter, about several. */
export interface Question {
  readonly references: readonly JobReference[]
  /** The long poll asked for, if any: only ever about one job. */
  readonly hold: Hold | null
  /** A job that is over, whose details are asked for rather than its state: only ever about one job. */
  readonly settling: Job | null
}

/** What a request brought for one job. `what` is a sentence for a person, cleaned of whatever the server may have sent. */
export type Answer =
  | { readonly kind: 'job'; readonly job: Job }
  /** A job that is over, with the details that were asked for. */
  | { readonly kind: 'details'; readonly job: Job }
  /** 202 to a status request: pending, whatever the body says. */
  | { readonly kind: 'accepted' }
  /** 404 or 410. */
  | { readonly kind: 'missing'; readonly what: string }
  /** 401 or 403; `final` where asking again could lock the account. */
  | { readonly kind: 'denied'; readonly final: boolean; readonly what: string }
  /** 400, 405 and the like: the request as such is not taken. */
  | { readonly kind: 'refused'; readonly what: string }
  /** Worth another try: overload, a broken connection, an answer that is no job. */
  | { readonly kind: 'fault'; readonly what: string; readonly why: 'cut' | 'unresolved' | 'other' }
  /** Another try cannot help: a redirect, a certificate that does not verify. */
  | { readonly kind: 'fatal'; readonly what: string }
  /** A list came without this job. */
  | { readonly kind: 'unlisted' }

export interface Reply {
  /** One for each reference of the question, in its order. */
  readonly answers: readonly Answer[]
  /** ms that the server asks to be left alone, if it does. */
  readonly retryAfter: number | null
  /** The server's clock (its `Date` header) in epoch ms. */
  readonly serverNow: number | null
  /** Whether the server filtered the list as asked; true for a question about one job. */
  readonly filtered: boolean
}

/** Puts a question to the server. Resolves in bounded time, also when `signal` aborts; never rejects. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Reply>
