import type { Verdict } from '../src/jobs/job.ts'
import type { Draw } from './random.ts'
import type { ApiName, JobPlan, ServerPlan } from './scenario.ts'

/** What the jobs of a run have in common. Times are in ms. */
export interface JobOptions {
  readonly api: ApiName
  readonly root: string
  readonly form: ServerPlan['form']
  readonly count: number
  /** How long the longest of them takes. */
  readonly longest: number
  /** Whether some are lost, and whether some show a verdict that is withdrawn. */
  readonly lossy: boolean
  readonly flapping: boolean
}

const SECOND = 1_000
/** ONTAP deletes a job that has ended after 300 s. */
const RETENTION = 300 * SECOND
/** A verdict that is taken back later than this could be confirmed, in ms. */
export const LONGEST_FLAP = 990

export function drawJobs(options: JobOptions, draw: Draw): { jobs: JobPlan[]; until: null } {
  return { jobs: Array.from({ length: options.count }, (_, index) => drawJob(index, options, draw)), until: null }
}

export function drawJob(index: number, options: JobOptions, draw: Draw): JobPlan {
  const { api, form, count, longest, lossy, flapping, root } = options
  const { chance, between, whole, logUniform, pick } = draw
  const duration = count === 1 ? longest : chance(0.5) ? longest * between(0.5, 1) : logUniform(SECOND, longest + 1)
  const acceptedAt = chance(0.7) ? -logUniform(10, 3 * SECOND) : -duration * between(0, 1.2)
  const startsAt = Math.round(acceptedAt + (chance(0.6) ? 0 : duration * between(0, 0.9)))
  const completesAt = Math.round(acceptedAt + duration)
  const parent = api === 'unified-manager' && form === 'specified' && chance(0.1)
  const endsAt = parent ? completesAt + whole(1, duration) : completesAt
  const results = api === 'ontap' && chance(0.15) ? pick<JobPlan['results']>(['linked', 'described', 'none']) : null
  const isBulk = results === 'linked' || results === 'described'
  const verdict = isBulk ? pick<Verdict>(['NORMAL', 'PARTIAL_FAILURES', 'PARTIAL_FAILURES', 'ERROR']) : drawVerdict()
  const moment = (): number => Math.round(between(startsAt, completesAt))
  const changes = Array.from({ length: chance(0.5) ? 0 : whole(1, 20) }, moment).sort((a, b) => a - b)
  const from = moment()
  const reported = chance(0.15)
  const lostAt = lossy && chance(0.5) ? between(-SECOND, endsAt * 1.2) : Number.POSITIVE_INFINITY
  return {
    key: drawKey(api, index, draw),
    root,
    resource: null,
    operation: null,
    visibleAt: chance(0.15) ? acceptedAt + logUniform(100, 12 * SECOND) : acceptedAt,
    goneAt: Math.min(lostAt, api === 'ontap' ? endsAt + RETENTION : Number.POSITIVE_INFINITY),
    startsAt,
    completesAt,
    endsAt,
    verdict,
    results,
    tellsStart: chance(0.85),
    dated: chance(0.85) || (form === 'documented' && (verdict === 'WARNING' || verdict === null)),
    changes,
    strange: chance(0.06) ? { from, to: chance(0.5) ? completesAt : Math.round(between(from, completesAt)) } : null,
    flaps: flapping && !parent && !reported && chance(0.7) ? drawFlap(moment(), draw) : null,
    reported,
    style: whole(0, 1_000)
  }

  function drawVerdict(): Verdict | null {
    if (api === 'ontap') return pick(['NORMAL', 'NORMAL', 'NORMAL', 'WARNING', 'ERROR', 'ERROR'])
    if (api === 'ontap-select') return pick(['NORMAL', 'NORMAL', 'ERROR'])
    return pick(['NORMAL', 'NORMAL', 'NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR', null])
  }
}

export function drawFlap(from: number, draw: Draw): JobPlan['flaps'] {
  return { from, to: from + draw.between(10, LONGEST_FLAP) }
}

export function drawKey(api: ApiName, index: number, { whole }: Draw): string {
  const hex = (digits: number): string =>
    whole(0, 16 ** digits - 1)
      .toString(16)
      .padStart(digits, '0')
  const last = index.toString(16).padStart(4, '0')
  if (api === 'unified-manager') return `${hex(8)}${hex(8)}:${hex(7)}:${hex(6)}${hex(5)}:-${last}`
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${last}`
}
