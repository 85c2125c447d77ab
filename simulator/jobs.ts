import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import {
  checkScript,
  divert,
  type JobError,
  type Moment,
  momentAt,
  nextChange,
  type Script,
  type Step
} from './script.ts'

/** The APIs whose jobs are simulated. */
export type Api = 'unified-manager' | 'ontap' | 'ontap-select' | 'netapp-console' | 'netapp-backup'

/** A task report of a Unified Manager job. */
export interface Task {
  name: string
  type?: string
  description?: string
  /** Seconds since the job was accepted; by default the task begins with the job's first running step. */
  begins?: number
  /** Seconds since the job was accepted; by default the task ends with the job. */
  ends?: number
  /** Why the task failed. A task without a reason ends well. */
  failure?: string
  /** The task's verdict once it has ended: by default `error` if it has a failure, else `normal`. */
  status?: string
}

/** What an ONTAP bulk request led to: the body behind its `results` link. */
export interface BulkResults {
  records?: readonly unknown[]
  errors?: readonly unknown[]
  rollback_errors?: readonly unknown[]
}

/** A job to be played. All times are seconds of server time. */
export interface NewJob {
  api: Api
  /** The key, UUID or id; by default a random one of its API's shape. */
  key?: string
  /** Unified Manager, NetApp Console and its backup service: the job's name, or its type. */
  name?: string
  /** Unified Manager: the job's type. */
  type?: string
  /** ONTAP, ONTAP Select: what the job does, such as `POST /api/storage/volumes/…`. */
  description?: string
  script: Script
  /** Unified Manager: `job_results`, shown once the job has ended. */
  results?: Readonly<Record<string, string>>
  /** Unified Manager: `task_reports`. */
  tasks?: readonly Task[]
  /** Unified Manager: the key of the job that spawned this one, which then shows a `spawned_job_summary`. */
  parent?: string
  /** ONTAP: makes it the job of a bulk request. */
  bulk?: BulkResults
  /** ONTAP: shown once the job has ended in `failure`, unless the step has an error of its own. */
  error?: JobError
  /** ONTAP: the SVM that the job belongs to. */
  svm?: { name: string; uuid?: string }
  /** ONTAP: the node that runs the job. */
  node?: { name: string }
  /** ONTAP: whether the job takes `action=cancel`; `true` by default. */
  cancellable?: boolean
  /** ONTAP: whether the job takes `action=pause`; `true` by default. */
  pausable?: boolean
  /** For how long after it was accepted the job cannot be found yet. */
  visibleAfter?: number
  /** After how long the job is lost for good, in any state. */
  goneAfter?: number
  /** How long ago the job was accepted: the script counts from then. */
  age?: number
}

/** A job as the simulator keeps it. */
export interface Job extends NewJob {
  key: string
  /** When it was accepted: server time, ms since the epoch. */
  acceptedAt: number
  /** What is left of the script while the job is paused. */
  paused: Script | undefined
  /** Called whenever the script is changed from outside. */
  watchers: Set<() => void>
}

/** The jobs of all servers. */
export interface Jobs {
  add(job: NewJob): Job
  /** The job as a client may see it: not before it is visible, nor after it was deleted. */
  find(api: Api, key: string): Job | undefined
  /** The job, whether or not a client may see it. Throws if no job has that key. */
  get(key: string): Job
  /** Every job that a client may see, the newest first. */
  list(api: Api): Job[]
  /** The jobs that this one spawned. */
  children(job: Job): readonly Job[]
  /** The job's state now. */
  moment(job: Job): Moment
  /** Seconds of server time since the job was accepted. */
  age(job: Job): number
  /** When the script moves on next: server time, ms since the epoch. */
  nextChange(job: Job): number
  /** Gives the job another script, and wakes all that wait for a change. */
  rewrite(job: Job, script: Script): void
  /** Moves the job to another state now, and drops the rest of its script. */
  move(job: Job, step: Omit<Step, 'after'>): void
}

/**
 * Keeps jobs.
 *
 * @param retention how many seconds an ended ONTAP job can still be found; 300 by its documentation
 */
export function createJobs(clock: Clock, retention: number): Jobs {
  const byApi: Record<Api, Map<string, Job>> = {
    'unified-manager': new Map(),
    ontap: new Map(),
    'ontap-select': new Map(),
    'netapp-console': new Map(),
    'netapp-backup': new Map()
  }
  const byParent = new Map<string, Job[]>()

  const age = (job: Job) => (clock.now() - job.acceptedAt) / 1000
  const moment = (job: Job) => momentAt(job.script, age(job))

  function isVisible(job: Job): boolean {
    const now = age(job)
    if (now < (job.visibleAfter ?? 0) || now >= (job.goneAfter ?? Number.POSITIVE_INFINITY)) return false
    const { ended } = moment(job)
    return job.api !== 'ontap' || ended === undefined || now < ended + retention
  }

  function rewrite(job: Job, script: Script): void {
    job.script = script
    for (const wake of [...job.watchers]) wake()
  }

  return {
    age,
    moment,
    rewrite,
    add(given) {
      const key = given.key ?? randomKey(given.api)
      if (byApi[given.api].has(key)) throw new Error(`there is a job ${key} already`)
      const job: Job = {
        ...given,
        key,
        script: checkScript(given.script),
        acceptedAt: clock.now() - (given.age ?? 0) * 1000,
        paused: undefined,
        watchers: new Set()
      }
      byApi[job.api].set(key, job)
      if (job.parent !== undefined) {
        const siblings = byParent.get(job.parent)
        if (siblings) siblings.push(job)
        else byParent.set(job.parent, [job])
      }
      return job
    },
    find(api, key) {
      const job = byApi[api].get(key)
      return job && isVisible(job) ? job : undefined
    },
    get(key) {
      for (const jobs of Object.values(byApi)) {
        const job = jobs.get(key)
        if (job) return job
      }
      throw new Error(`there is no job ${key}`)
    },
    list: api => [...byApi[api].values()].filter(isVisible).sort((a, b) => b.acceptedAt - a.acceptedAt),
    children: job => byParent.get(job.key) ?? [],
    nextChange: job => job.acceptedAt + nextChange(job.script, age(job)) * 1000,
    move(job, step) {
      job.paused = undefined
      rewrite(job, divert(job.script, age(job), step))
    }
  }
}

/** A random key of the API's shape: Unified Manager's is not a UUID. */
export function randomKey(api: Api): string {
  if (api === 'netapp-console') return randomBytes(6).toString('base64url').replaceAll(/[-_]/g, 'x')
  if (api !== 'unified-manager') return randomUUID()
  const hex = (bytes: number) => randomBytes(bytes).toString('hex')
  return `${hex(8)}:${hex(4).slice(1)}:${hex(6).slice(1)}:-${hex(2)}`
}
