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
