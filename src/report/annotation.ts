import type { Server } from '../http/server.ts'
import { plainText, shorten } from '../text/plain-text.ts'
import type { Awaited } from '../wait/wait.ts'
import { goingOn } from './going-on.ts'
import type { Conclusion } from './outcome.ts'
import { adviceOf, headlineOf, silenceOf, tallyOf, whyOf } from './wording.ts'

/** What GitHub keeps of an annotation, in characters. */
const LONGEST = 4_096
const LONGEST_LINE = 1_000
/** How many keys an annotation repeats: more of them stand in the log and in the summary. */
const MOST_KEYS = 3
/** How many failed tasks of a job are told where there are other jobs to tell of. */
const MOST_TASKS = 3

/**
 * The text of a step's one annotation, the most important first: the jobs that matter, what the server said of each, its
 * failed tasks and their reasons, and what to do next.
 */
export function annotationOf(conclusion: Conclusion, server: Server): string {
  const { awaited, failed, level } = conclusion
  const shown = level === 'error' ? failed : awaited.filter(({ ending }) => ending.outcome !== 'success')
  const head = awaited.length === 1 ? [] : [tallyOf(conclusion)]
  const tail = [...adviceOf(shown), ...resumption(shown, server)]
  const room = LONGEST - [...head, ...tail].join('\n').length - 2
  return [...head, ...fitting(linesOf(shown), room), ...tail].join('\n')
}

/** The text of the annotation where the inputs are wrong: a line a fault. */
export function annotationOfFaults(faults: readonly string[]): string {
  return fitting(
    faults.map(fault => plainText(fault)),
    LONGEST
  ).join('\n')
}

function linesOf(shown: readonly Awaited[]): string[] {
  const most = shown.length === 1 ? Number.POSITIVE_INFINITY : MOST_TASKS
  return shown.flatMap(awaited => {
    const { message, failures } = 'reason' in awaited.ending ? whyOf(null) : whyOf(awaited.ending.job)
    const said = plainText(message) || silenceOf(awaited)
    const tasks = failures.map(({ task, reason }) => `- ${plainText(task, 200) || 'a task'}: ${plainText(reason, 500)}`)
    const rest = tasks.length > most ? [`- … and ${tasks.length - most} more failed tasks`] : []
    return [shorten(`${headlineOf(awaited)}${said && `: ${said}`}`, LONGEST_LINE), ...tasks.slice(0, most), ...rest]
  })
}

function resumption(shown: readonly Awaited[], server: Server): string[] {
  const inputs = goingOn(shown, server)
  if (inputs === null) return []
  const { url, api, jobKeys } = inputs
  if (jobKeys.length > MOST_KEYS) return ['The inputs with which a later step goes on waiting stand in the log.']
  const keys = jobKeys.join(', ')
  return [shorten(`To go on waiting: url: ${url}, api: ${api}, job-key: ${keys}`, LONGEST_LINE)]
}

/** The first of the lines, as many as fit, and how many are left out. */
function fitting(lines: readonly string[], room: number): string[] {
  const kept: string[] = []
  let left = room - '… (99999 more lines)'.length - 1
  for (const line of lines) {
    left -= line.length + 1
    if (left < 0) return [...kept, `… (${lines.length - kept.length} more lines)`]
    kept.push(line)
  }
  return kept
}
