const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi
const SHORT = 8

/**
 * Shortens the UUIDs in the texts of one output to their first 8 characters, wherever the same one stood there in full
 * before. One that starts like another that came before it stays whole.
 */
export function createShortener(): (text: string) => string {
  const full = new Map<string, string>()
  return text =>
    text.replace(UUID, uuid => {
      const start = uuid.slice(0, SHORT).toLowerCase()
      const known = full.get(start)
      if (known === undefined) full.set(start, uuid.toLowerCase())
      return known === uuid.toLowerCase() ? `${uuid.slice(0, SHORT)}…` : uuid
    })
}
