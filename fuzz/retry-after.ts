import type { Draw } from './random.ts'

/** A `Retry-After` header, and what it asks for: a number of ms, or to wait until an epoch ms; 0 ms if it does not count. */
export interface RetryAfter {
  readonly header: string
  readonly ms: number
  readonly until?: number
}

/** Draws a header of any sort; a date is one near `now`, epoch ms. */
export function drawRetryAfter(draw: Draw, now: number): RetryAfter {
  const few = draw.whole(0, 20)
  const date = Math.floor(now / 1_000) * 1_000 + draw.whole(-100, 100) * 1_000
  return draw.pick<RetryAfter>([
    { header: `${few}`, ms: few * 1_000 },
    { header: `${few}`, ms: few * 1_000 },
    { header: ` ${few} `, ms: few * 1_000 },
    { header: `2, ${few}`, ms: Math.max(2, few) * 1_000 },
    { header: '600', ms: 600_000 },
    { header: '99999999999', ms: 99_999_999_999_000 },
    { header: '-5', ms: 0 },
    { header: '1.5', ms: 0 },
    { header: '1e3', ms: 0 },
    { header: '0x10', ms: 0 },
    { header: 'soon', ms: 0 },
    { header: '', ms: 0 },
    { header: new Date(date).toUTCString(), ms: 0, until: date },
    { header: new Date(date).toUTCString().replace(' GMT', ''), ms: 0 },
    { header: new Date(date).toISOString(), ms: 0 }
  ])
}
