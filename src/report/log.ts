import { formatDuration } from '../duration.ts'
import { apiNamed } from '../jobs/api.ts'
import type { Job, JobReference } from '../jobs/job.ts'
import type { WaitEvent } from '../wait/wait.ts'
import { plainText } from './plain-text.ts'
import { nameOf, sentenceOf } from './wording.ts'

/** A heartbeat is printed when nothing else was for this long, in ms. */
const HEARTBEAT = 60_000

/** Where lines go. */
export interface Printer {
  readonly info: (line: string) => void
  readonly warning: (line: string) => void
}

/** Prints what happens during a wait: changes, troubles as they begin and end, a heartbeat; never a line a poll. */
export function createLog(total: number, { info, warning }: Printer): (event: WaitEvent) => void {
  let printedAt = 0
  let over = 0
  let troubled = 0
  const unknown = new Set<string>()

  return event => {
    switch (event.kind) {
      case 'ended':
        over += 1
        if (total > 1) print(event.awaited.elapsed, sentenceOf(event.awaited))
        return
      case 'long-poll':
        print(
          event.elapsed,
          event.longPoll.seconds === 0
            ? 'The server does not hold requests: polling at intervals from now on'
            : `A held request was cut: asking for shorter holds of ${event.longPoll.seconds}s from now on`
        )
        return
      case 'answer': {
        const { answer, before, after, elapsed } = event
        if (answer.kind === 'job') {
          change(answer.job, before.reference, before.job, elapsed)
        }
        trouble(before.faults + before.misses + before.denials, after, elapsed)
        if (after !== null && elapsed - printedAt >= HEARTBEAT) print(elapsed, stillWaiting(after.job, after.reference))
      }
    }
  }

  function print(elapsed: number, text: string): void {
    printedAt = elapsed
    info(`[${formatDuration(elapsed)}] ${text}`)
  }

  function change(job: Job, reference: JobReference, before: Job | null, elapsed: number): void {
    if (job.state !== before?.state || job.message !== before.message) {
      const message = plainText(job.message, 300)
      print(elapsed, `${nameOf(reference, job)}: ${plainText(job.state, 50) || 'no state'}${message && `, ${message}`}`)
    }
    if (!job.recognized && !unknown.has(job.state)) {
      unknown.add(job.state)
      const { title } = apiNamed(reference.api)
      warning(
        `${nameOf(reference, job)} is in the state "${plainText(job.state, 50)}", which ${title} is not known to use`
      )
    }
  }

  function trouble(
    before: number,
    after: { faults: number; misses: number; denials: number; trouble: string } | null,
    elapsed: number
  ): void {
    const now = after === null ? 0 : after.faults + after.misses + after.denials
    if (before === 0 && now > 0) {
      if (troubled === 0) print(elapsed, `Trouble: ${after?.trouble}; trying again`)
      troubled += 1
    } else if (before > 0 && now === 0) {
      troubled -= 1
      if (troubled === 0 && after !== null) print(elapsed, 'The server answers again')
    }
  }

  function stillWaiting(job: Job | null, reference: JobReference): string {
    if (total > 1) return `${over} of ${total} jobs are over, ${total - over} pending`
    return `${nameOf(reference, job)}: still ${plainText(job?.state ?? '', 50) || 'waiting'}`
  }
}
