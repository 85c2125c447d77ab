import type { HttpAnswer } from './api.ts'
import { decodeOnce } from './encode.ts'
import { parseJson } from './json.ts'
import { linkIn, type Mention, type Place, type Referred, refer, resourceIn } from './place.ts'
import { quote, quoteJson } from './quote.ts'
import { identityOf, type JobReference } from './reference.ts'

/** The jobs that an input names, each once, or what is wrong with it: whole sentences without the input's name. */
export interface Found {
  readonly references: readonly JobReference[]
  readonly faults: readonly string[]
}

/** The lines of `job-key`: keys, UUIDs or links, percent-encoded or not. */
export function fromKeys(text: string, place: Place): Found {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (/^[{[]/.test(lines[0] ?? '')) {
    return collect([{ fault: `is the JSON body ${quote(text.trim())}: give it as "response" instead` }])
  }
  return collect(
    lines.map(line => refer(linkIn(line, place.apis) ?? resourceIn(line, place) ?? { key: decodeOnce(line) }, place))
  )
}

/** The body of the response that accepted a call; several of them as a JSON array or one a line. */
export function fromBodies(text: string, place: Place): Found {
  const bodies = parseBodies(text)
  if (bodies === null) return collect([{ fault: `is not JSON: it starts with ${quote(text.trim())}` }])
  return collect(bodies.flatMap(body => referAll({ status: 202, headers: {}, body }, place)))
}

/** The answer that accepted a call. */
export function fromAnswer(answer: HttpAnswer, place: Place): Found {
  return collect(referAll(answer, place))
}

/** Whether an answer names a job, or has the form of one that does. */
export function namesJob(answer: HttpAnswer, place: Place): boolean {
  return mentionsIn(answer, place).length > 0
}

function referAll(answer: HttpAnswer, place: Place): Referred[] {
  const mentions = mentionsIn(answer, place)
  if (mentions.some(({ key }) => key !== '')) return mentions.map(mention => refer(mention, place))
  const message = place.apis.map(api => api.complaint(answer)?.message).find(Boolean)
  if (message !== undefined) return [{ fault: `is an error, not a job: the server said ${quote(message)}` }]
  const fault = `contains no job: a 202 answer has {"job": {…}} or {"jobs": […]}, but this is ${quoteJson(answer.body)}`
  return [{ fault }]
}

/**
 * The jobs as the API has them whose link one of them has, else as the API that the inputs name, else as the first one that
 * finds a key.
 */
function mentionsIn(answer: HttpAnswer, { apis, api: given }: Place): Mention[] {
  const readings = apis.map(api => {
    const named = api.naming.accepted(answer).map(({ key, href, told }) => {
      const link = linkIn(href, apis)
      return { key, told, link: link?.api === api ? link : null }
    })
    return { api, named }
  })
  const reading =
    readings.find(({ named }) => named.some(({ link }) => link !== null)) ??
    readings.find(({ api, named }) => api === given && named.some(({ key }) => key !== '')) ??
    readings.find(({ named }) => named.some(({ key }) => key !== '')) ??
    readings.find(({ named }) => named.length > 0)
  if (reading === undefined) return []
  const { api, named } = reading
  return named.map(({ key, told, link }) => ({ api, told, under: link?.under ?? '', key: key || (link?.key ?? '') }))
}

/** One body, a JSON array of bodies, or JSON lines; null where the text is none of these. */
function parseBodies(text: string): unknown[] | null {
  const whole = parseJson(text)
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole]
  const bodies = text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(parseJson)
  return bodies.length === 0 || bodies.includes(undefined) ? null : bodies
}

function collect(referred: readonly Referred[]): Found {
  const faults = new Set(referred.flatMap(one => ('fault' in one ? [one.fault] : [])))
  const references = referred.flatMap(one => ('reference' in one ? [one.reference] : []))
  const apis = [...new Set(references.map(({ api }) => api.name))]
  if (referred.length === 0) faults.add('contains no job')
  if (apis.length > 1) faults.add(`names jobs of different APIs (${apis.join(', ')}): use one step per API`)
  return { references: [...new Map(references.map(one => [identityOf(one), one])).values()], faults: [...faults] }
}
