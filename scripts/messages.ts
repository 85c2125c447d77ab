import { stripTypeScriptTypes } from 'node:module'
import { parse } from 'acorn'

/** What separates the fixed words of a message from what is filled in. */
const GAP = '…'
/** A piece of text with fewer words than this is nothing that a person could look for. */
const FEWEST_WORDS = 3

/** The fixed words of every text in a TypeScript source that a person may get to see: literals of a few words. */
export function messagesIn(source: string, fewest = FEWEST_WORDS): string[] {
  const program = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' })
  return textsIn(program).flatMap(text => fixedWords(text, fewest))
}

/** A message's fixed words, without what is filled in between them, and without the punctuation around them. */
export function fixedWords(message: string, fewest = FEWEST_WORDS): string[] {
  return message
    .split(GAP)
    .map(piece => piece.replace(/\s+/g, ' ').replace(/^[\s,;:()"'.]+|[\s,;:()"'.]+$/g, ''))
    .filter(piece => piece.split(' ').filter(word => /\p{L}{2}/u.test(word)).length >= fewest)
}

function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, value } = node as { type?: string; value?: unknown }
  if (type === 'Literal') return typeof value === 'string' ? [value] : []
  if (type === 'TemplateElement') return [(value as { cooked: string }).cooked]
  return Object.values(node).flatMap(textsIn)
}
