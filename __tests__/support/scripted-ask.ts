import type { Hold } from '../../src/jobs/api.ts'
import type { Job } from '../../src/jobs/job.ts'
import type { Answer, Ask, Reply } from '../../src/wait/ask.ts'
import { CUT, over, running } from './answers.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** One request as the scripted server saw it. */
export interface Asked {
  /** ms since the clock was made. */
  readonly at: number
  readonly keys: readonly string[]
  readonly hold: Hold | null
  /** The job whose details are asked for. */
  readonly settling: Job | null
  /** How many requests came before it. */
  readonly index: number
}

/** What the scripted server says, of every job of the question or of each by its key: a bare answer comes at once. */
export type Said = Answer | (Partial<Reply> & { readonly answer?: Answer | AnswerTo; readonly after?: number })
type AnswerTo = (key: string) => Answer

export interface ScriptedAsk {
  readonly ask: Ask
  readonly asked: Asked[]
}

/** More requests than any honest wait makes: a hot loop fails the test instead of hanging it. */
const TOO_MANY = 20_000

/** A server that answers what `say` returns, `after` ms (0 if not given); when given up it answers with a broken connection. */
export function scriptedAsk(clock: VirtualClock, say: (asked: Asked) => Said): ScriptedAsk {
  const asked: Asked[] = []
  const ask: Ask = async ({ references, hold, settling }, signal) => {
    const request: Asked = {
      at: clock.elapsed(),
      keys: references.map(({ key }) => key),
      hold,
      settling,
      index: asked.length
    }
    asked.push(request)
    if (asked.length > TOO_MANY) throw new Error('a hot loop')
    const said = say(request)
    const { answer = CUT, after = 0, ...reply } = 'kind' in said ? { answer: said } : said
    if (after > 0) await clock.sleep(after, signal)
    const answerTo = signal.aborted ? () => CUT : typeof answer === 'function' ? answer : () => answer
    const answers = references.map(({ key }) => answerTo(key))
    return { answers, retryAfter: null, serverNow: null, filtered: true, ...(signal.aborted ? {} : reply) }
  }
  return { ask, asked }
}

/** Says one line after the other, the last one for ever. */
export function inTurn(...lines: readonly [Said, ...Said[]]): (asked: Asked) => Said {
  return ({ index }) => lines[Math.min(index, lines.length - 1)] as Said
}

/** A server that holds to the end of each hold, for a job that finishes after `ms`; it takes `latency` to answer. */
export function holdsUntil(ms: number, latency = 10, end: Answer = over()): (asked: Asked) => Said {
  return ({ at, hold }) => {
    const wait = hold === null ? 0 : Math.max(0, Math.min(hold.seconds * 1_000, ms - at))
    return { after: wait + latency, answer: at + wait >= ms ? end : running() }
  }
}
