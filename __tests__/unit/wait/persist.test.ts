import { describe, expect, test } from '@jest/globals'
import { type Patience, type Persisted, persist, type Try } from '../../../src/wait/persist.ts'
import { virtualClock } from '../../support/virtual-clock.ts'

const TROUBLE: Try<string> = { trouble: 'busy', unresolved: false, retryAfter: null }
const UNRESOLVED: Try<string> = { trouble: 'no such host', unresolved: true, retryAfter: null }

interface Persistently {
  readonly result: Persisted<string>
  /** When each try was made, in ms from the start. */
  readonly times: readonly number[]
  readonly told: readonly string[]
}

/** Tries on a virtual clock, without jitter; the last of `tries` goes on for ever. */
async function persistently(
  tries: readonly Try<string>[],
  patience: Partial<Patience> = {},
  stop = new AbortController().signal
): Promise<Persistently> {
  const clock = virtualClock()
  const start = clock.now()
  const times: number[] = []
  const told: string[] = []
  const attempt = async (): Promise<Try<string>> => {
    times.push(clock.now() - start)
    return tries[Math.min(times.length, tries.length) - 1] ?? TROUBLE
  }
  const limits = { deadline: start + 3_600_000, unreachableTimeout: 300_000, ...patience }
  const onTrouble = (trouble: string): unknown => told.push(trouble)
  const result = await persist(attempt, limits, { clock, random: () => 1, stop, onTrouble })
  return { result, times, told }
}

test('a value ends it, after troubles that are backed off from', async () => {
  const { result, times } = await persistently([TROUBLE, TROUBLE, TROUBLE, { value: 'done' }])
  expect(result).toEqual({ value: 'done' })
  expect(times).toEqual([0, 1_000, 3_000, 7_000])
})

test('Retry-After is a floor', async () => {
  const { times } = await persistently([{ ...TROUBLE, retryAfter: 20_000 }, { value: 'done' }])
  expect(times).toEqual([0, 20_000])
})

test('the first trouble is told, and no other', async () => {
  const { told } = await persistently([TROUBLE, UNRESOLVED, { value: 'done' }])
  expect(told).toEqual(['busy'])
})

describe('it gives up', () => {
  test('as unreachable after nothing but troubles for that long', async () => {
    const { result, times } = await persistently([TROUBLE], { unreachableTimeout: 5_000 })
    expect(result).toEqual({ gaveUp: 'unreachable', trouble: 'busy' })
    expect(times).toEqual([0, 1_000, 3_000, 7_000])
  })

  test('as unreachable as soon as that time is over', async () => {
    const { times } = await persistently([TROUBLE], { unreachableTimeout: 3_000 })
    expect(times).toEqual([0, 1_000, 3_000])
  })

  test('as unreachable after three tries where the name does not resolve', async () => {
    const { result, times } = await persistently([UNRESOLVED])
    expect([result, times.length]).toEqual([{ gaveUp: 'unreachable', trouble: 'no such host' }, 3])
  })

  test('at the deadline, after one last try', async () => {
    const clock = virtualClock()
    const { result, times } = await persistently([TROUBLE], { deadline: clock.now() + 2_000 })
    expect([result, times]).toEqual([{ gaveUp: 'timeout', trouble: 'busy' }, [0, 1_000, 2_000]])
  })

  test('at once when it is stopped', async () => {
    const { result, times, told } = await persistently([TROUBLE], {}, AbortSignal.abort())
    expect([result, times, told]).toEqual([{ gaveUp: 'cancelled', trouble: 'busy' }, [0], []])
  })

  test('without another try when it is stopped during a pause', async () => {
    const stop = new AbortController()
    const clock = virtualClock()
    let tries = 0
    const attempt = async (): Promise<Try<string>> => {
      tries += 1
      return TROUBLE
    }
    const patience = { deadline: clock.now() + 3_600_000, unreachableTimeout: 300_000 }
    const onTrouble = (): void => stop.abort()
    const result = await persist(attempt, patience, { clock, random: () => 1, stop: stop.signal, onTrouble })
    expect([result, tries]).toEqual([{ gaveUp: 'cancelled', trouble: 'busy' }, 1])
  })

  test('at once when it is stopped in a pause', async () => {
    const clock = virtualClock()
    const stop = new AbortController()
    void clock.sleep(500, new AbortController().signal).then(() => stop.abort())
    const patience = { deadline: clock.now() + 60_000, unreachableTimeout: 60_000 }
    const persistence = { clock, random: () => 1, stop: stop.signal, onTrouble: () => {} }
    const result = await persist(async () => TROUBLE, patience, persistence)
    expect([result, clock.elapsed()]).toEqual([{ gaveUp: 'cancelled', trouble: 'busy' }, 500])
  })
})
