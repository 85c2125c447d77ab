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
