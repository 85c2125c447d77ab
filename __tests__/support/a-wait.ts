import type { Ending } from '../../src/jobs/endings.ts'

import type { JobReference } from '../../src/jobs/reference.ts'
import { type Awaited, type WaitEvent, wait } from '../../src/wait/wait.ts'
import type { Rules } from '../../src/wait/watch.ts'
import { reference } from './answers.ts'
import { type Asked, type Said, scriptedAsk } from './scripted-ask.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

export const RULES: Rules = {
  timeout: 3_600_000,
  longPoll: 30_000,
  pollInterval: 15_000,
  unreachableTimeout: 300_000
}

export interface Setting {
  readonly references?: readonly JobReference[]
  readonly rules?: Partial<Rules>
  readonly clock?: VirtualClock
  /** 1, if not given: no jitter, every pause is the longest of its kind. */
  readonly random?: () => number
  readonly stop?: AbortSignal
  readonly isFinal?: (ending: Ending) => boolean
  readonly observe?: (event: WaitEvent) => void
}

/** One job of a server that may hold requests. */
export const HOLDING: Setting = { references: [reference('one', 'unified-manager')] }

export interface Waited {
  readonly all: readonly Awaited[]
  /** How the only, or the first, job ended. */
  readonly ending: Ending
  readonly asked: readonly Asked[]
  /** When each request went out, in ms from the start. */
  readonly times: readonly number[]
  /** ms that the wait took. */
  readonly took: number
  readonly events: readonly WaitEvent[]
}

/** A wait on a virtual clock for one ONTAP job, if nothing else is said. */
export async function waited(say: (asked: Asked) => Said, setting: Setting = {}): Promise<Waited> {
  const { references = [reference()], rules, clock = virtualClock(), random = () => 1 } = setting
  const { stop = new AbortController().signal, isFinal = () => false, observe } = setting
  const { ask, asked } = scriptedAsk(clock, say)
  const events: WaitEvent[] = []
  const all = await wait(
    references,
    { ...RULES, ...rules },
    {
      ask,
      clock,
      random,
      stop,
      isFinal,
      observe: event => {
        events.push(event)
        observe?.(event)
      }
    }
  )
  const [first] = all as [Awaited]
  return { all, ending: first.ending, asked, times: asked.map(({ at }) => at), took: clock.elapsed(), events }
}
