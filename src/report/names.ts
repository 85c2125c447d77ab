import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import { plainText } from '../text/plain-text.ts'
import type { Awaited, WaitEvent } from '../wait/wait.ts'
import type { Watch } from '../wait/watch.ts'

/** What the jobs of a step are called in everything that it shows. */
export interface Names {
  /** Numbers further jobs, in the order in which they were found. */
  readonly add: (references: readonly JobReference[]) => void
  readonly observe: (event: WaitEvent) => void
  /** The label of a job, else its number: `vol_01`, `#3`. '' for the only job, if it has no label. */
  readonly handleOf: (reference: JobReference) => string
  /** What a running wait asks about: `the job`, `#3`, `the volume move`, `the volume move of #3`. */
  readonly currentOf: (watch: Pick<Watch, 'reference' | 'about'>) => string
  readonly withName: (awaited: Awaited) => Reported
}

/** How the wait for a job went, and what the job is called. */
export interface Reported extends Awaited {
  readonly handle: string
  /** The resource that the job's progress named, or whose operation it started; '' where the job's name or label has it, too. */
  readonly resource: string
  /** The last text that named it; '' where the job's last message does so, too. */
  readonly progress: string
}

export function createNames(): Names {
  const numbers = new Map<JobReference, number>()
  const labels = new Map<string, number>()
  const topics = new Map<JobReference, Topic>()

  return {
    add: references => {
      for (const reference of references) {
        numbers.set(reference, numbers.size + 1)
        const label = plainLabel(reference)
        labels.set(label, (labels.get(label) ?? 0) + 1)
      }
    },
    observe: event => {
      if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null) return
      const topic = topicOf(event.answer.job, event.after.succeeded !== null)
      if (topic !== null) topics.set(event.after.reference, topic)
    },
    handleOf,
    currentOf: ({ reference, about }) => {
      const handle = handleOf(reference)
      const operation = about.api.shows?.title
      if (operation === undefined) return handle || 'the job'
      if (about === reference) return handle || `the ${operation}`
      return `the ${operation}${handle && ` of ${handle}`}`
    },
    withName: awaited => ({
      ...awaited,
      handle: handleOf(awaited.reference),
      ...unlessKnown(topics.get(awaited.reference), awaited)
    })
  }

  function handleOf(reference: JobReference): string {
    const label = plainLabel(reference)
    const number = `#${numbers.get(reference)}`
    if (label === '') return numbers.size === 1 ? '' : number
    return labels.get(label) === 1 ? label : `${label} ${number}`
  }
}

/** Without colons at its start: with the one that often follows it, the runner would take it for a command. */
function plainLabel({ label = '' }: JobReference): string {
  return plainText(label, 60).replace(/^[:\s]+/, '')
}

type Topic = Pick<Reported, 'resource' | 'progress'>

/** Servers put names in quotes. */
const RESOURCE = /"([^"]+)"|'([^']+)'/

/** What a pending job, or the resource of the operation that it started, says of what it is about; null for nothing. */
function topicOf({ over, name, message }: Job, isResource: boolean): Topic | null {
  if (over) return null
  if (isResource) return name === '' ? null : { resource: name, progress: plainText(name, 120) }
  const [, double, single] = RESOURCE.exec(message) ?? []
  const resource = double ?? single
  return resource === undefined ? null : { resource, progress: plainText(message, 200) }
}

function unlessKnown(topic: Topic | undefined, { reference, ending: { job } }: Awaited): Topic {
  const isNamed = topic === undefined || [reference.label, job?.name].some(text => mentions(text, topic.resource))
  if (isNamed) return { resource: '', progress: '' }
  return { ...topic, progress: mentions(job?.message, topic.resource) ? '' : topic.progress }
}

/** Whether the resource stands in the text by itself: a `b` in a UUID is not the volume `b`. */
function mentions(text = '', resource: string): boolean {
  const isApart = (neighbour: string | undefined): boolean =>
    neighbour === undefined || !/[\p{L}\p{N}_-]/u.test(neighbour)
  for (let at = text.indexOf(resource); at !== -1; at = text.indexOf(resource, at + 1)) {
    if (isApart(text[at - 1]) && isApart(text[at + resource.length])) return true
  }
  return false
}
