import type { Environment } from '../http/proxy.ts'
import { formatDuration, parseDuration } from '../time/duration.ts'
import { INPUTS, type InputName } from './names.ts'

/** Where the inputs come from. */
export interface Raw {
  /** An input's value, '' where it is not set. */
  readonly get: (name: InputName) => string
  /** A file's text; throws where it cannot be read. */
  readonly readFile: (path: string) => string
  /** The environment, for the proxies that it names; none by default. */
  readonly environment?: Environment
  /** Epoch ms: the time at which certificates must be valid. */
  readonly now?: number
}

/** The inputs while they are read, and where to put what is found out about them. */
export interface Inputs extends Required<Raw> {
  /** An input's value without the white space around it, or its default. */
  readonly value: (name: InputName) => string
  /** Notes what is wrong with an input (or a variable): a sentence without its name. */
  readonly fault: (input: string, text: string) => null
  /** Notes what is allowed, but not safe: a sentence. */
  readonly warn: (text: string) => void
  /** Notes what must never be shown. */
  readonly keepSecret: (...secrets: readonly string[]) => void
}

/** What is found out while the inputs are read. */
export interface Notes {
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
  readonly secrets: readonly string[]
}

export function createInputs(raw: Raw): { readonly inputs: Inputs; readonly notes: Notes } {
  const faults: string[] = []
  const warnings: string[] = []
  const secrets: string[] = []
  const inputs: Inputs = {
    environment: {},
    now: Date.now(),
    ...raw,
    value: name => raw.get(name).trim() || INPUTS[name],
    fault: (input, text) => {
      faults.push(`${input}: ${text}`)
      return null
    },
    warn: text => warnings.push(text),
    keepSecret: (...texts) => secrets.push(...texts)
  }
  return { inputs, notes: { faults, warnings, secrets } }
}

/** ms. `least`: the shortest that is allowed. */
export function readDuration({ value, fault }: Inputs, name: InputName, least = 1): number {
  const given = value(name)
  const ms = parseDuration(given)
  if (ms === null) {
    const example = 'write a number with a unit, such as 90s, 30m, 2h or 1h30m'
    fault(name, `${JSON.stringify(given)} is not a valid duration: ${example}`)
  } else if (ms < least) {
    fault(name, `${given} is too short: it must be ${least === 1 ? 'above 0s' : `at least ${formatDuration(least)}`}`)
  }
  return ms ?? 0
}

export function readBoolean({ value, fault }: Inputs, name: InputName): boolean {
  const given = value(name)
  const word = given.toLowerCase()
  if (word !== 'true' && word !== 'false') fault(name, `${JSON.stringify(given)} is neither true nor false`)
  return word !== 'false'
}
