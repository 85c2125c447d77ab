import { failedIn, namesJob, referAll } from './accepted.ts'
import type { HttpAnswer } from './api.ts'
import { collect, type Found } from './found.ts'
import { headIn } from './head.ts'
import { asObject, asObjects, asText, type JsonObject } from './json.ts'
import { type JsonStream, parseStream } from './json-stream.ts'
import type { Place } from './place.ts'
import { quote } from './quote.ts'

/**
 * The body of the response that accepted a call, or several of them: one after the other, as a JSON array, or as Ansible
 * registers them.
 */
export function fromBodies(text: string, place: Place): Found {
  const head = headIn(text)
  // Without its content, the head still counts for the number of a line.
  const stream = parseStream(head === null ? text : withoutHead(text, head.end))
  const isBare = head !== null && stream.values.length === 0 && stream.rest === ''
  const fault = isBare ? null : faultIn(stream, place)
  if (fault !== null) return collect([{ fault }])
  const bodies = isBare ? [{}] : stream.values.flatMap(value => (Array.isArray(value) ? value : [value]))
  const { status = 202, headers = {} } = head ?? {}
  const answers = bodies.flatMap(body => registered({ status, headers, body }, place))
  const named = collect(answers.flatMap(({ label, ...answer }) => referAll(answer, place, label)))
  const apis = named.references.slice(0, 1).map(({ api }) => api)
  const failed = answers.map(({ body }) => failedIn(asObject(body) ?? {}, apis)).find(one => one !== null)
  return { ...named, ...(failed && { failed }) }
}

function withoutHead(text: string, end: number): string {
  return text.slice(0, end).replace(/[^\n]+/g, '') + text.slice(end)
}

interface Labelled extends HttpAnswer {
  readonly label?: string | undefined
}

/**
 * The answers in what Ansible registers: `json` of `uri`, `response` of NetApp's modules, and either of them in each of the
 * `results` of a loop, whose item is a label. Items that were skipped made no call.
 */
function registered(answer: HttpAnswer, place: Place): Labelled[] {
  const object = asObject(answer.body)
  if (object === null || namesJob(answer, place)) return [answer]
  if (!Array.isArray(object.results)) return [registeredAnswer(answer, object)]
  return asObjects(object.results)
    .filter(({ skipped }) => skipped !== true)
    .map(result => ({ ...registeredAnswer(answer, result), label: labelOf(result) }))
}

/** `uri` registers each header beside the body, under its name with underscores for hyphens. */
function registeredAnswer({ status, headers }: HttpAnswer, result: JsonObject): HttpAnswer {
  const flattened = Object.entries(result).map(([name, value]) => [name.replaceAll('_', '-'), asText(value)])
  return { status, headers: { ...Object.fromEntries(flattened), ...headers }, body: registeredBody(result) }
}

function registeredBody(result: JsonObject): unknown {
  return asObject(result.json) ?? asObject(result.response) ?? result
}

function labelOf(result: JsonObject): string | undefined {
  const item = result[asText(result.ansible_loop_var) || 'item']
  return typeof item === 'string' ? item : undefined
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
  if (apis.some(({ naming }) => naming.key?.unique?.test(text)))
    return 'is a key, not a body: give it as "job-key" instead'
  return 'is not a JSON object or array; its content is not shown, because it could be secret'
}
