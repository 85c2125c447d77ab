/** Every input and its default, as `action.yml` declares them. */
export const INPUTS = {
  url: '',
  'job-key': '',
  response: '',
  'response-file': '',
  request: '',
  'request-body': '',
  'return-timeout': '',
  wait: 'true',
  'job-query': '',
  until: '',
  api: 'auto',
  username: '',
  password: '',
  token: '',
  'token-url': '',
  'client-id': '',
  'client-secret': '',
  'token-scope': '',
  'token-audience': '',
  'client-certificate': '',
  'client-key': '',
  'ca-certificate': '',
  'verify-tls': 'true',
  headers: '',
  timeout: '60m',
  'long-poll': '30s',
  'poll-interval': '15s',
  'request-timeout': '30s',
  'unreachable-timeout': '5m',
  'fail-on': 'ERROR, PARTIAL_FAILURES',
  'fail-fast': 'false',
  'cancel-job': 'never',
  summary: 'true'
} as const
export type InputName = keyof typeof INPUTS

/** The inputs whose value is not the default. */
export function givenInputs(value: (name: InputName) => string): InputName[] {
  return (Object.keys(INPUTS) as InputName[]).filter(name => value(name) !== INPUTS[name])
}
