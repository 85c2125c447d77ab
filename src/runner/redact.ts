/** Makes a text safe to show: every secret in it becomes `***`. */
export type Redact = (text: string) => string

const MASK = '***'
/** A secret of fewer characters is common text: it is masked only where it stands alone. */
const SHORT = 4
/** How much of a secret has to be recognised where a text was cut off in the middle of it. */
const LONGEST_START = 64

/**
 * Redacts secrets in every spelling that a server or a formatter could give them: as they are, with backslashes (JSON,
 * Markdown), percent-encoded, as HTML with its entities and line breaks, in a header's wrong character set, and cut off by
 * an ellipsis.
 */
export function createRedact(secrets: readonly string[]): Redact {
  const distinct = [...new Set(secrets)].filter(secret => secret.trim() !== '')
  if (distinct.length === 0) return text => text
  const patterns = distinct.toSorted((one, other) => other.length - one.length).map(patternOf)
  const pattern = new RegExp(patterns.join('|'), 'gu')
  return text => text.replace(pattern, MASK)
}

const OWN_OUTPUTS = new Set(['outcome', 'elapsed-seconds', 'status-code'])
const JSON_OUTPUTS = new Set(['result', 'job', 'jobs'])
/** Words of the action itself: a text of JSON that is one of them, and no more, gives nothing away. */
const OWN_WORDS = new Set(
  [
    'key,api,url,outcome,state,message,error-code,result,elapsed-seconds,requests,job,jobs',
    'success,warning,partial-failures,error,timeout,not-found,lost,unauthorized,unreachable,unrecognized',
    'cancelled,refused,invalid-input,unified-manager,ontap,ontap-select,NORMAL,WARNING,PARTIAL_FAILURES,ERROR',
    'normal,partial_failures,completed,failure,queued,running,paused,waiting,aborting,aborted'
  ].flatMap(words => words.split(','))
)

/** An output with its secrets redacted: JSON stays valid JSON, and the action's own words and counts stay as they are. */
export function redactOutput(name: string, value: string, redact: Redact): string {
  if (OWN_OUTPUTS.has(name) || OWN_WORDS.has(value)) return value
  return JSON_OUTPUTS.has(name) ? redactJson(value, redact) : redact(value)
}

/** Texts and names are redacted one by one. */
function redactJson(json: string, redact: Redact): string {
  return json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, literal => {
    const text: string = JSON.parse(literal)
    return OWN_WORDS.has(text) ? literal : JSON.stringify(redact(text))
  })
}

function patternOf(secret: string): string {
  const characters = Array.from(secret.trim().matchAll(/\s+|./gsu), ([character]) => character)
  const spelled = characters.map((character, index) =>
    index === 0 ? spellings(character, '') : `(?:<wbr>)?${spellings(character, '\\\\*')}`
  )
  const whole = spelled.join('')
  if (characters.length < SHORT) return `(?<![\\p{L}\\p{N}])${whole}(?![\\p{L}\\p{N}])`
  const beyond = spelled.length > LONGEST_START ? '(?:[^\\s…]*)' : ''
  const start = spelled.slice(SHORT, LONGEST_START).reduceRight((rest, character) => `(?:${character}${rest})?`, beyond)
  return `${whole}|${spelled.slice(0, SHORT).join('')}${start}(?=…)`
}

/**
 * A pattern for one character, or one run of white space, in all its spellings. `before` is a pattern for what may stand
 * there: none for a secret's first character, or a long run of backslashes would be searched from each of them.
 */
function spellings(character: string, before: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) return character
  if (/^\s/.test(character)) return '(?:\\s|\\\\[nrt]|%(?:20|09|0[aAdD])|\\+)+'
  const code = codePointOf(character)
  const bytes = Buffer.from(character)
  const ways = [
    `${before}${literal(character)}`,
    [...bytes].map(byte => `%${hexadecimal(byte, 2)}`).join(''),
    unitsOf(character)
      .map(unit => `\\\\u${hexadecimal(unit, 4)}`)
      .join(''),
    `&#(?:0*${code}|[xX]0*${hexadecimal(code, 1)});`,
    ...(ENTITIES[character] === undefined ? [] : [`&${ENTITIES[character]};`]),
    ...(bytes.length === 1 ? [] : [[...bytes.toString('latin1')].map(literal).join('')])
  ]
  return `(?:${ways.join('|')})`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' }

function literal(character: string): string {
  return `\\u{${codePointOf(character).toString(16)}}`
}

function codePointOf(character: string): number {
  return character.codePointAt(0) as number
}

function unitsOf(character: string): number[] {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
}

/** A number in hexadecimal digits of either case. */
function hexadecimal(number: number, digits: number): string {
  return number
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, digit => `[${digit}${digit.toUpperCase()}]`)
}
