import type { Ending } from '../jobs/endings.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Answer } from './ask.ts'
import type { LongPoll } from './long-poll.ts'
import type { Watch } from './watch.ts'

/** How the wait for one job went. */
export interface Awaited {
  readonly reference: JobReference
  readonly ending: Ending
  /** ms from the start of the wait. */
  readonly elapsed: number
  /** Those sent, answered or not. */
  readonly requests: number
  /** When the last usable answer about the job came, in ms from the start of the wait; null where none ever did. */
  readonly seenAt: number | null
  /** The job had succeeded: the wait was for the operation that it started. */
  readonly isBeyond?: true
}

/** What happens during a wait, for a log. `elapsed` is ms from its start. */
export type WaitEvent =
  /** `after` is null where the answer ended the wait for this job. */
  | {
      readonly kind: 'answer'
      readonly elapsed: number
      readonly answer: Answer
      readonly before: Watch
      readonly after: Watch | null
    }
  | { readonly kind: 'long-poll'; readonly elapsed: number; readonly longPoll: LongPoll; readonly answer: Answer }
  | { readonly kind: 'ended'; readonly awaited: Awaited }
  /** Everything in one reply has been reported. */
  | { readonly kind: 'replied'; readonly elapsed: number }
