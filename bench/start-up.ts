import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createIdentity } from '../__tests__/support/x509.ts'
import { type Simulator, startSimulator } from '../simulator/server.ts'
import { measureAction, preload, runProgram, stepEnvironment, withScratch } from './child.ts'
import { type Findings, figure, type Target } from './report.ts'
import { median, quantile } from './statistics.ts'

/** How often each contender is started, in turn with the others, after one start that does not count. */
const ROUNDS = 41
/** How often the phases are looked at. */
const LOOKS = 15
const LEAST = fileURLToPath(new URL('pollers/least.mjs', import.meta.url))
const ACTION = 'dist/index.js'

/** The phases of a run, each with the mark at which it ends. */
const PHASES = [
  ['Node has started', 'boot'],
  ['the bundle is loaded, the inputs are read', 'load'],
  ['TLS is agreed on', 'tls'],
  ['the request is answered', 'answer'],
  ['outputs and summary are written', 'exit']
] as const
type Phases = Readonly<Partial<Record<(typeof PHASES)[number][1], number>>>

type Scheme = 'http' | 'https'
/** Start to finish, as a multiple of `node -e 0`. */
const LIMIT = 3

/** The ms of each round. */
interface Timed {
  readonly name: string
  readonly rounds: number[]
}

/** One step for a job that has finished already, from the start of the process to its end. */
export async function measureStartUp(): Promise<Findings> {
  return withScratch(async folder => {
    const authority = createIdentity('a private CA', { authority: true })
    const { cert, key } = createIdentity('localhost', { hosts: ['127.0.0.1'], issuer: authority })
    const ca = join(folder, 'ca.pem')
    writeFileSync(ca, authority.cert)
    const servers = { http: await startSimulator(), https: await startSimulator({ tls: { cert, key } }) }
    try {
      const inputs = { http: inputsFor(servers.http), https: { ...inputsFor(servers.https), 'ca-certificate': ca } }
      const step = { http: stepEnvironment(inputs.http, folder), https: stepEnvironment(inputs.https, folder) }
      const least = (scheme: Scheme): NodeJS.ProcessEnv => ({
        JOB_URL: `${inputs[scheme].url}/api/management-server/jobs/${inputs[scheme]['job-key']}`,
        OUTPUT: join(folder, 'output'),
        ...(scheme === 'https' ? { CA: ca } : {})
      })
      const times = await inTurn({
        'node -e 0': () => runProgram(process.execPath, ['-e', '0'], {}),
        'the least in Node, http': () => runProgram(process.execPath, [LEAST], least('http')),
        'the least in Node, https': () => runProgram(process.execPath, [LEAST], least('https')),
        'Await Job, http': () => runProgram(process.execPath, [ACTION], step.http),
        'Await Job, https with a private CA': () => runProgram(process.execPath, [ACTION], step.https)
      })
      const phases = { http: await look(step.http, folder), https: await look(step.https, folder) }
      const { peakMegabytes } = await measureAction(inputs.https)
      return findings(times, phases, peakMegabytes)
    } finally {
      await Promise.all([servers.http.close(), servers.https.close()])
    }
  })
}

function inputsFor(simulator: Simulator): { url: string; 'job-key': string; username: string; password: string } {
  const { key } = simulator.addJob({ api: 'unified-manager', script: [{ after: 0, state: 'success' }] })
  return { url: simulator.url, 'job-key': key, username: 'admin', password: 'secret' }
}

async function inTurn(programs: Readonly<Record<string, () => Promise<void>>>): Promise<Timed[]> {
  const times = Object.keys(programs).map(name => ({ name, rounds: [] as number[] }))
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, rounds } of times) {
      const startedAt = performance.now()
      await programs[name]?.()
      if (round > 0) rounds.push(performance.now() - startedAt)
    }
  }
  return times
}

/** When each phase ended, in ms from the start of the process, in every look. */
async function look(env: NodeJS.ProcessEnv, folder: string): Promise<Phases[]> {
  const file = join(folder, 'phases.json')
  const looks: Phases[] = []
  for (let count = 0; count < LOOKS; count += 1) {
    await runProgram(process.execPath, [...preload('phases'), ACTION], { ...env, BENCH_PHASES: file })
    looks.push(JSON.parse(readFileSync(file, 'utf8')))
  }
  return looks
}

function findings(
  times: readonly Timed[],
  phases: Readonly<Record<Scheme, readonly Phases[]>>,
  peakMegabytes: number
): Findings {
  const [bare, , , http, https] = times as [Timed, Timed, Timed, Timed, Timed]
  const ratioOf = ({ rounds }: Timed): number =>
    median(rounds.map((ms, round) => ms / (bare.rounds[round] ?? Number.NaN)))
  const target = (timed: Timed): Target => ({
    what: `${timed.name}, relative to node -e 0`,
    limit: `x ${LIMIT.toFixed(1)}`,
    measured: `x ${figure(ratioOf(timed))}`,
    reached: ratioOf(timed) <= LIMIT
  })
  return {
    tables: [
      {
        title: `From start to exit, for a job that has already finished: ${ROUNDS} rounds in turn`,
        columns: ['', 'median', 'quartiles', 'relative to node -e 0'],
        rows: times.map(timed => [
          timed.name,
          `${figure(median(timed.rounds))} ms`,
          `${figure(quantile(timed.rounds, 0.25))} to ${figure(quantile(timed.rounds, 0.75))} ms`,
          `x ${figure(ratioOf(timed))}`
        ])
      },
      {
        title: 'Where the time goes: ms from the start of the process (median)',
        columns: ['until', 'http', 'https'],
        rows: PHASES.map(([name, mark]) => [
          name,
          ...(['http', 'https'] as const).map(scheme =>
            figure(median(phases[scheme].map(run => run[mark] ?? Number.NaN)))
          )
        ])
      },
      {
        title: 'Weight',
        columns: ['', ''],
        rows: [
          [ACTION, `${Math.round(statSync(ACTION).size / 1024)} KiB`],
          ['peak memory, https', `${Math.round(peakMegabytes)} MiB`]
        ]
      }
    ],
    targets: [target(http), target(https)],
    charts: []
  }
}
