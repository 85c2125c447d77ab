import type { Hold } from '../jobs/api.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'

/** One request to the server about one job or, where the API has a list to filter, about several. */
export interface Question {
  readonly references: readonly JobReference[]
  /** The long poll asked for, if any: only ever about one job. */
  readonly hold: Hold | null
  /** A finished job, whose details are requested rather than its state: always about one job. */
  readonly settling: Job | null
}

/** What was wrong with an answer. */
export interface Problem {
  /** A sentence for a person, cleaned of anything that the server may have sent. */
  readonly what: string
  /** The server's own error code, '' where it gave none. */
  readonly code: string
}

/** The problem, and whether something in front of the server speaks: a page of an ingress, a firewall, a login. */
interface Refusal extends Problem {
  readonly page: boolean
}

/** What a request brought for one job. */
export type Answer =
  | { readonly kind: 'job'; readonly job: Job }
  /** A finished job, with the details that were requested. */
  | { readonly kind: 'details'; readonly job: Job }
  /** 202 to a status request: pending, whatever the body says. */
  | { readonly kind: 'accepted' }
  /** 404 or 410. */
  | ({ readonly kind: 'missing' } & Refusal)
  /** 401 or 403; `final` where asking again could lock the account. */
  | ({ readonly kind: 'denied'; readonly final: boolean } & Refusal)
  /** 400, 405 and the like: the request as such is not taken. */
  | ({ readonly kind: 'refused' } & Problem)
  /** Worth another attempt: overload (`busy`), a broken connection, an answer that is not a job, `incomplete` details. */
  | ({ readonly kind: 'fault'; readonly why: 'cut' | 'unresolved' | 'busy' | 'incomplete' | 'other' } & Problem)
  /** Another try cannot help: a redirect, a certificate that does not verify. */
  | ({ readonly kind: 'fatal' } & Refusal)
  /** A list came without this job, or even without any (`isEmpty`), or did not come: `page` is what something in front of it sent. */
  | { readonly kind: 'unlisted'; readonly isEmpty: boolean; readonly page: Problem | null }

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
