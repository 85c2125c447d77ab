import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type AddedJob, type Simulator, startSimulator } from '../simulator/server.ts'
import { type Side, scatter } from './chart.ts'
import { runPassing, runProgram } from './child.ts'
import { type Findings, figure, time } from './report.ts'
import { mean, median } from './statistics.ts'

/** Seconds that the jobs take; each is played REPEATS times, a little longer every time, so that no poller is lucky. */
const DURATIONS = [3, 20, 60]
const REPEATS = 5
const LONGER = 0.13
/** ms between two processes that are started, so that they do not slow each other down. */
const STAGGER = 300
const HOLD = 30
/** ms: a round trip to the loopback, and what the target allows beyond it. */
const ALLOWED = 50

interface Contender {
  readonly name: string
  readonly ours: boolean
  /** On which side of its point its name is on the chart. */
  readonly side?: Side
  readonly run: (url: string, job: AddedJob) => Promise<void>
}

const CONTENDERS: readonly Contender[] = [
  { name: 'Await Job, long poll', ours: true, run: awaitJob },
  { name: 'Await Job, standard polling', ours: true, run: (url, job) => awaitJob(url, job, '0s') },
  { name: 'curl + jq, sleep 5', ours: false, side: 'bottom', run: poller('sh', 'curl.sh', 5) },
  { name: 'curl + jq, sleep 30', ours: false, run: poller('sh', 'curl.sh', 30) },
  { name: 'Node, every 5 s', ours: false, side: 'top', run: poller(process.execPath, 'fixed-interval.mjs', 5) }
]

interface Outcome {
  readonly contender: Contender
  readonly duration: number
  /** What the job really took, in s. */
  readonly seconds: number
  readonly delay: number
  readonly requests: number
}

/** The action as a runner starts it, compared with what people use instead, against one simulator. */
export async function compareProcesses(): Promise<Findings> {
  const simulator = await startSimulator()
  try {
    const trials: Promise<Outcome>[] = []
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (const duration of DURATIONS) {
        for (const contender of CONTENDERS) {
          trials.push(attempt(simulator, contender, duration, duration * (1 + LONGER * repeat)))
          await setTimeout(STAGGER)
        }
      }
    }
    return findings(await Promise.all(trials))
  } finally {
    await simulator.close()
  }
}

async function attempt(
  simulator: Simulator,
  contender: Contender,
  duration: number,
  seconds: number
): Promise<Outcome> {
  const script = [
    { after: 0, state: 'running' },
    { after: seconds, state: 'success' }
  ]
  const job = simulator.addJob({ api: 'unified-manager', script })
  await contender.run(simulator.url, job)
  const ended = Date.now()
  const requests = simulator.requests.filter(({ path }) => decodeURIComponent(path).includes(job.key)).length
  return { contender, duration, seconds, delay: ended - (simulator.endedAt(job.key) ?? Number.NaN), requests }
}

function awaitJob(url: string, { href }: AddedJob, longPoll = `${HOLD}s`): Promise<void> {
  return runPassing({ url, 'job-key': href, 'long-poll': longPoll })
}

function poller(command: string, file: string, interval: number): Contender['run'] {
  const program = fileURLToPath(new URL(`pollers/${file}`, import.meta.url))
  return (url, { href }) =>
    runProgram(command, [program], { ...process.env, JOB_URL: `${url}${href}`, INTERVAL: String(interval) })
}

function findings(outcomes: readonly Outcome[]): Findings {
  const of = (contender: Contender, duration: number): Outcome[] =>
    outcomes.filter(one => one.contender === contender && one.duration === duration)
  const delays = (all: readonly Outcome[]): number[] => all.map(({ delay }) => delay)
  const requests = (all: readonly Outcome[]): number[] => all.map(({ requests }) => requests)
  const held = outcomes.filter(({ contender }) => contender === CONTENDERS[0])
  const extra = Math.max(...held.map(({ requests, seconds }) => requests - seconds / HOLD))
  return {
    tables: [
      {
        title: `Delay (median, and the worst of ${REPEATS}) and requests (median)`,
        columns: ['', ...DURATIONS.flatMap(duration => [`${duration} s: delay`, 'worst', 'requests'])],
        rows: CONTENDERS.map(contender => [
          contender.name,
          ...DURATIONS.flatMap(duration => {
            const some = of(contender, duration)
            return [time(median(delays(some))), time(Math.max(...delays(some))), figure(median(requests(some)))]
          })
        ])
      }
    ],
    targets: [
      {
        what: 'Long poll: delay, from the end of the job to that of the process (median)',
        limit: time(ALLOWED),
        measured: time(median(delays(held))),
        reached: median(delays(held)) <= ALLOWED
      },
      {
        what: 'Long poll: requests beyond T / hold, of every job',
        limit: '3',
        measured: figure(extra),
        reached: extra <= 3
      }
    ],
    charts: [
      {
        name: 'bench-processes',
        text: 'Mean delay against mean requests of real processes, over jobs of 3, 20 and 60 s',
        svg: theme =>
          scatter(
            {
              title: 'Real processes, jobs of 3, 20 and 60 s',
              x: 'requests per job (mean)',
              y: 'delay in s (mean)',
              series: CONTENDERS.map(({ name, ours, side = 'right' }) => {
                const all = outcomes.filter(({ contender }) => contender.name === name)
                return { name, ours, side, points: [[mean(requests(all)), mean(delays(all)) / 1_000]] }
              })
            },
            theme
          )
      }
    ]
  }
}
