import { ENDINGS, type Ending } from '../jobs/endings.ts'
import { redact } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import { DAY, formatDuration, HOUR, MINUTE, SECOND } from '../time/duration.ts'
import type { Span } from './timeline.ts'

/** One row of the chart. */
export interface Row {
  /** What the job is called everywhere; '' for the only job. */
  readonly handle: string
  /** What the job does; '' where the handle says enough. */
  readonly name: string
  readonly spans: readonly Span[]
  readonly outcome: Ending['outcome']
  /** Whether that fails the step. */
  readonly fails: boolean
  /** ms from the start of the wait to the ending. */
  readonly end: number
}

/** The states of one row that are drawn; of more, those in the middle become one. */
const MOST_SPANS = 12
const LONGEST_NAME = 30
/** Beginnings shorter than this are not left out of the names. */
const LEAST_COMMON = 8
const LONGEST_STATE = 24

/** Pixels: the chart, which GitHub scales to fit a narrower page, and a character of a label at most. */
const WIDTH = 800
const CHARACTER = 6.5
/** The space around a label. */
const MARGIN = 18
/** Right of the last bar there must be room for the diamond, and for half of the last label of the axis. */
const RIGHT = 50

/** A chart of less than this, in ms, would show nothing. */
const SHORTEST = 15 * SECOND
/** Jobs whose ends differ by less than this share of the wait look alike. */
const ALIKE = 0.05

/**
 * The states of jobs as a Mermaid Gantt chart, one row a job; null where there is nothing to draw. The axis counts from
 * the start of the wait: its dates are read and written in the reader's own time zone, so that they cancel out.
 */
export function ganttOf(rows: readonly Row[]): string | null {
  const drawn = rows.filter(({ spans }) => spans.length > 0)
  const total = Math.max(0, ...drawn.map(({ end }) => end))
  if (total < SHORTEST || areAlike(drawn, total)) return null
  const names = distinct(drawn.map(({ name }) => name))
  const sections = drawn.map((row, index) => ({
    row,
    title: label(`${row.handle} ${names[index]}`, LONGEST_NAME)
  }))
  const left = Math.ceil(Math.max(...sections.map(({ title }) => title.length)) * CHARACTER) + 20
  const scale = (WIDTH - left - RIGHT) / total
  const { tick, format } = axisOf(total)
  return [
    '---',
    'displayMode: compact',
    'config:',
    '  gantt:',
    `    useWidth: ${WIDTH}`,
    `    leftPadding: ${left}`,
    `    rightPadding: ${RIGHT}`,
    '    numberSectionStyles: 2',
    '---',
    'gantt',
    '  accTitle: The states of the jobs over time',
    '  dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
    `  axisFormat ${format}`,
    `  tickInterval ${tick}`,
    '  todayMarker off',
    ...sections.flatMap(({ row, title }) => [`  section ${word(title)}`, ...tasksOf(row, scale)])
  ].join('\n')
}

/** Whether all jobs were in one state only, and took as long as each other. */
function areAlike(rows: readonly Row[], total: number): boolean {
  const shortest = Math.min(...rows.map(({ end }) => end))
  return rows.every(({ spans }) => spans.length === 1) && total - shortest < ALIKE * total
}

/**
 * A bar for each state, and a diamond without words for the ending: words beside it would run through the grid. `scale` is in
 * pixels per ms.
 */
function tasksOf({ spans, outcome, fails, end }: Row, scale: number): string[] {
  const hasFailed = ENDINGS[outcome].failsOn === 'ERROR' || ENDINGS[outcome].failsOn === 'PARTIAL_FAILURES'
  const shown = fewer(spans)
    .map(fromStart)
    .filter(({ from, to }) => to > from)
  const bars = shown.map((span, index) => {
    const { from, to } = span
    const text = `${label(span.state, LONGEST_STATE)} ${formatDuration(to - from)}`
    const fits = text.length * CHARACTER + MARGIN < (to - from) * scale
    const tag = hasFailed && fails && index === shown.length - 1 ? 'crit' : tagOf(span)
    return `  ${word(fits ? text : '')} :${tag}, ${instant(from)}, ${instant(to)}`
  })
  return [...bars, `  ${word('')} :${fails ? 'crit, ' : ''}milestone, ${instant(end)}, 0ms`]
}

/** Grey for a job that is not at work, or of which the server says nothing; blue for one that is. */
function tagOf({ active }: Span): string {
  return active ? 'active' : 'done'
}

/** Names without what all of them begin with: many calls differ in their last part only. */
function distinct(names: readonly string[]): string[] {
  const [first = '', ...others] = names
  if (others.length === 0 || names.every(({ length }) => length <= LONGEST_NAME)) return [...names]
  let common = 0
  while (common < first.length && others.every(name => name[common] === first[common])) common += 1
  const start = first.slice(0, common).search(/[^\s/?=]*$/)
  return names.map(name => (start < LEAST_COMMON ? name : `…${name.slice(start)}`))
}

/** A state the first reading of which came at once is taken to have been so from the start on. */
function fromStart({ from, ...span }: Span, index: number): Span {
  return { ...span, from: index === 0 && from < SECOND ? 0 : from }
}

/** Few enough states to be drawn: those in the middle become one. */
export function fewer(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= MOST_SPANS) return spans
  const head = spans.slice(0, MOST_SPANS / 2)
  const tail = spans.slice(1 - MOST_SPANS / 2)
  const [first] = tail as [Span]
  const last = head.at(-1) as Span
  const count = spans.length - head.length - tail.length
  return [...head, { state: `${count} more states`, active: false, from: last.to, to: first.from }, ...tail]
}

/**
 * Text that Mermaid can only take for text: letters, digits and a few signs. The colons of a key become a look-alike, since
 * a colon ends a task's name; "#" alone begins no entity, since ";" is taken out. Secrets are taken out before, while they can still be found.
 */
function label(text: string, longest: number): string {
  const safe = redact(plainText(text))
    .replaceAll(':', '∶')
    .replace(/[^\p{L}\p{M}\p{N} ._/()∶…*#-]+/gu, ' ')
    .trim()
  const characters = [...safe]
  return characters.length <= longest ? safe : `${characters.slice(0, longest - 1).join('')}…`
}

/** A name must not be empty nor start with one of Mermaid's own words: a space of no width comes first. */
function word(text: string): string {
  return `\u200B${text}`
}

/** ms from the start of the wait as a date without a zone. */
function instant(ms: number): string {
  return new Date(Date.UTC(2001, 0, 1) + Math.round(ms)).toISOString().slice(0, -1)
}

const TICKS = [
  ...[1, 2, 5, 10, 15, 30].map(count => ({ ms: count * SECOND, tick: `${count}second` })),
  ...[1, 2, 5, 10, 15, 30].map(count => ({ ms: count * MINUTE, tick: `${count}minute` })),
  ...[1, 2, 3, 6, 12].map(count => ({ ms: count * HOUR, tick: `${count}hour` })),
  ...[1, 2, 5].map(count => ({ ms: count * DAY, tick: `${count}day` })),
  { ms: 7 * DAY, tick: '1week' },
  { ms: 30 * DAY, tick: '1month' }
]
const MOST_TICKS = 8

function axisOf(total: number): { tick: string; format: string } {
  const { ms, tick } = TICKS.find(({ ms }) => total / ms <= MOST_TICKS) ?? { ms: 365 * DAY, tick: '12month' }
  if (total >= DAY) return { tick, format: 'day %-j, %-Hh' }
  if (total >= HOUR) return { tick, format: '%-Hh %Mm' }
  if (ms >= MINUTE) return { tick, format: '%-Mm' }
  return { tick, format: total >= MINUTE ? '%-Mm %Ss' : '%-Ss' }
}
