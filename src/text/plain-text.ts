import { stripVTControlCharacters } from 'node:util'

/** How much of a server's text is looked at for each character that is kept: cleaning 10 MB would take seconds. */
const LOOKED_AT = 20
const LONGEST_INPUT = 100_000

/**
 * A server's text as one line that is safe to print: no escape sequences, control characters, line breaks, direction
 * overrides or broken surrogates, and nothing that the runner reads as a command (`::name::` at a line's start,
 * `##[name]` anywhere). Cut to `longest` characters.
 */
export function plainText(text: string, longest = 1_000): string {
  const lookedAt = shorten(text, Math.min(LOOKED_AT * longest, LONGEST_INPUT))
  const line = stripVTControlCharacters(lookedAt)
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll('##[', '## [')
    .replace(/^::/, ': :')
  return shorten(line, longest)
}

/** The text, cut to `longest` characters with an ellipsis where it is longer; never inside a surrogate pair. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  return `${text.slice(0, Math.max(longest - 1, 0)).replace(/[\uD800-\uDBFF]$/, '')}…`
}
