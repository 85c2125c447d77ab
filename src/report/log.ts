import type { JobReference } from '../jobs/reference.ts'
import type { Printer } from '../runner/toolkit.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../time/duration.ts'
import { hasErrors, type Watch } from '../wait/watch.ts'
import { MANY } from './announce.ts'
import { createLogLines, type LogLines, type Observer } from './log-lines.ts'
import { createChanges, createTotals } from './log-progress.ts'
import type { Names } from './names.ts'
import { operationOf } from './operations.ts'
import { capitalized, subjectOf } from './wording.ts'

/**
 * Prints what happens during a wait: changes, faults as they begin and end, a heartbeat, the endings; never one line per
 * poll. Of many jobs, the states are counted, and every ending is listed in a group at the end.
 */
export function createLog(references: readonly JobReference[], names: Names, printer: Printer): Observer {
  const total = references.length
  const lines = createLogLines(
    references.map(({ key }) => key),
    printer
  )
  const observers = [
    faults(names, lines),
    polling(lines, printer),
    total > MANY ? createTotals(total, names, lines) : createChanges(total, names, lines),
    remarks(names, printer)
  ]
  return event => {
    for (const observe of observers) observe(event)
  }
}

/** Faults when they begin and when they end, of all jobs together: a faulty server concerns them all. */
function faults(names: Names, { print }: LogLines): Observer {
  const affected = new Set<JobReference>()
  let since = 0
  /** Whether a single job is not shown, while the server itself is in order. */
  let isMiss = false
  return event => {
    if (event.kind === 'ended') affected.delete(event.awaited.reference)
    if (event.kind !== 'answer') return
    const { elapsed, after } = event
    if (after === null) return
    const { reference } = after
    if (!hasErrors(after)) {
      if (affected.delete(reference) && affected.size === 0) {
        const change = isMiss ? `${knows(after)}s ${names.currentOf(after)}` : 'answers again'
        print(elapsed, `The server ${change} after ${formatDuration(elapsed - since)}`)
      }
    } else if (!affected.has(reference)) {
      if (affected.size === 0) {
        since = elapsed
        print(elapsed, begin(after))
      }
      isMiss = affected.size === 0 && after.errors.faults === 0 && after.errors.misses > 0
      affected.add(reference)
    }
  }

  function begin(watch: Watch): string {
    const { phase, errors } = watch
    const { faults, misses } = errors
    const { what } = errors.last
    const which = names.currentOf(watch)
    if (faults > 0) return `No usable answer: ${what}; retrying`
    if (misses > 0 && phase.kind === 'unseen')
      return `The server does not ${knows(watch)} ${which} yet: ${what}; retrying`
    if (misses > 0) return `The server no longer ${knows(watch)}s ${which}: ${what}; checking again for 10s`
    return `The server does not allow ${which} to be read: ${what}; checking once more`
  }
}

/** A server knows jobs, and shows resources. */
function knows({ about }: Watch): string {
  return about.api.shows === undefined ? 'know' : 'show'
}

/** The switch from long to standard polling; shorter holds are a detail. */
function polling({ print }: LogLines, { debug }: Printer): Observer {
  return event => {
    if (event.kind !== 'long-poll') return
    const { elapsed, longPoll, answer } = event
    if (longPoll.seconds > 0) debug(`A long poll was cut: long polls are limited to ${longPoll.seconds}s from now on`)
    else {
      const why =
        answer.kind === 'refused'
          ? 'The server does not accept long polls'
          : answer.kind === 'fault'
            ? 'Something between here and the server cuts long polls'
            : 'The server does not support long polls'
      print(elapsed, `${why}: polling at intervals from now on`)
    }
  }
}

/** What is worth an annotation while the wait goes on: each once, so that many jobs do not flood the run's page. */
function remarks(names: Names, { notice, warning }: Printer): Observer {
  let unknown = false
  let paused = false
  return event => {
    if (event.kind !== 'answer' || event.answer.kind !== 'job' || event.after === null) return
    const { job } = event.answer
    const { reference, succeeded } = event.after
    const beyond = succeeded === null ? {} : ({ isBeyond: true } as const)
    const named = { reference, handle: names.handleOf(reference), resource: '', progress: '', ...beyond }
    const name = capitalized(subjectOf(named, job))
    if (!job.recognized && !unknown) {
      unknown = true
      const state = plainText(job.state, 50)
      warning(
        `${name}: ${reference.api.title} is not known to use the state "${state}". ` +
          'The action treats it as pending.',
        { title: 'Unknown state of a job' }
      )
    }
    if (job.idle === 'paused' && !paused) {
      paused = true
      const message = plainText(job.message, 300)
      const operation = operationOf(named)
      const how =
        operation === null ? 'is paused and continues only once it is resumed on the server' : 'waits for a person'
      const title = operation === null ? 'A job is paused' : `A ${operation} waits for a person`
      notice(`${name} ${how}${message && `: ${message}`}`, { title })
    }
  }
}
