/** A moment in epoch ms as a person reads it, in UTC: `2025-11-05 14:00:00`. */
export function formatInstant(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 19).replace('T', ' ')
}
