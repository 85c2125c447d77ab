import type { Rules } from '../src/wait/watch.ts'
import { drawJobs } from './draw-job.ts'
import { drawOperations } from './draw-operation.ts'
import { drawTokens } from './draw-tokens.ts'
import type { Draw } from './random.ts'
import {
  type ApiName,
  endOf,
  type JobPlan,
  type Scenario,
  type ServerPlan,
  type Span,
  type Spell,
  type Step
} from './scenario.ts'
import { FATAL, PASSING, REBOOT } from './trouble.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** A job that is missing for longer than this is lost, in ms. */
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
  const isBeyond = api === 'ontap' && chance(0.4)
  const root = api === 'ontap' && !isBeyond && chance(0.3) ? '/api/gateways/4c1f-aa' : '/api'
  const options = { api, root, form, count, longest, lossy, flapping }
  const { jobs, until } = isBeyond ? drawOperations(options, draw) : drawJobs(options, draw)
  const lastEnd = Math.max(SECOND, ...jobs.map(endOf))
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
    root,
    rules,
    requestTimeout: chance(0.4) ? 30 * SECOND : seconds(logUniform(SECOND, 2 * MINUTE)),
    jobs,
    until,
    server: {
      latency: chance(0.8) ? logUniform(1, 300) : logUniform(300, 2_500),
      form,
      wrapped: chance(0.8),
      longPolls: pick(['held', 'held', 'held-to-the-end', 'ignored', 'refused', 'cut', 'restless']),
      patience: logUniform(SECOND, 2 * MINUTE),
      lists: pick(['filtered', 'filtered', 'filtered', 'unfiltered', 'refused', 'forbidden', 'paged', 'forgetful']),
      dates: chance(0.85),
      skew: chance(0.5) ? 0 : between(-2 * HOUR, 2 * HOUR),
      /** A clock that is set back makes an operation look older than its call. */
      dateSteps: until === null ? drawSteps() : [],
      blind: chance(0.1) ? drawSpan(between(0, span), between(500, LONGEST_BLINDNESS)) : null,
      limit: chance(0.08) ? drawLimit() : null,
      retryAfter: chance(0.1) ? between(0.01, 0.3) : 0
    },
    tokens: drawTokens(span, draw),
    weather: drawWeather(),
    cancelAt: chance(0.12) ? between(0, span) : null,
    failFast: count > 1 && chance(0.2),
    suspension: chance(0.04) ? { at: between(0, span), ms: logUniform(SECOND, 10 * HOUR) } : null,
    wallSteps: drawSteps()
  }

  function drawLimit(): ServerPlan['limit'] {
    return { rate: logUniform(0.5, 20), burst: whole(1, 10), refusal: pick(['tooMany', 'tooMany', 'unavailable']) }
  }

  function drawSpan(from: number, ms: number): Span {
    return { from, to: from + ms }
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
    const calmed = (spell: Spell): Spell => ({ ...spell, to: Math.min(spell.to, calmFrom) })
    const fatal = chance(0.05)
      ? [{ from: between(-span, span), to: Number.POSITIVE_INFINITY, share: 1, kinds: [pick(FATAL)] } as const]
      : []
    return [...jobs.flatMap(drawReboots), ...spells.map(calmed), ...fatal]
  }

  /** The nodes reboot in the middle of an update, one after the other. */
  function drawReboots({ resource, operation, startsAt, endsAt }: JobPlan): Spell[] {
    if (operation !== null) return drawReboots(operation)
    if (resource?.name !== 'cluster-update' || chance(0.3)) return []
    return Array.from({ length: whole(1, 4) }, () => {
      const from = between(startsAt, endsAt)
      return { from, to: from + logUniform(5 * SECOND, 5 * MINUTE), share: 1, kinds: REBOOT }
    })
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
