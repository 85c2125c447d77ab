import type { JsonObject } from '../../../src/jobs/json.ts'
import { STARTED_AT, type Step, type Wait } from './play.ts'

const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const UUID = '4ea7a442-86d1-11e0-ae1c-123478563412'
const VOLUME = '028baa66-41bd-11e9-81d5-00a0986138f7'

const DAY = 86_400

/** The time on the server `after` seconds from the start of the wait. */
const stamp = (after: number): string => new Date(STARTED_AT + after * 1_000).toISOString()

/** A Unified Manager job as its OpenAPI document has it. */
const um = (after: number, state: string, members: JsonObject = {}): Step => ({
  after,
  job: { name: 'Create LUN lun1 on svm1', state, submit_time: stamp(0), ...members }
})
const umEnd = (after: number, status: string, members: JsonObject = {}): Step =>
  um(after, 'COMPLETED', { status, complete_time: stamp(after), ...members })

/** A job as ONTAP sends it: the resource's name is in its messages, if anywhere. */
const ontap = (after: number, state: string, message: string, members: JsonObject = {}): Step => ({
  after,
  job: {
    description: `POST /api/storage/volumes/${VOLUME}?return_timeout=0`,
    state,
    message: message || (state === 'success' ? 'success' : ''),
    code: 0,
    start_time: stamp(0),
    svm: { name: 'svm1', uuid: '8139f958-3c6e-11e9-a45f-005056bbc848' },
    node: { name: 'node-1' },
    ...(state === 'success' || state === 'failure' ? { end_time: stamp(after) } : {}),
    ...members
  }
})
const ontapFailure = (after: number, code: string, message: string, members: JsonObject = {}): Step =>
  ontap(after, 'failure', message, { code: Number(code), error: { message, code }, ...members })

const fault = (after: number, what: string): Step => ({
  after,
  answer: { kind: 'fault', why: 'other', what, code: '' }
})
const down = (after: number): Step => fault(after, 'the connection was refused (connect ECONNREFUSED 192.0.2.7:443)')

/** As ONTAP says it. */
const noSpace = (name: string): string =>
  `Request to create volume "${name}" failed because there is not enough space in aggregate "aggr1". ` +
  'Either create 347GB of free space in the aggregate or select a size of at most 54.9GB for the new volume.'

/** As many volumes, created eight at a time; the `failing` ones fail. */
function volumes(count: number, failing: (index: number) => boolean): Wait['jobs'] {
  const jobs = Array.from({ length: count }, (_, index) => {
    const number = (index + 1).toString(16).padStart(4, '0')
    const description = `POST /api/storage/volumes/a1b2${number}-41bd-11e9-81d5-00a0986138f7`
    const begins = Math.floor(index / 8) * 15
    const ends = begins + 4 + ((index * 7) % 40)
    const start = { description, start_time: stamp(begins) }
    const end = failing(index)
      ? ontapFailure(ends, '917831', noSpace(`vol_${index + 1}`), start)
      : ontap(ends, 'success', '', start)
    return [
      `4ea7${number}-86d1-11e0-ae1c-123478563412`,
      [
        ontap(0, 'queued', '', { description }),
        ontap(begins, 'running', `Creating volume "vol_${index + 1}" in SVM "svm1".`, start),
        end
      ]
    ] as const
  })
  return Object.fromEntries(jobs)
}

/** Six short jobs, of which two fail. */
function sixVolumes(): Wait['jobs'] {
  const ends = [4, 10, 5, 7, 9, 3]
  const keys = Object.keys(volumes(ends.length, () => false))
  return Object.fromEntries(
    keys.map((key, index) => {
      const description = `POST /api/storage/volumes/a1b2000${index + 1}-41bd-11e9-81d5-00a0986138f7`
      const running = ontap(0, 'running', `Creating volume "vol_${index + 1}" in SVM "svm1".`, { description })
      const after = ends[index] ?? 0
      if (index === 2) return [key, [running, ontapFailure(after, '917831', noSpace('vol_3'), { description })]]
      if (index === 4) return [key, [running, ontap(after, 'failure', '', { description })]]
      return [key, [running, ontap(after, 'success', '', { description })]]
    })
  )
}

/** The waits whose log and summary are a contract. */
export const TYPICAL_WAITS: Readonly<Record<string, Wait>> = {
  success: {
    api: 'unified-manager',
    holds: true,
    jobs: {
      [KEY]: [
        um(0, 'QUEUED'),
        um(2, 'RUNNING', { status: 'NORMAL' }),
        umEnd(38, 'NORMAL', { job_results: [{ name: 'lunKey', value: `${UUID}:type=lun,uuid=2a1b` }] })
      ]
    }
  },
  'partial failures': {
    api: 'unified-manager',
    jobs: {
      [KEY]: [
        um(0, 'RUNNING'),
        umEnd(252, 'PARTIAL_FAILURES', {
          job_results: [{ name: 'lunKey', value: `${UUID}:type=lun,uuid=2a1b` }],
          task_reports: [
            { name: 'Create LUN', state: 'COMPLETED', status: 'NORMAL' },
            {
              name: 'Map LUN to igroup ig_win1',
              status: 'ERROR',
              failure_reason: 'The initiator group "ig_win1" does not exist in SVM "svm1".'
            },
            {
              name: 'Assign performance service level',
              status: 'ERROR',
              failure_reason: 'The QoS policy group limit of the cluster has been reached.'
            }
          ]
        })
      ]
    }
  },
  error: {
    api: 'ontap',
    jobs: {
      [UUID]: [
        ontap(0, 'queued', ''),
        ontap(3, 'running', 'Selecting an aggregate.'),
        ontap(9, 'running', 'Creating volume "vol_1" in SVM "svm1".'),
        ontapFailure(71, '917831', noSpace('vol_1'))
      ]
    }
  },
  'time-out of a paused job': {
    api: 'ontap',
    rules: { timeout: 600_000 },
    jobs: {
      [UUID]: [
        ontap(0, 'queued', ''),
        ...Array.from({ length: 40 }, (_, index) =>
          ontap(5 + index * 5, 'running', `Moving data: ${index + 1} % done.`)
        ),
        ontap(210, 'paused', 'Moving data: 41 % done.')
      ]
    }
  },
  'unreachable, then recovered': {
    api: 'unified-manager',
    jobs: { [KEY]: [um(0, 'RUNNING'), down(60), um(130, 'RUNNING'), umEnd(171, 'NORMAL')] }
  },
  'six jobs': { api: 'ontap', jobs: sixVolumes() },
  'jobs with labels': {
    api: 'unified-manager',
    holds: true,
    labels: {
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd': 'oracle_data',
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbc': 'oracle_log'
    },
    jobs: {
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd': [
        um(0, 'RUNNING', { name: 'Create LUN' }),
        umEnd(64, 'NORMAL', { name: 'Create LUN' })
      ],
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbc': [
        um(0, 'RUNNING', { name: 'Create LUN' }),
        umEnd(113, 'ERROR', {
          name: 'Create LUN',
          task_reports: [{ name: 'Create LUN', failure_reason: 'The volume "vol7" is offline.' }]
        })
      ],
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbb': [
        um(0, 'RUNNING', { name: 'Create LUN' }),
        umEnd(90, 'WARNING', { name: 'Create LUN' })
      ]
    }
  },
  'fifty jobs': { api: 'ontap', jobs: volumes(50, index => index % 20 === 17) }
}

/** Text that tries to be anything but text. */
export const HOSTILE =
  '<img src=x onerror=alert(1)> **bold** [link](https://evil.example.com) @octocat #1 ![i](https://evil.example.com/i.png) ' +
  '| cell | `code` </code></td></table><script>alert(1)</script> ``` $x^2$ :tada: https://evil.example.com\n\n# Heading\n' +
  '::error::no \u001b[31mred\u001b[0m ##[error]no \u202egnp.exe'

/** A job for each ending that a wait can come to without being cancelled. */
function everyEnding(): Wait['jobs'] {
  const running = ontap(0, 'running', 'Creating volume "vol_1" in SVM "svm1".')
  const answers: readonly (readonly Step[])[] = [
    [running, ontap(40, 'success', '')],
    [running, ontap(50, 'success', '', { error: { message: 'The volume is almost full.', code: '787141' } })],
    [running, ontapFailure(60, '917831', noSpace('vol_1'))],
    [running],
    [],
    [
      running,
      {
        after: 30,
        answer: {
          kind: 'missing',
          what: "the server answered 404 Not Found: entry doesn't exist",
          code: '4',
          page: false
        }
      }
    ],
    [
      running,
      {
        after: 30,
        answer: { kind: 'denied', final: true, what: 'the server answered 401 Unauthorized', code: '', page: false }
      }
    ],
    [
      running,
      { after: 35, answer: { kind: 'fatal', what: 'the server answered 302 Found, a redirect', code: '', page: false } }
    ],
    [running, ontap(20, 'pondering', 'Thinking.')],
    [running, down(25), ontap(80, 'running', ''), ontap(100, 'paused', '')]
  ]
  return Object.fromEntries(answers.map((steps, index) => [`4ea7${1_000 + index}-86d1-11e0-ae1c-123478563412`, steps]))
}

/** A job that starts a volume move, and the move. */
function volumeMove(end: JsonObject): Wait {
  const movement = (after: number, state: string, percent: number): Step => ({
    after,
    job: {
      name: 'vol_1',
      movement: {
        state,
        percent_complete: percent,
        start_time: stamp(2),
        destination_aggregate: { name: 'aggr2' },
        ...(after > 200 ? end : {})
      }
    }
  })
  const call = { description: `PATCH /api/storage/volumes/${VOLUME}` }
  return {
    api: 'ontap',
    rules: { timeout: 300_000 },
    jobs: { [UUID]: [ontap(0, 'running', '', call), ontap(3, 'success', '', call)] },
    until: {
      operation: 'volume-move',
      resources: {
        [VOLUME]: [movement(3, 'replicating', 10), movement(100, 'replicating', 60), movement(220, 'cutover', 99)]
      }
    }
  }
}

/** Further waits whose summaries are worth a look. */
export const PREVIEWED_WAITS: Readonly<Record<string, Wait>> = {
  ...TYPICAL_WAITS,
  'a volume move': volumeMove({ state: 'success', percent_complete: 100 }),
  'a volume move that fails': volumeMove({ state: 'failed' }),
  'a volume move that waits': volumeMove({ state: 'cutover_wait' }),
  'every ending': { api: 'ontap', rules: { timeout: 120_000 }, jobs: everyEnding() },
  'a volume move by a link': {
    api: 'ontap',
    shows: { operation: 'volume-move' },
    jobs: {
      [VOLUME]: [
        {
          after: 0,
          job: { name: 'vol_1', movement: { state: 'replicating', destination_aggregate: { name: 'aggr2' } } }
        },
        { after: 90, job: { name: 'vol_1', movement: { state: 'aborted', destination_aggregate: { name: 'aggr2' } } } }
      ]
    }
  },
  'a job that names no resource': {
    api: 'ontap',
    jobs: { [UUID]: [ontap(0, 'running', ''), ontap(20, 'success', '', { description: '' })] },
    until: { operation: 'volume-move', resources: {} }
  },
  'a job that is not awaited': { api: 'ontap', leaves: true, given: ['request', 'token'], jobs: { [UUID]: [] } },
  'three jobs that are not awaited': {
    api: 'unified-manager',
    leaves: true,
    given: ['request', 'username', 'password'],
    jobs: Object.fromEntries(['7001', '7002', '7003'].map(end => [`db409f4c1430246f:e6fd83b:16e69bdf32f:-${end}`, []]))
  },
  'a gate': {
    api: 'ontap',
    given: ['job-query', 'username', 'password'],
    jobs: {
      [UUID]: [
        ontap(0, 'running', 'Creating volume "vol_1" in SVM "svm1".'),
        ontapFailure(41, '917831', noSpace('vol_1'))
      ],
      '5fb8a442-86d1-11e0-ae1c-123478563412': [ontap(0, 'running', ''), ontap(30, 'success', '')]
    }
  },
  'a token that cannot be fetched': {
    api: 'ontap',
    given: ['job-key', 'token-url', 'client-id', 'client-secret'],
    jobs: {
      [UUID]: [
        {
          after: 0,
          answer: {
            kind: 'denied',
            final: true,
            what: 'the token server https://login.example.com answered 401 Unauthorized: The client secret has expired (invalid_client): check "client-id" and "client-secret"',
            code: 'invalid_client',
            page: false
          }
        }
      ]
    }
  },
  'a success that cannot be read': {
    api: 'ontap',
    given: ['request', 'username', 'password'],
    done: true,
    jobs: {
      [UUID]: [
        {
          after: 0,
          answer: { kind: 'denied', final: false, what: 'the server answered 403 Forbidden', code: '6', page: false }
        }
      ]
    }
  },
  'twenty seconds': {
    api: 'ontap',
    jobs: { [UUID]: [ontap(0, 'queued', ''), ontap(7, 'running', ''), ontap(20, 'success', '')] }
  },
  'three hours': {
    api: 'ontap',
    rules: { timeout: 4 * 3_600_000 },
    jobs: { [UUID]: [ontap(0, 'queued', ''), ontap(600, 'running', 'Moving data.'), ontap(10_700, 'success', '')] }
  },
  'three days, cancelled': {
    api: 'ontap',
    rules: { timeout: 7 * DAY * 1_000, pollInterval: 600_000 },
    cancelledAt: 3.2 * DAY,
    jobs: { [UUID]: [ontap(0, 'queued', ''), ontap(0.4 * DAY, 'running', 'Moving data.')] }
  },
  'four jobs': {
    api: 'ontap',
    labels: {
      '4ea70001-86d1-11e0-ae1c-123478563412': 'oracle_data',
      '4ea70002-86d1-11e0-ae1c-123478563412': 'oracle_log',
      '4ea70003-86d1-11e0-ae1c-123478563412': 'home',
      '4ea70004-86d1-11e0-ae1c-123478563412': 'backup'
    },
    jobs: Object.fromEntries(
      [
        { name: 'oracle_data', begins: 9, ends: 64 },
        { name: 'oracle_log', begins: 21, ends: 113, fails: true },
        { name: 'home', begins: 34, ends: 171, downFrom: 90, downTo: 118 },
        { name: 'backup', begins: 47, ends: 140 }
      ].map(({ name, begins, ends, fails = false, downFrom, downTo = 0 }, index) => {
        const description = `POST /api/storage/volumes/a1b2000${index + 1}-41bd-11e9-81d5-00a0986138f7`
        const call = { description, start_time: stamp(begins) }
        const running = (after: number): Step =>
          ontap(after, 'running', `Creating volume "${name}" in SVM "svm1".`, call)
        return [
          `4ea7000${index + 1}-86d1-11e0-ae1c-123478563412`,
          [
            ontap(0, 'queued', '', { description }),
            running(begins),
            ...(downFrom === undefined ? [] : [down(downFrom), running(downTo)]),
            fails ? ontapFailure(ends, '917831', noSpace(name), call) : ontap(ends, 'success', '', call)
          ]
        ]
      })
    )
  },
  'ten jobs': {
    api: 'unified-manager',
    rules: { timeout: 300_000 },
    jobs: Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `db409f4c1430246f:e6fd83b:16e69bdf32f:-${7_000 + index}`,
        [
          um(0, 'QUEUED', { name: `Create LUN lun${index}` }),
          um(2 + index * 3, 'RUNNING', { name: `Create LUN lun${index}` }),
          ...(index === 7
            ? []
            : [
                umEnd(30 + index * 11, ['NORMAL', 'WARNING', 'ERROR'][index % 6] ?? 'NORMAL', {
                  name: `Create LUN lun${index}`
                })
              ])
        ]
      ])
    )
  },
  'thirty jobs': { api: 'ontap', jobs: volumes(30, index => index === 4) },
  'a thousand jobs': { api: 'ontap', jobs: volumes(1_000, index => index % 100 === 17) },
  'hostile text': {
    api: 'unified-manager',
    rules: { timeout: 120_000 },
    jobs: {
      [KEY]: [
        um(0, 'RUNNING', { name: HOSTILE }),
        umEnd(30, 'ERROR', {
          name: HOSTILE,
          job_results: [{ name: HOSTILE, value: { nested: HOSTILE } }],
          task_reports: [{ name: HOSTILE, failure_reason: HOSTILE }]
        })
      ],
      '@octocat/#1?<b>`': [
        um(0, 'RUNNING', { name: 'click x call y() %% ;: title' }),
        um(10, 'title: x; #35; <b>', { name: 'click x call y() %% ;: title' })
      ]
    }
  },
  flapping: {
    api: 'unified-manager',
    jobs: {
      [KEY]: [
        ...Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? um(index * 15, 'RUNNING') : down(index * 15))),
        umEnd(600, 'WARNING')
      ]
    }
  }
}
