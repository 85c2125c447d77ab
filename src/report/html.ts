import { redact } from '../runner/toolkit.ts'
import { escapeHtml } from '../text/html.ts'
import { plainText } from '../text/plain-text.ts'

/**
 * A server's words within an HTML block: one line, escaped, in `code`, where GitHub makes nothing of mentions, issue numbers,
 * addresses or emoji names; '' for no words. Long words may be
 * broken, so that secrets are taken out here: nobody could find them any more later on.
 */
export function verbatim(text: string, longest?: number): string {
  const line = redact(plainText(text, longest))
  const breakable = line.replace(/[^\s/:._-]{30}|[/:._-]+(?=[^\s/:._-])/gu, part => `${part}\n`)
  return line && `<code>${breakable.split('\n').map(escapeHtml).join('<wbr>')}</code>`
}

/** The items as HTML, a line each ('' for none), as many as fit into `room` bytes; and how many are left out. */
export function fitting<Item>(
  items: readonly Item[],
  render: (item: Item) => string,
  room: number
): { readonly kept: string; readonly left: number } {
  const kept: string[] = []
  let free = room
  for (const [index, item] of items.entries()) {
    const line = render(item)
    free -= Buffer.byteLength(line) + 1
    if (free < 0) return { kept: kept.join('\n'), left: items.length - index }
    if (line !== '') kept.push(line)
  }
  return { kept: kept.join('\n'), left: 0 }
}
