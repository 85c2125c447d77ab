import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { BAD_SERVERS } from './bad-servers.ts'

type Test = readonly [file: string, title: string]

const CLOCK = 'unit/time/clock.test.ts'
const WAIT = 'unit/wait/wait.test.ts'
const SLEEP = 'unit/wait/sleep.test.ts'
const RETRY_AFTER = 'unit/time/retry-after.test.ts'
const CLIENT = 'unit/http/client.test.ts'
const ENDINGS = 'end-to-end/endings.test.ts'
const TRANSPORT = 'end-to-end/transport.test.ts'
const VERDICTS = 'end-to-end/verdicts.test.ts'
const ADDRESSES = 'end-to-end/addresses.test.ts'
const INPUTS = 'end-to-end/inputs.test.ts'
const NAMING = 'end-to-end/naming.test.ts'
const MANY_JOBS = 'end-to-end/many-jobs.test.ts'
const PROXY = 'end-to-end/proxy.test.ts'
const OUTPUTS = 'end-to-end/outputs.test.ts'
const TLS = 'end-to-end/tls.test.ts'
const HOSTILE_TEXT = 'end-to-end/hostile-text.test.ts'

const EDGE_CASES: readonly [edgeCase: string, ...where: (string | Test)[]][] = [
  [
    '1. The wall clock jumps',
    [CLOCK, 'is monotonic, and separate from the wall clock'],
    'Its clock is set back and forth'
  ],
  ['2. The machine sleeps through the deadline', [SLEEP, 'across the deadline, %s, polls once on waking']],
  ['3. A pause that no timer keeps', [CLOCK, 'never wakes at once for a delay of %p ms']],
  [
    '4. Retry-After of every sort',
    'It says Retry-After: 99999999999',
    'It says Retry-After: -5',
    'It says Retry-After: 1.5',
    'It says Retry-After: 1e3',
    'It says Retry-After: soon',
    'It says Retry-After in three ways',
    [RETRY_AFTER, 'Retry-After'],
    [TRANSPORT, 'Retry-After is a floor']
  ],
  ['5. A number that is taken for a date', [RETRY_AFTER, "'-1'"], 'It says Retry-After: -5'],
  ['6. A verdict after the deadline', [ENDINGS, 'a verdict that arrives after the deadline still counts']],
  [
    '7. Answers without a job',
    'It answers 202 with a job',
    'It answers 204',
    'It answers 205',
    'It sends an empty body'
  ],
  [
    '8. A job that is not there, or no more',
    [ENDINGS, '404 just after the call is waited out'],
    [ENDINGS, '404 for the whole of the grace is not-found'],
    'It answers 404 with a job',
    'It forgets the job',
    'It forgets the job, and says 410',
    'It forgets the job for a moment'
  ],
  ['9. 401 and 403', 'It answers 401, and cuts the page', 'It answers 403 with a job', 'It answers 403 once'],
  [
    '10. What passes and what does not',
    ...[408, 425, 429, 500, 502, 503, 504, 522].map(status => `It answers ${status} with a job`),
    'It answers 501 with a job, first of all',
    'It answers 505 with a job, first of all'
  ],
  [
    '11. Redirects',
    'It redirects by 307',
    'It redirects to where it was asked',
    [ADDRESSES, 'a redirect is not followed, and its target is named']
  ],
  [
    '12. A proxy that answers',
    'It wants credentials for a proxy',
    'It is a proxy that does not reach the server',
    [PROXY, 'a proxy that does not lead to the server is named']
  ],
  ['13. A login page with 200', 'It wants a login, with 200', 'It wants a login for ever'],
  ['14. A body that is cut', 'It closes in the middle of the body', 'It ends in the middle of a chunk'],
  [
    '15. What is no object, or no job',
    `It sends ${['{"uuid":"4ea7a442-86d1-11e0-ae1c-123478563412"', '"state":"success"', '"end_time":"2026-01-01T00:00:00+00:00"'].join(',')}`,
    'It begins with a byte-order mark',
    'It sends null',
    'It sends []',
    'It sends "success"',
    'It sends {}',
    'It sends {"error":{"message":"success","code":"0"}}'
  ],
  [
    '16. Bodies beyond all bounds',
    'It sends 8 MiB and a byte',
    'It compresses 9 MiB to next to nothing',
    [TRANSPORT, 'a gzip bomb']
  ],
  [
    '17. JSON that surprises',
    'It gives numbers beyond all bounds',
    'It has names that objects have',
    'It gives every member twice, and the last is a failure',
    [HOSTILE_TEXT, 'isWellFormed']
  ],
  [
    '18. Another job',
    `It sends ${JSON.stringify({ uuid: '5ea7a442-86d1-11e0-ae1c-123478563412', state: 'success', end_time: '2026-01-01T00:00:00+00:00' })}`
  ],
  [
    '19. Servers that hang',
    'It accepts and hangs',
    'It sends its body byte by byte without end',
    'It sends half a head and hangs',
    [ENDINGS, 'the deadline ends the wait for a server that hangs']
  ],
  [
    '20. Servers that are not there',
    'It restarts for 2 s',
    [TRANSPORT, 'because nothing listens there is given up'],
    [TRANSPORT, 'whose name does not resolve is given up within seconds']
  ],
  [
    '21. A certificate that does not verify',
    'It shows another certificate in the middle of a wait',
    [TLS, 'a certificate that does not verify ends the wait at once']
  ],
  [
    '22. A stale connection',
    'It says 408 on a connection that is idle, and closes',
    [TRANSPORT, 'costs nothing: the request goes out again at once']
  ],
  ['23. States in any spelling', 'It shouts, amid white space', [VERDICTS, 'completed in two words']],
  [
    '24. Running beside normal',
    `It sends ${JSON.stringify({ key: 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd', state: 'running', status: 'normal', complete_time: '2026-01-01T00:00:00+00:00' })}`
  ],
  [
    '25. Unknown words',
    `It sends ${JSON.stringify({ uuid: '4ea7a442-86d1-11e0-ae1c-123478563412', state: 'not success', end_time: '2026-01-01T00:00:00+00:00' })}`,
    [ENDINGS, 'a job in an unknown state as unrecognized, with one warning before']
  ],
  [
    '26. paused, and a failure without a reason',
    'It fails with code 0, and gives no reason',
    [VERDICTS, 'paused, and then resumed to its end']
  ],
  [
    '27. A verdict that is taken back',
    'It takes a success back',
    'It takes a failure back',
    'It wavers between success and failure'
  ],
  [
    '28. Spawned jobs that still run',
    [VERDICTS, 'a parent that is completed is awaited until its spawned jobs are over']
  ],
  [
    '29. 202 bodies with several jobs, or none',
    [MANY_JOBS, 'a body with several jobs each name all their jobs'],
    [INPUTS, 'no job'],
    'It accepts a call in words nested without end'
  ],
  ['30. A body with a job that is over', [NAMING, 'a finished job that is gone and had failed is an error']],
  [
    '31. Keys that no path holds',
    [INPUTS, "'job-key': '..'"],
    [NAMING, 'a key with characters that end a path segment is asked for as it is']
  ],
  ['32. Links to another origin', [ADDRESSES, 'a link to another origin lends its key and nothing else']],
  ['33. Addresses that are refused', [INPUTS, 'ftp://um.example.com'], [ADDRESSES, 'with credentials is refused']],
  ['34. Addresses in other forms', [ADDRESSES, 'may be an IPv6 address'], [ADDRESSES, 'a host in capitals']],
  ['35. Proxies', [PROXY, 'takes credentials, together with a private CA'], [PROXY, 'NO_PROXY']],
  ['36. Secrets', ['end-to-end/secrets.test.ts', 'a secret shows nowhere, though the server sends it back']],
  ['37. Text with commands', [HOSTILE_TEXT, 'text from the server runs no command and breaks no line']],
  ['38. Names of outputs', [OUTPUTS, 'what the server sends stays inside JSON, and cannot name an output']],
  ['39. Markdown', ['unit/report/summary.test.ts', 'Markdown and HTML from the server are text']],
  ['40. A runner without its files', [OUTPUTS, 'the verdict stands although %s']],
  ['41. Signals', ['end-to-end/cancelling.test.ts', 'SIGINT while a request hangs ends the step']],
  [
    '42. A thousand polls',
    [WAIT, 'a thousand polls leave no timer and no listener'],
    [CLIENT, 'a hundred requests leave no listener']
  ]
]

const names = new Set(BAD_SERVERS.map(({ name }) => name))

test.each(EDGE_CASES)('edge case %s', (_edgeCase, ...where) => {
  const missing = where.filter(place => {
    if (typeof place === 'string') return !names.has(place)
    const [file, title] = place
    return !readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').includes(title)
  })
  expect(missing).toEqual([])
})

test('no bad server stands twice, and no two edge cases bear the same number', () => {
  expect(names.size).toBe(BAD_SERVERS.length)
  expect(EDGE_CASES.map(([edgeCase]) => Number.parseInt(edgeCase, 10))).toEqual(EDGE_CASES.map((_, index) => index + 1))
})
