import type { Server } from '../http/server.ts'
import { ENDINGS } from '../jobs/endings.ts'
import type { TaskFailure } from '../jobs/job.ts'
import { statusPath } from '../jobs/reference.ts'
import { escapeHtml } from '../text/html.ts'
import { parseUrl } from '../text/url.ts'
import { createShortener } from '../text/uuids.ts'
import { formatDuration } from '../time/duration.ts'
import { type Conclusion, isPlain, worstFirst } from './conclusion.ts'
import { type Column, folded, tableOf, verbatim } from './html.ts'
import type { Reported } from './names.ts'
import { resourceOf } from './operations.ts'
import { capitalized, isLeft, ranFor, silenceOf, sinceSeen, stateOf, taskSentence, whyOf } from './wording.ts'

/** In bytes. */
const ROOM = { first: 300_000, rest: 250_000, tasks: 150_000 }
/** Of the jobs that succeeded, how many are shown unfolded. */
const FEW = 4
/** How many failed tasks of a job are shown with it. */
const MOST_TASKS = 3
const LONGEST_LINK = 1_000

/** The jobs, the worst first, with what is known of their endings; of those that succeeded, most are folded. */
export function jobTables({ awaited }: Conclusion, server: Server): string[] {
  const jobs = worstFirst(awaited)
  const succeeded = jobs.filter(({ ending }) => ending.outcome === 'success')
  const shown = jobs.slice(0, jobs.length - Math.max(0, succeeded.length - FEW))
  const rest = jobs.slice(shown.length)
  const words = wordsFor(jobs)
  const columns = columnsFor(jobs, server, words)
  const table = tableOf(shown, columns, ROOM.first, named => reasonOf(named, words))
  if (rest.length === 0) return [table]
  return [table, folded(`${rest.length} more that succeeded`, tableOf(rest, columns, ROOM.rest))]
}

type Task = TaskFailure & Pick<Reported, 'handle'>

/** The failed tasks that the rows of their jobs have no room for. */
export function taskTable({ awaited }: Conclusion): string {
  const tasks = worstFirst(awaited).flatMap(({ ending, handle }): Task[] => {
    const failures = ending.job?.failures ?? []
    return failures.length > MOST_TASKS ? failures.map(task => ({ ...task, handle })) : []
  })
  if (tasks.length === 0) return ''
  const columns: Column<Task>[] = [
    ['Task', ({ task }) => verbatim(task, 200)],
    ['Reason', ({ reason }) => verbatim(reason)]
  ]
  if (awaited.length > 1) columns.unshift(['Job', ({ handle }) => verbatim(handle)])
  return folded(`${tasks.length} failed tasks`, tableOf(tasks, columns, ROOM.tasks))
}

type Words = (text: string, longest?: number) => string

/** A server's words, in which the UUIDs that the table has in full are shortened. */
function wordsFor(jobs: readonly Reported[]): Words {
  const shortenUuids = createShortener()
  for (const { reference } of jobs) shortenUuids(reference.key)
  return (text, longest) => verbatim(shortenUuids(text), longest)
}

function columnsFor(jobs: readonly Reported[], server: Server, words: Words): Column<Reported>[] {
  const columns: (Column<Reported> | false)[] = [
    [jobs.every(({ reference }) => reference.api.shows) ? 'Resource' : 'Job', named => jobCell(named, words)],
    ['Result', named => resultCell(named, server)],
    jobs.some(({ ending }) => ranFor(ending.job) !== null) && ['Ran', ({ ending }) => durationCell(ranFor(ending.job))],
    !jobs.every(isLeft) && ['Waited', ({ elapsed }) => durationCell(elapsed)]
  ]
  return columns.filter(column => column !== false)
}

/** The handle and, if it is a number, what the job does; small, the rest of what identifies it. */
function jobCell({ reference, ending, handle, resource, progress }: Reported, words: Words): string {
  const texts = [progress || resource, ending.job?.name ?? ''].map(text => words(text, 120)).filter(Boolean)
  const [first = '', ...others] = reference.label === undefined ? texts : ['', ...texts]
  const title = [handle && `<b>${verbatim(handle)}</b>`, first].filter(Boolean).join(' ')
  const key = verbatim(reference.key, 200)
  return title === '' ? key : [title, ...[...others, key].map(small)].join('<br>')
}

/** How the job ended; small, its state, and the link to the API's own answer. */
function resultCell(reported: Reported, { origin }: Server): string {
  const { ending, reference } = reported
  const { symbol, did } = ENDINGS[ending.outcome]
  const isSeen = ending.job !== null && ending.job.state !== ''
  const state = isSeen ? verbatim(stateOf(ending.job)) : ending.outcome === 'accepted' ? '' : 'never seen'
  const url = parseUrl(`${origin}${statusPath(resourceOf(reported) ?? reference)}`)
  const link = url === null || url.href.length > LONGEST_LINK ? '' : ` <a href="${escapeHtml(url.href)}">JSON</a>`
  return `${symbol}&nbsp;${did}<br>${small(`${state}${link}`)}`
}

/** What the server, or the wait, said of a job that did not succeed. */
function reasonOf(named: Reported, words: Words): string {
  const { ending } = named
  if (isPlain(named)) return ''
  if (!('reason' in ending) && ending.unread !== undefined) return `The job could not be read: ${words(ending.unread)}`
  if ('reason' in ending) return [words(ending.reason), lastSeenCell(named, words)].filter(Boolean).join('<br>')
  const { message, failures } = whyOf(ending.job)
  const said = words(message) || capitalized(silenceOf(ending.job))
  const code = ending.job.errorCode && `code ${verbatim(ending.job.errorCode, 50)}`
  const tasks = failures.slice(0, MOST_TASKS).map(failure => words(taskSentence(failure)))
  const more = failures.length > MOST_TASKS ? `… and ${failures.length - MOST_TASKS} more, listed below` : ''
  return [[said, code].filter(Boolean).join(', '), ...tasks, more].filter(Boolean).join('<br>')
}

function lastSeenCell({ ending: { outcome, job }, elapsed, seenAt }: Reported, words: Words): string {
  if (job === null || (outcome === 'unrecognized' && job.over)) return ''
  const message = words(job.message, 300)
  return `Last seen ${verbatim(stateOf(job))}, ${sinceSeen(elapsed, seenAt)} earlier${message && `: ${message}`}`
}

function durationCell(ms: number | null): string {
  return ms === null ? '' : formatDuration(ms).replace(' ', '&nbsp;')
}

function small(html: string): string {
  return `<sub>${html}</sub>`
}
