import { type ReceivedRequest, type Simulator, startSimulator } from '../simulator/server.ts'
import { measureAction, type Usage } from './child.ts'
import { type Findings, figure, percent, type Table, type Target, time } from './report.ts'
import { logUniform, median, quantile, seeded } from './statistics.ts'

const FEW = [1, 10, 100]
const MANY = 1_000
/** Seconds that the jobs take: all begin together, and end one after the other. */
const DURATIONS = { least: 2, most: 60 }
/** Requests that begin within this many ms of the first of a round belong to it: the shortest pause is 900 ms. */
const ROUND = 450
/** The contract's bound: a tenth of the age and a second; and ms for the requests of a round themselves. */
const BOUND = { share: 0.1, ms: 1_000, requests: 100 }

interface Crowd extends Usage {
  readonly count: number
  /** Seconds from the start to the end of the last job. */
  readonly seconds: number
  readonly requests: number
  /** The most requests of one polling round. */
  readonly round: number
  /** For each job, ms from its end until the server reported it, and the limit for that. */
  readonly ends: readonly { readonly delay: number; readonly bound: number }[]
}

/** Many ONTAP jobs in one step: what the server sees, how late the end of each job is noticed, and what it costs the runner. */
export async function measureManyJobs(): Promise<Findings> {
  const few = await Promise.all(FEW.map(awaitCrowd))
  const many = await awaitCrowd(MANY)
  return { tables: [tableOf([...few, many])], targets: targetsOf(many), charts: [] }
}

async function awaitCrowd(count: number): Promise<Crowd> {
  const simulator = await startSimulator()
  try {
    const startedAt = Date.now()
    const { least, most } = DURATIONS
    const jobs = logUniform(least, most, count, seeded(count)).map(seconds => {
      const script = [
        { after: 0, state: 'running' },
        { after: seconds, state: 'success' }
      ]
      return { seconds, key: simulator.addJob({ api: 'ontap', script }).key }
    })
    const usage = await measureAction({ url: simulator.url, 'job-key': jobs.map(({ key }) => key).join('\n') })
    return {
      ...usage,
      count,
      seconds: (Date.now() - startedAt) / 1_000,
      requests: simulator.requests.length,
      round: largestRound(simulator.requests),
      ends: jobs.map(({ key, seconds }) => ({
        delay: delayOf(key, simulator),
        bound: BOUND.share * seconds * 1_000 + BOUND.ms + BOUND.requests
      }))
    }
  } finally {
    await simulator.close()
  }
}

/** ms from a job's end until the server reported it, in the last answer about it. */
function delayOf(key: string, { requests, endedAt }: Simulator): number {
  const telling = requests.findLast(({ path }) => path.includes(key))
  return telling === undefined ? Number.NaN : telling.at + telling.heldMs - (endedAt(key) ?? Number.NaN)
}

function largestRound(requests: readonly ReceivedRequest[]): number {
  let begun = Number.NEGATIVE_INFINITY
  let size = 0
  let largest = 0
  for (const { at } of requests) {
    if (at - begun > ROUND) {
      begun = at
      size = 0
    }
    size += 1
    largest = Math.max(largest, size)
  }
  return largest
}

function tableOf(crowds: readonly Crowd[]): Table {
  return {
    title: `ONTAP jobs of ${DURATIONS.least} s to ${DURATIONS.most} s in one step`,
    columns: ['jobs', 'requests', 'of one round', 'delay (median)', 'p99', 'CPU', 'of the wait', 'peak memory'],
    rows: crowds.map(({ count, requests, round, ends, cpuSeconds, seconds, peakMegabytes }) => [
      String(count),
      String(requests),
      String(round),
      time(median(ends.map(({ delay }) => delay))),
      time(
        quantile(
          ends.map(({ delay }) => delay),
          0.99
        )
      ),
      `${figure(cpuSeconds)} s`,
      percent(cpuSeconds / seconds),
      `${Math.round(peakMegabytes)} MiB`
    ])
  }
}

function targetsOf({ count, round, ends, cpuSeconds, seconds, peakMegabytes }: Crowd): Target[] {
  const late = ends.filter(({ delay, bound }) => !(delay <= bound)).length
  return [
    {
      what: `${count} jobs: requests of one polling round`,
      limit: '10',
      measured: String(round),
      reached: round <= 10
    },
    {
      what: `${count} jobs: ends noticed later than 10 % of the age + 1 s`,
      limit: '0',
      measured: String(late),
      reached: late === 0
    },
    {
      what: `${count} jobs: peak memory`,
      limit: '120 MiB',
      measured: `${Math.round(peakMegabytes)} MiB`,
      reached: peakMegabytes < 120
    },
    {
      what: `${count} jobs: CPU, as a share of the wait`,
      limit: '5 %',
      measured: percent(cpuSeconds / seconds),
      reached: cpuSeconds / seconds < 0.05
    }
  ]
}
