/** A moment in epoch ms as a person reads it, in UTC: `2025-11-05 14:00:00`. */
export function formatInstant(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 19).replace('T', ' ')
}

/** From one moment to another: `14:00:00 to 14:02:02 UTC`, with the dates where they differ. */
export function formatPeriod(from: number, to: number): string {
  const [start, end] = [formatInstant(from), formatInstant(to)]
  const isOneDay = start.slice(0, 10) === end.slice(0, 10)
  return `${[start, end].map(moment => (isOneDay ? moment.slice(11) : moment)).join(' to ')} UTC`
}
