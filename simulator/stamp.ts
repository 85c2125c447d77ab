/**
 * A time as the servers write it: ISO 8601 with an offset.
 *
 * @param time ms since the epoch
 * @param digits how many digits of a second's fraction to show
 * @param offset the server's time zone, in whole hours from UTC
 */
export function stamp(time: number, digits: 0 | 3 | 6, offset: number): string {
  const local = new Date(Math.floor(time) + offset * 3_600_000).toISOString()
  const fraction = digits === 0 ? '' : `.${local.slice(20, 23).padEnd(digits, '0')}`
  const hours = String(Math.abs(offset)).padStart(2, '0')
  return `${local.slice(0, 19)}${fraction}${offset < 0 ? '-' : '+'}${hours}:00`
}
