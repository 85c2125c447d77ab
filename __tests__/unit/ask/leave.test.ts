import { expect, test } from '@jest/globals'
import { leave } from '../../../src/ask/leave.ts'
import { aJob, reference } from '../../support/answers.ts'

test('a job that was accepted is shown as a later step needs it, with its links', () => {
  const results = { href: '/api/storage/volumes?job_results_uuid=one' }
  const reported = aJob({ state: '', source: { uuid: 'one', _links: { results } } })
  expect(leave({ ...reference(), reported }, 1_000)).toMatchObject({
    ending: {
      outcome: 'accepted',
      job: { key: 'one', source: { uuid: 'one', _links: { self: { href: '/api/cluster/jobs/one' }, results } } }
    },
    elapsed: 1_000,
    requests: 0,
    seenAt: null
  })
})

test('a job of which only the key is known has its link', () => {
  const { ending } = leave(reference('a:b', 'unified-manager', '/api/v2'), 0)
  expect(ending.job).toMatchObject({
    key: 'a:b',
    source: { _links: { self: { href: '/api/v2/management-server/jobs/a:b' } } }
  })
})

test('a call that was done at once has succeeded', () => {
  const done = { ...aJob({ state: '' }), over: true, verdict: 'NORMAL' } as const
  expect(leave({ ...reference(), done }, 0).ending).toMatchObject({ outcome: 'success', job: { key: 'one' } })
})
