import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { waited } from '../../support/a-wait.ts'
import { over, reference, running, undated } from '../../support/answers.ts'
import { inTurn } from '../../support/scripted-ask.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

describe('a stop', () => {
  test('ends everything at once, also with a request in flight', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    const cancelling = clock.sleep(7_000, new AbortController().signal).then(() => stop.abort())
    const { all, took } = await waited(
      ({ keys, at }) => (keys[0] === 'two' && at > 0 ? { after: 60_000, answer: running() } : running()),
      { references: ['one', 'two'].map(key => reference(key, 'ontap-select')), clock, stop: stop.signal }
    )
    await cancelling
    expect(all.map(({ ending }) => ending)).toMatchObject([
      { outcome: 'cancelled', job: { state: 'running' }, reason: 'the workflow was cancelled' },
      { outcome: 'cancelled' }
    ])
    expect(took).toBe(7_000)
  })

  test('gives up what is in flight, and nothing is observed any more', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    const { events } = await waited(
      ({ at }) => {
        if (at > 0) queueMicrotask(() => stop.abort())
        return at === 0 ? running() : { after: 60_000, answer: over() }
      },
      { clock, stop: stop.signal }
    )
    const took = clock.elapsed()
    await setImmediate()
    expect([clock.sleeping(), clock.elapsed()]).toEqual([0, took])
    expect(events.at(-1)).toMatchObject({ kind: 'ended', awaited: { ending: { outcome: 'cancelled' } } })
  })

  test('counts the request that was in flight', async () => {
    const stop = new AbortController()
    const { all } = await waited(
      ({ at }) => {
        if (at > 0) queueMicrotask(() => stop.abort())
        return at === 0 ? running() : { after: 60_000, answer: over() }
      },
      { stop: stop.signal }
    )
    expect(all).toMatchObject([{ ending: { outcome: 'cancelled' }, requests: 2 }])
  })

  test('before the start asks nothing', async () => {
    const { all, asked } = await waited(inTurn(over()), { stop: AbortSignal.abort() })
    expect(all).toMatchObject([{ ending: { outcome: 'cancelled' }, elapsed: 0, requests: 0, seenAt: null }])
    expect(asked).toEqual([])
  })

  test('takes no verdict for granted that wants confirming', async () => {
    const stop = new AbortController()
    const { ending } = await waited(
      ({ index }) => {
        if (index === 1) queueMicrotask(() => stop.abort())
        return index === 0 ? undated('ERROR') : { after: 1_000, answer: running() }
      },
      { stop: stop.signal }
    )
    expect(ending.outcome).toBe('cancelled')
  })
})
