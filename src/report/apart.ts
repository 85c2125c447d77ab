import type { Apart } from '../ask/find-jobs.ts'
import { ENDINGS, fails } from '../jobs/endings.ts'
import type { Verdict } from '../jobs/job.ts'
import type { Printer } from '../runner/toolkit.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { escapeHtml } from '../text/html.ts'
import { plainText } from '../text/plain-text.ts'
import { listOf, verbatim } from './html.ts'
import type { Outputs } from './outputs.ts'

/** In characters and bytes: what is said is short, and the result has the room that jobs would take. */
const LONGEST = { message: 4_000, result: 800_000, shown: 50_000 }

/** The outputs; of those that speak of jobs, only what is given here. */
export function outputsOfApart({ outcome, message, errorCode, result }: Apart): Outputs {
  const { json, cut } = boundedJson(result, LONGEST.result)
  return {
    outcome,
    result: json,
    message: plainText(message, LONGEST.message) + (cut ? ' (shortened to fit: result)' : ''),
    'error-code': plainText(errorCode, 200)
  }
}

/** Prints it: the step's one annotation. */
export function printApart({ outcome, message }: Apart, failOn: ReadonlySet<Verdict>, printer: Printer): void {
  const level = fails(outcome, failOn) ? 'error' : outcome === 'success' ? 'notice' : 'warning'
  const { titleWithoutJob: title, adviceWithoutJob: advice = '' } = ENDINGS[outcome]
  printer[level]([plainText(message, LONGEST.message), advice].filter(Boolean).join('\n'), { title })
}

/** The job summary. */
export function summaryOfApart({ outcome, message, result }: Apart): string {
  const { symbol, titleWithoutJob, adviceWithoutJob } = ENDINGS[outcome]
  const shown = Object.keys(result).length > 0 ? verbatim(boundedJson(result, LONGEST.shown).json, LONGEST.shown) : ''
  return [
    `### ${symbol} ${titleWithoutJob}`,
    `<p>${verbatim(message)}</p>`,
    shown && `<p>${shown}</p>`,
    adviceWithoutJob && `**What next**\n\n${listOf([escapeHtml(adviceWithoutJob)])}`
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n')
}
