import type { Client } from '../http/client.ts'
import type { Api } from '../jobs/api.ts'
import type { CancelOn, OpenEnding } from '../jobs/endings.ts'
import type { Job } from '../jobs/job.ts'
import type { JobReference } from '../jobs/reference.ts'
import type { Clock } from '../time/clock.ts'
import type { Ask } from '../wait/ask.ts'
import { type Awaited, wait } from '../wait/wait.ts'
import type { Rules } from '../wait/watch.ts'
import { describeExchange } from './answer.ts'

/** How long all requests to cancel, and the wait for what follows, may take together, in ms. */
const BUDGET = 1_500

const RULES: Rules = { timeout: BUDGET, longPoll: 0, pollInterval: 1_000, unreachableTimeout: BUDGET }

/**
 * Asks the server to cancel the jobs whose wait ended in one of `outcomes`, and looks for a moment at what follows. The
 * endings stay what they were: they tell of the wait. Their reasons, and the jobs as last seen, tell of the cancelling.
 */
export async function cancelJobs(
  all: readonly Awaited[],
  outcomes: readonly CancelOn[],
  { client, ask, clock }: { client: Client; ask: Ask; clock: Clock }
): Promise<Awaited[]> {
  const chosen = all.flatMap(cancellable)
  if (chosen.length === 0) return [...all]
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), BUDGET)
  try {
    const asked = new Map(await Promise.all(chosen.map(async one => [one.reference, await request(one)] as const)))
    const references = [...asked].flatMap(([reference, { refusal }]) => (refusal === '' ? [reference] : []))
    const after = await wait(references, RULES, {
      ask,
      clock,
      random: Math.random,
      stop: limit.signal,
      observe: () => {},
      isFinal: () => false
    })
    const seen = new Map(after.map(one => [one.reference, one.ending.job]))
    return all.map(one => {
      const cancelling = asked.get(one.reference)
      return cancelling === undefined ? one : withCancelling(one, cancelling, seen.get(one.reference) ?? null)
    })
  } finally {
    clearTimeout(timer)
  }

  function cancellable({ reference, ending, isBeyond }: Awaited): Cancellable[] {
    const { cancel } = reference.api
    const isChosen = 'reason' in ending && outcomes.some(outcome => outcome === ending.outcome)
    return isChosen && !isBeyond && cancel !== undefined ? [{ reference, ending, cancel }] : []
  }

  async function request({ reference, ending, cancel }: Cancellable): Promise<Cancelling> {
    const { method, path } = cancel(reference.key)
    const exchange = await client.send({ method, path: `${reference.root}${path}`, hold: 0 }, limit.signal)
    return { ending, refusal: exchange.ok && exchange.status < 300 ? '' : describeExchange(exchange, [reference.api]) }
  }
}

interface Cancellable {
  readonly reference: JobReference
  readonly ending: OpenEnding
  readonly cancel: NonNullable<Api['cancel']>
}

interface Cancelling {
  readonly ending: OpenEnding
  /** Why the server did not take the request; '' where it did. */
  readonly refusal: string
}

function withCancelling(awaited: Awaited, { ending, refusal }: Cancelling, seen: Job | null): Awaited {
  const job = seen ?? ending.job
  const done = job?.over
    ? `the server was asked to cancel it, and it ended as ${job.state}`
    : 'the server was asked to cancel it'
  const reason = [ending.reason, refusal === '' ? done : `the server did not cancel it: ${refusal}`]
  const seenAt = seen === null ? awaited.seenAt : awaited.elapsed
  return { ...awaited, seenAt, ending: { ...ending, job, reason: reason.filter(Boolean).join('; ') } }
}
