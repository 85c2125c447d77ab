import { describe, expect, test } from '@jest/globals'
import { waited } from '../../support/a-wait.ts'
import { BUSY, over, reference, running } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'

const references = [reference('one', 'unified-manager')]

describe('unreachable-timeout', () => {
  test('is not used up by a hold that is longer: one fault at its end is only one fault', async () => {
    const { ending, asked } = await waited(
      inTurn(
        { after: 10, answer: running() },
        { after: 30_010, answer: BUSY },
        { after: 10, answer: BUSY },
        { after: 10, answer: over() }
      ),
      { references, rules: { timeout: 60_000, longPoll: 30_000, unreachableTimeout: 20_000 } }
    )
    expect(ending.outcome).toBe('success')
    expect(asked.map(({ hold }) => hold?.seconds)).toEqual([undefined, 30, undefined, undefined])
  })

  test('ends the wait with one last try when it has run out since the first of the faults', async () => {
    const { ending, times, took } = await waited(
      ({ index }) => ({ after: 10, answer: index === 0 ? running() : BUSY }),
      { references, rules: { timeout: 300_000, longPoll: 0, unreachableTimeout: 20_000 } }
    )
    const [, firstFault = 0] = times
    expect(ending.outcome).toBe('unreachable')
    expect([times.at(-1), took]).toEqual([firstFault + 20_000, firstFault + 20_010])
  })
})
