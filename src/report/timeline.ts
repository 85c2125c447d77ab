import type { JobReference } from '../jobs/reference.ts'
import type { WaitEvent } from '../wait/wait.ts'
import { jobOf, type Watch } from '../wait/watch.ts'

/** A time in which the server said the same of a job, or nothing usable. Times are ms from the start of the wait. */
export interface Span {
  /** The state in the server's words, or why there is none. */
  readonly state: string
  /** Whether the job is at work. */
  readonly active: boolean
  readonly from: number
  readonly to: number
}

/** Gathers what each job's state was, and when, from the events of a wait. */
export interface Timeline {
  readonly observe: (event: WaitEvent) => void
  /** The states of a job one after the other, without gaps from the first answer on. */
  readonly spansOf: (reference: JobReference) => readonly Span[]
}

/** A state that changes more often than this is not followed any further: a wait's memory stays bounded. */
const MOST_SPANS = 200

export function createTimeline(): Timeline {
  const begun = new Map<JobReference, Omit<Span, 'to'>[]>()
  const ends = new Map<JobReference, number>()

  return {
    observe: event => {
      if (event.kind === 'ended') ends.set(event.awaited.reference, event.awaited.elapsed)
      if (event.kind === 'answer' && event.after !== null && !jobOf(event.after)?.over)
        begin(event.after, event.elapsed)
    },
    spansOf: reference => {
      const spans = begun.get(reference) ?? []
      const end = ends.get(reference) ?? 0
      return spans.map((span, index) => ({ ...span, to: spans[index + 1]?.from ?? end }))
    }
  }

  function begin(watch: Watch, from: number): void {
    const spans = begun.get(watch.reference) ?? []
    const last = spans.at(-1)
    const now = shownState(watch)
    if ((last?.state === now.state && last.active === now.active) || spans.length === MOST_SPANS) return
    begun.set(watch.reference, [...spans, { ...now, from }])
  }
}

function shownState(watch: Watch): Pick<Span, 'state' | 'active'> {
  const { faults, misses, denials } = watch.errors
  if (faults > 0) return { state: 'no answer', active: false }
  if (misses > 0) return { state: 'not found', active: false }
  if (denials > 0) return { state: 'refused', active: false }
  const job = jobOf(watch)
  const state = job?.stale ? 'not started' : job?.state
  return { state: state || 'accepted', active: job !== null && job.idle === null }
}
