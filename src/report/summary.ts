import type { Server } from '../http/server.ts'
import { ENDINGS } from '../jobs/endings.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { fitting } from '../text/fitting.ts'
import { escapeHtml } from '../text/html.ts'
import { adviceOf } from './advice.ts'
import { chartOf } from './chart.ts'
import { type Conclusion, worstFirst } from './conclusion.ts'
import { asWorkflow, type Continuation } from './continuation.ts'
import { type Column, fenced, folded, listOf, tableOf, verbatim } from './html.ts'
import { operationOf } from './operations.ts'
import { jobTables, taskTable } from './summary-jobs.ts'
import type { Timeline } from './timeline.ts'
import { isLeft, tallyOf, timeOf, titleOf } from './wording.ts'

/** What the summary shows in addition to the endings. */
export interface SummaryContext {
  readonly server: Server
  readonly timeline: Timeline
  readonly continuation: Continuation | null
}

/** In bytes; all together they stay below the 1 MiB that GitHub takes of a step's summary. */
const ROOM = { faults: 200_000, results: 150_000, keys: 60_000 }
/** The results that are shown unfolded. */
const FEW_RESULTS = 5
const LEVEL_SYMBOLS = { info: '✅', warning: '⚠️', error: '❌' } as const

/**
 * The job summary, in GitHub's Markdown. Everything from the server is in HTML blocks, escaped and as code: there is no
 * Markdown in them (they have no blank line), and GitHub makes nothing of what is in code.
 */
export function summaryOf(conclusion: Conclusion, { server, timeline, continuation }: SummaryContext): string {
  const { awaited, level, worst } = conclusion
  const isAlone = awaited.length === 1 && level !== 'warning'
  const symbol = isAlone || isLeft(worst) ? ENDINGS[worst.ending.outcome].symbol : LEVEL_SYMBOLS[level]
  return [
    `### ${symbol} ${titleOf(conclusion)}`,
    about(conclusion, server),
    ...jobTables(conclusion, server),
    taskTable(conclusion),
    ...whatNext(conclusion, continuation),
    resultTable(conclusion),
    ...chartOf(conclusion, timeline)
  ]
    .filter(part => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** The summary of a step whose inputs are wrong. */
export function summaryOfFaults(faults: readonly string[]): string {
  const { kept } = fitting(faults, fault => verbatim(fault), ROOM.faults)
  return `### ❌ Invalid inputs\n\n<p>Nothing was sent to the server.</p>\n${listOf(kept)}\n`
}

function about(conclusion: Conclusion, { origin, root }: Server): string {
  const { awaited, worst, level } = conclusion
  const [{ reference }] = awaited
  const where = `${reference.api.title} at <code>${escapeHtml(`${origin}${root}`)}</code>`
  const isSaid = awaited.length === 1 || level === 'info'
  const waited = isSaid ? `Waited ${timeOf(conclusion)}` : tallyOf(conclusion)
  return `<p>${isLeft(worst) ? 'Not awaited' : waited}. ${where}</p>`
}

function whatNext({ awaited, given }: Conclusion, continuation: Continuation | null): string[] {
  const advice = adviceOf(worstFirst(awaited), given)
  if (advice.length === 0) return []
  const paragraph = `**What next**\n\n${listOf(advice.map(escapeHtml))}`
  if (continuation === null) return [paragraph]
  const { kept, left } = fitting(continuation.lines, line => line, ROOM.keys)
  const yaml = fenced('yaml', asWorkflow({ ...continuation, lines: kept }))
  const which = left > 0 ? `, which has the first ${kept.length} jobs` : ''
  return [paragraph, `${continuation.purpose}, run this workflow${which}:`, yaml]
}

interface Result {
  readonly handle: string
  readonly name: string
  readonly value: unknown
}

/** What the jobs produced. */
function resultTable({ awaited }: Conclusion): string {
  const results = awaited.flatMap(({ ending, handle }): Result[] =>
    'reason' in ending || ending.outcome === 'error'
      ? []
      : Object.entries(ending.job.result).map(([name, value]) => ({ handle, name, value }))
  )
  if (results.length === 0) return ''
  const columns: Column<Result>[] = [
    ['Name', ({ name }) => verbatim(name, 200)],
    ['Value', ({ value }) => verbatim(textOf(value), 500)]
  ]
  if (awaited.length > 1) columns.unshift(['Job', ({ handle }) => verbatim(handle)])
  const table = tableOf(results, columns, ROOM.results)
  const title = awaited.every(reported => operationOf(reported) !== null)
    ? `The last state of the ${awaited.length === 1 ? 'resource' : 'resources'}`
    : `What the ${awaited.length === 1 ? 'job' : 'jobs'} produced`
  return folded(title, table, results.length <= FEW_RESULTS)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : boundedJson([value], 10_000).json.slice(1, -1)
}
