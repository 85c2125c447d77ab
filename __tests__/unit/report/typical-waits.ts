import type { JsonObject } from '../../../src/jobs/json.ts'
import type { Step, Wait } from './play.ts'

const KEY = 'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd'
const UUID = '1cd8a442-86d1-11e0-ae1c-123478563412'

/** A Unified Manager job as its OpenAPI document has it. */
const um = (after: number, state: string, members: JsonObject = {}): Step => ({
  after,
  job: { name: 'Create LUN lun1 on svm1', state, submit_time: '2025-11-05T14:00:00Z', ...members }
})
const umEnd = (after: number, status: string, members: JsonObject = {}): Step =>
  um(after, 'COMPLETED', { status, complete_time: '2025-11-05T14:03:00Z', ...members })

const ontap = (after: number, state: string, message: string, members: JsonObject = {}): Step => ({
  after,
  job: {
    description: `POST /api/storage/volumes/${UUID}`,
    state,
    message,
    start_time: '2025-11-05T14:00:00Z',
    ...(state === 'success' || state === 'failure' ? { end_time: '2025-11-05T14:03:00Z' } : {}),
    ...members
  }
})

const refused = (after: number): Step => ({
  after,
  answer: {
    kind: 'fault',
    why: 'other',
    what: 'the connection was refused (connect ECONNREFUSED 192.0.2.7:443)',
    code: ''
  }
})

/** Fifty volumes, of which two fail; they take from 4 s to a little over 2 minutes. */
function fiftyVolumes(): Wait['jobs'] {
  const jobs = Array.from({ length: 50 }, (_, index) => {
    const key = `1cd8a442-86d1-11e0-ae1c-${String(index + 1).padStart(12, '0')}`
    const description = `POST /api/storage/volumes?name=vol${index + 1}`
    const begins = Math.floor(index / 8) * 15
    const ends = begins + 4 + ((index * 7) % 40)
    const end =
      index % 20 === 17
        ? ontap(ends, 'failure', '', {
            description,
            error: { message: `Aggregate "aggr${index % 3}" has not enough space for vol${index + 1}.`, code: '917845' }
          })
        : ontap(ends, 'success', 'Complete: Successful', { description })
    return [
      key,
      [ontap(0, 'queued', '', { description }), ontap(begins, 'running', 'Creating volume.', { description }), end]
    ] as const
  })
  return Object.fromEntries(jobs)
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
        ontap(9, 'running', 'Creating volume.'),
        ontap(71, 'failure', 'entry already exists', {
          code: 917927,
          error: {
            code: '917927',
            message: 'Volume "vol1" cannot be created in SVM "svm1": a volume of that name exists already.'
          }
        })
      ]
    }
  },
  'time-out': {
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
    jobs: { [KEY]: [um(0, 'RUNNING'), refused(60), um(130, 'RUNNING'), umEnd(171, 'NORMAL')] }
  },
  'fifty jobs': { api: 'ontap', jobs: fiftyVolumes() }
}

/** Text that tries to be anything but text. */
export const HOSTILE =
  '<img src=x onerror=alert(1)> **bold** [link](https://evil.example.com) @octocat #1 ![i](https://evil.example.com/i.png) ' +
  '| cell | `code` </code></td></table><script>alert(1)</script> ``` $x^2$ :tada: https://evil.example.com\n\n# Heading\n' +
  '::error::no \u001b[31mred\u001b[0m ##[error]no \u202egnp.exe'

const DAY = 86_400

/** Further waits whose summaries are worth a look. */
export const PREVIEWED_WAITS: Readonly<Record<string, Wait>> = {
  ...TYPICAL_WAITS,
  'three seconds': {
    api: 'ontap',
    jobs: { [UUID]: [ontap(0, 'queued', ''), ontap(1, 'running', ''), ontap(3, 'success', '')] }
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
    api: 'unified-manager',
    holds: true,
    jobs: {
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbd': [
        um(0, 'QUEUED', { name: 'Create LUN oracle_data on svm1' }),
        um(9, 'RUNNING', { name: 'Create LUN oracle_data on svm1' }),
        umEnd(64, 'NORMAL', { name: 'Create LUN oracle_data on svm1' })
      ],
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbc': [
        um(0, 'QUEUED', { name: 'Create LUN oracle_log on svm1' }),
        um(21, 'RUNNING', { name: 'Create LUN oracle_log on svm1' }),
        umEnd(113, 'PARTIAL_FAILURES', {
          name: 'Create LUN oracle_log on svm1',
          task_reports: [
            {
              name: 'Map LUN to igroup ig_win1',
              status: 'ERROR',
              failure_reason: 'The initiator group "ig_win1" does not exist in SVM "svm1".'
            }
          ]
        })
      ],
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fbb': [
        um(0, 'QUEUED', { name: 'Create file share home on svm2' }),
        um(34, 'RUNNING', { name: 'Create file share home on svm2' }),
        refused(90),
        um(118, 'RUNNING', { name: 'Create file share home on svm2' }),
        umEnd(171, 'NORMAL', { name: 'Create file share home on svm2' })
      ],
      'db409f4c1430246f:e6fd83b:16e69bdf32f:-7fba': [
        um(0, 'QUEUED', { name: 'Resize volume vol_backup' }),
        um(47, 'RUNNING', { name: 'Resize volume vol_backup' }),
        umEnd(140, 'NORMAL', { name: 'Resize volume vol_backup' })
      ]
    }
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
  'a hundred jobs': { api: 'ontap', jobs: Object.assign({}, ...[0, 1].map(half => renamed(fiftyVolumes(), half))) },
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
        ...Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0 ? um(index * 15, 'RUNNING') : refused(index * 15)
        ),
        umEnd(600, 'WARNING')
      ]
    }
  }
}

function renamed(jobs: Wait['jobs'], half: number): Wait['jobs'] {
  return Object.fromEntries(Object.entries(jobs).map(([key, steps]) => [key.replace('1cd8', `${half}cd8`), steps]))
}
