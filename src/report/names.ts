import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import { plainText } from '../text/plain-text.ts'
import type { Awaited, WaitEvent } from '../wait/wait.ts'
import { jobOf } from '../wait/watch.ts'

/** What the jobs of a step are called in everything that it shows. */
export interface Names {
  /** Numbers further jobs, in the order in which they were found. */
  readonly add: (references: readonly JobReference[]) => void
  readonly observe: (event: WaitEvent) => void
  /** The label of a job, else its number: `vol_01`, `#3`. '' for the only job, if it has no label. */
  readonly handleOf: (reference: JobReference) => string
  readonly withName: (awaited: Awaited) => Named
}

/** How the wait for a job went, and what the job is called. */
export interface Named extends Awaited {
  readonly handle: string
  /** The resource that the job's progress named; '' for none, and where the job's name has it too. */
  readonly resource: string
  /** The last such text; '' where there is no such resource, and where the job's last message names it too. */
  readonly progress: string
}

export function createNames(): Names {
  const numbers = new Map<JobReference, number>()
  const labels = new Map<string, number>()
  const progress = new Map<JobReference, string>()

  return {
    add: references => {
      for (const reference of references) {
        numbers.set(reference, numbers.size + 1)
        const label = labelOf(reference)
        labels.set(label, (labels.get(label) ?? 0) + 1)
      }
    },
    observe: event => {
      if (event.kind !== 'answer' || event.after === null) return
      const job = jobOf(event.after)
      if (job?.over === false && RESOURCE.test(job.message)) {
        progress.set(event.after.reference, plainText(job.message, 200))
      }
    },
    handleOf,
    withName: awaited => ({
      ...awaited,
      handle: handleOf(awaited.reference),
      ...resourceOf(progress.get(awaited.reference) ?? '', awaited.ending.job)
    })
  }

  function handleOf(reference: JobReference): string {
    const label = labelOf(reference)
    const number = `#${numbers.get(reference)}`
    if (label === '') return numbers.size === 1 ? '' : number
    return labels.get(label) === 1 ? label : `${label} ${number}`
  }
}

function labelOf({ label = '' }: JobReference): string {
  return plainText(label, 60)
}

/** Servers put names in quotes. */
const RESOURCE = /"([^"]+)"|'([^']+)'/

function resourceOf(progress: string, job: Job | null): Pick<Named, 'resource' | 'progress'> {
  const [, double, single] = RESOURCE.exec(progress) ?? []
  const resource = double ?? single ?? ''
  if (job?.name.includes(resource)) return { resource: '', progress: '' }
  return { resource, progress: job?.message.includes(resource) ? '' : progress }
}
