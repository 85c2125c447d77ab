import { type NewJob, startSimulator } from '../simulator/server.ts'
import { measureAction, measureNode, type Usage } from './child.ts'
import { type Findings, figure, type Table, type Target } from './report.ts'
import { median } from './statistics.ts'

/** How much faster than real time the job, the simulator and the action's clock run. */
const SPEED = 60
/** Seconds that the job takes. */
const HOUR = 3_600
/** Bytes by which the heap may grow all the same: Node compiles what is called often anew, and keeps more of it. */
const GROWTH = 512 * 1024
/** How often `node -e 0` is measured. */
const BARE_RUNS = 9

interface LongWait extends Hour {
  readonly name: string
}

interface Hour extends Usage {
  readonly requests: number
  readonly connections: number
}

/** A wait of an hour in a minute: every request of the hour in a real process, whose timers run faster. */
export async function measureLongWait(): Promise<Findings> {
  const waits = await Promise.all([awaitHour('long poll', 'unified-manager'), awaitHour('standard polling', 'ontap')])
  return { tables: [tableOf(waits, await bareSeconds())], targets: waits.flatMap(targetsOf), charts: [] }
}

/** CPU seconds of a Node that does nothing. */
async function bareSeconds(): Promise<number> {
  const runs: number[] = []
  for (let run = 0; run < BARE_RUNS; run += 1) runs.push((await measureNode('-e', '0')).cpuSeconds)
  return median(runs)
}

/** Two waits: one for what it costs, one for the heap, since each collection costs what no real wait has to pay. */
async function awaitHour(name: string, api: NewJob['api']): Promise<LongWait> {
  const [plain, collected] = await Promise.all([awaitJob(api, false), awaitJob(api, true)])
  return { ...plain, name, heap: collected.heap }
}

async function awaitJob(api: NewJob['api'], gc: boolean): Promise<Hour> {
  const simulator = await startSimulator({ speed: SPEED })
  try {
    const script = [
      { after: 0, state: 'running' },
      { after: HOUR, state: 'success' }
    ]
    const { href } = simulator.addJob({ api, script })
    const usage = await measureAction({ url: simulator.url, 'job-key': href, timeout: '2h' }, { speed: SPEED, gc })
    return { ...usage, requests: simulator.requests.length, connections: simulator.connections }
  } finally {
    await simulator.close()
  }
}

function tableOf(waits: readonly LongWait[], bare: number): Table {
  return {
    title: 'An hour of waiting',
    columns: [
      '',
      'requests',
      'CPU',
      'relative to node -e 0',
      'heap after 5 min',
      'heap at the end',
      'peak memory',
      'connections'
    ],
    rows: waits.map(({ name, requests, cpuSeconds, heap, peakMegabytes, connections }) => [
      name,
      String(requests),
      `${figure(cpuSeconds)} s`,
      `x ${figure(cpuSeconds / bare)}`,
      ...[heap[0], heap.at(-1)].map((bytes = Number.NaN) => `${figure(bytes / 1024 / 1024)} MiB`),
      `${Math.round(peakMegabytes)} MiB`,
      String(connections)
    ])
  }
}

function targetsOf({ name, cpuSeconds, heap, connections }: LongWait): Target[] {
  const growth = (heap.at(-1) ?? Number.NaN) - (heap[0] ?? Number.NaN)
  return [
    {
      what: `CPU for an hour, ${name}`,
      limit: '1 s',
      measured: `${figure(cpuSeconds)} s`,
      reached: cpuSeconds <= 1
    },
    {
      what: `Growth of the heap, ${name}`,
      limit: `${figure(GROWTH / 1024 / 1024)} MiB`,
      measured: `${figure(growth / 1024 / 1024)} MiB`,
      reached: growth <= GROWTH
    },
    { what: `Connections, ${name}`, limit: '1', measured: String(connections), reached: connections <= 1 }
  ]
}
