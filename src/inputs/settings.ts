import type { Api } from '../jobs/api.ts'
import { APIS, apiNamed } from '../jobs/apis.ts'
import type { CancelOn } from '../jobs/endings.ts'
import type { Verdict } from '../jobs/job.ts'
import type { Place } from '../jobs/place.ts'
import type { Source } from '../jobs/source.ts'
import type { Rules } from '../wait/watch.ts'
import { type Connection, readConnection } from './connection.ts'
import { readCancelOn, readFailOn } from './endings.ts'
import { createInputs, type Inputs, type Raw, readBoolean, readDuration } from './inputs.ts'
import { givenInputs, type InputName } from './names.ts'
import { readSource } from './source.ts'
import { parseUntil } from './until.ts'

/** What the step is asked to do. */
export interface Settings extends Connection {
  readonly source: Source
  readonly rules: Rules
  /** Whether the job is awaited, rather than only started. */
  readonly waits: boolean
  readonly failOn: ReadonlySet<Verdict>
  /** Whether the first job that fails ends the wait for the others. */
  readonly failFast: boolean
  /** After which endings the server is asked to cancel the job. */
  readonly cancelOn: readonly CancelOn[]
  /** Whether a job summary is written. */
  readonly summary: boolean
  /** What is allowed, but not safe: a sentence each. */
  readonly warnings: readonly string[]
  /** The names of the inputs that were given. */
  readonly given: readonly InputName[]
}

/**
 * The settings, or everything that is wrong with the inputs: a sentence each, which starts with the input's name. Either
 * way, all that must never be shown.
 */
export type CheckedInputs = { readonly secrets: readonly string[] } & (
  | { readonly settings: Settings }
  | { readonly faults: readonly string[]; readonly summary: boolean }
)

/** Reads and checks every input. Nothing is sent anywhere; no secret is repeated. */
export function readInputs(raw: Raw): CheckedInputs {
  const { inputs, notes } = createInputs(raw)
  const { value } = inputs
  const api = readApi(inputs)
  const { server, ...connection } = readConnection(inputs, api === null ? APIS : [api])
  const returnTimeout = value('return-timeout') === '' ? null : readDuration(inputs, 'return-timeout', 0)
  const place = readPlace(inputs, { apis: APIS, api, root: server?.root ?? '/api' })
  const source = readSource({ ...inputs, returnTimeout, place })
  const rules: Rules = {
    timeout: readDuration(inputs, 'timeout'),
    longPoll: readDuration(inputs, 'long-poll', 0),
    pollInterval: readDuration(inputs, 'poll-interval', 1_000),
    unreachableTimeout: readDuration(inputs, 'unreachable-timeout')
  }
  const judgement = {
    rules,
    waits: readWait(inputs),
    failOn: readFailOn(inputs),
    failFast: readBoolean(inputs, 'fail-fast'),
    cancelOn: readCancelOn(inputs)
  }
  const summary = readBoolean(inputs, 'summary')
  const { faults, warnings, secrets } = notes
  if (faults.length > 0 || server === null || source === null) return { faults, summary, secrets }
  const given = givenInputs(value)
  return { settings: { source, server, ...connection, ...judgement, summary, warnings, given }, secrets }
}

/** null for `auto`. */
function readApi({ value, fault }: Inputs): Api | null {
  const given = value('api').toLowerCase()
  if (given === 'auto') return null
  const names = ['auto', ...APIS.map(({ name }) => name)].join(', ')
  return apiNamed(given) ?? fault('api', `${JSON.stringify(given)} is not a known API: use one of ${names}`)
}

function readPlace({ value, fault }: Inputs, place: Place): Place {
  const given = value('until')
  if (given === '') return place
  const until = parseUntil(given, place)
  if (typeof until !== 'string') return { ...place, until }
  fault('until', until)
  return place
}

function readWait(inputs: Inputs): boolean {
  const { value, fault } = inputs
  const waits = readBoolean(inputs, 'wait')
  if (!waits && value('request') === '') {
    fault('wait', 'false needs "request", which is not set')
  } else if (!waits && value('until') !== '') {
    fault('wait', 'false cannot be combined with "until", which waits for more than the job')
  }
  return waits
}
