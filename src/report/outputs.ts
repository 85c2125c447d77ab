import { statusPath } from '../jobs/api.ts'
import type { Awaited } from '../wait/wait.ts'
import { boundedJson } from './bounded-json.ts'
import { worst } from './outcome.ts'
import { plainText } from './plain-text.ts'
import { sentenceOf } from './wording.ts'

/** Every output, as `action.yml` declares them. */
export const OUTPUTS = [
  'outcome',
  'state',
  'result',
  'job',
  'jobs',
  'key',
  'message',
  'error-code',
  'elapsed-seconds'
] as const
export type Outputs = Readonly<Partial<Record<(typeof OUTPUTS)[number], string>>>

/** GitHub keeps 1 MB of outputs for a whole job; in bytes, what each of ours may take of it. */
const LONGEST = { jobs: 400_000, job: 200_000, result: 200_000, key: 100_000, message: 4_000 }

/** The outputs of a wait that took `elapsed` ms, for jobs of the server at `origin`. */
export function outputsOf(
  all: readonly [Awaited, ...Awaited[]],
  message: string,
  elapsed: number,
  origin: string
): Outputs {
  const { ending } = worst(all)
  const jobs = boundedJson(
    all.map(awaited => entryOf(awaited, origin)),
    LONGEST.jobs
  )
  const job = boundedJson(ending.job?.source ?? {}, LONGEST.job)
  const result = boundedJson(ending.job?.result ?? {}, LONGEST.result)
  const cut = Object.entries({ jobs, job, result }).flatMap(([name, output]) => (output.cut ? [name] : []))
  const note = cut.length === 0 ? '' : ` (shortened to fit: ${cut.join(', ')})`
  return {
    outcome: ending.outcome,
    state: plainText(ending.job?.state ?? '', 200),
    result: result.json,
    job: job.json,
    jobs: jobs.json,
    key: all
      .map(({ reference }) => reference.key)
      .join('\n')
      .slice(0, LONGEST.key),
    message: `${plainText(message, LONGEST.message - note.length)}${note}`,
    'error-code': plainText(ending.job?.errorCode ?? '', 200),
    'elapsed-seconds': seconds(elapsed)
  }
}

function entryOf(awaited: Awaited, origin: string): Record<string, unknown> {
  const { reference, ending, elapsed, requests } = awaited
  return {
    key: reference.key,
    api: reference.api,
    url: `${origin}${statusPath(reference)}`,
    outcome: ending.outcome,
    state: plainText(ending.job?.state ?? '', 200),
    message: sentenceOf(awaited),
    'error-code': plainText(ending.job?.errorCode ?? '', 200),
    result: ending.job?.result ?? {},
    'elapsed-seconds': Number(seconds(elapsed)),
    requests
  }
}

function seconds(ms: number): string {
  return String(Math.round(ms / 1_000))
}
