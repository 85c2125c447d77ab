import type { Printer } from '../runner/toolkit.ts'
import { fitting } from '../text/fitting.ts'
import { plainText, shorten } from '../text/plain-text.ts'
import { createShortener } from '../text/uuids.ts'
import { adviceOf } from './advice.ts'
import { type Conclusion, isPlain } from './conclusion.ts'
import { asWorkflow, type Continuation } from './continuation.ts'
import { printList } from './log-lines.ts'
import type { Reported } from './names.ts'
import { messageOf, sentenceOf, tallyOf, taskSentence, titleOf, whyOf } from './wording.ts'

/** What GitHub keeps of an annotation, in characters. */
const LONGEST = 4_096
const LONGEST_LINE = 1_000
/** How many keys an annotation repeats: more of them are in the log and in the summary. */
const MOST_KEYS = 3
/** How many failed tasks are listed for each of several jobs. */
const MOST_TASKS = 3

/** Prints how the wait ended: a line where every job succeeded, else the step's one annotation. */
export function printEnding(conclusion: Conclusion, continuation: Continuation | null, printer: Printer): void {
  const { level } = conclusion
  if (level === 'info') printer.info(createShortener()(messageOf(conclusion)))
  else printer[level](annotationOf(conclusion, continuation), { title: titleOf(conclusion) })
  if (continuation === null) return
  printList(`${continuation.purpose}, run this workflow`, asWorkflow(continuation).split('\n'), printer)
}

/**
 * The text of a step's one annotation, the most important first: the jobs that matter, what the server said of each, its
 * failed tasks and their reasons, and what to do next.
 */
export function annotationOf(conclusion: Conclusion, continuation: Continuation | null): string {
  const { awaited, failed, level, given } = conclusion
  const shown = level === 'error' ? failed : awaited.filter(named => !isPlain(named))
  const head = awaited.length === 1 ? [] : [tallyOf(conclusion)]
  const tail = [...adviceOf(shown, given), ...(continuation === null ? [] : [invitation(continuation)])]
  const room = LONGEST - [...head, ...tail].join('\n').length - 2
  const shortenUuids = createShortener()
  return [...head, ...firstLines(linesOf(shown).map(shortenUuids), room), ...tail].join('\n')
}

/** The text of the annotation where the inputs are wrong: one line per fault. */
export function annotationOfFaults(faults: readonly string[]): string {
  return firstLines(
    faults.map(fault => plainText(fault)),
    LONGEST
  ).join('\n')
}

function linesOf(shown: readonly Reported[]): string[] {
  const most = shown.length === 1 ? Number.POSITIVE_INFINITY : MOST_TASKS
  return shown.flatMap(named => {
    if ('reason' in named.ending || named.ending.unread !== undefined) return shorten(sentenceOf(named), LONGEST_LINE)
    const { message, failures } = whyOf(named.ending.job)
    const [first, ...others] = failures
    if (message === '' && first !== undefined && others.length === 0) {
      return shorten(sentenceOf(named, taskSentence(first)), LONGEST_LINE)
    }
    const tasks = failures.map(failure => `- ${plainText(taskSentence(failure), 700)}`)
    const rest = tasks.length > most ? [`- … and ${tasks.length - most} more failed tasks`] : []
    return [shorten(sentenceOf(named, message), LONGEST_LINE), ...tasks.slice(0, most), ...rest]
  })
}

function invitation({ purpose, url, api, others, source, lines }: Continuation): string {
  const jobs = lines.join(', ')
  const value = source === 'response' && lines.length > 1 ? `[${jobs}]` : jobs
  const further = others.filter(([, value]) => !value.startsWith('${{')).map(other => `${other.join(': ')}, `)
  const inputs = `${purpose}: url: ${url}, api: ${api}, ${further.join('')}${source}: ${value}`
  const isShort = lines.length <= MOST_KEYS && inputs.length <= LONGEST_LINE
  return isShort ? inputs : `${purpose}, run the workflow in the log or the job summary.`
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
