import type { Api } from '../jobs/api.ts'
import { ENDINGS } from '../jobs/endings.ts'
import type { Awaited } from '../wait/wait.ts'
import type { Named } from './names.ts'

const RESUME = 'A paused job goes no further by itself: resume it on the server, then continue waiting in a later step.'
const DO_AS_SAID = 'It waits for a person: do what its last message says, then continue waiting in a later step.'
/** How many jobs an advice names. */
const MOST_HANDLES = 3

/** What to do next, each advice once; where there are several, with the jobs that it is for. */
export function adviceOf(jobs: readonly Named[]): string[] {
  const handles = new Map<string, string[]>()
  for (const job of jobs) {
    const advice = adviceFor(job)
    const known = handles.get(advice)
    if (known !== undefined) known.push(job.handle)
    else if (advice !== '') handles.set(advice, [job.handle])
  }
  if (handles.size < 2) return [...handles.keys()]
  return [...handles].map(([advice, jobs]) => `${listed(jobs)}: ${advice}`)
}

function adviceFor({ reference, ending, isBeyond }: Awaited): string {
  const { outcome, job } = ending
  if (outcome === 'timeout' && job?.idle === 'paused') return isBeyond ? DO_AS_SAID : RESUME
  const hasEnded = 'reason' in ending && job?.over && outcome !== 'lost'
  if (hasEnded) return outcome === 'unrecognized' ? 'Check on the server how the job ended.' : ''
  return `${ENDINGS[outcome].advice}${outcome === 'not-found' ? memoryOf(reference.api) : ''}`
}

function memoryOf({ title, remembers }: Api): string {
  return remembers === undefined ? '' : ` ${title} deletes a job ${remembers / 1_000} s after it ends.`
}

function listed(handles: readonly string[]): string {
  const rest = handles.length - MOST_HANDLES
  return `${handles.slice(0, MOST_HANDLES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
