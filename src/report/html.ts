import { plainText } from './plain-text.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] as string)
}

/**
 * A server's words within an HTML block: one line, escaped, in `code`, where GitHub makes nothing of mentions, issue numbers,
 * addresses or emoji names; '' for no words. Long words may be broken.
 */
export function verbatim(text: string, longest?: number): string {
  const line = plainText(text, longest)
  const breakable = line.replace(/[^\s/:._-]{30}|[/:._-]+(?=[^\s/:._-])/gu, part => `${part}\n`)
  return line && `<code>${breakable.split('\n').map(escapeHtml).join('<wbr>')}</code>`
}

/** As many of the pieces as fit into `room` bytes, and how many are left out. */
export function fitting(pieces: readonly string[], room: number): { kept: string; left: number } {
  let used = 0
  const count = pieces.findIndex(piece => {
    used += Buffer.byteLength(piece) + 1
    return used > room
  })
  const kept = count === -1 ? pieces : pieces.slice(0, count)
  return { kept: kept.join('\n'), left: pieces.length - kept.length }
}
