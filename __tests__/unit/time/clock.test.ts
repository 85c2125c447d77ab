import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { clampDelay, systemClock } from '../../../src/time/clock.ts'

test.each([
  [0, 0],
  [1.5, 1.5],
  [-1, 0],
  [Number.NEGATIVE_INFINITY, 0],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
  [Number.NaN, 1_000]
])('a delay of %p ms becomes %p ms, which a timer keeps', (ms, kept) => {
  expect(clampDelay(ms)).toBe(kept)
})

describe('the system clock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] })
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  const settled = () => new Promise(setImmediate)

  test('is monotonic, and separate from the wall clock', () => {
    jest.setSystemTime(0)
    const before = systemClock.now()
    jest.advanceTimersByTime(5_000)
    jest.setSystemTime(Date.UTC(2030, 0, 1))
    expect([systemClock.now() - before, systemClock.wall()]).toEqual([5_000, Date.UTC(2030, 0, 1)])
  })

  test('sleeps for as long as requested and leaves nothing behind', async () => {
    const { signal } = new AbortController()
    let awake = false
    const sleeping = systemClock.sleep(5_000, signal).then(() => {
      awake = true
    })
    jest.advanceTimersByTime(4_999)
    await settled()
    expect(awake).toBe(false)
    jest.advanceTimersByTime(1)
    await sleeping
    expect([jest.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  test('wakes at once when the signal aborts and leaves nothing behind', async () => {
    const stop = new AbortController()
    const sleeping = systemClock.sleep(Number.POSITIVE_INFINITY, stop.signal)
    stop.abort()
    await sleeping
    expect([jest.getTimerCount(), getEventListeners(stop.signal, 'abort').length]).toEqual([0, 0])
  })

  test('does not sleep at all when the signal has aborted already', async () => {
    await systemClock.sleep(5_000, AbortSignal.abort())
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('never wakes at once for a delay of %p ms', async ms => {
    const stop = new AbortController()
    let awake = false
    const sleeping = systemClock.sleep(ms, stop.signal).then(() => {
      awake = true
    })
    jest.advanceTimersByTime(999)
    await settled()
    expect(awake).toBe(false)
    stop.abort()
    await sleeping
  })
})
