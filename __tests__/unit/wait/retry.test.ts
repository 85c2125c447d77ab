import { describe, expect, test } from '@jest/globals'
import { type Attempt, OUT_OF_TIME, type Retried, type RetryLimits, retry } from '../../../src/wait/retry.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const BUSY: Attempt<string> = { error: 'busy', unresolved: false, retryAfter: null }
const UNRESOLVED: Attempt<string> = { error: 'no such host', unresolved: true, retryAfter: null }

interface Tried {
  readonly result: Retried<string>
  /** When each try was made, in ms from the start. */
  readonly times: readonly number[]
  readonly reported: readonly string[]
}

/** Retries on a virtual clock, without jitter; the last of `tries` is repeated for ever. */
async function retrying(
  tries: readonly Attempt<string>[],
  limits: Partial<RetryLimits> = {},
  stop = new AbortController().signal
): Promise<Tried> {
  const clock = virtualClock()
  const start = clock.now()
  const times: number[] = []
  const reported: string[] = []
  const attempt = async (): Promise<Attempt<string>> => {
    times.push(clock.now() - start)
    return tries[Math.min(times.length, tries.length) - 1] ?? BUSY
  }
  const all = { deadline: start + 3_600_000, unreachableTimeout: 300_000, ...limits }
  const onError = (error: string): unknown => reported.push(error)
  const result = await retry(attempt, all, { clock, random: () => 1, stop, onError })
  return { result, times, reported }
}

test('a value ends it, after errors, with a growing pause after each', async () => {
  const { result, times } = await retrying([BUSY, BUSY, BUSY, { value: 'done' }])
  expect(result).toEqual({ value: 'done' })
  expect(times).toEqual([0, 1_000, 3_000, 7_000])
})

test('Retry-After is a floor', async () => {
  const { times } = await retrying([{ ...BUSY, retryAfter: 20_000 }, { value: 'done' }])
  expect(times).toEqual([0, 20_000])
})

test('the first error is reported, and no other', async () => {
  const { reported } = await retrying([BUSY, UNRESOLVED, { value: 'done' }])
  expect(reported).toEqual(['busy'])
})

describe('it gives up', () => {
  test('as unreachable after nothing but errors for that long', async () => {
    const { result, times } = await retrying([BUSY], { unreachableTimeout: 5_000 })
    expect(result).toEqual({ gaveUp: 'unreachable', error: 'busy' })
    expect(times).toEqual([0, 1_000, 3_000, 7_000])
  })

  test('as unreachable as soon as that time has passed', async () => {
    const { times } = await retrying([BUSY], { unreachableTimeout: 3_000 })
    expect(times).toEqual([0, 1_000, 3_000])
  })

  test('as unreachable after three tries where the name does not resolve', async () => {
    const { result, times } = await retrying([UNRESOLVED])
    expect([result, times.length]).toEqual([{ gaveUp: 'unreachable', error: 'no such host' }, 3])
  })

  test('at the deadline, after one last try', async () => {
    const clock = virtualClock()
    const { result, times } = await retrying([BUSY], { deadline: clock.now() + 2_000 })
    expect([result, times]).toEqual([{ gaveUp: 'timeout', error: 'busy' }, [0, 1_000, 2_000]])
  })

  test('soon after the deadline, though a try is still under way', async () => {
    const clock = virtualClock()
    const hanging = (signal: AbortSignal): Promise<Attempt<string>> =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve(BUSY)))
    const limits = { deadline: clock.now() + 3_000, unreachableTimeout: 300_000 }
    const stop = new AbortController().signal
    const result = await retry(hanging, limits, { clock, random: () => 1, stop, onError: () => {} })
    expect([result, clock.elapsed()]).toEqual([{ gaveUp: 'timeout', error: OUT_OF_TIME }, 5_000])
  })

  test('at once when it is stopped', async () => {
    const { result, times, reported } = await retrying([BUSY], {}, AbortSignal.abort())
    expect([result, times, reported]).toEqual([{ gaveUp: 'cancelled', error: 'busy' }, [0], []])
  })

  test('without another try when it is stopped during a pause', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    let tries = 0
    const attempt = async (): Promise<Attempt<string>> => {
      tries += 1
      return BUSY
    }
    const limits = { deadline: clock.now() + 3_600_000, unreachableTimeout: 300_000 }
    const onError = (): void => stop.abort()
    const result = await retry(attempt, limits, { clock, random: () => 1, stop: stop.signal, onError })
    expect([result, tries]).toEqual([{ gaveUp: 'cancelled', error: 'busy' }, 1])
  })

  test('at once when it is stopped in a pause', async () => {
    const clock = virtualClock()
    const stop = new AbortController()
    void clock.sleep(500, new AbortController().signal).then(() => stop.abort())
    const limits = { deadline: clock.now() + 60_000, unreachableTimeout: 60_000 }
    const options = { clock, random: () => 1, stop: stop.signal, onError: () => {} }
    const result = await retry(async () => BUSY, limits, options)
    expect([result, clock.elapsed()]).toEqual([{ gaveUp: 'cancelled', error: 'busy' }, 500])
  })
})
