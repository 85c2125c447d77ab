const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/

/** What separates several values: any comma but the one within a date. */
const SEPARATOR = /,(?! \d\d[ -][A-Z])/

/**
 * `Retry-After` in ms from now (RFC 9110, section 10.2.3): whole seconds, or an HTTP date with its zone, taken against
 * `serverNow` (epoch ms; the response's own `Date`). Of several values the largest counts; a past date is 0. null where
 * there is no such value: anything else is ignored (`Date.parse('-1')` is a day in 2001).
 */
export function parseRetryAfter(header: string | undefined, serverNow: number): number | null {
  const delays = (header ?? '')
    .split(SEPARATOR)
    .map(value => delayOf(value.trim(), serverNow))
    .filter(delay => delay !== null)
  return delays.length === 0 ? null : Math.max(...delays)
}

/** A `Date` header in epoch ms; null for anything but an HTTP date. */
export function parseHttpDate(header = ''): number | null {
  const instant = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(instant) ? null : instant
}

function delayOf(value: string, serverNow: number): number | null {
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  const instant = parseHttpDate(value)
  return instant === null ? null : Math.max(0, instant - serverNow)
}
