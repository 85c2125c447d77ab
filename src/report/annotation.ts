import type { Server } from '../http/server.ts'
import type { Printer } from '../runner/toolkit.ts'
import { fitting } from '../text/fitting.ts'
import { plainText, shorten } from '../text/plain-text.ts'
import type { Awaited } from '../wait/wait.ts'
import type { Conclusion } from './conclusion.ts'
import { asYaml, goingOn } from './going-on.ts'
import { adviceOf, headlineOf, messageOf, silenceOf, tallyOf, titleOf, whyOf } from './wording.ts'

/** What GitHub keeps of an annotation, in characters. */
const LONGEST = 4_096
const LONGEST_LINE = 1_000
/** How many keys an annotation repeats: more of them stand in the log and in the summary. */
const MOST_KEYS = 3
/** How many failed tasks of a job are told where there are other jobs to tell of. */
const MOST_TASKS = 3

/** Prints how the wait ended: a line where every job succeeded, else the step's one annotation. */
export function printEnding(conclusion: Conclusion, server: Server, printer: Printer): void {
  const { awaited, level } = conclusion
  if (level === 'info') printer.info(messageOf(conclusion))
  else printer[level](annotationOf(conclusion, server), { title: titleOf(conclusion) })
  const inputs = goingOn(awaited, server)
  if (inputs === null) return
  printer.startGroup('To continue waiting in a later step, use these inputs plus the credentials')
  for (const line of asYaml(inputs).split('\n')) printer.info(`  ${line}`)
  printer.endGroup()
}

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
  return [...head, ...firstLines(linesOf(shown), room), ...tail].join('\n')
}

/** The text of the annotation where the inputs are wrong: a line a fault. */
export function annotationOfFaults(faults: readonly string[]): string {
  return firstLines(
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
function firstLines(lines: readonly string[], room: number): readonly string[] {
  const whole = fitting(
    lines,
    line => line,
    room,
    ({ length }) => length
  )
  if (whole.left === 0) return whole.kept
  const { kept, left } = fitting(
    lines,
    line => line,
    room - '… (99999 more lines)\n'.length,
    ({ length }) => length
  )
  return [...kept, `… (${left} more lines)`]
}
