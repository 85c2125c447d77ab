import { escapeHtml } from '../text/html.ts'
import { plainText } from '../text/plain-text.ts'

/** Makes a text safe to show: every secret in it becomes `***`. Never throws: a text that cannot be checked becomes `***`. */
export type Redact = (text: string) => string

const MASK = '***'
/** In characters: a shorter secret is redacted only where it stands alone, and a shorter start of one is not recognized. */
const SHORT = 4

/** Redacts secrets of any number and length in the forms that docs/security.md lists, also where `…` cuts them off. */
export function createRedact(secrets: readonly string[]): Redact {
  let forms: readonly string[] | undefined
  return text => {
    try {
      forms ??= [...new Set(secrets.flatMap(formsOf))].filter(form => form.trim() !== '')
      return mask(text, forms)
    } catch {
      return MASK
    }
  }
}

/** The secret, also as Node reads it in a header, and its Base64: encoded, and quoted once or twice as messages do it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const texts = [secret.toWellFormed(), bytes.toString('latin1'), bytes.toString('base64')]
  return [secret, ...texts.flatMap(encodingsOf)].flatMap(form => [form, quoted(form), quoted(quoted(form))])
}

/** A text as it is, on one line, in JSON, percent-encoded, and in HTML. */
function encodingsOf(text: string): string[] {
  const percent = [encodeURIComponent(text), encodeURI(text), new URLSearchParams([['', text]]).toString().slice(1)]
  const lowerCase = percent.map(form => form.replace(/%../g, code => code.toLowerCase()))
  const html = escapeHtml(text)
  const otherHtml = [html.replaceAll('&quot;', '&#34;'), html.replaceAll('&#39;', '&#x27;')]
  return [text, plainText(text, Number.POSITIVE_INFINITY), quoted(text), ...percent, ...lowerCase, html, ...otherHtml]
}

const quoted = (text: string): string => JSON.stringify(text).slice(1, -1)

function mask(text: string, forms: readonly string[]): string {
  const spans = forms.flatMap(form => [...spansOf(form, text)]).sort(([one], [other]) => one - other)
  let shown = ''
  let at = 0
  for (const [from, to] of spans) {
    if (from >= at) shown += text.slice(at, from) + MASK
    at = Math.max(at, to)
  }
  return shown + text.slice(at)
}

/** Where a form is, whole or cut off. */
function* spansOf(form: string, text: string): Generator<readonly [from: number, to: number]> {
  const head = form.slice(0, SHORT)
  for (let from = text.indexOf(head); from !== -1; from = text.indexOf(head, from + 1)) {
    let to = from + head.length
    while (to < from + form.length && text[to] === form[to - from]) to += 1
    const isWhole = to === from + form.length
    const isSecret = form.length >= SHORT || !/[\p{L}\p{N}]/u.test(`${text[from - 1] ?? ''}${text[to] ?? ''}`)
    if (isWhole ? isSecret : text[to] === '…') yield [from, to]
  }
}
