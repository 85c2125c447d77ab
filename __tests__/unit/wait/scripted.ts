import { createVirtualClock, type VirtualClock } from '../../../simulation/virtual-clock.ts'
import { apiNamed } from '../../../src/jobs/api.ts'
import type { ApiName, Job, JobReference } from '../../../src/jobs/job.ts'
import type { Answer, Question } from '../../../src/wait/ask.ts'
import { type Awaited, wait } from '../../../src/wait/wait.ts'
import type { Rules } from '../../../src/wait/watch.ts'

/** What the server does with one question: its answer about each job, and how many ms that takes. */
export interface Scripted {
  readonly after: number
  readonly answers: readonly Answer[]
  readonly retryAfter?: number
  /** The server's clock, in epoch ms. */
  readonly serverNow?: number
  readonly filtered?: boolean
}

/** A question and when it was put, in ms from the start of the wait. */
export interface Asked {
  readonly at: number
  readonly question: Question
}

export interface Played {
  readonly awaited: readonly Awaited[]
  readonly asked: readonly Asked[]
  readonly endedAt: number
}

/** Plays a wait against a scripted server, without jitter; `prepare` may schedule what happens beside it. */
export async function play(
  references: readonly JobReference[],
  rules: Partial<Rules>,
  serve: (asked: Asked, number: number) => Scripted,
  prepare: (clock: VirtualClock, stop: AbortController) => void = () => {}
): Promise<Played> {
  const clock = createVirtualClock(0, EPOCH)
  const stop = new AbortController()
  const asked: Asked[] = []
  prepare(clock, stop)
  const awaited = await clock.run(
    wait(
      references,
      { timeout: 60_000, longPoll: 0, pollInterval: 15_000, unreachableTimeout: 300_000, ...rules },
      {
        ask: (question, signal) => {
          const one = { at: clock.now(), question }
          const {
            after,
            answers,
            retryAfter = null,
            serverNow = null,
            filtered = true
          } = serve(one, asked.push(one) - 1)
          const reply = { answers, retryAfter, serverNow, filtered }
          return new Promise(resolve => {
            const settle = (): void => {
              callOff()
              signal.removeEventListener('abort', settle)
              resolve(reply)
            }
            const callOff = clock.at(clock.now() + after, settle)
            signal.addEventListener('abort', settle)
          })
        },
        clock,
        random: () => 1 - Number.EPSILON,
        stop: stop.signal,
        observe: () => {},
        isFinal: () => false
      }
    )
  )
  return { awaited, asked, endedAt: clock.now() }
}

export function reference(api: ApiName, number = 0): JobReference {
  return { api, key: `0000-${number}`, root: '/api', told: null }
}

/** A reading of the job: `state` in the words of its API; dated where it is given an `end`. */
export function reading({ api, key }: JobReference, state: string, end?: string, start?: string): Answer {
  const { keyField, read } = apiNamed(api)
  const job = read({ [keyField]: key, state, complete_time: end, end_time: end, start_time: start }) as Job
  return { kind: 'job', job }
}

/** When every scripted wait begins, in epoch ms. */
export const EPOCH = Date.UTC(2026, 0, 15)
export const END = '2026-01-15T00:00:00Z'
export const FAULT: Answer = { kind: 'fault', what: 'the server answered 503', why: 'other' }
export const CUT: Answer = { kind: 'fault', what: 'the connection broke', why: 'cut' }
export const UNRESOLVED: Answer = { kind: 'fault', what: 'the host name does not resolve', why: 'unresolved' }

export function outcomes({ awaited }: Played): string[] {
  return awaited.map(({ ending }) => ending.outcome)
}

export function times({ asked }: Played): number[] {
  return asked.map(({ at }) => at)
}
