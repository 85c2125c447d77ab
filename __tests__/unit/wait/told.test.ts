import { describe, expect, test } from '@jest/globals'
import { type Setting, waited } from '../../support/a-wait.ts'
import { aJob, MISSING, reference } from '../../support/answers.ts'

/** A bulk call's job, which the body that accepted the call told to have succeeded, and which the server has forgotten. */
const told = aJob({
  state: 'success',
  verdict: 'NORMAL',
  dated: true,
  source: { _links: { results: { href: '/api/cluster/jobs/one/results' } } }
})
const forgotten: Setting = { references: [{ ...reference(), told }], rules: { timeout: 60_000 } }

describe('a bulk call whose body told of its success', () => {
  test('succeeded in parts where its results say so, though the server has forgotten the job', async () => {
    const { ending } = await waited(
      ({ settling }) => ({
        after: 10,
        answer: settling === null ? MISSING : { kind: 'details', job: { ...told, verdict: 'PARTIAL_FAILURES' } }
      }),
      forgotten
    )
    expect(ending.outcome).toBe('partial-failures')
  })

  test('is lost where its results are forgotten too: what became of its records is not known', async () => {
    const { ending } = await waited(() => ({ after: 10, answer: MISSING }), forgotten)
    expect(ending.outcome).toBe('lost')
  })
})
