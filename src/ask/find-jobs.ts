import type { Client } from '../http/client.ts'
import type { OpenOutcome } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import type { JsonObject } from '../jobs/json.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Source } from '../jobs/source.ts'
import { type RetryLimits, type RetryOptions, retry } from '../wait/retry.ts'
import { makeCall } from './call.ts'
import { listPending } from './list.ts'

/** What a source brings: jobs to await together, or an end apart from any job, after which nothing comes. */
export type Batch = {
  /** The HTTP status of the answer to the call; null where no call was made, or none was answered. */
  readonly status: number | null
} & ({ readonly references: readonly JobReference[] } | { readonly apart: Apart })

/** How a step ended apart from any job: the call or the list that was to name the jobs had an end of its own. */
export interface Apart {
  readonly outcome: 'success' | 'partial-failures' | 'refused' | 'invalid-input' | OpenOutcome
  /** One sentence for a person. */
  readonly message: string
  /** The server's own code, '' where it gave none. */
  readonly errorCode: string
  readonly result: JsonObject
}

export interface FindOptions extends Omit<RetryOptions, 'onError'> {
  readonly client: Client
  readonly limits: RetryLimits
  readonly log: { readonly info: (line: string) => void; readonly warning: (text: string) => void }
}

/** Finds the jobs of a source, batch by batch: the next batch is looked for once the caller is done with the last one. */
export async function* findJobs(source: Source, options: FindOptions): AsyncGenerator<Batch, void, void> {
  switch (source.kind) {
    case 'jobs':
      yield { references: source.references, status: null }
      if (source.failed !== undefined) {
        yield { apart: failedInPart('The call', source.failed, source.failed.result), status: null }
      }
      break
    case 'call':
      yield* call(source, options)
      break
    case 'query':
      yield* query(source, options)
  }
}

async function* call(
  { call, place }: Source & { kind: 'call' },
  options: FindOptions
): AsyncGenerator<Batch, void, void> {
  const { limits, log } = options
  const what = `${call.method} ${call.path.replace(/\?.*/, '')}`
  log.info(`Calling ${what}`)
  const onError = logError(options, 'the call was not executed, repeating it')
  const called = await makeCall(call, place, limits, { ...options, onError })
  const { status } = called
  switch (called.kind) {
    case 'accepted':
      if (called.incomplete) {
        log.warning(`${what}: the answer has a "next" link: part of the work remains, which the same call continues`)
      }
      yield { references: called.references, status }
      if (called.failed !== null) yield { apart: failedInPart(what, called.failed, called.failed.result), status }
      break
    case 'done': {
      const { result, failed } = called
      const success = {
        outcome: 'success',
        message: `The server completed ${what} at once`,
        errorCode: '',
        result
      } as const
      yield { apart: failed === null ? success : failedInPart(what, failed, result), status }
      break
    }
    default: {
      const { kind: outcome, reason, errorCode } = called
      yield { apart: { outcome, message: `${what}: ${reason}`, errorCode, result: {} }, status }
    }
  }
}

function failedInPart(what: string, { message, errorCode }: Job, result: JsonObject): Apart {
  return { outcome: 'partial-failures', message: `${what}: ${message}`, errorCode, result }
}

function logError({ log }: FindOptions, next: string): (error: string) => void {
  return error => log.info(`No usable answer: ${error}; ${next}`)
}

/** The least time between two looks at the list, in ms: a list that contradicts the jobs must not be asked in a hot loop. */
const LEAST_BETWEEN_LOOKS = 1_000

/** A gate: all that is pending, and again, until nothing is. */
async function* query(source: Source & { kind: 'query' }, options: FindOptions): AsyncGenerator<Batch, void, void> {
  const { client, clock, stop, limits } = options
  const { api, root } = source
  const onError = logError(options, 'retrying')
  for (let looks = 0; ; looks += 1) {
    const askedAt = clock.now()
    const wanted = { ...source, isKnown: looks > 0 }
    const looked = await retry(signal => listPending(client, clock.wall, wanted, signal), limits, {
      ...options,
      onError
    })
    if ('gaveUp' in looked) return yield closed(looked.gaveUp, looked.error)
    const listed = looked.value
    if (listed.kind !== 'pending')
      return yield closed(listed.kind === 'refused' ? 'invalid-input' : listed.kind, listed.reason, listed.errorCode)
    const { jobs } = listed
    if (jobs.length === 0 && looks === 0) return yield NOTHING_PENDING
    if (jobs.length === 0) return
    if (askedAt >= limits.deadline) return yield closed('timeout', `${jobs.length} job(s) are still pending`)
    yield { references: jobs.map(({ key }) => ({ api, key, root, reported: null })), status: null }
    await clock.sleep(askedAt + LEAST_BETWEEN_LOOKS - clock.now(), stop)
  }
}

const NOTHING_PENDING: Batch = {
  apart: { outcome: 'success', message: 'No job that matches "job-query" is pending', errorCode: '', result: {} },
  status: null
}

function closed(outcome: Apart['outcome'], reason: string, errorCode = ''): Batch {
  return { apart: { outcome, message: `job-query: ${reason}`, errorCode, result: {} }, status: null }
}
