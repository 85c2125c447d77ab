import type { Awaited } from '../wait/wait.ts'
import { plainText, shorten } from './plain-text.ts'
import { sentenceOf } from './wording.ts'

/** What GitHub keeps of an annotation, in characters. */
const LONGEST = 4_096

/** What the endings without a verdict leave to do. */
const ADVICE: Readonly<Record<string, string>> = {
  timeout: 'The job may still be running. Wait on with the same "job-key" in a later step, or raise "timeout".',
  'not-found':
    'Check "job-key" and that "url" is the server which accepted the call. ONTAP forgets a job 300 s after its end.',
  lost: 'Look at the resource itself: the job may have succeeded or failed.',
  unauthorized: 'The job may still be running. Check the credentials, and that their role may read jobs.',
  unreachable:
    'The job may still be running. Check "url", the network and the proxy between the runner and the server.',
  unrecognized: 'The job may still be running. Look at it on the server.',
  cancelled: 'The job may still be running.'
}

/** One text for the one annotation of a step: the jobs that matter, each failed task and its reason, what to do next. */
export function annotationOf(awaited: readonly Awaited[], message: string): string {
  const lines = awaited.flatMap(({ ending }) => {
    const failures = ending.job?.failures ?? []
    return failures.map(({ task, reason }) => `- ${plainText(task, 200) || 'task'}: ${plainText(reason)}`)
  })
  const advice = [...new Set(awaited.flatMap(({ ending }) => ADVICE[ending.outcome] ?? []))]
  const sentences = awaited.length > 1 ? awaited.map(sentenceOf) : []
  return shorten([message, ...sentences, ...lines, ...advice].join('\n'), LONGEST)
}
