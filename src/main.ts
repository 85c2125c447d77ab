import { readFileSync } from 'node:fs'
import * as core from '@actions/core'
import { cancelJobs } from './cancel.ts'
import { createAsk } from './http/asking.ts'
import { createClient } from './http/client.ts'
import { readInputs, type Settings } from './inputs.ts'
import { apiNamed } from './jobs/api.ts'
import type { JobReference } from './jobs/job.ts'
import { annotationOfFaults } from './report/annotation.ts'
import { printEnding } from './report/ending.ts'
import { announce, createLog } from './report/log.ts'
import { conclude, fails } from './report/outcome.ts'
import { outputsOf, outputsOfFaults } from './report/outputs.ts'
import { writeOutputs, writeSummary } from './report/runner-files.ts'
import { summaryOf, summaryOfFaults } from './report/summary.ts'
import { createTimeline } from './report/timeline.ts'
import { authorizationOf, secretForms } from './secrets.ts'
import { INTERRUPTED, stopOnSignal } from './signals.ts'
import { systemClock } from './wait/clock.ts'
import { type Awaited, wait } from './wait/wait.ts'

/**
 * The step, from its inputs to its outputs and exit code. The exit code is a failure from the start, and becomes 0 in one
 * place only: where every job has ended in a way that passes.
 */
export async function main(): Promise<void> {
  process.exitCode = 1
  process.once('exit', reportDefect)
  try {
    const reading = readInputs({ get: name => core.getInput(name), readFile: path => readFileSync(path, 'utf8') })
    if ('faults' in reading) reportFaults(reading.faults, reading.summary)
    else await run(reading.settings)
    process.off('exit', reportDefect)
  } catch (error) {
    core.debug(error instanceof Error ? `${error.stack}` : String(error))
    reportDefect()
    process.off('exit', reportDefect)
  }
}

async function run(settings: Settings): Promise<void> {
  const { references, server, credentials, requestTimeout, rules, failOn, failFast, cancelOn, summary } = settings
  for (const secret of secretForms(credentials)) core.setSecret(secret)
  const headers = {
    accept: 'application/hal+json, application/json',
    ...(credentials === null ? {} : { authorization: authorizationOf(credentials) })
  }
  const client = createClient({ origin: server.origin, headers, requestTimeout }, core.debug)
  const stop = new AbortController()
  const ignoreSignals = stopOnSignal(stop)
  const startedAt = { now: systemClock.now(), wall: systemClock.wall() }
  const timeline = createTimeline()
  const log = createLog(references.length, core)
  announce(settings, startedAt.wall, core)
  if (cancelOn.length > 0) warnOfNoCancel(references)
  try {
    const ask = createAsk(client, systemClock.wall)
    const awaited = await wait(references, rules, {
      ask,
      clock: systemClock,
      random: Math.random,
      stop: stop.signal,
      observe: event => {
        timeline.observe(event)
        log(event)
      },
      isFinal: ending => failFast && fails(ending, failOn)
    })
    const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.signal.aborted)
    const cancelled = await cancelJobs(awaited, outcomes, { client, ask, clock: systemClock })
    report(cancelled as [Awaited, ...Awaited[]])
  } finally {
    client.close()
    ignoreSignals()
  }

  function report(awaited: [Awaited, ...Awaited[]]): void {
    const conclusion = conclude(awaited, failOn, systemClock.now() - startedAt.now)
    writeOutputs(outputsOf(conclusion, server), core)
    if (summary) writeSummary(summaryOf(conclusion, { server, timeline, startedAt: startedAt.wall }), core)
    printEnding(conclusion, server, core)
    if (conclusion.level !== 'error') process.exitCode = 0
    else if (conclusion.worst.ending.outcome === 'cancelled') process.exitCode = INTERRUPTED
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

function reportDefect(): void {
  process.exitCode = 1
  core.error('Await Job stopped without knowing how the job ended: this is a defect of the action, please report it')
}
