import type { Job, Verdict } from './job.ts'

/** The endings that rest on the server's own verdict. */
export type VerdictOutcome = 'success' | 'warning' | 'partial-failures' | 'error'

/** The endings of a wait that never came to a verdict. */
export type OpenOutcome =
  | 'timeout'
  | 'not-found'
  | 'lost'
  | 'unauthorized'
  | 'unreachable'
  | 'unrecognized'
  | 'cancelled'

/** The endings after which the server can be asked to cancel the job. */
export type CancelOn = Extract<OpenOutcome, 'cancelled' | 'timeout'>

/** Every way in which a step can end. */
export type Outcome = VerdictOutcome | OpenOutcome | 'accepted' | 'refused' | 'invalid-input'

/** How the wait for one job ended. */
export type Ending =
  | {
      readonly outcome: VerdictOutcome
      readonly job: Job
      /** Why the job could not be read, where the answer to the call is the server's word for its end: a sentence. */
      readonly unread?: string
    }
  | OpenEnding

/** `job` is the last reading, if there ever was one; `reason` is a sentence for a person. */
export interface OpenEnding {
  readonly outcome: OpenOutcome | 'accepted'
  readonly job: Job | null
  readonly reason: string
  /** The server's own code for what went wrong, '' where it gave none. */
  readonly errorCode: string
}

/** The server's own code for how a job ended, '' where it gave none. */
export function errorCodeOf(ending: Ending): string {
  return ('reason' in ending && ending.errorCode) || (ending.job?.errorCode ?? '')
}

interface About {
  readonly symbol: string
  /** The title where one job ended so. */
  readonly title: string
  /** The title where the step ended so before it had a job. */
  readonly titleWithoutJob: string
  /** What one or more jobs did: `2 failed`. */
  readonly did: string
  /** What makes it fail the step: `fail-on` with this verdict, anything, or nothing. */
  readonly failsOn: Verdict | 'anything' | 'nothing'
  /** Whether the job may still be running, so that a later step can continue waiting for it. */
  readonly mayBeRunning: boolean
  /** What to do next; '' for nothing. */
  readonly advice: string
  /** What to do next where there was no job yet. */
  readonly adviceWithoutJob?: string
}

/** Everything that follows from an outcome, the worst first: of several jobs, the worst ending is the step's. */
export const ENDINGS: Readonly<Record<Outcome, About>> = {
  error: {
    symbol: '❌',
    title: 'The job failed',
    titleWithoutJob: 'The call failed',
    did: 'failed',
    failsOn: 'ERROR',
    mayBeRunning: false,
    advice: 'Fix the cause, then repeat the call: the job has ended.'
  },
  'partial-failures': {
    symbol: '❌',
    title: 'The job partially failed',
    titleWithoutJob: 'The call partially failed',
    did: 'partially failed',
    failsOn: 'PARTIAL_FAILURES',
    mayBeRunning: false,
    advice: 'Fix the cause, then repeat what failed: the rest is done.',
    adviceWithoutJob: 'Fix the cause, then repeat what failed: the rest is done.'
  },
  refused: {
    symbol: '❌',
    title: 'The server refused the call',
    titleWithoutJob: 'The server refused the call',
    did: 'refused',
    failsOn: 'anything',
    mayBeRunning: false,
    advice: '',
    adviceWithoutJob: 'Resolve what the message reports, then run the step again: the server has changed nothing.'
  },
  unauthorized: {
    symbol: '🔒',
    title: 'The server did not allow the job to be read',
    titleWithoutJob: 'The server did not allow access',
    did: 'could not be read',
    failsOn: 'anything',
    mayBeRunning: true,
    advice:
      'The job may still be running. After a 401, check the credentials; after a 403, whether their role may read jobs.',
    adviceWithoutJob: 'After a 401, check the credentials; after a 403, what their role may do.'
  },
  unrecognized: {
    symbol: '❓',
    title: 'The state of the job is unknown',
    titleWithoutJob: 'The answer names no job',
    did: 'showed an unknown state',
    failsOn: 'anything',
    mayBeRunning: true,
    advice: 'The job may still be running. Check it on the server.'
  },
  lost: {
    symbol: '❓',
    title: 'The server no longer knows the job',
    titleWithoutJob: 'The result cannot be determined',
    did: 'disappeared',
    failsOn: 'anything',
    mayBeRunning: false,
    advice: 'The job may have succeeded or failed: check the resource itself.'
  },
  'not-found': {
    symbol: '❓',
    title: 'The job was not found',
    titleWithoutJob: 'Not found on the server',
    did: 'could not be found',
    failsOn: 'anything',
    mayBeRunning: false,
    advice: 'Check the key, and that this is the server that accepted the call.'
  },
  unreachable: {
    symbol: '🔌',
    title: 'The server gave no usable answer',
    titleWithoutJob: 'The server gave no usable answer',
    did: 'could not be reached',
    failsOn: 'anything',
    mayBeRunning: true,
    advice: 'The job may still be running. Check "url", the network, and any proxy in between.',
    adviceWithoutJob: 'Check "url", the network, and any proxy in between.'
  },
  timeout: {
    symbol: '⏳',
    title: 'Timed out before the job finished',
    titleWithoutJob: 'Timed out before there was a job to wait for',
    did: 'timed out',
    failsOn: 'anything',
    mayBeRunning: true,
    advice: 'The job may still be running. Continue waiting in a later step, or raise "timeout".',
    adviceWithoutJob: 'Run the step again later, or raise "timeout".'
  },
  cancelled: {
    symbol: '🚫',
    title: 'The wait was cancelled before the job finished',
    titleWithoutJob: 'The step was cancelled before there was a job to wait for',
    did: 'no longer awaited',
    failsOn: 'anything',
    mayBeRunning: true,
    advice: 'The job may still be running.'
  },
  'invalid-input': {
    symbol: '❌',
    title: 'Invalid inputs',
    titleWithoutJob: 'Invalid inputs',
    did: 'not awaited',
    failsOn: 'anything',
    mayBeRunning: false,
    advice: '',
    adviceWithoutJob: 'Correct "job-query" or "url": the server did not accept the request for the list.'
  },
  warning: {
    symbol: '⚠️',
    title: 'The job finished with a warning',
    titleWithoutJob: 'The call finished with a warning',
    did: 'finished with a warning',
    failsOn: 'WARNING',
    mayBeRunning: false,
    advice: ''
  },
  accepted: {
    symbol: '📨',
    title: 'The server accepted the call; its job is not awaited',
    titleWithoutJob: 'The server accepted the call',
    did: 'accepted',
    failsOn: 'nothing',
    mayBeRunning: true,
    advice: 'Wait for the job in a later step.'
  },
  success: {
    symbol: '✅',
    title: 'The job succeeded',
    titleWithoutJob: 'Nothing to wait for',
    did: 'succeeded',
    failsOn: 'NORMAL',
    mayBeRunning: false,
    advice: ''
  }
}

/** Every outcome, the worst first. */
export const OUTCOMES = Object.keys(ENDINGS) as Outcome[]

/** The ending that rests on a verdict. */
export function outcomeOf(verdict: Verdict): VerdictOutcome {
  return OUTCOMES.find(outcome => ENDINGS[outcome].failsOn === verdict) as VerdictOutcome
}

/** Whether an ending fails the step; one that is not in the table does. */
export function fails(outcome: Outcome, failOn: ReadonlySet<Verdict>): boolean {
  const cause = Object.hasOwn(ENDINGS, outcome) ? ENDINGS[outcome].failsOn : 'anything'
  return cause === 'anything' || (cause !== 'nothing' && failOn.has(cause))
}
