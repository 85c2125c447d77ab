/** In ms. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const DURATION = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/

/** In ms, some 30,000 years: a date that far ahead can still be shown. */
const LONGEST = 1e15

/** `90s`, `30m`, `2h`, `1h30m` in ms; null for anything else, a number without a unit included. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text)
  if (match === null || text === '') return null
  const [, h, m, s] = match
  const ms = Number(h ?? 0) * HOUR + Number(m ?? 0) * MINUTE + Number(s ?? 0) * SECOND
  return ms <= LONGEST ? ms : null
}

/** A time in ms as a person says it, in its two largest units: `4s`, `2m 5s`, `1h 3m`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds}s`
  const [large, small, unit, subunit] =
    seconds < 3_600
      ? [Math.floor(seconds / 60), seconds % 60, 'm', 's']
      : [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), 'h', 'm']
  return small === 0 ? `${large}${unit}` : `${large}${unit} ${small}${subunit}`
}
