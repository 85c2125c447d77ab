import { describe, expect, test } from '@jest/globals'
import { waited } from '../../support/a-wait.ts'
import { aJob, CUT, FORBIDDEN, MISSING, over, reference, running, UNAUTHORIZED } from '../../support/answers.ts'
import { type Asked, inTurn, type Said } from '../../support/scripted-ask.ts'

describe('404', () => {
  test('just after the start is given a grace of 10 s', async () => {
    const { ending } = await waited(({ at }) => (at < 3_000 ? MISSING : over()))
    expect(ending.outcome).toBe('success')
  })

  test('that outlasts the grace is not-found', async () => {
    const { ending, times } = await waited(inTurn(MISSING))
    expect(ending).toEqual({ outcome: 'not-found', job: null, reason: 'the server answered 404', errorCode: '4' })
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 10_000])
  })

  test('for the first time after the grace, when the server was down before, is confirmed once', async () => {
    const down = ({ at }: Asked) => at < 20_000
    const gone = await waited(asked => (down(asked) ? CUT : MISSING))
    expect([gone.ending.outcome, gone.events.filter(({ kind }) => kind === 'answer').length]).toEqual(['not-found', 8])
    let misses = 0
    const there = await waited(asked => {
      if (down(asked)) return CUT
      misses += 1
      return misses === 1 ? MISSING : over()
    })
    expect(there.ending.outcome).toBe('success')
  })

  test('at the deadline, of a job that was never seen, is not-found too', async () => {
    const { ending } = await waited(inTurn(MISSING), { rules: { timeout: 2_000 } })
    expect(ending.outcome).toBe('not-found')
  })

  test('once the job was seen is asked again for 10 s, then the job is lost', async () => {
    const { ending, times } = await waited(inTurn(running({ state: 'queued' }), MISSING))
    expect(ending).toMatchObject({ outcome: 'lost', job: { state: 'queued' }, reason: 'the server answered 404' })
    expect(times).toEqual([0, 1_000, 2_000, 4_000, 8_000, 11_000])
  })

  test('of a job that was just seen, as in a failover, is survived for 10 s', async () => {
    const { ending } = await waited(({ at }) => (at < 1_000 ? running() : at < 11_000 ? MISSING : over()))
    expect(ending.outcome).toBe('success')
  })

  test('does not add up with an earlier one, when the job was there in between', async () => {
    const { ending } = await waited(({ at }) => {
      if (at >= 30_000) return over()
      return Math.floor(at / 6_000) % 2 === 1 ? MISSING : running()
    })
    expect(ending.outcome).toBe('success')
  })

  test('carries the code of the server into the ending', async () => {
    expect((await waited(inTurn(MISSING))).ending).toMatchObject({ outcome: 'not-found', errorCode: '4' })
    expect((await waited(inTurn(FORBIDDEN))).ending).toMatchObject({ outcome: 'unauthorized', errorCode: '6' })
  })

  test('once is nothing if the job is there again', async () => {
    const { ending } = await waited(inTurn(running(), MISSING, running(), MISSING, over()))
    expect(ending.outcome).toBe('success')
  })

  test('of a job that the body which named it called finished leaves the word of that body', async () => {
    for (const dated of [true, false]) {
      const reported = aJob({ state: 'failure', verdict: 'ERROR', dated })
      const { ending, asked } = await waited(inTurn(MISSING), { references: [{ ...reference(), reported }] })
      expect([ending, asked.length]).toEqual([{ outcome: 'error', job: reported }, 1])
    }
  })

  test('of a job that the body which named it called a success, without the time of its end, is given its grace', async () => {
    const reported = aJob({ state: 'success', verdict: 'NORMAL' })
    const { ending } = await waited(inTurn(MISSING), { references: [{ ...reference(), reported }] })
    expect(ending.outcome).toBe('not-found')
  })

  test('of a job that the body which named it called running is given its grace', async () => {
    const { ending } = await waited(inTurn(MISSING), { references: [{ ...reference(), reported: aJob() }] })
    expect(ending.outcome).toBe('not-found')
  })
})

describe('no permission', () => {
  test('401 ends the wait at once, at any time', async () => {
    for (const lines of [[UNAUTHORIZED], [running(), UNAUTHORIZED]] as const) {
      const { ending, asked } = await waited(inTurn(...(lines as readonly [Said, ...Said[]])))
      expect(ending).toMatchObject({ outcome: 'unauthorized', reason: 'the server answered 401' })
      expect(asked).toHaveLength(lines.length)
    }
  })

  test('403 ends it after one recheck', async () => {
    const { ending, times } = await waited(inTurn(FORBIDDEN))
    expect([ending.outcome, times]).toEqual(['unauthorized', [0, 1_000]])
  })

  test('403 once is nothing', async () => {
    const { ending } = await waited(inTurn(FORBIDDEN, running(), FORBIDDEN, over()))
    expect(ending.outcome).toBe('success')
  })
})
