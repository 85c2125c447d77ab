/** What no request may set by hand: it frames the message, or belongs to the connection, a proxy or the action. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent'
])

/** RFC 9110, 5.1: a header's name is a token. */
const NAME = /^[!#$%&'*+.^`|~\w-]+$/
/** RFC 9110, 5.5, without the control characters. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/
/** Names whose values are likely to be secrets. */
const SECRET = /auth|cookie|credential|key|password|secret|token/

/** Request headers by their names in lower case, and what is wrong with the lines: no value is repeated there. */
export interface ParsedHeaders {
  readonly headers: Readonly<Record<string, string>>
  readonly faults: readonly string[]
}

/** Lines of `Name: value`. */
export function parseHeaders(text: string): ParsedHeaders {
  const headers = new Map<string, string>()
  const faults: string[] = []
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === '') continue
    const at = line.indexOf(':')
    const given = line.slice(0, Math.max(at, 0)).trim()
    const value = line.slice(at + 1).trim()
    const name = given.toLowerCase()
    if (!NAME.test(given)) faults.push(`line ${index + 1} is not a valid header: write it as "Name: value"`)
    else if (RESERVED.has(name)) faults.push(`${given} cannot be set: the connection sets it itself`)
    else if (name.startsWith('proxy-')) faults.push(`${given} cannot be set: put a proxy's credentials in HTTPS_PROXY`)
    else if (headers.has(name)) faults.push(`${given} is given twice`)
    else if (value === '') faults.push(`${given} has no value`)
    else if (!VALUE.test(value)) faults.push(`${given} has a value with characters that a header cannot contain`)
    else headers.set(name, value)
  }
  return { headers: Object.fromEntries(headers), faults }
}

/** Whether the header proves who is asking. */
export function isCredential(name: string): boolean {
  return SECRET.test(name.toLowerCase())
}
