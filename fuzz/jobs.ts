import { callOf, readResource } from './resources.ts'
import { isWithin, type JobPlan, type Scenario } from './scenario.ts'
import type { Said } from './trouble.ts'

/** One reading of a job: what the server shows, and what that truly says. */
export interface Reading {
  readonly said: Said
  readonly body: Readonly<Record<string, unknown>>
}

type Phase = 'queued' | 'running' | 'strange' | 'completing' | 'ended' | 'flapping'

const UNKNOWN_WORDS = ['finalizing', 'successful', 'NORMAL_ENDING', 'done', '', 'completed?']
const PENDING_WORDS = [
  'running',
  'Running',
  'RUNNING',
  ' running ',
  'in_progress',
  'In Progress',
  'waiting',
  'aborting'
]

/** Renders jobs as they are at a time (ms from the start of the wait); `clock` converts one to the server's epoch ms. */
export function createRenderer({ api, server }: Scenario, clock: (time: number) => number) {
  const stamp = (time: number): string => new Date(clock(time)).toISOString()
  /** ONTAP has whole seconds, and an offset. */
  const wholeSeconds = (time: number): string => stamp(time).replace(/\.\d+Z$/, '+00:00')

  return (job: JobPlan, time: number): Reading => {
    if (job.resource !== null) return readResource(job, time, wholeSeconds)
    const phase = phaseAt(job, time)
    return { said: saidOf(phase, job), body: bodyOf(job, phase, time) }
  }

  /** An end of ONTAP Select counts without its time. */
  function saidOf(phase: Phase, { dated }: JobPlan): Said {
    if (phase === 'ended') return dated || api === 'ontap-select' ? 'verdict' : 'undated'
    if (phase === 'flapping') return 'undated'
    return phase === 'strange' ? 'strange' : 'pending'
  }

  function bodyOf(job: JobPlan, phase: Phase, time: number): Record<string, unknown> {
    if (api === 'ontap') return ontap(job, phase, time)
    if (api === 'ontap-select') return server.wrapped ? { record: select(job, phase, time) } : select(job, phase, time)
    return unifiedManager(job, phase, time)
  }

  function unifiedManager(job: JobPlan, phase: Phase, time: number): Record<string, unknown> {
    const dated = phase === 'completing' || (phase === 'ended' && job.dated)
    return {
      key: job.key,
      name: 'Create LUN',
      ...(server.form === 'specified' ? specified(job, phase) : documented(job, phase)),
      submit_time: job.tellsStart ? stamp(job.startsAt) : undefined,
      complete_time: dated ? stamp(job.completesAt) : undefined,
      job_results: [{ name: 'lunKey', value: 'some' }],
      task_reports: [
        { name: 'Create', state: 'completed', status: 'error', failure_reason: `step ${stepsBy(job, time)}` }
      ],
      spawned_job_summary:
        job.endsAt > job.completesAt ? { total_jobs: 2, running_jobs: phase === 'ended' ? 0 : 1 } : undefined
    }
  }

  function specified(job: JobPlan, phase: Phase): Record<string, unknown> {
    const { verdict, style } = job
    if (phase === 'queued') return { state: style % 2 ? 'queued' : 'initialized', status: 'normal' }
    if (phase === 'running') return { state: PENDING_WORDS[style % PENDING_WORDS.length], status: 'normal' }
    if (phase === 'strange') return { state: UNKNOWN_WORDS[style % UNKNOWN_WORDS.length], status: 'normal' }
    if (phase === 'flapping') return { state: 'completed', status: style % 2 ? 'normal' : 'error' }
    if (verdict === 'ERROR' && style % 5 === 0) return { state: 'aborted', status: 'normal' }
    if (verdict === null) return { state: 'completed', status: style % 2 ? undefined : 'fine' }
    const status = verdict.toLowerCase()
    return { state: style % 2 ? 'completed' : 'COMPLETED', status: style % 3 ? status : status.replace('_', ' ') }
  }

  function documented(job: JobPlan, phase: Phase): Record<string, unknown> {
    if (phase === 'queued') return { state: 'QUEUED' }
    if (phase === 'running') return { state: job.style % 3 ? 'RUNNING' : 'WARNING' }
    if (phase === 'strange') return { state: UNKNOWN_WORDS[job.style % UNKNOWN_WORDS.length] }
    if (phase === 'flapping') return { state: job.style % 2 ? 'NORMAL' : 'PARTIAL_FAILURES' }
    if (job.verdict === null) return { state: 'finished' }
    return { state: job.style % 2 ? job.verdict : job.verdict.toLowerCase() }
  }

  function ontap(job: JobPlan, phase: Phase, time: number): Record<string, unknown> {
    const failed = phase === 'ended' && job.verdict === 'ERROR'
    const warned = phase === 'ended' && job.verdict === 'WARNING'
    return {
      uuid: job.style % 4 ? job.key : job.key.toUpperCase(),
      description: descriptionOf(job),
      state: plainState(job, phase, ['running', 'paused', 'Running', ' running ']),
      message: `step ${stepsBy(job, time)}`,
      code: failed && job.style % 3 ? 4 : 0,
      start_time: job.tellsStart && time >= job.startsAt ? wholeSeconds(job.startsAt) : undefined,
      end_time: phase === 'ended' && job.dated ? wholeSeconds(job.endsAt) : undefined,
      error: (failed && job.style % 2) || warned ? { message: 'no space', code: '4' } : undefined,
      _links: job.results === 'linked' ? { results: { href: `/api/cluster/jobs/${job.key}/results` } } : undefined
    }
  }

  function select(job: JobPlan, phase: Phase, time: number): Record<string, unknown> {
    return {
      id: job.key,
      state: plainState(job, phase, ['running', 'Running']),
      message: `step ${stepsBy(job, time)}`,
      last_modified: stamp(lastChange(job, time)),
      start_time: job.tellsStart && time >= job.startsAt ? stamp(job.startsAt) : undefined,
      end_time: phase === 'ended' && job.dated ? stamp(job.endsAt) : undefined
    }
  }
}

/** The call that an ONTAP job serves. */
function descriptionOf({ operation, results, key }: JobPlan): string {
  if (operation !== null) return callOf(operation)
  return results === null ? `POST /api/storage/volumes/${key}` : 'POST /api/storage/volumes'
}

/** The results of a bulk call, or the list of the jobs that a job spawned. */
export function detailsOf({ verdict, results, style }: JobPlan): Readonly<Record<string, unknown>> {
  if (results === null)
    return { records: [{ key: 'child', name: 'Child', state: 'completed', status: 'error' }], num_records: 1 }
  if (results === 'none') return { uuid: 'some' }
  const failed = verdict === 'PARTIAL_FAILURES' ? [{ error: { message: 'record failed', code: '262287' } }] : []
  return {
    records: style % 3 ? [{ uuid: 'some' }] : [],
    num_records: style % 3 ? 1 : 0,
    ...(style % 2 ? { errors: failed } : { errors: [], rollback_errors: failed })
  }
}

/** ONTAP's words, and those of ONTAP Select. */
function plainState({ style, verdict }: JobPlan, phase: Phase, running: readonly string[]): string | undefined {
  switch (phase) {
    case 'queued':
      return 'queued'
    case 'running':
    case 'completing':
      return running[style % running.length]
    case 'strange':
      return UNKNOWN_WORDS[style % UNKNOWN_WORDS.length]
    case 'flapping':
      return style % 2 ? 'success' : 'failure'
    case 'ended':
      return verdict !== 'ERROR' ? (style % 2 ? 'success' : 'Success') : style % 2 ? 'failure' : 'FAILURE'
  }
}

function phaseAt({ startsAt, completesAt, endsAt, strange, flaps }: JobPlan, time: number): Phase {
  if (time >= endsAt) return 'ended'
  if (time >= completesAt) return 'completing'
  if (flaps !== null && isWithin(flaps, time)) return 'flapping'
  if (strange !== null && isWithin(strange, time)) return 'strange'
  return time < startsAt ? 'queued' : 'running'
}

/** When anything about the job changes, in order. */
function turns({ startsAt, completesAt, endsAt, strange, flaps, changes }: JobPlan): number[] {
  const spans = [strange, flaps].flatMap(span => (span === null ? [] : [span.from, span.to]))
  return [startsAt, ...changes, ...spans, completesAt, endsAt].sort((a, b) => a - b)
}

/** When the job changed last before or at `time`, and when it does next after it. */
export function lastChange(job: JobPlan, time: number): number {
  return turns(job).findLast(turn => turn <= time) ?? job.startsAt - 1
}

export function nextChange(job: JobPlan, time: number): number {
  return turns(job).find(turn => turn > time) ?? Number.POSITIVE_INFINITY
}

function stepsBy({ changes }: JobPlan, time: number): number {
  return changes.filter(change => change <= time).length
}
