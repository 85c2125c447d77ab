import { getEventListeners } from 'node:events'
import { createAsk } from '../src/ask/states.ts'
import { type Awaited, type WaitEvent, wait } from '../src/wait/wait.ts'
import { drawScenario } from './draw-scenario.ts'
import { check, type Findings } from './invariants.ts'
import { createDraw } from './random.ts'
import { referencesOf } from './references.ts'
import type { Request } from './request.ts'
import type { Scenario } from './scenario.ts'
import { createServer } from './server.ts'
import type { TokenServer } from './token-server.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** What happened in one run. Times are ms from the start of the wait. */
export interface Run {
  readonly scenario: Scenario
  readonly awaited: readonly Awaited[]
  readonly endedAt: number
  readonly requests: readonly Request[]
  /** Those for tokens; null where requests carry none. */
  readonly tokenServer: TokenServer | null
  /** The server's clock at a time, in epoch ms. */
  readonly serverClock: (time: number) => number
  /** What was still there when the wait had ended: timers, listeners, requests, later events. */
  readonly leftovers: readonly string[]
}

export interface Outcome extends Findings {
  readonly run: Run
}

/** Gets a line for everything that the wait reports, with its time in ms from the start of the wait. */
export type Trace = (time: number, line: string) => void

/** Midwinter, so that no date has a summer time. */
const EPOCH = Date.UTC(2026, 0, 15, 12)

/** Plays the run that `seed` draws, and checks it. Rejects where the wait itself throws or hangs. */
export async function simulate(seed: number, trace: Trace = () => {}): Promise<Outcome> {
  const run = await play(drawScenario(seed, createDraw(seed, 'scenario')), trace)
  return { run, ...check(run) }
}

async function play(scenario: Scenario, trace: Trace): Promise<Run> {
  const draw = createDraw(scenario.seed, 'client')
  const clock = createVirtualClock(draw.between(0, 1e7), EPOCH + draw.between(-1e9, 1e9), () => draw.between(-0.9, 3))
  const origin = clock.now()
  let open = scenario.jobs.length
  const server = createServer(scenario, clock, EPOCH, createDraw(scenario.seed, 'server'), () => open === 0)
  const stop = new AbortController()
  const leftovers: string[] = []
  let over = false
  if (scenario.cancelAt !== null) clock.at(origin + scenario.cancelAt, () => stop.abort())
  for (const { at, by } of scenario.wallSteps) clock.at(origin + at, () => clock.stepWall(by))
  const { suspension } = scenario
  if (suspension !== null) clock.at(origin + suspension.at, () => clock.suspend(suspension.ms))

  const awaited = await clock.run(
    wait(referencesOf(scenario, server.bodyOf), scenario.rules, {
      ask: createAsk(server.client, clock.wall),
      clock,
      random: draw.unit,
      stop: stop.signal,
      observe: event => {
        if (over) leftovers.push('an event after the end')
        if (event.kind === 'ended') open -= 1
        if (event.kind !== 'replied') trace(clock.now() - origin, describe(event))
      },
      isFinal: ({ outcome }) => scenario.failFast && outcome !== 'success' && outcome !== 'warning'
    }).finally(() => {
      over = true
    })
  )
  const endedAt = clock.now() - origin
  if (clock.sleeping() > 0) leftovers.push(`${clock.sleeping()} timer(s)`)
  if (server.open() > 0) leftovers.push(`${server.open()} request(s) under way`)
  if (getEventListeners(stop.signal, 'abort').length > 0) leftovers.push('a listener on the signal that cancels')
  server.client.close()
  const asked = server.requests.length
  await clock.drain()
  if (server.requests.length > asked) leftovers.push('a request after the end')
  return {
    scenario,
    awaited,
    endedAt,
    requests: server.requests,
    tokenServer: server.tokenServer,
    serverClock: server.clock,
    leftovers
  }
}

function describe(event: Exclude<WaitEvent, { kind: 'replied' }>): string {
  switch (event.kind) {
    case 'answer': {
      const { answer, before, after } = event
      const what = answer.kind === 'job' ? `job "${answer.job.state}" ${answer.job.verdict ?? 'pending'}` : answer.kind
      return `  ${before.reference.key}: ${what}${after === null ? ', over' : ''}`
    }
    case 'long-poll':
      return `  holds of ${event.longPoll.seconds} s from now on`
    case 'ended': {
      const { reference, ending, requests } = event.awaited
      const reason = 'reason' in ending && ending.reason !== '' ? `: ${ending.reason}` : ''
      return `  ${reference.key}: ended as ${ending.outcome} after ${requests} requests${reason}`
    }
  }
}
