import type { Draw } from './random.ts'
import type { Spell, TokenPlan } from './scenario.ts'
import { TOKEN_TROUBLES } from './trouble.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** Tokens that live shorter than most waits. `span`: how long the wait takes, about, in ms. */
export function drawTokens(span: number, draw: Draw): TokenPlan | null {
  const { chance, between, logUniform, whole, pick } = draw
  if (!chance(0.2)) return null
  const life = Math.round(Math.max(logUniform(2 * SECOND, 60 * MINUTE), span / 200) / SECOND) * SECOND
  return {
    latency: chance(0.8) ? logUniform(1, 300) : logUniform(300, 2_500),
    life,
    shownLife: pick([life, life, life, life, null, life * 2]),
    place: pick(['header', 'header', 'form']),
    revokedAt: chance(0.2) ? between(0, span) : null,
    refusedFrom: chance(0.1) ? between(-span / 2, span) : null,
    endsHolds: chance(0.3),
    weather: chance(0.4) ? Array.from({ length: whole(1, 3) }, drawTrouble) : []
  }

  function drawTrouble(): Spell {
    const from = chance(0.2) ? -1 : between(0, span)
    const kinds = chance(0.5) ? TOKEN_TROUBLES : ([pick(TOKEN_TROUBLES)] as const)
    return { from, to: from + logUniform(SECOND, 15 * MINUTE), share: chance(0.7) ? 1 : between(0.3, 1), kinds }
  }
}
