import { readFileSync } from 'node:fs'
import { cancelJobs } from './cancel.ts'
import { formatDuration } from './duration.ts'
import { createAsk } from './http/asking.ts'
import { createClient } from './http/client.ts'
import { readInputs, type Settings } from './inputs.ts'
import { apiNamed } from './jobs/api.ts'
import { annotationOf } from './report/annotation.ts'
import { createLog } from './report/log.ts'
import { fails, worst } from './report/outcome.ts'
import { type Outputs, outputsOf } from './report/outputs.ts'
import { plainText } from './report/plain-text.ts'
import { nameOf, sentenceOf } from './report/wording.ts'
import { authorizationOf } from './secrets.ts'
import { INTERRUPTED, stopOnSignal } from './signals.ts'
import * as core from './toolkit.ts'
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
    const readFile = (path: string): string => readFileSync(path, 'utf8')
    const reading = readInputs({ get: core.getInput, readFile, environment: process.env })
    core.protect(reading.secrets)
    if ('faults' in reading) reportFaults(reading.faults)
    else await run(reading.settings)
    process.off('exit', reportDefect)
  } catch (error) {
    core.debug(error instanceof Error ? `${error.stack}` : String(error))
    reportDefect()
    process.off('exit', reportDefect)
  }
}

async function run(settings: Settings): Promise<void> {
  const { references, server, credentials, trust, proxy, requestTimeout, rules, failOn, failFast, cancelOn } = settings
  const headers = {
    accept: 'application/hal+json, application/json',
    ...(credentials === null ? {} : { authorization: authorizationOf(credentials) }),
    ...settings.headers
  }
  const client = createClient({ origin: server.origin, headers, trust, proxy, requestTimeout }, core.debug)
  const stop = new AbortController()
  const ignoreSignals = stopOnSignal(stop)
  const startedAt = systemClock.now()
  announce(settings)
  try {
    const ask = createAsk(client, systemClock.wall)
    const awaited = await wait(references, rules, {
      ask,
      clock: systemClock,
      random: Math.random,
      stop: stop.signal,
      observe: createLog(references.length, core),
      isFinal: ending => failFast && fails(ending, failOn)
    })
    const elapsed = systemClock.now() - startedAt
    const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.signal.aborted)
    const cancelled = await cancelJobs(awaited, outcomes, { client, ask, clock: systemClock })
    report(cancelled as [Awaited, ...Awaited[]], elapsed)
  } finally {
    client.close()
    ignoreSignals()
  }

  function report(awaited: [Awaited, ...Awaited[]], elapsed: number): void {
    const { ending } = worst(awaited)
    const failed = awaited.filter(({ ending }) => fails(ending, failOn))
    const message = messageOf(awaited, failed)
    writeOutputs(outputsOf(awaited, message, elapsed, server.origin))
    if (failed.length > 0) {
      core.error(annotationOf(failed, message), { title: 'The job did not succeed' })
      if (ending.outcome === 'cancelled') process.exitCode = INTERRUPTED
      return
    }
    if (ending.outcome === 'success') core.info(message)
    else core.warning(annotationOf(awaited, message), { title: 'The job did not simply succeed' })
    process.exitCode = 0
  }
}

function announce({ references, server, proxy, rules, cancelOn, warnings }: Settings): void {
  const [first] = references
  if (first === undefined) return
  const { title, cancel } = apiNamed(first.api)
  for (const warning of warnings) core.warning(warning)
  if (cancelOn.length > 0 && cancel === null) {
    core.warning(`${title} has no call that cancels a job: "cancel-job" has no effect`)
  }
  const what = references.length === 1 ? nameOf(first, null) : `${references.length} jobs`
  const until = new Date(systemClock.wall() + rules.timeout).toISOString().slice(0, 19)
  core.info(
    `Waiting for ${what} of ${title} at ${server.origin}${first.root}` +
      `${proxy === null ? '' : ` through the proxy ${proxy.origin} (${proxy.variable})`}, ` +
      `for up to ${formatDuration(rules.timeout)} (until ${until}Z)`
  )
}

function messageOf(awaited: readonly [Awaited, ...Awaited[]], failed: readonly Awaited[]): string {
  if (awaited.length === 1) return sentenceOf(awaited[0])
  return `${awaited.length - failed.length} of ${awaited.length} jobs passed`
}

function reportFaults(faults: readonly string[]): void {
  const lines = faults.map(fault => plainText(fault))
  writeOutputs({ outcome: 'invalid-input', message: lines.join('; '), 'elapsed-seconds': '0' })
  core.error(lines.join('\n'), { title: 'Await Job: the inputs are not right' })
}

function reportDefect(): void {
  process.exitCode = 1
  core.error('Await Job stopped without knowing how the job ended: this is a defect of the action, please report it')
}

/** The verdict stands whether or not the runner takes the outputs. */
function writeOutputs(outputs: Outputs): void {
  if (!process.env.GITHUB_OUTPUT) {
    core.debug('GITHUB_OUTPUT is not set: no outputs are written')
    return
  }
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
  } catch (error) {
    core.warning(`The outputs could not be written: ${error instanceof Error ? error.message : error}`)
  }
}
