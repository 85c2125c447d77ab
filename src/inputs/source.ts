import { fromBodies } from '../jobs/bodies.ts'
import { apiOfCall, parseCall } from '../jobs/call.ts'
import type { Found } from '../jobs/found.ts'
import { parseJson } from '../jobs/json.ts'
import { fromKeys } from '../jobs/keys.ts'
import { apiOfRoot, type Place, splitCall } from '../jobs/place.ts'
import { parseFilter } from '../jobs/query.ts'
import type { Source } from '../jobs/source.ts'
import { reasonOf } from '../text/reason.ts'
import { formatDuration } from '../time/duration.ts'
import type { InputName } from './names.ts'

/** The inputs as the source needs them. */
export interface SourceInputs {
  readonly value: (name: InputName) => string
  /** A file's text; throws where it cannot be read. */
  readonly readFile: (path: string) => string
  /** ms; null where the input is not set. */
  readonly returnTimeout: number | null
  readonly place: Place
  /** Notes a fault of an input. */
  readonly fault: (input: InputName, text: string) => null
}

const SOURCES = ['job-key', 'response', 'response-file', 'request', 'job-query'] as const
/** What goes with `request` alone. */
const OF_REQUEST = ['request-body', 'return-timeout'] as const

/** Reads the one input of five that says where the jobs come from; null where there are faults. */
export function readSource(inputs: SourceInputs): Source | null {
  const { value, place, fault } = inputs
  const given = SOURCES.filter(name => value(name) !== '')
  const [source, ...others] = given
  if (source === undefined)
    return fault('job-key', `no job is given: set one of ${SOURCES.map(name => `"${name}"`).join(', ')}`)
  if (others.length > 0)
    return fault(source, `cannot be combined with ${others.join(' and ')}: set exactly one of them`)
  if (source !== 'request') {
    for (const name of OF_REQUEST) if (value(name) !== '') fault(name, 'needs "request", which is not set')
  }
  switch (source) {
    case 'request':
      return readCall(inputs)
    case 'job-query':
      return readQuery(inputs)
    case 'job-key':
      return jobs(source, fromKeys(value(source), place))
    case 'response':
      return jobs(source, fromBodies(value(source), place))
    case 'response-file': {
      const body = readText(source, value(source), inputs)
      return body === null ? null : jobs(source, fromBodies(body, place))
    }
  }

  function jobs(name: InputName, { references, faults, failed }: Found): Source {
    for (const text of faults) fault(name, text)
    return { kind: 'jobs', references, ...(failed && { failed }) }
  }
}

function readCall(inputs: SourceInputs): Source | null {
  const { value, place, fault } = inputs
  const parsed = parseCall(value('request'), place)
  const body = readCallBody(inputs)
  if (typeof parsed === 'string') return fault('request', parsed)
  if (place.until !== undefined && !place.until.operation.isStartedBy(splitCall(parsed.path, place).rest)) {
    fault('until', `waits for a ${place.until.operation.title}, which ${parsed.method} ${parsed.path} does not start`)
  }
  const hold = inputs.returnTimeout
  if (hold === null) return { kind: 'call', call: { ...parsed, body, hold: 0 }, place }
  const api = apiOfCall(parsed, place)
  const [able] = (api === undefined ? place.apis : [api]).filter(({ returnTimeout }) => returnTimeout !== undefined)
  if (able?.returnTimeout === undefined) {
    const titles = place.apis.flatMap(({ title, returnTimeout }) => (returnTimeout === undefined ? [] : [title]))
    return fault('return-timeout', `is set for a call to ${api?.title}: only ${titles.join(', ')} supports it`)
  }
  const { longest, query } = able.returnTimeout
  if (hold > longest) {
    const most = formatDuration(longest)
    return fault('return-timeout', `${value('return-timeout')} is too long: ${able.title} accepts 0s to ${most}`)
  }
  const path = `${parsed.path}${parsed.path.includes('?') ? '&' : '?'}${query(hold)}`
  return { kind: 'call', call: { ...parsed, path, body, hold }, place }
}

/** JSON text, of which nothing is ever shown. */
function readCallBody(inputs: SourceInputs): string | null {
  const given = inputs.value('request-body')
  if (given === '') return null
  const text = given.startsWith('@') ? readText('request-body', given.slice(1), inputs) : given
  if (text === null || parseJson(text) !== undefined) return text
  return inputs.fault('request-body', 'is not valid JSON: write JSON, or @ and the path of a file that contains it')
}

function readQuery({ value, place, fault }: SourceInputs): Source | null {
  if (place.until !== undefined) fault('until', 'cannot be combined with "job-query", which does not start the jobs')
  const parsed = parseFilter(value('job-query'))
  if (typeof parsed === 'string') return fault('job-query', parsed)
  const api = place.api ?? apiOfRoot(place)
  if (api === undefined) {
    const names = place.apis.filter(({ list }) => list !== undefined).map(({ name }) => name)
    return fault('job-query', `needs "api": set it to ${names.join(' or ')}`)
  }
  const { list } = api
  if (list?.search === undefined) return fault('job-query', `${api.title} has no list of jobs to query`)
  const path = `${place.root}${list.search.matching(parsed.query)}`
  return { kind: 'query', api, list, root: place.root, path }
}

function readText(name: InputName, path: string, { readFile, fault }: SourceInputs): string | null {
  try {
    return readFile(path)
  } catch (error) {
    return fault(name, `${JSON.stringify(path)} cannot be read: ${reasonOf(error)}`)
  }
}
