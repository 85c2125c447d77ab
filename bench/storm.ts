import { runAction } from '../simulator/runner.ts'
import { startSimulator } from '../simulator/server.ts'
import { type Gate, limit, openGate, outage, type Passage } from './gate.ts'
import { type Findings, type Table, type Target, time } from './report.ts'

const APIS = { ontap: 'ONTAP', 'unified-manager': 'Unified Manager', 'ontap-select': 'ONTAP Select, side by side' }
type Api = keyof typeof APIS
type Trouble = 'limit' | 'outage'

/** How many jobs, for how long they run, and when the server is out of order: seconds. */
interface Size {
  readonly counts: readonly number[]
  readonly seconds: number
  readonly outage: readonly [from: number, to: number]
}

const FULL: Size = { counts: [20, 200, 1_000], seconds: 60, outage: [5, 65] }
const SHORT: Size = { counts: [20, 200], seconds: 10, outage: [3, 13] }
/** Requests per second that the limit lets through, and how many at once. */
const LIMIT = { perSecond: 1, burst: 2 }
/** ms in which a refusal reaches the step, and the requests that it had sent before reach the server. */
const ON_THEIR_WAY = 100
/** How many steps run at the same time. */
const AT_ONCE = 6

interface Trial {
  readonly trouble: Trouble
  readonly api: Api
  readonly count: number
}

interface Storm extends Trial {
  readonly outcome: string
  readonly requests: number
  readonly refused: number
  /** The most requests in one second while the server was in trouble, without those that were already on their way. */
  readonly mostInOneSecond: number
  /** ms from the end of the jobs, or of the outage if that is later, to the end of the step. */
  readonly delay: number
}

/** Many jobs in one step, behind a limit of the rate of requests, and through an outage. `short`: smaller, for a try. */
export async function measureStorm(short = false): Promise<Findings> {
  const size = short ? SHORT : FULL
  const trials = size.counts.flatMap(count =>
    (Object.keys(APIS) as Api[]).flatMap(api =>
      (['limit', 'outage'] as const).map(trouble => ({ trouble, api, count }))
    )
  )
  const chosen = trials.filter(trial => !isLong(trial, short ? 20 : 200))
  const storms = await inPool(chosen.toReversed(), AT_ONCE, trial => brave(trial, size))
  storms.reverse()
  return {
    tables: (['limit', 'outage'] as const).map(trouble => tableOf(trouble, storms, size)),
    targets: targetsOf(storms),
    charts: []
  }
}

/** Asked about one by one, jobs behind the limit take more than a second each: a thousand, half an hour. */
function isLong({ trouble, api, count }: Trial, most: number): boolean {
  return trouble === 'limit' && api === 'ontap-select' && count > most
}

async function brave({ trouble, api, count }: Trial, { seconds, outage: [from, to] }: Size): Promise<Storm> {
  const simulator = await startSimulator({ plays: api })
  const script = [
    { after: 0, state: 'running' },
    { after: seconds, state: 'success' }
  ]
  const rule = trouble === 'limit' ? limit(LIMIT.perSecond, LIMIT.burst) : outage(from * 1_000, to * 1_000)
  const startedAt = performance.now()
  const gate = await openGate(simulator.url, rule)
  const keys = Array.from({ length: count }, () => simulator.addJob({ api, script }).key)
  try {
    const { outputs } = await runAction({ url: gate.url, api, 'job-key': keys.join('\n'), summary: 'false' })
    const over = Math.max(seconds, trouble === 'outage' ? to : 0) * 1_000
    const { passages } = gate
    return {
      ...{ trouble, api, count },
      outcome: outputs.outcome ?? 'none',
      requests: passages.length,
      refused: passages.filter(({ refused }) => refused).length,
      mostInOneSecond: mostInOneSecond(
        sinceFirstRefusal(gate, trouble === 'outage' ? to * 1_000 : Number.POSITIVE_INFINITY)
      ),
      delay: performance.now() - startedAt - over
    }
  } finally {
    await Promise.all([gate.close(), simulator.close()])
  }
}

function sinceFirstRefusal({ passages }: Gate, until: number): Passage[] {
  const first = passages.find(({ refused }) => refused)?.answeredAt ?? Number.POSITIVE_INFINITY
  return passages.filter(({ at }) => at > first + ON_THEIR_WAY && at < until)
}

function mostInOneSecond(passages: readonly Passage[]): number {
  return Math.max(
    0,
    ...passages.map(({ at }) => passages.filter(other => other.at >= at && other.at < at + 1_000).length)
  )
}

/** Does the work for each item, for so many at the same time, in their order. */
async function inPool<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item)
  }
  await Promise.all(Array.from({ length: most }, worker))
  return results
}

function tableOf(trouble: Trouble, storms: readonly Storm[], { seconds, outage: [from, to] }: Size): Table {
  const title =
    trouble === 'limit'
      ? `Jobs of ${seconds} s behind a limit of ${LIMIT.perSecond} request per second, ${LIMIT.burst} at once (429)`
      : `Jobs of ${seconds} s, and 503 to every request for ${to - from} s`
  return {
    title,
    columns: ['', 'jobs', 'requests', 'of them refused', 'most in 1 s', 'delay', 'outcome'],
    rows: storms
      .filter(storm => storm.trouble === trouble)
      .map(({ api, count, requests, refused, mostInOneSecond, delay, outcome }) => [
        APIS[api],
        ...[count, requests, refused].map(String),
        refused === 0 ? '–' : String(mostInOneSecond),
        time(delay),
        outcome
      ])
  }
}

function targetsOf(storms: readonly Storm[]): Target[] {
  const lists = storms.filter(({ api, count }) => count === 200 && api !== 'ontap-select')
  return [
    targetOf('behind the limit: requests', lists, 'limit', ({ requests }) => requests, 110, String),
    targetOf('behind the limit: delay', lists, 'limit', ({ delay }) => delay, 5_000, time),
    targetOf('outage: requests refused', lists, 'outage', ({ refused }) => refused, 22, String),
    targetOf(
      'outage: most requests in one second',
      lists,
      'outage',
      ({ mostInOneSecond }) => mostInOneSecond,
      3,
      String
    ),
    targetOf('outage: delay', lists, 'outage', ({ delay }) => delay, 5_000, time)
  ]
}

function targetOf(
  what: string,
  storms: readonly Storm[],
  trouble: Trouble,
  measure: (storm: Storm) => number,
  most: number,
  show: (value: number) => string
): Target {
  const worst = Math.max(...storms.filter(storm => storm.trouble === trouble).map(measure))
  return { what: `200 jobs in lists, ${what}`, limit: show(most), measured: show(worst), reached: worst <= most }
}
