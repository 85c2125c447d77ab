import type { Job, Jobs, Task } from './jobs.ts'
import type { Fields } from './list.ts'
import { isEnd, type Moment, plainState, type Step } from './script.ts'
import { stamp } from './stamp.ts'

/** The two readings of a job's state: see `UnifiedManagerOptions`. */
export type Form = 'specified' | 'documented'

/** What the specified form says of a state: the lifecycle in `state`, the verdict in `status`. */
const SPECIFIED: Readonly<Record<string, readonly [state: string, status: string]>> = {
  queued: ['queued', 'normal'],
  running: ['running', 'normal'],
  paused: ['waiting', 'normal'],
  success: ['completed', 'normal'],
  normal: ['completed', 'normal'],
  warning: ['completed', 'warning'],
  partial_failures: ['completed', 'partial_failures'],
  failure: ['completed', 'error'],
  error: ['completed', 'error'],
  aborted: ['aborted', 'error']
}

/** What the documented form says of a state; for a job that runs, the words of the web interface. */
const DOCUMENTED: Readonly<Record<string, string>> = {
  queued: 'QUEUED',
  running: 'RUNNING',
  paused: 'WAITING',
  success: 'NORMAL',
  normal: 'NORMAL',
  warning: 'WARNING',
  partial_failures: 'PARTIAL_FAILURES',
  failure: 'ERROR',
  error: 'ERROR',
  aborted: 'ERROR'
}

/** A job at this moment, as Unified Manager shows it. */
export function renderJob(jobs: Jobs, job: Job, form: Form): Fields {
  const moment = jobs.moment(job)
  const children = jobs.children(job)
  return {
    key: job.key,
    name: job.name ?? 'Job',
    type: job.type ?? 'job',
    ...wordsOf(moment.step, form),
    submit_time: timeIn(job, 0),
    complete_time: timeIn(job, moment.ended),
    job_results:
      moment.ended === undefined ? [] : Object.entries(job.results ?? {}).map(([name, value]) => ({ name, value })),
    task_reports: (job.tasks ?? []).map((task, index) => renderTask(job, task, index, moment, jobs.age(job), form)),
    parent_job_key: job.parent,
    spawned_job_summary: children.length === 0 ? undefined : summarize(children.map(child => jobs.moment(child).step)),
    _links: { self: { href: hrefOf(job.key) } },
    ...moment.step.body
  }
}

/** The job's state in the form's words: a step with its own `status` is sent unchanged. */
export function wordsOf(step: Step, form: Form): Fields {
  if (step.status === null) return { state: step.state }
  if (step.status !== undefined) return { state: step.state, status: step.status }
  if (form === 'documented') return { state: DOCUMENTED[plainState(step.state)] ?? step.state }
  const words = SPECIFIED[plainState(step.state)]
  if (!words) return { state: step.state }
  const [state, status] = words
  return { state: step.ended === false && state === 'completed' ? 'running' : state, status }
}

/** The link to a job: percent-encoded, and without a version even if the call's path had one. */
export function hrefOf(key: string): string {
  return `/api/management-server/jobs/${encodeURIComponent(key)}`
}

/** The body that accepts a job: it has only a key and a link, by the specification. */
export function acceptedBody(key: string): Record<string, unknown> {
  return { job: { key, _links: { self: { href: hrefOf(key) } } } }
}

function renderTask(job: Job, task: Task, index: number, moment: Moment, age: number, form: Form): Fields {
  const begins = task.begins ?? moment.started
  const ends = task.ends ?? moment.ended
  const begun = begins !== undefined && age >= begins
  const ended = ends !== undefined && age >= ends
  const verdict = task.status ?? (task.failure === undefined ? 'normal' : 'error')
  return {
    key: `${job.key}-task-${index + 1}`,
    name: task.name,
    type: task.type ?? 'task',
    description: task.description ?? task.name,
    state: ended ? 'completed' : begun ? 'running' : 'queued',
    status: taskStatus(form, ended ? verdict : undefined),
    start_time: timeIn(job, begun ? begins : undefined),
    complete_time: timeIn(job, ended ? ends : undefined),
    failure_reason: ended ? task.failure : undefined
  }
}

function summarize(children: readonly Step[]): Fields {
  const counts = { running: 0, successful: 0, failed: 0, aborted: 0 }
  for (const step of children) {
    const state = plainState(step.state)
    if (!isEnd(step)) counts.running++
    else if (state === 'aborted') counts.aborted++
    else if (/^(success|normal|warning)$/.test(state) || step.status === 'normal') counts.successful++
    else counts.failed++
  }
  return {
    total_jobs: children.length,
    running_jobs: counts.running,
    completed_jobs: children.length - counts.running,
    successful_jobs: counts.successful,
    failed_jobs: counts.failed,
    aborted_jobs: counts.aborted
  }
}

function timeIn(job: Job, seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : stamp(job.acceptedAt + seconds * 1000, 3, -5)
}

function taskStatus(form: Form, verdict: string | undefined): string | undefined {
  return form === 'specified' ? (verdict ?? 'normal') : verdict?.toUpperCase()
}
