import { APIS } from '../jobs/apis.ts'
import { OUTCOMES } from '../jobs/endings.ts'
import { VERDICTS } from '../jobs/job.ts'
import type { Redact } from './redact.ts'

/** Every output, as `action.yml` declares them. */
export const OUTPUTS = [
  'outcome',
  'state',
  'result',
  'job',
  'jobs',
  'key',
  'message',
  'error-code',
  'elapsed-seconds',
  'status-code'
] as const

/** What an entry of the output `jobs` has in addition to members that are called as outputs are. */
export const ENTRY_MEMBERS = ['api', 'label', 'requests', 'url'] as const

export type OutputName = (typeof OUTPUTS)[number]
export type EntryMember = OutputName | (typeof ENTRY_MEMBERS)[number]

const COUNTS = ['elapsed-seconds', 'status-code']
const JSON_OUTPUTS = ['result', 'job', 'jobs']
/** Words of the action itself: a text that is one of them, and no more, gives nothing away. */
const OWN_WORDS: readonly string[] = [
  ...OUTCOMES,
  ...VERDICTS,
  ...APIS.map(({ name }) => name),
  ...OUTPUTS,
  ...ENTRY_MEMBERS
]

/**
 * An output with its secrets redacted: JSON stays valid JSON, and counts, the action's own words, and `states`, which are
 * those of the jobs that their API is known to use, stay as they are.
 */
export function redactOutput(name: string, value: string, states: readonly string[], redact: Redact): string {
  const isOwn = (text: string): boolean => OWN_WORDS.includes(text) || states.includes(text)
  if (COUNTS.includes(name) || isOwn(value)) return value
  if (!JSON_OUTPUTS.includes(name)) return redact(value)
  return value.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, literal => {
    const text: string = JSON.parse(literal)
    return isOwn(text) ? literal : JSON.stringify(redact(text))
  })
}
