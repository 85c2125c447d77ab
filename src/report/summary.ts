import type { Server } from '../http/server.ts'
import { ENDINGS, type OpenEnding } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import { statusPath } from '../jobs/reference.ts'
import { boundedJson } from '../text/bounded-json.ts'
import { fitting } from '../text/fitting.ts'
import { escapeHtml } from '../text/html.ts'
import { parseUrl } from '../text/url.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import type { Awaited } from '../wait/wait.ts'
import { type Conclusion, worstFirst } from './conclusion.ts'
import { fewer, ganttOf, type Row } from './gantt.ts'
import { asYaml, goingOn } from './going-on.ts'
import { verbatim } from './html.ts'
import type { Timeline } from './timeline.ts'
import { adviceOf, ageOf, silenceOf, stateOf, tallyOf, titleOf, whyOf } from './wording.ts'

/** What the summary tells beside the endings. */
export interface Circumstances {
  readonly server: Server
  readonly timeline: Timeline
  /** The wall clock at the start of the wait, in epoch ms. */
  readonly startedAt: number
}

/** In bytes; all together they stay below the 1 MiB that GitHub takes of a step's summary. */
const ROOM = { table: 200_000, passed: 250_000, why: 100_000, tasks: 150_000, results: 150_000, keys: 60_000 }
/** With more jobs than this, those that passed are folded. */
const FEW = 10
/** The jobs that the chart shows at most: more rows could not be read. */
const MOST_ROWS = 30
/** The failed tasks that are shown unfolded. */
const FEW_TASKS = 5
const LONGEST_LINK = 1_000

const LEVEL_SYMBOLS = { info: '✅', warning: '⚠️', error: '❌' } as const

/**
 * The job summary, in GitHub's Markdown. Everything from the server stands in HTML blocks, escaped and as code: there is no
 * Markdown in them (they have no blank line), and GitHub makes nothing of what is in code.
 */
export function summaryOf(conclusion: Conclusion, circumstances: Circumstances): string {
  const { awaited, failed, level, worst } = conclusion
  const symbol = awaited.length === 1 ? ENDINGS[worst.ending.outcome].symbol : LEVEL_SYMBOLS[level]
  const jobs = awaited.map((one, index) => ({ ...one, number: index + 1 }))
  const numbered = new Map(jobs.map(job => [job.reference, job]))
  const told = worstFirst(level === 'error' ? failed : awaited)
    .filter(({ ending }) => ending.outcome !== 'success')
    .map(({ reference }) => numbered.get(reference) as Numbered)
  return [
    `### ${symbol} ${titleOf(conclusion)}`,
    about(conclusion, circumstances),
    ...tables(jobs, told, circumstances.server),
    whys(told, jobs.length),
    failedTasks(told, jobs.length),
    ...whatNext(told, circumstances.server),
    results(jobs),
    ...chart(jobs, failed, circumstances.timeline)
  ]
    .filter(part => part !== '')
    .join('\n\n')
    .concat('\n')
}

/** The summary of a step whose inputs are wrong. */
export function summaryOfFaults(faults: readonly string[]): string {
  const { kept } = fitting(faults, fault => `<li>${verbatim(fault)}</li>`, ROOM.table)
  return `### ❌ Invalid inputs\n\n<p>Nothing was sent to the server.</p>\n<ul>\n${kept.join('\n')}\n</ul>\n`
}

type Numbered = Awaited & { readonly number: number }

function about(conclusion: Conclusion, { server, startedAt }: Circumstances): string {
  const { awaited, elapsed } = conclusion
  const [{ reference }] = awaited
  const where = `${reference.api.title} at <code>${escapeHtml(`${server.origin}${server.root}`)}</code>`
  const what = awaited.length === 1 ? `waited ${formatDuration(elapsed)}` : tallyOf(conclusion)
  return `<p>${where}: ${what}, from ${formatInstant(startedAt)} UTC</p>`
}

function tables(jobs: readonly Numbered[], told: readonly Numbered[], server: Server): string[] {
  if (jobs.length <= FEW || told.length === 0) {
    const all = table(jobs, jobs.length, server, ROOM.table)
    return [jobs.length <= FEW ? all : folded(count(jobs.length, 'job'), all)]
  }
  const already = new Set(told)
  const rest = jobs.filter(job => !already.has(job))
  if (rest.length === 0) return [table(told, jobs.length, server, ROOM.table)]
  return [
    table(told, jobs.length, server, ROOM.table),
    folded(`The other ${count(rest.length, 'job')}`, table(rest, jobs.length, server, ROOM.passed))
  ]
}

function table(jobs: readonly Numbered[], total: number, server: Server, room: number): string {
  const titles = ['Job', 'Ending', 'Last state', 'Waited', 'Link']
  return rows(jobs, total, titles, room, ({ reference, ending, elapsed }) => {
    const name = verbatim(ending.job?.name ?? '', 120)
    const key = `<sub>${verbatim(reference.key, 200)}</sub>`
    return [
      name === '' ? key : `${name}<br>${key}`,
      `${ENDINGS[ending.outcome].symbol}&nbsp;${ENDINGS[ending.outcome].did}`,
      verbatim(ending.job?.state ?? '', 50) || 'never seen',
      formatDuration(elapsed).replace(' ', '&nbsp;'),
      linkTo(`${server.origin}${statusPath(reference)}`)
    ]
  })
}

function linkTo(address: string): string {
  const url = parseUrl(address)
  if (url === null || url.href.length > LONGEST_LINK) return ''
  return `<a href="${escapeHtml(url.href)}">status</a>`
}

/** What the server, or the wait, said of each job that did not succeed. */
function whys(told: readonly Numbered[], total: number): string {
  const line = (awaited: Numbered): string => {
    const { ending } = awaited
    const why = 'reason' in ending ? openWhy(awaited, ending) : verdictWhy(awaited, ending.job)
    return why && `<li>${total === 1 ? '' : `<b>#${awaited.number}</b>: `}${why}</li>`
  }
  const { kept, left } = fitting(told, line, ROOM.why)
  const items = kept.filter(Boolean)
  return items.length === 0 ? '' : `**Why**\n\n<ul>\n${items.join('\n')}\n</ul>${leftOut(left)}`
}

function verdictWhy(awaited: Awaited, job: Job): string {
  const said = verbatim(whyOf(job).message) || silenceOf(awaited)
  const code = job.errorCode ? `code ${verbatim(job.errorCode, 50)}` : ''
  return [said, code].filter(Boolean).join(', ')
}

function openWhy({ elapsed, seenAt }: Awaited, { job, reason: text }: OpenEnding): string {
  const reason = verbatim(text)
  if (job === null) return reason
  const message = verbatim(job.message, 300)
  const last = `last seen ${verbatim(stateOf(job))}, ${ageOf(elapsed, seenAt)} before the end${message && `: ${message}`}`
  return [reason, last].filter(Boolean).join('; ')
}

function failedTasks(told: readonly Numbered[], total: number): string {
  const tasks = told.flatMap(({ ending, number }) => (ending.job?.failures ?? []).map(task => ({ ...task, number })))
  if (tasks.length === 0) return ''
  const content = rows(tasks, total, ['Task', 'Reason'], ROOM.tasks, ({ task, reason }) => [
    verbatim(task, 200),
    verbatim(reason)
  ])
  return folded(`${count(tasks.length, 'failed task')} and why`, content, tasks.length <= FEW_TASKS)
}

function whatNext(told: readonly Numbered[], server: Server): string[] {
  const advice = adviceOf(told)
  const inputs = goingOn(told, server)
  if (advice.length === 0) return []
  const paragraph = `**What next**\n\n<ul>\n${advice.map(text => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`
  if (inputs === null) return [paragraph]
  const yaml = asYaml({ ...inputs, jobKeys: fitting(inputs.jobKeys, key => key, ROOM.keys).kept })
  return [
    paragraph,
    'The inputs with which a later step or run goes on waiting, beside the credentials:',
    fenced('yaml', yaml)
  ]
}

function chart(jobs: readonly Numbered[], failed: readonly Awaited[], timeline: Timeline): string[] {
  const longest = jobs.toSorted((one, other) => other.elapsed - one.elapsed)
  const failing = new Set(failed.map(({ reference }) => reference))
  const isFailure = ({ reference }: Awaited): boolean => failing.has(reference)
  const chosen = new Set([...longest.filter(isFailure), ...longest.filter(job => !isFailure(job))].slice(0, MOST_ROWS))
  const rows = jobs
    .filter(job => chosen.has(job))
    .map(job => ({
      number: jobs.length === 1 ? null : job.number,
      name: job.ending.job?.name || job.reference.key,
      spans: timeline.spansOf(job.reference),
      ending: job.ending.outcome,
      isFailure: isFailure(job),
      end: job.elapsed
    }))
  const gantt = ganttOf(rows)
  if (gantt === null) return []
  const which = rows.length === jobs.length ? '' : ` of the ${rows.length} jobs that failed or took longest`
  return [`**States over time**${which}`, fenced('mermaid', gantt), inWords(rows)]
}

/** The chart for those who cannot see it, or its colours, or the short bars. */
function inWords(rows: readonly Row[]): string {
  const lines = rows.map(({ number, spans, ending }) => {
    const states = fewer(spans).map(({ state, from, to }) => `${verbatim(state, 50)} ${formatDuration(to - from)}`)
    return `<li>${number === null ? '' : `<b>#${number}</b>: `}${[...states, ending].join(' → ')}</li>`
  })
  return folded(
    'The same in words',
    `<p>Grey: not at work yet, or paused; blue: at work; red: no usable answer; a diamond: the ending.</p>\n` +
      `<ul>\n${lines.join('\n')}\n</ul>`
  )
}

function results(jobs: readonly Numbered[]): string {
  const values = jobs.flatMap(({ ending, number }) =>
    'reason' in ending || ending.outcome === 'error'
      ? []
      : Object.entries(ending.job.result).map(([name, value]) => ({ number, name, value }))
  )
  if (values.length === 0) return ''
  const content = rows(values, jobs.length, ['Name', 'Value'], ROOM.results, ({ name, value }) => [
    verbatim(name, 200),
    verbatim(textOf(value), 500)
  ])
  return folded(`What the ${jobs.length === 1 ? 'job' : 'jobs'} produced`, content, values.length <= FEW_TASKS)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : boundedJson([value], 10_000).json.slice(1, -1)
}

/** A table with a row an item, led by the job's number where there are several; `cells` are HTML. */
function rows<Item extends { readonly number: number }>(
  items: readonly Item[],
  total: number,
  titles: readonly string[],
  room: number,
  cells: (item: Item) => readonly string[]
): string {
  const row = (tag: 'td' | 'th', first: string, others: readonly string[]): string =>
    `<tr>${[...(total === 1 ? [] : [first]), ...others].map(cell => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  const { kept, left } = fitting(items, item => row('td', String(item.number), cells(item)), room)
  return `<table>\n${[row('th', '#', titles), ...kept].join('\n')}\n</table>${leftOut(left)}`
}

function folded(title: string, content: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>\n${content}\n</details>`
}

/** A block of code whose text cannot end it: its fence is longer than any run of backticks in it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}

function leftOut(count: number): string {
  return count === 0 ? '' : `\n<p>… and ${count} more, cut to fit.</p>`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
