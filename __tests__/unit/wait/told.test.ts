import { describe, expect, test } from '@jest/globals'
import type { Job } from '../../../src/jobs/job.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { outcomes, play, reference } from './scripted.ts'

/** A bulk call's job, which the body that accepted the call told to have succeeded, and which the server has forgotten. */
const told = ontap.read({
  uuid: '0000-0',
  state: 'success',
  end_time: '2026-01-15T00:00:00Z',
  _links: { results: { href: '/api/cluster/jobs/0000-0/results' } }
}) as Job
const forgotten = { ...reference('ontap'), told }
const missing: Answer = { kind: 'missing', what: '404' }

describe('a bulk call whose body told of its success', () => {
  test('succeeded in parts where its results say so, though the server has forgotten the job', async () => {
    const played = await play([forgotten], {}, ({ question }) => ({
      after: 10,
      answers: [
        question.settling === null ? missing : { kind: 'details', job: { ...told, verdict: 'PARTIAL_FAILURES' } }
      ]
    }))
    expect(outcomes(played)).toEqual(['partial-failures'])
  })

  test('is lost where its results are forgotten too: what became of its records is not known', async () => {
    const played = await play([forgotten], {}, () => ({ after: 10, answers: [missing] }))
    expect(outcomes(played)).toEqual(['lost'])
  })
})
