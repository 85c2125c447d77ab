import { pause } from './clock.ts'
import type { Job } from './jobs.ts'
import type { World } from './world.ts'

/**
 * Holds a request until `over` says so, until so many seconds of server time have passed, or until the client is gone.
 * It sleeps to the next step of the job's script, which is looked up before `over` is asked: a step that falls between the
 * two would be slept through. It wakes when somebody changes the script.
 */
export async function hold(
  { clock, jobs }: World,
  job: Job,
  seconds: number,
  over: () => boolean,
  signal: AbortSignal
): Promise<void> {
  const until = clock.now() + seconds * 1000
  for (;;) {
    const next = jobs.nextChange(job)
    if (over() || clock.now() >= until || signal.aborted) return
    const wake = new AbortController()
    const abort = () => wake.abort()
    job.watchers.add(abort)
    signal.addEventListener('abort', abort)
    await pause(clock.realSpan(Math.min(until, next) - clock.now()), wake.signal)
    job.watchers.delete(abort)
    signal.removeEventListener('abort', abort)
  }
}
