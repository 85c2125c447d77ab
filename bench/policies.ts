import { over, reference, running } from '../__tests__/support/answers.ts'
import { scriptedAsk } from '../__tests__/support/scripted-ask.ts'
import { virtualClock } from '../__tests__/support/virtual-clock.ts'
import { wait } from '../src/wait/wait.ts'
import type { Rules } from '../src/wait/watch.ts'

/** One job awaited: requests made, and ms from its end until it is noticed. */
export interface Trial {
  readonly requests: number
  readonly delay: number
}

export interface Policy {
  readonly name: string
  /** Where the pace is documented; null for our own, and for plain intervals. */
  readonly source: string | null
  readonly ours: boolean
  /** Awaits a job that ends `duration` ms after it was accepted, which is when the wait begins. */
  readonly attempt: (duration: number, random: () => number) => Promise<Trial>
}

/** ms from a request to its answer, where the server does not hold it. */
export const ROUND_TRIP = 50
/** ms that a long poll asks to be held: the action's default. */
export const HOLD = 30_000

export const POLICIES: readonly Policy[] = [
  { name: 'Await Job, long poll', source: null, ours: true, attempt: ours({ longPoll: HOLD }, true) },
  { name: 'Await Job, standard polling', source: null, ours: true, attempt: ours({ longPoll: 0 }, false) },
  polling('every 3 s', 'https://github.com/cli/cli/blob/trunk/pkg/cmd/run/watch/watch.go', () => 3_000),
  polling('every 5 s', 'https://pypi.org/project/netapp-ontap/', () => 5_000),
  polling('every 10 s', 'https://github.com/lewagon/wait-on-check-action/blob/master/action.yml', () => 10_000),
  polling(
    'every 30 s',
    'https://github.com/Azure/azure-sdk-for-python/blob/main/sdk/core/azure-core/azure/core/polling/base_polling.py',
    () => 30_000
  ),
  polling('doubled up to 60 s', null, count => Math.min(1_000 * 2 ** (count - 1), 60_000)),
  polling('AWS SDK waiters', 'https://smithy.io/2.0/additional-specs/waiters.html#waiter-retries', (count, random) => {
    const longest = Math.min(2_000 * 2 ** (count - 1), 120_000)
    return 2_000 + (longest - 2_000) * random()
  }),
  polling(
    'Terraform plugin SDK',
    'https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/retry/state.go',
    count => Math.min(100 * 2 ** count, 10_000)
  ),
  polling('Google API clients', 'https://github.com/googleapis/googleapis/blob/master/google/api/client.proto', count =>
    Math.min(5_000 * 1.5 ** (count - 1), 45_000)
  )
]

/** A client that asks, pauses and asks again. `pause` gives the ms after the `count`th request. */
function polling(name: string, source: string | null, pause: (count: number, random: () => number) => number): Policy {
  const attempt = async (duration: number, random: () => number): Promise<Trial> => {
    let now = 0
    for (let requests = 1; ; requests += 1) {
      const readAt = now + ROUND_TRIP / 2
      now += ROUND_TRIP
      if (readAt >= duration) return { requests, delay: now - duration }
      now += pause(requests, random)
    }
  }
  return { name, source, ours: false, attempt }
}

/** The action's own wait on a virtual clock, against a server that holds requests if `holds`. */
function ours(rules: Partial<Rules>, holds: boolean): Policy['attempt'] {
  return async (duration, random) => {
    const clock = virtualClock()
    const accepted = clock.wall()
    const seen = { startedAt: accepted, lastModified: 'accepted' }
    const { ask, asked } = scriptedAsk(clock, ({ at, hold }) => {
      const arrivesAt = at + ROUND_TRIP / 2
      const held = holds && hold !== null && arrivesAt < duration
      const readAt = held ? Math.min(arrivesAt + hold.seconds * 1_000, duration) : arrivesAt
      return {
        answer: readAt >= duration ? over('NORMAL', seen) : running(seen),
        after: readAt - arrivesAt + ROUND_TRIP,
        serverNow: Math.floor((accepted + readAt) / 1_000) * 1_000
      }
    })
    const [awaited] = await wait(
      [reference('one', holds ? 'unified-manager' : 'ontap')],
      { timeout: 48 * 3_600_000, longPoll: 0, pollInterval: 15_000, unreachableTimeout: 300_000, ...rules },
      { ask, clock, random, stop: new AbortController().signal, observe: () => {}, isFinal: () => false }
    )
    if (awaited?.ending.outcome !== 'success') throw new Error(`the wait ended as ${awaited?.ending.outcome}`)
    return { requests: asked.length, delay: clock.elapsed() - duration }
  }
}
