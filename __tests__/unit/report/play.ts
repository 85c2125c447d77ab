import { leave } from '../../../src/ask/leave.ts'
import type { Server } from '../../../src/http/server.ts'
import { type Job, UNKNOWN_JOB, type Verdict } from '../../../src/jobs/job.ts'
import type { JsonObject } from '../../../src/jobs/json.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import { printEnding } from '../../../src/report/annotation.ts'
import { announce } from '../../../src/report/announce.ts'
import { type Conclusion, conclude } from '../../../src/report/conclusion.ts'
import { continuationOf } from '../../../src/report/continuation.ts'
import { createLog } from '../../../src/report/log.ts'
import { createNames, type Reported } from '../../../src/report/names.ts'
import { type Outputs, outputsOf } from '../../../src/report/outputs.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { createTimeline } from '../../../src/report/timeline.ts'
import type { Printer } from '../../../src/runner/toolkit.ts'
import type { Answer, Ask } from '../../../src/wait/ask.ts'
import { wait } from '../../../src/wait/wait.ts'
import type { Rules } from '../../../src/wait/watch.ts'
import { api, keyField } from '../../support/apis.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

/** What the server says of a job from `after` seconds on: the job's members, or another answer than a job. */
export type Step = { readonly after: number } & ({ readonly job: JsonObject } | { readonly answer: Answer })

export interface Wait {
  readonly api: string
  /** The steps of each job, by its key. */
  readonly jobs: Readonly<Record<string, readonly Step[]>>
  /** The operation that the jobs start, and the steps of its resources, by their keys. */
  readonly until?: { readonly operation: string; readonly resources: Readonly<Record<string, readonly Step[]>> }
  /** Instead of jobs, they are resources whose states show the end of this operation. */
  readonly shows?: { readonly operation: string; readonly target?: string }
  /** What the inputs call the jobs, by their keys. */
  readonly labels?: Readonly<Record<string, string>>
  /** Whether the server holds long polls. */
  readonly holds?: boolean
  readonly rules?: Partial<Rules>
  readonly failOn?: readonly Verdict[]
  /** The names of the inputs that were given. */
  readonly given?: readonly string[]
  /** Whether the server did the call at once. */
  readonly done?: boolean
  /** Whether the inputs say not to wait. */
  readonly leaves?: boolean
  /** When the workflow is cancelled, in seconds. */
  readonly cancelledAt?: number
}

export interface Played {
  readonly log: string
  readonly summary: string
  readonly outputs: Outputs
  readonly conclusion: Conclusion
}

export const SERVER: Server = { origin: 'https://storage.example.com', root: '/api', isPrivate: true }
export const STARTED_AT = Date.UTC(2025, 10, 5, 14, 0, 0)

const RULES: Rules = { timeout: 3_600_000, longPoll: 30_000, pollInterval: 15_000, unreachableTimeout: 300_000 }
/** How long every answer takes, in ms. */
const LATENCY = 50

/** Plays a wait in virtual time, with the real loop, log, outputs and summary. */
export async function play(played: Wait): Promise<Played> {
  const {
    api: name,
    until,
    shows,
    labels = {},
    holds = false,
    rules: changed,
    failOn,
    done,
    cancelledAt,
    leaves
  } = played
  const clock = virtualClock(STARTED_AT)
  const operationNamed = (wanted = '') => api(name).operations?.find(one => one.name === wanted)
  const operation = operationNamed(until?.operation)
  const resource = operationNamed(shows?.operation)?.resource(shows?.target ?? null, null)
  const references = Object.keys(played.jobs).map((key): JobReference => {
    const label = labels[key]
    return {
      api: resource ?? api(name),
      key,
      root: SERVER.root,
      reported: null,
      ...(done ? { done: { ...UNKNOWN_JOB, key, over: true, verdict: 'NORMAL' } } : {}),
      ...(label === undefined ? {} : { label }),
      ...(operation === undefined ? {} : { until: { operation, target: null, key: null, since: null } })
    }
  })
  const jobs = { ...until?.resources, ...played.jobs }
  const rules = { ...RULES, ...changed }
  const printer = createRecorder()
  const timeline = createTimeline()
  const names = createNames()
  names.add(references)
  const log = createLog(references, names, printer)
  const stop = new AbortController()

  const ask: Ask = async ({ references, hold }, signal) => {
    const change = Math.min(...references.map(({ key }) => nextChange(jobs[key] ?? [], clock.elapsed())))
    const held = hold === null || !holds ? 0 : Math.min(change - clock.elapsed(), hold.seconds * 1_000)
    await clock.sleep(Math.max(held, 0) + LATENCY, signal)
    const answers = references.map(answerAt)
    return { answers, retryAfter: null, serverNow: clock.wall(), filtered: true }
  }

  function answerAt({ api, key }: JobReference): Answer {
    const step = jobs[key]?.findLast(({ after }) => after * 1_000 <= clock.elapsed())
    if (step === undefined) return { kind: 'missing', what: 'the server answered 404 Not Found', code: '', page: false }
    if ('answer' in step) return step.answer
    const body = { [keyField(name)]: key, ...step.job }
    return { kind: 'job', job: api.read({ status: 200, headers: {}, body }, key) as Job }
  }

  if (!leaves) announce({ references, names, server: SERVER, proxy: null, rules }, STARTED_AT, printer)
  if (cancelledAt !== undefined) {
    void clock.sleep(cancelledAt * 1_000, new AbortController().signal).then(() => stop.abort())
  }
  const waiting = wait(leaves ? [] : references, rules, {
    ask,
    clock,
    random: () => 0.5,
    stop: stop.signal,
    observe: event => {
      timeline.observe(event)
      names.observe(event)
      log(event)
    },
    isFinal: () => false
  })
  const awaited = leaves ? references.map(reference => leave(reference, LATENCY)) : await waiting
  const verdicts = new Set(failOn ?? (['ERROR', 'PARTIAL_FAILURES'] as const))
  const named = awaited.map(names.withName) as [Reported, ...Reported[]]
  const { given = ['job-key', 'username', 'password'] } = played
  const conclusion = conclude(named, verdicts, { startedAt: STARTED_AT, elapsed: clock.elapsed(), given })
  const continuation = continuationOf(awaited, SERVER, given)
  printEnding(conclusion, continuation, printer)
  return {
    log: printer.text(),
    summary: summaryOf(conclusion, { server: SERVER, timeline, continuation }),
    outputs: outputsOf(conclusion, SERVER),
    conclusion
  }
}

function nextChange(steps: readonly Step[], now: number): number {
  return Math.min(...steps.map(({ after }) => after * 1_000).filter(at => at > now))
}

/** Writes down what is printed, much as the runner shows it; debug lines are left out. */
export function createRecorder(): Printer & { readonly text: () => string } {
  const lines: string[] = []
  const annotate =
    (level: string) =>
    (text: string, { title }: { readonly title?: string } = {}): void => {
      lines.push(`::${level} title=${title}::${text.replaceAll('\n', '\n    ')}`)
    }
  return {
    debug: () => {},
    info: line => lines.push(line),
    notice: annotate('notice'),
    warning: annotate('warning'),
    error: annotate('error'),
    startGroup: name => lines.push(`::group::${name}`),
    endGroup: () => lines.push('::endgroup::'),
    text: () => lines.join('\n')
  }
}
