import type { Client } from '../http/client.ts'
import type { Source } from '../inputs/source.ts'
import type { JobReference } from '../jobs/job.ts'
import type { Apart } from '../report/apart.ts'
import { type Patience, type Persistence, persist } from '../wait/persist.ts'
import type { Awaited } from '../wait/wait.ts'
import { makeCall } from './call.ts'
import { listPending } from './list.ts'

/** What came of a source: the endings of its jobs, and what is to be said apart from any job. */
export interface Outcome {
  readonly awaited: readonly Awaited[]
  readonly apart: Apart | null
  /** The HTTP status of the call's answer, where a call was made and answered. */
  readonly status: number | null
}

export interface Means extends Omit<Persistence, 'onTrouble'> {
  readonly client: Client
  readonly patience: Patience
  readonly awaitJobs: (references: readonly JobReference[]) => Promise<readonly Awaited[]>
  /** Whether these endings make waiting for further jobs pointless. */
  readonly isFinal: (awaited: readonly Awaited[]) => boolean
  readonly info: (line: string) => void
  readonly warn: (text: string) => void
}

/** Finds the jobs of the source, and awaits them. */
export async function awaitSource(source: Source, means: Means): Promise<Outcome> {
  switch (source.kind) {
    case 'jobs':
      return { awaited: await means.awaitJobs(source.references), apart: null, status: null }
    case 'call':
      return awaitCall(source, means)
    case 'query':
      return awaitQuery(source, means)
  }
}

async function awaitCall({ call, place }: Source & { kind: 'call' }, means: Means): Promise<Outcome> {
  const what = `${call.method} ${call.path.replace(/\?.*/, '')}`
  means.info(`Calling ${what}`)
  const onTrouble = tellTrouble(means, 'the call was not taken, and is made again')
  const called = await makeCall(call, place, means.patience, { ...means, onTrouble })
  const { status } = called
  switch (called.kind) {
    case 'accepted':
      if (called.incomplete) {
        means.warn(
          `${what}: the answer has a "next" link: more of the work remains, which the same call takes up again`
        )
      }
      return { awaited: await means.awaitJobs(called.references), apart: null, status }
    case 'done': {
      const message = `The server did all of ${what} at once`
      return { awaited: [], apart: { outcome: 'success', message, errorCode: '', result: called.result }, status }
    }
    default: {
      const { kind: outcome, reason, errorCode } = called
      return { awaited: [], apart: { outcome, message: `${what}: ${reason}`, errorCode, result: {} }, status }
    }
  }
}

function tellTrouble({ info }: Means, next: string): (trouble: string) => void {
  return trouble => info(`No usable answer: ${trouble}; ${next}`)
}

/** The least time between two looks at the list, in ms: a list that contradicts the jobs must not be asked in a hot loop. */
const LEAST_BETWEEN_LOOKS = 1_000

/** A gate: awaits what is pending, and looks again until nothing is. */
async function awaitQuery(source: Source & { kind: 'query' }, means: Means): Promise<Outcome> {
  const { client, clock, stop, patience, awaitJobs, isFinal } = means
  const all: Awaited[] = []
  const onTrouble = tellTrouble(means, 'asking again')
  for (;;) {
    const askedAt = clock.now()
    const looked = await persist(() => listPending(client, clock.wall, source, stop), patience, {
      ...means,
      onTrouble
    })
    if ('gaveUp' in looked) return closed(looked.gaveUp, looked.trouble)
    const listed = looked.value
    if (listed.kind !== 'pending')
      return closed(listed.kind === 'refused' ? 'invalid-input' : listed.kind, listed.reason)
    if (listed.jobs.length === 0) break
    if (askedAt >= patience.deadline) return closed('timeout', `${listed.jobs.length} job(s) are still pending`)
    const { api, root } = source
    const awaited = await awaitJobs(listed.jobs.map(({ key }) => ({ api: api.name, key, root, told: null })))
    all.push(...awaited)
    if (isFinal(awaited)) break
    await clock.sleep(askedAt + LEAST_BETWEEN_LOOKS - clock.now(), stop)
  }
  if (all.length > 0) return { awaited: all, apart: null, status: null }
  const message = 'No job that matches "job-query" is pending'
  return { awaited: [], apart: { outcome: 'success', message, errorCode: '', result: {} }, status: null }

  function closed(outcome: Apart['outcome'], reason: string): Outcome {
    return {
      awaited: all,
      apart: { outcome, message: `job-query: ${reason}`, errorCode: '', result: {} },
      status: null
    }
  }
}
