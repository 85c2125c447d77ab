import { ENDINGS } from '../jobs/endings.ts'
import { formatDuration } from '../time/duration.ts'
import type { Conclusion } from './conclusion.ts'
import { fewer, ganttOf, type Row } from './gantt.ts'
import { fenced, folded, listOf, verbatim } from './html.ts'
import type { Reported } from './names.ts'
import type { Timeline } from './timeline.ts'

/** The jobs that the chart shows at most: more rows could not be read. */
const MOST_ROWS = 30

/** The states of the jobs over time, as a chart and in words; nothing where a chart would show nothing. */
export function chartOf({ awaited, failed }: Conclusion, timeline: Timeline): string[] {
  const failing = new Set(failed)
  const longest = awaited.toSorted((one, other) => other.elapsed - one.elapsed)
  const worst = longest.toSorted((one, other) => Number(failing.has(other)) - Number(failing.has(one)))
  const chosen = new Set(worst.slice(0, MOST_ROWS))
  const rows = awaited.filter(job => chosen.has(job)).map(job => rowOf(job, failing.has(job), timeline))
  const gantt = ganttOf(rows)
  if (gantt === null) return []
  const which = rows.length === awaited.length ? '' : ` of the ${rows.length} jobs that failed or took longest`
  return [
    `**Timeline**${which}`,
    '<p>Blue: running. Grey: queued, paused, or no answer. Red: failed. Diamond: end of the wait, red if it fails the step.</p>',
    fenced('mermaid', gantt),
    folded('The timeline in words', listOf(rows.map(inWords)))
  ]
}

function rowOf({ ending, reference, handle, resource, elapsed }: Reported, fails: boolean, timeline: Timeline): Row {
  const name = reference.label === undefined ? resource || ending.job?.name || reference.key : ''
  return { handle, name, spans: timeline.spansOf(reference), outcome: ending.outcome, fails, end: elapsed }
}

/** A row for those who cannot see the chart, its colours, or its short bars. */
function inWords({ handle, name, spans, outcome }: Row): string {
  const states = fewer(spans).map(({ state, from, to }) => `${verbatim(state, 50)} ${formatDuration(to - from)}`)
  return `${verbatim(handle || name, 60)}: ${[...states, ENDINGS[outcome].did].join(' → ')}`
}
