import { lines, type Side, scatter } from './chart.ts'
import { HOLD, POLICIES, type Policy, ROUND_TRIP, type Trial } from './policies.ts'
import { type Findings, figure, percent, type Table, type Target, time } from './report.ts'
import { logUniform, mean, quantile, seeded } from './statistics.ts'

const HOUR = 3_600_000
/** The mix: nobody knows beforehand how long a job will take. ms. */
const MIX = { least: 2_000, most: 2 * HOUR, count: 1_000 }
/** Jobs of about this length, in ms, and how many of each: where polls fall on the end is a matter of luck. */
const DURATIONS = [
  { name: '2 s', ms: 2_000, count: 200 },
  { name: '10 s', ms: 10_000, count: 200 },
  { name: '1 min', ms: 60_000, count: 200 },
  { name: '10 min', ms: 600_000, count: 200 },
  { name: '1 h', ms: HOUR, count: 100 },
  { name: '6 h', ms: 6 * HOUR, count: 40 },
  { name: '24 h', ms: 24 * HOUR, count: 20 }
]
/** Jobs of about one length differ by this factor. */
const SPREAD = 1.2

/** On which side the names of neighbours on the chart are, so that they do not cover each other. */
const SIDES: Readonly<Record<string, Side>> = {
  'Await Job, standard polling': 'left',
  'every 10 s': 'top',
  'AWS SDK waiters': 'top',
  'doubled up to 60 s': 'left',
  'Google API clients': 'bottom'
}

interface Sample extends Trial {
  readonly duration: number
}

interface Measured {
  readonly policy: Policy
  readonly mix: readonly Sample[]
  readonly byDuration: readonly (readonly Sample[])[]
}

/** Every policy on a virtual clock: the action's own wait as it is, and the paces of others. */
export async function comparePolicies(): Promise<Findings> {
  const all: Measured[] = []
  for (const policy of POLICIES) {
    const mix = await sample(policy, MIX.least, MIX.most, MIX.count)
    const byDuration: Sample[][] = []
    for (const { ms, count } of DURATIONS) {
      byDuration.push(await sample(policy, ms / Math.sqrt(SPREAD), ms * Math.sqrt(SPREAD), count))
    }
    all.push({ policy, mix, byDuration })
  }
  return {
    tables: [
      mixTable(all),
      durationTable('Mean requests', all, samples => figure(mean(samples.map(({ requests }) => requests)))),
      durationTable('Mean delay', all, samples => time(mean(samples.map(({ delay }) => delay)))),
      durationTable('99th percentile of the delay', all, samples => time(late99(samples))),
      durationTable('Requests x mean delay, as a multiple of T/2', all.slice(1), samples => figure(timesBound(samples)))
    ],
    targets: targets(all),
    charts: [
      {
        name: 'bench-policies',
        text: 'Mean delay against mean requests, for each policy, over jobs of 2 s to 2 h',
        svg: theme =>
          scatter(
            {
              title: 'Jobs of 2 s to 2 h: how late the end is noticed, and at what cost',
              x: 'requests per job (mean)',
              leastX: 4,
              y: 'delay in s (mean)',
              series: [
                ...all.map(({ policy, mix }) => ({
                  ...policy,
                  points: [costAndDelay(mix)],
                  ...(SIDES[policy.name] === undefined ? {} : { side: SIDES[policy.name] })
                })),
                boundary(all)
              ]
            },
            theme
          )
      },
      {
        name: 'bench-relative',
        text: 'Mean delay as a share of the duration of the job, for each policy, by duration',
        svg: theme =>
          lines(
            {
              title: 'Delay relative to the duration of the job',
              x: 'duration of the job in s',
              y: 'delay in % of the duration (mean)',
              series: all.map(({ policy, byDuration }) => ({
                ...policy,
                points: byDuration.map((samples, index) => [
                  (DURATIONS[index]?.ms ?? 0) / 1_000,
                  100 * mean(samples.map(relative))
                ])
              }))
            },
            theme
          )
      }
    ]
  }
}

async function sample(policy: Policy, least: number, most: number, count: number): Promise<Sample[]> {
  const random = seeded(1)
  const samples: Sample[] = []
  for (const duration of logUniform(least, most, count, random)) {
    samples.push({ duration, ...(await policy.attempt(duration, random)) })
  }
  return samples
}

function mixTable(all: readonly Measured[]): Table {
  return {
    title: `Jobs of 2 s to 2 h (log-uniform, ${MIX.count} of them)`,
    columns: ['', 'requests', 'delay', 'p99', 'delay / duration', 'p99', 'source'],
    rows: all.map(({ policy, mix }) => [
      policy.name,
      figure(mean(mix.map(({ requests }) => requests))),
      time(mean(mix.map(({ delay }) => delay))),
      time(late99(mix)),
      percent(mean(mix.map(relative))),
      percent(quantile(mix.map(relative), 0.99)),
      policy.source === null ? '' : `[source](${policy.source})`
    ])
  }
}

function durationTable(title: string, all: readonly Measured[], cell: (samples: readonly Sample[]) => string): Table {
  return {
    title: `${title}, by the duration of the job`,
    columns: ['', ...DURATIONS.map(({ name }) => name)],
    rows: all.map(({ policy, byDuration }) => [policy.name, ...byDuration.map(cell)])
  }
}

const relative = ({ delay, duration }: Sample): number => delay / duration

const late99 = (samples: readonly Sample[]): number =>
  quantile(
    samples.map(({ delay }) => delay),
    0.99
  )

function costAndDelay(samples: readonly Sample[]): readonly [number, number] {
  return [mean(samples.map(({ requests }) => requests)), mean(samples.map(({ delay }) => delay)) / 1_000]
}

/** No schedule of N requests over T has a mean delay below T / 2N. */
function timesBound(samples: readonly Sample[]): number {
  const [requests, delay] = costAndDelay(samples)
  return (requests * delay) / (mean(samples.map(({ duration }) => duration)) / 2_000)
}

/** Where any fixed interval must lie. */
function boundary([first]: readonly Measured[]): { name: string; limit: true; points: [number, number][] } {
  const product = mean((first?.mix ?? []).map(({ duration }) => duration)) / 2_000
  return {
    name: 'any fixed interval',
    limit: true,
    points: [10, 1_000].map(requests => [requests, product / requests])
  }
}

function targets(all: readonly Measured[]): Target[] {
  const [held, standard, ...others] = all as [Measured, Measured, ...Measured[]]
  const samplesOf = ({ mix, byDuration }: Measured): Sample[] => [...mix, ...byDuration.flat()]
  const latest = Math.max(...samplesOf(held).map(({ delay }) => delay))
  const extra = Math.max(...samplesOf(held).map(({ requests, duration }) => requests - duration / HOLD))
  const overdue = Math.max(...samplesOf(standard).map(({ delay, duration }) => delay - 0.1 * duration))
  const [requests, delay] = costAndDelay(standard.mix)
  const better = others.filter(({ mix }) => {
    const [theirRequests, theirDelay] = costAndDelay(mix)
    return theirRequests <= requests && theirDelay <= delay
  })
  const share = quantile(standard.mix.map(relative), 0.99)
  const nearest = Math.min(...others.map(({ mix }) => quantile(mix.map(relative), 0.99)))
  return [
    {
      what: 'Long poll: delay, of every job',
      limit: time(ROUND_TRIP + 50),
      measured: time(latest),
      reached: latest <= ROUND_TRIP + 50
    },
    {
      what: 'Long poll: requests beyond T / hold, of every job',
      limit: '3',
      measured: figure(extra),
      reached: extra <= 3
    },
    {
      what: 'Standard: delay beyond 10 % of the age, of every job',
      limit: '1 s',
      measured: time(overdue),
      reached: overdue <= 1_000
    },
    {
      what: 'Standard: policies that are better on both mean requests and mean delay',
      limit: '0',
      measured: `${better.length}`,
      reached: better.length === 0
    },
    {
      what: 'Standard: delay / duration, 99th percentile',
      limit: `${percent(nearest)} (the nearest other)`,
      measured: percent(share),
      reached: share < nearest / 2
    }
  ]
}
