const HTTP_DATE = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT/g

/**
 * `Retry-After` in ms from now (RFC 9110, section 10.2.3): whole seconds, or an HTTP date with its zone, taken against
 * `serverNow` (epoch ms; the response's own `Date`). Of several values the largest counts; a past date is 0. null where
 * there is no such value: anything else is not read at all (`Date.parse('-1')` is a day in 2001).
 */
export function parseRetryAfter(header: string | undefined, serverNow: number): number | null {
  if (header === undefined) return null
  const dates = (header.match(HTTP_DATE) ?? []).map(date => Math.max(0, Date.parse(date) - serverNow))
  const seconds = header
    .replace(HTTP_DATE, '')
    .split(',')
    .map(part => part.trim())
    .filter(part => /^\d+$/.test(part))
    .map(part => Number(part) * 1_000)
  const delays = [...dates, ...seconds].filter(delay => !Number.isNaN(delay))
  return delays.length === 0 ? null : Math.max(...delays)
}

/** A `Date` header in epoch ms; null for anything but an HTTP date. */
export function parseHttpDate(header: string | undefined): number | null {
  const [date] = header?.match(HTTP_DATE) ?? []
  const instant = date === undefined || date !== header ? Number.NaN : Date.parse(date)
  return Number.isNaN(instant) ? null : instant
}
