import type { Api } from '../jobs/api.ts'
import { ENDINGS } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Awaited } from '../wait/wait.ts'
import type { Reported } from './names.ts'
import { operationOf } from './operations.ts'

const RESUME =
  'A paused job does not continue by itself: resume it on the server, then continue waiting in a later step.'
const DO_AS_SAID = 'It waits for a person: do what its last message says, then continue waiting in a later step.'
const NO_CREDENTIALS =
  'The job may still be running. No credentials were given: set "username" and "password", or "token".'
/** The inputs that can hold credentials. */
const CREDENTIALS = ['username', 'token', 'token-url', 'client-certificate', 'headers']
/** How many jobs an advice names. */
const MOST_HANDLES = 3

/**
 * What to do next, each advice once; where there are several, with the jobs that it is for. `given` names the inputs that were
 * given: no other is blamed.
 */
export function adviceOf(jobs: readonly Reported[], given: readonly string[]): string[] {
  const handles = new Map<string, string[]>()
  for (const job of jobs) {
    const advice = adviceFor(job, given)
    const known = handles.get(advice)
    if (known !== undefined) known.push(job.handle)
    else if (advice !== '') handles.set(advice, [job.handle])
  }
  if (handles.size < 2) return [...handles.keys()]
  return [...handles].map(([advice, jobs]) => `${listed(jobs)}: ${advice}`)
}

function adviceFor(awaited: Awaited, given: readonly string[]): string {
  const operation = operationOf(awaited)
  if (operation === null) return adviceForJob(awaited, given)
  const { outcome, job } = awaited.ending
  if (outcome === 'timeout' && job?.idle === 'paused') return DO_AS_SAID
  if (outcome === 'not-found') return `Check on the server whether the ${operation} was started.`
  return adviceForJob(awaited, given).replaceAll(/\bjob\b/g, operation)
}

function adviceForJob({ reference, ending }: Awaited, given: readonly string[]): string {
  const { outcome, job } = ending
  if (outcome === 'timeout' && job?.idle === 'paused') return RESUME
  const hasEnded = 'reason' in ending && job?.over && outcome !== 'lost'
  if (hasEnded && outcome === 'unrecognized') return resultOf(reference)
  if (hasEnded) return ''
  if (outcome === 'not-found') return `${notFound(reference, given)}${memoryOf(reference.api)}`
  if (outcome === 'unauthorized' && !CREDENTIALS.some(name => given.includes(name))) return NO_CREDENTIALS
  const { advice } = ENDINGS[outcome]
  return !('reason' in ending) && advice !== '' && given.includes('job-query') ? ofOthers(ending.job) : advice
}

/** What to do about a job that has ended, though it is not known how, or what it started. */
function resultOf({ until }: JobReference): string {
  if (until === undefined) return 'Check on the server how the job ended.'
  return `To wait for the ${until.operation.title}, give the link to its resource as "job-key".`
}

/** What to do about a job that the server has never shown. */
function notFound({ api, root }: JobReference, given: readonly string[]): string {
  if (given.includes('request')) {
    return 'The server accepted the call and named this job, but does not show it: it may have succeeded. Check the resource itself.'
  }
  if (given.includes('job-query'))
    return 'The job was in the list, but is not on the server: check the resource itself.'
  if (given.includes('job-key')) return ENDINGS['not-found'].advice
  const isDirect = api.gateway !== undefined && !api.naming.root?.test(root)
  const hint = isDirect
    ? ` If it is ${api.gateway.title}, which passes calls on to ${api.title}, set "url" to …${root}${api.gateway.path}.`
    : ''
  return `Check that the server in "url" is the one that gave this answer to the call.${hint}`
}

/** What to do about the failure of a job that the step has only found. */
function ofOthers({ owner }: Job): string {
  const whose = owner === undefined ? 'it' : `it, a job of ${owner}`
  return `This step did not start the job: "job-query" found ${whose}. To wait only until no job is pending, no matter how each ended, set "fail-on: NONE".`
}

function memoryOf({ title, remembers }: Api): string {
  return remembers === undefined ? '' : ` ${title} deletes a job ${remembers / 1_000} s after it ends.`
}

function listed(handles: readonly string[]): string {
  const rest = handles.length - MOST_HANDLES
  return `${handles.slice(0, MOST_HANDLES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
