import { cancelJobs } from './ask/cancel.ts'
import { type Apart, findJobs } from './ask/find-jobs.ts'
import { leave } from './ask/leave.ts'
import { createAsk } from './ask/states.ts'
import { withTokens } from './ask/tokens.ts'
import { type Client, createClient } from './http/client.ts'
import { authorizationOf } from './http/credentials.ts'
import { tokenServerOf } from './http/oauth.ts'
import { readTextFile } from './inputs/file.ts'
import { readInputs, type Settings } from './inputs/settings.ts'
import { fails } from './jobs/endings.ts'
import type { JobReference } from './jobs/reference.ts'
import { announce } from './report/announce.ts'
import { type Progress, reportDefect } from './report/defect.ts'
import { reportFaults } from './report/faults.ts'
import { createLog } from './report/log.ts'
import { createNames, type Names } from './report/names.ts'
import { reportStep } from './report/step.ts'
import { createTimeline, type Timeline } from './report/timeline.ts'
import { stopOnSignal } from './runner/signals.ts'
import * as core from './runner/toolkit.ts'
import { watchForUnexpectedEnd } from './runner/unexpected-end.ts'
import { systemClock } from './time/clock.ts'
import type { Ask } from './wait/ask.ts'
import { type Awaited, wait } from './wait/wait.ts'

/**
 * The step, from its inputs to its outputs and exit code. The exit code is a failure from the start: a promise that never
 * settles, or an exit from elsewhere, is never green.
 */
export async function main(): Promise<void> {
  process.exitCode = 1
  const progress: Progress = { origin: '', outcomes: new Map() }
  const unwatch = watchForUnexpectedEnd(error => reportDefect(error, progress, core))
  try {
    const reading = readInputs({ get: core.getInput, readFile: readTextFile, environment: process.env })
    core.protect(reading.secrets)
    process.exitCode =
      'faults' in reading ? reportFaults(reading.faults, reading.summary, core) : await run(reading.settings, progress)
  } catch (error) {
    process.exitCode = reportDefect(error, progress, core)
  }
  unwatch()
}

/** What a step works with. */
interface Session {
  readonly settings: Settings
  readonly client: Client
  readonly ask: Ask
  readonly stop: AbortSignal
  readonly timeline: Timeline
  readonly names: Names
  readonly progress: Progress
  /** ms on the monotonic clock. */
  readonly startedAt: number
  /** The same moment in epoch ms. */
  readonly startedAtWall: number
}

/** Finds the jobs, awaits them batch by batch, and reports what came of it. Resolves with the exit code. */
async function run(settings: Settings, progress: Progress): Promise<number> {
  const { source, rules, failOn, failFast } = settings
  progress.origin = settings.server.origin
  const client = connect(settings)
  const stop = new AbortController()
  const ignoreSignals = stopOnSignal(stop)
  const session: Session = {
    settings,
    client,
    ask: createAsk(client, systemClock.wall),
    stop: stop.signal,
    timeline: createTimeline(),
    names: createNames(),
    progress,
    startedAt: systemClock.now(),
    startedAtWall: systemClock.wall()
  }
  const limits = { deadline: session.startedAt + rules.timeout, unreachableTimeout: rules.unreachableTimeout }
  const isLast = ({ ending }: Awaited): boolean => 'reason' in ending || (failFast && fails(ending.outcome, failOn))
  const awaited: Awaited[] = []
  let apart: Apart | null = null
  let status: number | null = null
  for (const warning of settings.warnings) core.warning(warning)
  try {
    for await (const found of findJobs(source, {
      ...session,
      clock: systemClock,
      random: Math.random,
      limits,
      log: core
    })) {
      status = found.status
      if ('apart' in found) apart = found.apart
      else {
        const batch = await awaitOrLeave(found.references, session)
        awaited.push(...batch)
        if (batch.some(isLast)) break
      }
    }
    const elapsed = systemClock.now() - session.startedAt
    const showing = { ...settings, timeline: session.timeline, names: session.names, startedAt: session.startedAtWall }
    return reportStep({ awaited, apart, status, elapsed }, showing, core)
  } finally {
    client.close()
    ignoreSignals()
  }
}

function connect({ server, credentials, oauth, headers: further, trust, proxy, requestTimeout }: Settings): Client {
  const headers = {
    accept: 'application/hal+json, application/json',
    ...(credentials === null ? {} : { authorization: authorizationOf(credentials) }),
    ...further
  }
  const client = createClient({ origin: server.origin, headers, trust, proxy, requestTimeout }, core.debug)
  if (oauth === null) return client
  const tokenClient = createClient(
    {
      origin: oauth.origin,
      name: tokenServerOf(oauth),
      headers: { accept: 'application/json' },
      trust: { ...trust, identity: null },
      proxy: oauth.proxy,
      requestTimeout
    },
    core.debug
  )
  return withTokens(client, oauth, { tokenClient, clock: systemClock, keepSecret: token => core.protect([token]) })
}

/** Awaits jobs, unless the inputs say to leave them. */
async function awaitOrLeave(references: readonly JobReference[], session: Session): Promise<readonly Awaited[]> {
  session.names.add(references)
  if (session.settings.waits) return awaitJobs(references, session)
  return references.map(reference => leave(reference, systemClock.now() - session.startedAt))
}

/** Awaits jobs together, and has the server cancel those that the inputs say so of. */
async function awaitJobs(references: readonly JobReference[], session: Session): Promise<readonly Awaited[]> {
  const { settings, client, ask, stop, timeline, names, progress, startedAt } = session
  const { rules, failOn, failFast, cancelOn } = settings
  const log = createLog(references, names, core)
  for (const reference of references) progress.outcomes.set(reference, 'unrecognized')
  const waiting = wait(references, rules, {
    ask,
    clock: systemClock,
    random: Math.random,
    startedAt,
    stop,
    observe: event => {
      if (event.kind === 'ended') progress.outcomes.set(event.awaited.reference, event.awaited.ending.outcome)
      timeline.observe(event)
      names.observe(event)
      log(event)
    },
    isFinal: ending => failFast && fails(ending.outcome, failOn)
  })
  // The first request is under way while the jobs are announced. Both are awaited together: if announcing them throws, a
  // wait that rejects later would otherwise be an unhandled rejection.
  const [awaited] = await Promise.all([waiting, introduce(references, session)])
  const outcomes = cancelOn.filter(outcome => outcome !== 'cancelled' || stop.aborted)
  return cancelJobs(awaited, outcomes, { client, ask, clock: systemClock })
}

async function introduce(
  references: readonly JobReference[],
  { settings, names, startedAtWall }: Session
): Promise<void> {
  announce({ ...settings, references, names }, startedAtWall, core)
  if (settings.cancelOn.length === 0) return
  const without = references.map(({ api }) => api).find(({ cancel }) => cancel === undefined)
  if (without !== undefined) core.warning(`${without.title} cannot cancel a job: "cancel-job" has no effect`)
}
