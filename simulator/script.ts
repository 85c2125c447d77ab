/** The error of an ONTAP job: `code` is a string there, and a number on some releases. */
export interface JobError {
  message?: string
  code?: string | number
  arguments?: readonly unknown[]
}

/** One step of a job's script: what the job shows from `after` on, until the next step. */
export interface Step {
  /** Seconds of server time since the job was accepted. */
  after: number
  /**
   * The state. `queued`, `running`, `paused`, `success`, `warning`, `partial_failures` and `failure` are put into the
   * words of the job's API; any other word is sent unchanged.
   */
  state: string
  /** Unified Manager: sent unchanged, and `state` is too. `null` leaves the field out. */
  status?: string | null
  /** ONTAP, ONTAP Select: progress, or what the end was. */
  message?: string
  /** ONTAP: the job's integer code. */
  code?: number
  /** ONTAP: the job's error. */
  error?: JobError
  /** Whether the job has ended, and shows an end time. By default the state decides. */
  ended?: boolean
  /** Fields that replace those of the rendered job, unchanged; `undefined` removes one. */
  body?: Readonly<Record<string, unknown>>
}

/** A job's life, in the order of `after`. Before its first step a job is `queued`. */
export type Script = readonly Step[]

/** A job at one moment. All times are seconds of server time since the job was accepted. */
export interface Moment {
  step: Step
  /** When the present step began. */
  since: number
  /** When the job left the queue, if it has. */
  started: number | undefined
  /** When the job ended, if it has. */
  ended: number | undefined
}

const ENDED = new Set(
  'success failure warning partial_failures error normal completed aborted cancelled canceled expired'.split(' ')
)
const WAITING = new Set(['queued', 'waiting', 'initialized'])
const FIRST: Step = { after: 0, state: 'queued' }

/** The canonical spelling of a state: lower case, with underscores. */
export function plainState(state: string): string {
  return state
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}

/** Whether a job that shows this step has ended. */
export function isEnd(step: Step): boolean {
  return step.ended ?? ENDED.has(plainState(step.state))
}

/** Puts the steps in order, and refuses times that are none. */
export function checkScript(script: Script): Script {
  for (const { after } of script) {
    if (!(after >= 0)) throw new RangeError(`a step's "after" must be 0 or more seconds, not ${after}`)
  }
  return script.toSorted((a, b) => a.after - b.after)
}

/** The job `at` seconds after it was accepted. */
export function momentAt(script: Script, at: number): Moment {
  let moment: Moment = { step: FIRST, since: 0, started: undefined, ended: undefined }
  for (const step of script) {
    if (step.after > at) break
    moment = {
      step,
      since: step.after,
      started: moment.started ?? (WAITING.has(plainState(step.state)) ? undefined : step.after),
      ended: isEnd(step) ? (moment.ended ?? step.after) : undefined
    }
  }
  return moment
}

/** When the script moves on next, in seconds since the job was accepted: `Infinity` if it never does. */
export function nextChange(script: Script, at: number): number {
  return script.find(step => step.after > at)?.after ?? Number.POSITIVE_INFINITY
}

/** The script with everything after `at` seconds replaced by one step that begins then. */
export function divert(script: Script, at: number, step: Omit<Step, 'after'>): Script {
  return [...script.filter(({ after }) => after <= at), { ...step, after: at }]
}

/** What is left of a script after `at` seconds, its times counted from then: the present step, and those to come. */
export function remainder(script: Script, at: number): Script {
  const { step } = momentAt(script, at)
  const left = script.filter(({ after }) => after > at).map(later => ({ ...later, after: later.after - at }))
  return [{ ...step, after: 0 }, ...left]
}

/** Goes on with a remainder from `at` seconds on. */
export function resume(script: Script, at: number, left: Script): Script {
  return [...script.filter(({ after }) => after <= at), ...left.map(step => ({ ...step, after: step.after + at }))]
}
