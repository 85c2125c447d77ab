import type { Server } from '../http/server.ts'
import { errorCodeOf, type Outcome } from '../jobs/endings.ts'
import type { JsonObject } from '../jobs/json.ts'
import { type JobReference, statusPath } from '../jobs/reference.ts'
import type { EntryMember, OutputName } from '../runner/outputs.ts'
import { boundedJson, boundedList, sizeOf } from '../text/bounded-json.ts'
import { fitting } from '../text/fitting.ts'
import { plainText, shorten } from '../text/plain-text.ts'
import { createShortener } from '../text/uuids.ts'
import type { Conclusion } from './conclusion.ts'
import type { Reported } from './names.ts'
import { messageOf, sentenceOf } from './wording.ts'

export type Outputs = Readonly<Partial<Record<OutputName, string>>>

/** GitHub keeps 1 MB of outputs for a whole job; in bytes, what ours may take of it: `jobs` gets what the others leave. */
const LONGEST = { all: 950_000, key: 150_000, job: 200_000, result: 150_000 }
const LONGEST_MESSAGE = 4_000
const LONGEST_STATE = 200

/** The outputs of a wait. */
export function outputsOf(conclusion: Conclusion, { origin }: Server): Outputs {
  const { awaited, worst, elapsed } = conclusion
  const { outcome, job: last } = worst.ending
  const keys = fitting(awaited, ({ reference }) => reference.key, LONGEST.key, sizeOf)
  const key = { text: keys.kept.join('\n'), cut: keys.left > 0 }
  const job = boundedJson(shownJob(conclusion), LONGEST.job)
  const result = boundedJson(last?.result ?? {}, LONGEST.result)
  const taken = sizeOf(key.text) + sizeOf(job.json) + sizeOf(result.json) + 4 * LONGEST_MESSAGE
  const jobs = boundedList(awaited, entryForms(origin), LONGEST.all - taken)
  const cut = Object.entries({ jobs, job, result, key }).flatMap(([name, output]) => (output.cut ? [name] : []))
  const note = cut.length === 0 ? '' : ` (shortened to fit: ${cut.join(', ')})`
  return {
    outcome,
    state: plainText(last?.state ?? '', LONGEST_STATE),
    result: result.json,
    job: job.json,
    jobs: jobs.json,
    key: key.text,
    message: `${shorten(createShortener()(messageOf(conclusion)), LONGEST_MESSAGE - note.length)}${note}`,
    'error-code': plainText(errorCodeOf(worst.ending), LONGEST_STATE),
    'elapsed-seconds': seconds(elapsed),
    'status-code': ''
  }
}

/** The worst job as the server sent it; of several that are not awaited, all, as a body that names them. */
function shownJob({ awaited, worst }: Conclusion): JsonObject {
  const isLeft = worst.ending.outcome === 'accepted' && awaited.length > 1
  return isLeft ? { jobs: awaited.map(({ ending }) => ending.job?.source) } : (worst.ending.job?.source ?? {})
}

/** The outputs that speak of jobs, of a step of `elapsed` ms that had none. */
export function outputsWithoutJobs(elapsed: number): Outputs {
  return { state: '', job: '{}', jobs: '[]', key: '', 'elapsed-seconds': seconds(elapsed) }
}

/** The outputs where the inputs are wrong. */
export function outputsOfFaults(faults: readonly string[]): Outputs {
  const message = plainText(faults.join('; '), LONGEST_MESSAGE)
  return { outcome: 'invalid-input', message, 'elapsed-seconds': '0' }
}

/** The outputs that name the jobs of a step that broke off, each with the outcome of its wait, as far as that was known. */
export function outputsOfDefect(outcomes: ReadonlyMap<JobReference, Outcome>, origin: string): Outputs {
  const { kept } = fitting([...outcomes.keys()], ({ key }) => key, LONGEST.key, sizeOf)
  const { json } = boundedList(
    [...outcomes],
    [
      ([reference, outcome]) => ({
        key: reference.key,
        api: reference.api.name,
        url: `${origin}${statusPath(reference)}`,
        outcome
      }),
      ([{ key }, outcome]) => ({ key, outcome })
    ],
    LONGEST.all - LONGEST.key
  )
  return { key: kept.join('\n'), jobs: json }
}

/** The ways to put an entry of `jobs`: a key is never shortened, since a shortened one would be another job's. */
function entryForms(origin: string): ((named: Reported) => object)[] {
  return [
    named => jobEntry(named, origin, Number.POSITIVE_INFINITY),
    named => jobEntry(named, origin, 4_000),
    named => jobEntry(named, origin, 500),
    named => jobEntry(named, origin, 100),
    ({ reference, ending }) => ({ key: reference.key, outcome: ending.outcome })
  ]
}

function jobEntry(named: Reported, origin: string, longest: number): Partial<Record<EntryMember, unknown>> {
  const { reference, ending, elapsed, requests } = named
  const result = ending.job?.result ?? {}
  return {
    key: reference.key,
    ...(reference.label === undefined ? {} : { label: reference.label }),
    api: reference.api.name,
    url: `${origin}${statusPath(reference)}`,
    outcome: ending.outcome,
    state: plainText(ending.job?.state ?? '', LONGEST_STATE),
    message: shorten(createShortener()(sentenceOf(named)), longest),
    'error-code': plainText(errorCodeOf(ending), LONGEST_STATE),
    result: longest === Number.POSITIVE_INFINITY ? result : JSON.parse(boundedJson(result, longest * 2).json),
    'elapsed-seconds': Number(seconds(elapsed)),
    requests
  }
}

function seconds(ms: number): string {
  return String(Math.round(ms / 1_000))
}
