import type { Verdict } from '../src/jobs/job.ts'
import type { Rules } from '../src/wait/watch.ts'
import type { Draw } from './random.ts'
import type { ApiName, JobPlan, Scenario, ServerPlan, Span, Spell, Step } from './scenario.ts'
import { FATAL, PASSING } from './trouble.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** ONTAP deletes a job that has ended after 300 s. */
const RETENTION = 300 * SECOND
/** A verdict that is taken back later than this could be confirmed; a job that is missing for longer is lost. ms. */
const LONGEST_FLAP = 990
const LONGEST_BLINDNESS = 9.9 * SECOND

export function drawScenario(seed: number, draw: Draw): Scenario {
  const { chance, between, whole, logUniform } = draw
  const pick: Draw['pick'] = draw.pick
  const api = pick<ApiName>(['unified-manager', 'unified-manager', 'ontap', 'ontap', 'ontap-select'])
  const count = pick<() => number>([
    () => 1,
    () => 1,
    () => 1,
    () => whole(2, 6),
    () => whole(2, 6),
    () => whole(7, 50)
  ])()
  const form = pick<ServerPlan['form']>(['specified', 'documented'])
  const lossy = chance(0.06)
  const flapping = !lossy && api !== 'ontap-select' && chance(0.12)
  /** Many jobs that take long are rare, as they take long to play. */
  const longest = logUniform(SECOND, count > 1 && chance(0.85) ? HOUR : 24 * HOUR)
  const jobs = Array.from({ length: count }, (_, index) => drawJob(index))
  const lastEnd = Math.max(SECOND, ...jobs.map(({ endsAt }) => endsAt))
  const timeout = seconds(chance(0.7) ? lastEnd * between(0.3, 2.5) : logUniform(SECOND, 25 * HOUR))
  const span = Math.min(timeout, lastEnd)
  /** Most runs are short, so that there can be many. */
  const most = logUniform(8, 100)
  const rules: Rules = {
    timeout,
    longPoll: drawLongPoll(),
    pollInterval: drawPollInterval(),
    unreachableTimeout: chance(0.4) ? 5 * MINUTE : seconds(logUniform(5 * SECOND, 15 * MINUTE))
  }
  return {
    seed,
    api,
    root: api === 'ontap' && chance(0.3) ? '/api/gateways/4c1f-aa' : '/api',
    rules,
    requestTimeout: chance(0.4) ? 30 * SECOND : seconds(logUniform(SECOND, 2 * MINUTE)),
    jobs,
    server: {
      latency: chance(0.8) ? logUniform(1, 300) : logUniform(300, 2_500),
      form,
      wrapped: chance(0.8),
      longPolls: pick(['held', 'held', 'held-to-the-end', 'ignored', 'refused', 'cut', 'restless']),
      patience: logUniform(SECOND, 2 * MINUTE),
      lists: pick(['filtered', 'filtered', 'filtered', 'unfiltered', 'refused', 'forbidden', 'paged', 'forgetful']),
      dates: chance(0.85),
      skew: chance(0.5) ? 0 : between(-2 * HOUR, 2 * HOUR),
      dateSteps: drawSteps(),
      blind: chance(0.1) ? drawSpan(between(0, span), between(500, LONGEST_BLINDNESS)) : null,
      limit: chance(0.08) ? drawLimit() : null,
      retryAfter: chance(0.1) ? between(0.01, 0.3) : 0
    },
    weather: drawWeather(),
    cancelAt: chance(0.12) ? between(0, span) : null,
    failFast: count > 1 && chance(0.2),
    suspension: chance(0.04) ? { at: between(0, span), ms: logUniform(SECOND, 10 * HOUR) } : null,
    wallSteps: drawSteps()
  }

  function drawJob(index: number): JobPlan {
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
    const lostAt = lossy && chance(0.5) ? between(-SECOND, endsAt * 1.2) : Number.POSITIVE_INFINITY
    return {
      key: drawKey(index),
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
      flaps: flapping && !parent && chance(0.7) ? drawSpan(Math.max(moment(), 1), between(10, LONGEST_FLAP)) : null,
      reported: chance(0.15),
      style: whole(0, 1_000)
    }
  }

  function drawLimit(): ServerPlan['limit'] {
    return { rate: logUniform(0.5, 20), burst: whole(1, 10), refusal: pick(['tooMany', 'tooMany', 'unavailable']) }
  }

  function drawSpan(from: number, ms: number): Span {
    return { from, to: from + ms }
  }

  function drawVerdict(): Verdict | null {
    if (api !== 'unified-manager') return pick(['NORMAL', 'NORMAL', 'ERROR'])
    return pick(['NORMAL', 'NORMAL', 'NORMAL', 'WARNING', 'PARTIAL_FAILURES', 'ERROR', null])
  }

  function drawKey(index: number): string {
    const hex = (digits: number): string =>
      whole(0, 16 ** digits - 1)
        .toString(16)
        .padStart(digits, '0')
    const last = index.toString(16).padStart(4, '0')
    if (api === 'unified-manager') return `${hex(8)}${hex(8)}:${hex(7)}:${hex(6)}${hex(5)}:-${last}`
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${last}`
  }

  function drawLongPoll(): number {
    if (chance(0.15)) return 0
    const drawn = chance(0.4) ? 30 * SECOND : seconds(logUniform(SECOND, 3 * MINUTE))
    return Math.max(drawn, seconds(Math.min(span / most, 2 * MINUTE)))
  }

  /** Never near the retention of ONTAP: who polls less often than that asks for `lost`. */
  function drawPollInterval(): number {
    const drawn = chance(0.4) ? 15 * SECOND : seconds(logUniform(SECOND, 4 * MINUTE))
    return Math.max(drawn, seconds(Math.min(span / most, 4 * MINUTE)))
  }

  function drawSteps(): Step[] {
    if (chance(0.85)) return []
    const by = (): number => pick([-1, 1]) * logUniform(SECOND, 24 * HOUR)
    return Array.from({ length: whole(1, 3) }, () => ({ at: between(0, span), by: by() })).sort((a, b) => a.at - b.at)
  }

  function drawWeather(): Spell[] {
    const spells = pick([
      () => [],
      () => [],
      () => [],
      () => [drawSpell(0, Number.POSITIVE_INFINITY, logUniform(0.01, 0.3))],
      () => Array.from({ length: whole(1, 4) }, drawOutage),
      () => [drawSpell(0, Number.POSITIVE_INFINITY, logUniform(0.01, 0.2)), drawOutage()],
      () => [drawSpell(0, Number.POSITIVE_INFINITY, between(0.4, 1))]
    ])()
    const calmFrom = chance(0.5) ? timeout - logUniform(SECOND, MINUTE) : Number.POSITIVE_INFINITY
    const until = (spell: Spell): Spell => ({ ...spell, to: Math.min(spell.to, calmFrom) })
    const fatal = chance(0.05)
      ? [{ from: between(-span, span), to: Number.POSITIVE_INFINITY, share: 1, kinds: [pick(FATAL)] } as const]
      : []
    return [...spells.map(until), ...fatal]
  }

  function drawOutage(): Spell {
    const from = chance(0.2) ? -1 : between(0, span)
    return drawSpell(from, from + logUniform(SECOND, 15 * MINUTE), chance(0.7) ? 1 : between(0.3, 1))
  }

  function drawSpell(from: number, to: number, share: number): Spell {
    return { from, to, share, kinds: chance(0.5) ? PASSING : [pick(PASSING)] }
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / SECOND)) * SECOND
}
