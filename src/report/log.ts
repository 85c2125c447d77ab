import type { HttpProxy } from '../http/proxy.ts'
import type { Server } from '../http/server.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Printer } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration, MINUTE } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import type { Awaited, WaitEvent } from '../wait/wait.ts'
import { hasErrors, jobOf, type Rules, type Watch } from '../wait/watch.ts'
import { countEndings, tally, worstFirst } from './conclusion.ts'
import { nameOf, sentenceOf, stateOf } from './wording.ts'

type Observer = (event: WaitEvent) => void

/** A heartbeat is printed when nothing else was for this long, in ms. */
const HEARTBEAT = MINUTE
/** With more jobs than this, their states are counted rather than told one by one. */
const MANY = 10
/** Of many jobs, the failures that are told as they come: more of them say nothing new. */
const MOST_FAILURES_TOLD = 10
/** The least time between two lines of mere progress, in ms. */
const LEAST_BETWEEN_PROGRESS = 5_000

/** What is awaited, and how. */
export interface Awaiting {
  readonly references: readonly JobReference[]
  readonly server: Server
  readonly proxy: HttpProxy | null
  readonly rules: Rules
}

/** Prints what is awaited, where, until when and how; `wall` is the time in epoch ms. */
export function announce({ references, server, proxy, rules }: Awaiting, wall: number, printer: Printer): void {
  const [first] = references
  if (first === undefined) return
  const { title, longestHold } = first.api
  const what = references.length === 1 ? nameOf(first, null) : `${references.length} jobs`
  const through = proxy === null ? '' : ` through the proxy ${proxy.origin} (${proxy.variable})`
  const until = formatInstant(wall + rules.timeout)
  const polls = `every 1s to ${formatDuration(rules.pollInterval)}`
  const how =
    longestHold !== undefined && rules.longPoll > 0
      ? `by long polls of up to ${formatDuration(rules.longPoll)} where the server holds them, else ${polls}`
      : polls
  printer.info(`Waiting for ${what} of ${title} at ${server.origin}${server.root}${through}`)
  printer.info(`For up to ${formatDuration(rules.timeout)}, until ${until} UTC; asking at once, then ${how}`)
  const keys = references.map(reference => plainText(reference.key, 200))
  if (keys.length > MANY) list('The jobs', keys, printer)
  else if (keys.length > 1) for (const key of keys) printer.info(`  ${key}`)
}

/**
 * Prints what happens during a wait for `total` jobs: changes, troubles as they begin and end, a heartbeat, the endings;
 * never a line a poll. Of many jobs, the states are counted, and every ending is listed in a group at the end.
 */
export function createLog(total: number, printer: Printer): Observer {
  const line = createLine(printer)
  const observers = [
    troubles(total, line),
    polling(line, printer),
    total > MANY ? totals(total, line, printer) : changes(total, line),
    remarks(printer)
  ]
  return event => {
    for (const observe of observers) observe(event)
  }
}

/** Prints lines with the time since the start of the wait, and knows when the last one was. Times are in ms. */
interface Line {
  readonly print: (elapsed: number, text: string) => void
  /** Whether nothing was printed for a while. */
  readonly isQuiet: (elapsed: number) => boolean
  /**
   * Whether a line of mere progress is worth its place: a tenth of the wait after the last line, so that a job whose message
   * changes at every poll does not flood the log.
   */
  readonly isDue: (elapsed: number) => boolean
}

function createLine({ info }: Printer): Line {
  let printedAt = Number.NEGATIVE_INFINITY
  return {
    print: (elapsed, text) => {
      printedAt = elapsed
      info(`[${formatDuration(elapsed)}] ${text}`)
    },
    isQuiet: elapsed => elapsed - printedAt >= HEARTBEAT,
    isDue: elapsed => elapsed - printedAt >= Math.min(Math.max(LEAST_BETWEEN_PROGRESS, elapsed / 10), HEARTBEAT)
  }
}

/** What was last printed of a job, and since when it is in that state. */
interface Told {
  readonly state: string
  readonly message: string
  readonly since: number
}

/** Each job's changes, one by one. */
function changes(total: number, { print, isQuiet, isDue }: Line): Observer {
  const told = new Map<JobReference, Told>()
  return event => {
    if (event.kind === 'ended' && total > 1) print(event.awaited.elapsed, sentenceOf(event.awaited))
    if (event.kind !== 'answer' || event.after === null || jobOf(event.after)?.over) return
    const { after, elapsed } = event
    if (event.answer.kind === 'job') tell(after.reference, event.answer.job, elapsed)
    if (isQuiet(elapsed)) print(elapsed, heartbeat(after, elapsed))
  }

  function tell(reference: JobReference, job: Job, elapsed: number): void {
    const known = told.get(reference)
    const { state } = job
    const message = plainText(job.message, 300)
    const isNew = known?.state !== state
    if (!isNew && (known.message === message || message === '' || !isDue(elapsed))) return
    const name = known === undefined ? plainText(job.name, 120) : ''
    const after = isNew && known !== undefined ? `, after ${formatDuration(elapsed - known.since)} ${known.state}` : ''
    print(
      elapsed,
      `${subject(reference)}${name && ` (${name})`} is ${isNew ? '' : 'still '}${stateOf(job)}${after}${message && `: ${message}`}`
    )
    told.set(reference, { state, message, since: isNew ? elapsed : known.since })
  }

  function heartbeat(watch: Watch, elapsed: number): string {
    const { reference, errors } = watch
    if (errors.last.what !== '') return `Still no usable answer: ${errors.last.what}`
    const job = jobOf(watch)
    const known = told.get(reference)
    if (job === null || known === undefined) return `${subject(reference)} is accepted, and not shown yet`
    const message = plainText(job.message, 300)
    told.set(reference, { ...known, message })
    const duration = formatDuration(elapsed - known.since)
    return `${subject(reference)} is still ${stateOf(job)}, for ${duration}${message && `: ${message}`}`
  }

  function subject({ key }: JobReference): string {
    return total === 1 ? 'The job' : `Job ${plainText(key, 200)}`
  }
}

/** How many of many jobs are in which state; the failures one by one, and every ending once all are over. */
function totals(total: number, { print, isQuiet, isDue }: Line, printer: Printer): Observer {
  const states = new Map<JobReference, string>()
  const ended: Awaited[] = []
  let isComplete = false
  let printed = ''
  let failuresTold = 0

  return event => {
    if (event.kind === 'answer' && event.after !== null) {
      const job = jobOf(event.after)
      states.set(event.after.reference, job === null ? 'not seen yet' : stateOf(job))
    }
    if (event.kind === 'ended') end(event.awaited)
    if (event.kind === 'replied') progress(event.elapsed)
  }

  function progress(elapsed: number): void {
    const text = count()
    const seenAll = states.size + ended.length === total
    const isFirst = seenAll && !isComplete
    isComplete ||= seenAll
    if (ended.length < total && (isFirst || (text !== printed && isDue(elapsed)) || isQuiet(elapsed))) {
      print(elapsed, text)
      printed = text
    }
  }

  function end(awaited: Awaited): void {
    states.delete(awaited.reference)
    ended.push(awaited)
    if (isNews(awaited) && failuresTold < MOST_FAILURES_TOLD) {
      failuresTold += 1
      const last = failuresTold === MOST_FAILURES_TOLD ? ' (further ones are listed at the end)' : ''
      print(awaited.elapsed, `${sentenceOf(awaited)}${last}`)
    }
    if (ended.length === total) {
      print(awaited.elapsed, count())
      list('How each of the jobs ended', worstFirst(ended).map(sentenceOf), printer)
    }
  }

  function count(): string {
    const finished = `${ended.length} of ${total} jobs finished${ended.length > 0 ? ` (${countEndings(ended)})` : ''}`
    return [finished, ...[...tally(states.values())].map(([state, count]) => `${count} ${state}`)].join(', ')
  }
}

/** Whether an ending is worth a line of its own: success is not, nor what happens to all remaining jobs at once. */
function isNews({ ending }: Awaited): boolean {
  return !['success', 'timeout', 'cancelled'].includes(ending.outcome)
}

/** Faults when they begin and when they end, of all jobs together: a server's trouble is all jobs' trouble. */
function troubles(total: number, { print }: Line): Observer {
  const troubled = new Set<JobReference>()
  let since = 0
  return event => {
    if (event.kind === 'ended') troubled.delete(event.awaited.reference)
    if (event.kind !== 'answer') return
    const { elapsed, after } = event
    if (after === null) return
    const { reference } = after
    if (!hasErrors(after)) {
      if (troubled.delete(reference) && troubled.size === 0) {
        print(elapsed, `The server answers as it should again, after ${formatDuration(elapsed - since)}`)
      }
    } else if (!troubled.has(reference)) {
      if (troubled.size === 0) {
        since = elapsed
        print(elapsed, begin(after))
      }
      troubled.add(reference)
    }
  }

  function begin({ reference, phase, errors }: Watch): string {
    const { faults, misses } = errors
    const { what } = errors.last
    const which = total === 1 ? 'the job' : nameOf(reference, null)
    if (faults > 0) return `No usable answer: ${what}; asking again`
    if (misses > 0 && phase.kind === 'unseen') return `The server does not know ${which} yet: ${what}; asking again`
    if (misses > 0) return `The server no longer knows ${which}: ${what}; asking again for 10s`
    return `The server does not show ${which}: ${what}; asking once more`
  }
}

/** The switch from long to standard polling; shorter holds are a detail. */
function polling({ print }: Line, { debug }: Printer): Observer {
  return event => {
    if (event.kind !== 'long-poll') return
    const { elapsed, longPoll, answer } = event
    if (longPoll.seconds > 0) debug(`A held request was cut: asking for holds of ${longPoll.seconds}s from now on`)
    else {
      const why =
        answer.kind === 'refused'
          ? 'The server takes no long polls'
          : answer.kind === 'fault'
            ? 'Long polls are cut on the way'
            : 'The server does not hold long polls'
      print(elapsed, `${why}: polling at intervals from now on`)
    }
  }
}

/** What is worth an annotation while the wait goes on: each once, so that many jobs do not flood the run's page. */
function remarks({ notice, warning }: Printer): Observer {
  let unknown = false
  let paused = false
  return event => {
    if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null) return
    const { job } = event.answer
    const { reference } = event.before
    const name = nameOf(reference, job)
    if (!job.recognized && !unknown) {
      unknown = true
      const state = plainText(job.state, 50)
      const title = 'The state of a job is not known'
      warning(
        `The ${name} is in the state "${state}", which ${reference.api.title} is not known to use. ` +
          'It is taken for pending.',
        { title }
      )
    }
    if (job.idle === 'paused' && !paused) {
      paused = true
      notice(`The ${name} is paused: it ends only once somebody resumes it.`, { title: 'A job is paused' })
    }
  }
}

function list(title: string, lines: readonly string[], { startGroup, info, endGroup }: Printer): void {
  startGroup(title)
  for (const line of lines) info(`  ${line}`)
  endGroup()
}
