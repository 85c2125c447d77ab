import { drawFlap, drawJob, drawKey, type JobOptions, LONGEST_FLAP } from './draw-job.ts'
import type { Draw } from './random.ts'
import { OPERATIONS } from './resources.ts'
import type { JobPlan, OperationName, ResourcePlan } from './scenario.ts'

const SECOND = 1_000
const DAY = 24 * 3_600 * SECOND

const STARTED_BY_JOBS = [
  'volume-move',
  'volume-move',
  'snapmirror',
  'snapmirror',
  'cluster-update',
  'software-download'
] as const

/** Jobs that start operations, and links to what shows them; all of the same operation where `until` names it. */
export function drawOperations(options: JobOptions, draw: Draw): { jobs: JobPlan[]; until: string | null } {
  const { chance, between, logUniform, whole, pick } = draw
  const name = chance(0.75) ? pick(STARTED_BY_JOBS) : null
  const target = name === 'snapmirror' && chance(0.5) ? pick(['broken_off', 'paused']) : null
  const jobs = Array.from({ length: options.count }, (_, index): JobPlan => {
    if (name !== null && chance(0.8)) return drawStarting(index, name)
    if (name === null && chance(0.2)) return drawJob(index, { ...options, root: rootOf(index) }, draw)
    return drawOperation(index, name ?? pick(['approval', ...STARTED_BY_JOBS]), null)
  })
  return { jobs, until: name === null ? null : `${name}${target === null ? '' : `=${target}`}` }

  /** A job that starts an operation: most are short. */
  function drawStarting(index: number, name: OperationName): JobPlan {
    const longest = chance(0.3) ? options.longest : Math.min(options.longest, logUniform(SECOND, 120 * SECOND))
    const job = drawJob(index, { ...options, longest, root: rootOf(index, name) }, draw)
    const verdict = pick<JobPlan['verdict']>(['NORMAL', 'NORMAL', 'NORMAL', 'NORMAL', 'WARNING', 'ERROR'])
    const plan = { ...job, verdict, results: null }
    return { ...plan, operation: drawOperation(index, name, plan) }
  }

  /** `job`: what starts it; null where it is awaited by itself. */
  function drawOperation(index: number, name: OperationName, job: JobPlan | null): JobPlan {
    const tellsStart = chance(0.85)
    const isTold = name === 'volume-move' && tellsStart && job?.tellsStart === true
    const earlier = name === 'approval' ? null : pick<ResourcePlan['earlier']>(['success', 'success', 'failure', null])
    const duration = logUniform(10, options.longest)
    const calledAt =
      job === null ? -(chance(0.7) ? logUniform(10, 3 * SECOND) : duration * between(0, 1.2)) : job.startsAt
    /** An end of an earlier operation that is shown for longer would be confirmed. */
    const latest =
      Math.max(job?.endsAt ?? 0, 0) + (earlier === null || isTold ? logUniform(10, 12 * SECOND) : LONGEST_FLAP)
    const startsAt = Math.round(chance(0.5) ? calledAt : between(calledAt, latest))
    const endsAt = startsAt + Math.round(duration)
    const moment = (): number => Math.round(between(startsAt, endsAt))
    const from = moment()
    const isNew = name === 'snapmirror' && target === null && job !== null && chance(0.4)
    return {
      key: name === 'approval' ? String(index + 1) : drawKey('ontap', index, draw),
      root: job?.root ?? rootOf(index, name),
      resource: { name, target, earlier, earlierAt: calledAt - logUniform(3 * SECOND, DAY), isTold },
      operation: null,
      visibleAt: isNew ? job.endsAt + logUniform(100, 12 * SECOND) : Number.NEGATIVE_INFINITY,
      goneAt: options.lossy && chance(0.3) ? between(startsAt, endsAt * 1.2) : Number.POSITIVE_INFINITY,
      startsAt,
      completesAt: endsAt,
      endsAt,
      verdict: pick(['NORMAL', 'NORMAL', 'ERROR']),
      results: null,
      tellsStart,
      dated: isTold,
      changes: Array.from({ length: whole(0, 10) }, moment).sort((a, b) => a - b),
      strange: chance(0.06) ? { from, to: chance(0.5) ? endsAt : Math.round(between(from, endsAt)) } : null,
      flaps: options.flapping && !isTold && earlier === null && chance(0.7) ? drawFlap(moment(), draw) : null,
      reported: false,
      style: whole(0, 1_000)
    }
  }

  /** Some clusters are behind a gateway; one has one update and one download. */
  function rootOf(index: number, name?: OperationName): string {
    if (name !== undefined && OPERATIONS[name].idField === null)
      return index === 0 ? '/api' : `/api/gateways/5d2e-${index}`
    return pick(['/api', '/api', '/api/gateways/4c1f-aa'])
  }
}
