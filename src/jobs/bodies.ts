import { failedIn, namesJob, referAll } from './accepted.ts'
import type { HttpAnswer } from './api.ts'
import { collect, type Found } from './found.ts'
import { asObject, asObjects, asText, type JsonObject } from './json.ts'
import { type JsonStream, parseStream } from './json-stream.ts'
import type { Place } from './place.ts'
import { quote } from './quote.ts'

/**
 * The body of the response that accepted a call, or several of them: one after the other, as a JSON array, or as Ansible
 * registers them.
 */
export function fromBodies(text: string, place: Place): Found {
  const stream = parseStream(text)
  const fault = faultIn(stream, place)
  if (fault !== null) return collect([{ fault }])
  const bodies = stream.values.flatMap(value => (Array.isArray(value) ? value : [value]))
  const found = bodies.flatMap(body => registered(body, place))
  const named = collect(found.flatMap(({ body, label }) => referAll(answerOf(body), place, label)))
  const apis = named.references.slice(0, 1).map(({ api }) => api)
  const failed = found.map(({ body }) => failedIn(asObject(body) ?? {}, apis)).find(one => one !== null)
  return { ...named, ...(failed && { failed }) }
}

function answerOf(body: unknown): HttpAnswer {
  return { status: 202, headers: {}, body }
}

interface Labelled {
  readonly body: unknown
  readonly label?: string | undefined
}

/**
 * The bodies in what Ansible registers: `json` of `uri`, `response` of NetApp's modules, and either of them in each of the
 * `results` of a loop, whose item is a label. Items that were skipped made no call.
 */
function registered(body: unknown, place: Place): Labelled[] {
  const object = asObject(body)
  if (object === null || namesJob(answerOf(body), place)) return [{ body }]
  if (!Array.isArray(object.results)) return [{ body: registeredBody(object) }]
  return asObjects(object.results)
    .filter(({ skipped }) => skipped !== true)
    .map(result => ({ body: registeredBody(result), label: labelOf(result) }))
}

function registeredBody(result: JsonObject): unknown {
  return asObject(result.json) ?? asObject(result.response) ?? result
}

function labelOf(result: JsonObject): string | undefined {
  const item = result[asText(result.ansible_loop_var) || 'item']
  return typeof item === 'string' && item.trim() !== '' ? item.trim() : undefined
}

/** What is wrong with a text that should be JSON bodies and nothing else; null for nothing. */
function faultIn({ values, rest, line }: JsonStream, { apis }: Place): string | null {
  if (values.length > 0) {
    if (rest === '') return null
    const code = /^\d{3}\s*$/.test(rest) ? ', the status code that curl -w writes' : ''
    return `is not only JSON: on line ${line} follows ${quote(rest.trim())}${code}`
  }
  const text = rest.trim()
  if (text === '') return 'is empty'
  if (text === 'null') return 'is null, which jq and other tools print for a missing value: check what reads the body'
  if (/^[{[]/.test(text))
    return `is not valid JSON: it starts with ${quote(text)} and ends with ${quote(text.slice(-20))}`
  if (/^<[!?a-z]/i.test(text)) return `is HTML or XML, not JSON: it starts with ${quote(text)}`
  if (/^HTTP\/\d/.test(text)) return `includes the headers of the response (${quote(text)}): use curl without -i`
  if (apis.some(({ naming }) => naming.key?.unique?.test(text)))
    return 'is a key, not a body: give it as "job-key" instead'
  return 'is not a JSON object or array; its content is not shown, because it could be secret'
}
