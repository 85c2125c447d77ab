import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { awaitSource, type Outcome } from './ask/await-source.ts'
import { cancelJobs } from './ask/cancel.ts'
import { createAsk } from './ask/states.ts'
import { createClient } from './http/client.ts'
import { authorizationOf } from './http/credentials.ts'
import { readInputs, type Settings } from './inputs/settings.ts'
import { apiNamed } from './jobs/api.ts'
import type { JobReference } from './jobs/job.ts'
import { annotationOfFaults } from './report/annotation.ts'
import { outputsOfApart, printApart, summaryOfApart } from './report/apart.ts'
import { printEnding } from './report/ending.ts'
import { announce, createLog } from './report/log.ts'
import { conclude, fails } from './report/outcome.ts'
import { outputsOf, outputsOfFaults, outputsWithoutJobs } from './report/outputs.ts'
import { summaryOf, summaryOfFaults } from './report/summary.ts'
import { createTimeline } from './report/timeline.ts'
import { writeOutputs, writeSummary } from './runner/files.ts'
import { INTERRUPTED, stopOnSignal } from './runner/signals.ts'
import * as core from './runner/toolkit.ts'
import { systemClock } from './time/clock.ts'
import { type Awaited, wait } from './wait/wait.ts'

/**
 * The step, from its inputs to its outputs and exit code. The exit code is a failure from the start, and becomes 0 in one
 * place only: where every job has ended in a way that passes.
 */
export async function main(): Promise<void> {
  process.exitCode = 1
  process.once('exit', reportDefect)
  try {
    const readFile = (path: string): string => readFileSync(path, 'utf8')
    const reading = readInputs({ get: core.getInput, readFile, environment: process.env })
    core.protect(reading.secrets)
    if ('faults' in reading) reportFaults(reading.faults, reading.summary)
    else await run(reading.settings)
    process.off('exit', reportDefect)
  } catch (error) {
    core.debug(inspect(error))
    reportDefect()
    process.off('exit', reportDefect)
  }
}

async function run(settings: Settings): Promise<void> {
  const { source, server, credentials, trust, proxy, requestTimeout } = settings
  const { rules, failOn, failFast, cancelOn, summary, warnings } = settings
  const headers = {
    accept: 'application/hal+json, application/json',
    ...(credentials === null ? {} : { authorization: authorizationOf(credentials) }),
    ...settings.headers
  }
  const client = createClient({ origin: server.origin, headers, trust, proxy, requestTimeout }, core.debug)
  const ask = createAsk(client, systemClock.wall)
  for (const warning of warnings) core.warning(warning)
  const stop = new AbortController()
  const ignoreSignals = stopOnSignal(stop)
  const startedAt = { now: systemClock.now(), wall: systemClock.wall() }
  const timeline = createTimeline()
  const means = { client, clock: systemClock, random: Math.random, stop: stop.signal }
  const isFinal = ({ ending }: Pick<Awaited, 'ending'>): boolean => failFast && fails(ending, failOn)
  try {
    report(
      await awaitSource(source, {
        ...means,
        awaitJobs,
        patience: { deadline: startedAt.now + rules.timeout, unreachableTimeout: rules.unreachableTimeout },
        isFinal: awaited => awaited.some(one => 'reason' in one.ending || isFinal(one)),
        info: core.info,
        warn: core.warning
      })
    )
  } finally {
    client.close()
    ignoreSignals()
  }

  async function awaitJobs(references: readonly JobReference[]): Promise<readonly Awaited[]> {
    const log = createLog(references.length, core)
    const waiting = wait(references, rules, {
      ...means,
      ask,
      startedAt: startedAt.now,
      observe: event => {
        timeline.observe(event)
        log(event)
      },
      isFinal: ending => isFinal({ ending })
    })
    const [awaited] = await Promise.all([waiting, introduce(references)])
    const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.signal.aborted)
    return cancelJobs(awaited, outcomes, { client, ask, clock: systemClock })
  }

  /** The first request is under way while this is printed. */
  async function introduce(references: readonly JobReference[]): Promise<void> {
    announce({ references, server, proxy, rules }, startedAt.wall, core)
    if (cancelOn.length > 0) warnOfNoCancel(references)
  }

  function report({ awaited: [first, ...others], apart, status }: Outcome): void {
    const elapsed = systemClock.now() - startedAt.now
    const conclusion = first === undefined ? null : conclude([first, ...others], failOn, elapsed)
    const jobsFailed = conclusion?.level === 'error'
    writeOutputs(
      {
        ...(conclusion === null ? outputsWithoutJobs(elapsed) : outputsOf(conclusion, server)),
        ...(apart === null || jobsFailed ? {} : outputsOfApart(apart)),
        'status-code': status === null ? '' : String(status)
      },
      core
    )
    if (summary && conclusion !== null) {
      writeSummary(summaryOf(conclusion, { server, timeline, startedAt: startedAt.wall }), core)
    }
    if (summary && apart !== null) writeSummary(summaryOfApart(apart), core)
    if (conclusion !== null && (apart === null || jobsFailed)) printEnding(conclusion, server, core)
    if (apart !== null && jobsFailed) core.info(apart.message)
    if (apart !== null && !jobsFailed) printApart(apart, core)
    const passes = !jobsFailed && (apart === null ? conclusion !== null : apart.outcome === 'success')
    if (passes) process.exitCode = 0
    else if ([apart?.outcome, conclusion?.worst.ending.outcome].includes('cancelled')) process.exitCode = INTERRUPTED
  }
}

function warnOfNoCancel(references: readonly JobReference[]): void {
  const without = references.map(({ api }) => apiNamed(api)).find(({ cancel }) => cancel === null)
  if (without !== undefined) core.warning(`${without.title} has no call that cancels a job: "cancel-job" has no effect`)
}

function reportFaults(faults: readonly string[], summary: boolean): void {
  writeOutputs(outputsOfFaults(faults), core)
  if (summary) writeSummary(summaryOfFaults(faults), core)
  core.error(annotationOfFaults(faults), { title: 'Await Job: the inputs are not right' })
}

/** An end that nobody decided on: an error in the program, a promise that never settles, an exit from elsewhere. */
function reportDefect(code?: number): void {
  if (code === INTERRUPTED) return
  process.exitCode = 1
  const message =
    'Await Job stopped without knowing how the job ended: this is a defect of the action, please report it. The job may still be running'
  writeOutputs({ outcome: 'unrecognized', message }, core)
  core.error(message, { title: 'Await Job: a defect' })
}
