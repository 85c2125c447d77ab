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

test('a job that has failed by the answer to its call is not just accepted', () => {
  const failed = aJob({ state: 'failure', over: true, verdict: 'ERROR', recognized: true })
  expect(leave({ ...reference(), reported: failed }, 0).ending).toMatchObject({ outcome: 'error', job: { key: 'one' } })
  const succeeded = aJob({ state: 'success', over: true, verdict: 'NORMAL', recognized: true })
  expect(leave({ ...reference(), reported: succeeded }, 0).ending.outcome).toBe('accepted')
})

test('a call that was done at once has succeeded', () => {
  const done = { ...aJob({ state: '' }), over: true, verdict: 'NORMAL' } as const
  expect(leave({ ...reference(), done }, 0).ending).toMatchObject({ outcome: 'success', job: { key: 'one' } })
})
