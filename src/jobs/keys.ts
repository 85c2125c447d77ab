import { decodeOnce } from './encode.ts'
import { collect, type Found } from './found.ts'
import { linkIn, type Place, type Referred, refer, resourceIn } from './place.ts'
import { quote } from './quote.ts'

/** The lines of `job-key`: keys, UUIDs or links, percent-encoded or not, each after a label if it has one. */
export function fromKeys(text: string, place: Place): Found {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (/^[{[]/.test(lines[0] ?? '')) {
    return collect([{ fault: `is the JSON body ${quote(text.trim())}: give it as "response" instead` }])
  }
  return collect(lines.map(line => referToLine(line, place)))
}

/** `vol_01 = 4ea7…`: white space is needed on both sides of the sign, since keys and links may hold one. */
const LABELLED = /^(?<label>\S.*)\s+=\s+(?<key>\S.*)$/

function referToLine(line: string, place: Place): Referred {
  const { label, key: text = line } = LABELLED.exec(line)?.groups ?? {}
  const resource = resourceIn(text, place)
  if (resource !== null) return refer({ ...resource, label }, place)
  const link = linkIn(text, place.apis)
  const key = link?.key ?? decodeOnce(text)
  const mistake = mistakeIn(key, place) ?? (link === null ? mistakeOfForm(key, place) : null)
  if (mistake !== null) return { fault: `${quote(text)} ${mistake}` }
  const referred = refer({ ...(link ?? { key }), label }, place)
  if ('fault' in referred) return referred
  const { api } = referred.reference
  const own = api.naming.key
  if (own === undefined || own.form.test(key)) return referred
  return { fault: `${quote(text)} is not the key of a job of ${api.title}, which is ${own.words}` }
}

/** What people write who mean a key, and what they should do about it. */
const MISTAKES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/^(null|undefined|none|nil)$/i, 'is what jq and other tools print for a missing value: check what reads the key'],
  [/\p{Cf}/u, 'has an invisible character in it: type the key, or copy it from somewhere else'],
  [/^["'`“”‘’]|["'`“”‘’]$/, 'is in quotes: leave them out'],
  [/^[-*•]\s/, 'starts with a bullet: leave it out'],
  [/[,;]$/, 'ends with a separator: write one key per line and nothing else']
]

function mistakeIn(text: string, { apis, api }: Place): string | null {
  const [, sentence] = MISTAKES.find(([pattern]) => pattern.test(text)) ?? []
  const particular = (api === null ? apis : [api]).map(({ naming }) => naming.key?.mistake?.(text)).find(Boolean)
  return sentence ?? particular ?? null
}

/** Mistakes in a text that is not a link to a job. */
function mistakeOfForm(text: string, { apis }: Place): string | null {
  const isKey = (part: string): boolean => apis.some(({ naming }) => naming.key?.unique?.test(part))
  const parts = text.split(/[\s,;|]+/).filter(Boolean)
  if (parts.length > 1 && parts.every(isKey)) return 'has several keys on one line: write one per line'
  if (isKey(text.slice(text.indexOf('=') + 1))) {
    return text.includes('=') ? 'has a label: write white space on both sides of "="' : null
  }
  return /^[a-z]+:\/\/|^[\\/]/i.test(text) ? 'is a link, but not to a job' : null
}
