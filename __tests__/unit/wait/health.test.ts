import { describe, expect, test } from '@jest/globals'
import {
  afterAnswer,
  afterFault,
  afterStart,
  type FaultSign,
  HEALTHY,
  type Health,
  isUnreachable,
  type Moment,
  mostAtOnce,
  opensAt,
  sparedFor
} from '../../../src/wait/health.ts'

const NOW = 1_000_000
const DEADLINE = 9_000_000
const TIMEOUT = 300_000

/** `at` ms after the start, with a job that is awaited. */
function moment(at: number, deadline = DEADLINE): Moment {
  return { now: NOW + at, deadline, end: deadline + 2_000, open: 1 }
}

/** A fault that comes `at` ms after the start, of a question put 10 ms before. */
function fault(health: Health, at: number, changes: Partial<FaultSign> = {}): Health {
  const now = NOW + at
  const sign = { ...moment(at), askedAt: now - 10, owedSince: now - 10, longest: 5_000 }
  return afterFault(health, { ...sign, isBusy: true, isUnresolved: false, ...changes }, TIMEOUT, () => 1)
}

/** A good answer that comes `at` ms after the start. */
function answer(health: Health, at: number, askedAt = at - 10): Health {
  return afterAnswer(health, { ...moment(at), askedAt: NOW + askedAt })
}

/** ms from the start after which the next request may go out. */
const opens = (health: Health, at = 0, deadline = DEADLINE): number => opensAt(health, NOW + at, deadline) - NOW

describe('a server in trouble', () => {
  test('is asked after pauses that double up to what fits the job', () => {
    let health = HEALTHY
    const pauses = [0, 10_000, 20_000, 30_000, 40_000].map(at => {
      health = fault(health, at)
      return opens(health, at) - at
    })
    expect(pauses).toEqual([1_000, 2_000, 4_000, 5_000, 5_000])
  })

  test('has one fault, and one pause, for all requests that were under way together', () => {
    const first = fault(HEALTHY, 100)
    const second = fault(first, 105, { askedAt: NOW + 99 })
    expect(second).toEqual(first)
    expect(fault(first, 105, { askedAt: NOW + 100 }).faults).toBe(2)
  })

  test('is asked about another job at once after a first fault that is no overload, and not after a second', () => {
    const first = fault(HEALTHY, 100, { isBusy: false })
    expect(opens(first, 100)).toBe(100)
    const second = fault(first, 110, { isBusy: false, askedAt: NOW + 100 })
    expect(opens(second, 110)).toBe(2_110)
  })

  test('gets one request at a time, each a pause after the one before', () => {
    const health = fault(fault(HEALTHY, 100, { isBusy: false }), 200)
    expect(mostAtOnce(health, NOW, DEADLINE)).toBe(1)
    expect(opens(afterStart(health, moment(3_000)), 3_000)).toBe(5_000)
  })

  test('is well again after one good answer, and all that is due goes out', () => {
    const health = answer(fault(fault(HEALTHY, 100), 10_000, { isBusy: false }), 20_000)
    expect(health).toMatchObject({ faults: 0, silentSince: Number.POSITIVE_INFINITY, pause: 0 })
    expect([opens(health, 20_000), mostAtOnce(health, NOW, DEADLINE)]).toEqual([20_000, Number.POSITIVE_INFINITY])
    expect(afterStart(health, moment(20_000))).toBe(health)
  })

  test('is well again by an answer to the question that was put as the trouble began', () => {
    expect(answer(fault(HEALTHY, 100), 150, 100).faults).toBe(0)
  })

  test('is not well again by an answer to a question from before the trouble, but has not been silent since', () => {
    const health = answer(fault(HEALTHY, 100), 150, 50)
    expect(health).toMatchObject({ faults: 1, silentSince: NOW + 150 })
  })
})

describe('a server that limits the rate of requests', () => {
  const refuse = (health: Health, at: number): Health => answer(fault(health, at), at + 1_000)

  test('gets requests apart from each other, twice as far after each refusal, up to 5 s', () => {
    let health = HEALTHY
    const spacings = [0, 2_000, 4_000, 6_000, 8_000].map(at => {
      health = refuse(health, at)
      return health.spacing
    })
    expect(spacings).toEqual([500, 1_000, 2_000, 4_000, 5_000])
    expect([opens(health, 9_000), mostAtOnce(health, NOW, DEADLINE)]).toEqual([14_000, 1])
    expect(opens(afterStart(health, moment(14_000)), 14_000)).toBe(19_000)
  })

  test('gets them closer again with each good answer, until it is not worth while', () => {
    let health = refuse(HEALTHY, 0)
    const spacings = Array.from({ length: 17 }, (_, index) => {
      health = answer(health, 2_000 + index)
      return Math.round(health.spacing)
    })
    expect(spacings.slice(0, 3)).toEqual([450, 405, 365])
    expect(spacings.slice(-3)).toEqual([103, 0, 0])
    expect(health.pause).toBe(0)
  })

  test('gets each a spacing after the start of the one before, however long the answer takes', () => {
    const started = afterStart(refuse(HEALTHY, 0), moment(5_000))
    expect(opens(answer(started, 9_000, 5_000), 9_000)).toBe(5_500)
  })

  test('is one that refuses up to three in a row: what lasts longer is an outage', () => {
    const thrice = fault(fault(fault(HEALTHY, 0), 2_000), 600_000)
    expect(answer(thrice, 900_000).spacing).toBe(500)
    expect(answer(fault(thrice, 610_000), 900_000).spacing).toBe(0)
  })

  test('is one that says so: a broken connection is no refusal', () => {
    expect(answer(fault(HEALTHY, 0, { isBusy: false }), 1_000).spacing).toBe(0)
  })

  test('keeps its spacing through an outage but for the one good answer', () => {
    const outage = [2_000, 4_000, 8_000, 16_000].reduce((health, at) => fault(health, at), refuse(HEALTHY, 0))
    expect(answer(outage, 20_000).spacing).toBe(450)
  })
})

describe('Retry-After', () => {
  const spared = (health: Health, at: number, ms: number): Health => sparedFor(health, NOW + at, ms)

  test('holds back every request', () => {
    expect(opens(spared(HEALTHY, 100, 60_000), 100)).toBe(60_100)
  })

  test('is not forgotten by a good answer, nor by a fault, nor shortened by a later one', () => {
    const health = spared(fault(HEALTHY, 100), 100, 60_000)
    expect(opens(spared(answer(fault(health, 200), 300), 300, 1_000), 300)).toBe(60_100)
  })

  test('never shortens a pause', () => {
    expect(opens(spared(fault(HEALTHY, 100), 100, 10), 100)).toBe(1_100)
  })
})

describe('the deadline', () => {
  const busy = sparedFor(fault(fault(HEALTHY, 0), 10_000), NOW, 60_000)

  test('opens for the last requests, whatever pause is left', () => {
    expect(opens(sparedFor(HEALTHY, NOW, 60_000), 100, NOW + 30_000)).toBe(30_000)
    const last = fault(HEALTHY, 0, { deadline: NOW + 500 })
    expect(opensAt(last, NOW + 500, NOW + 500)).toBe(NOW + 500)
  })

  test('keeps them half a second apart at most where the server is overloaded', () => {
    expect(mostAtOnce(busy, NOW + 30_000, NOW + 30_000)).toBe(1)
    expect(opens(afterStart(busy, moment(30_000, NOW + 30_000)), 30_000, NOW + 30_000)).toBe(30_500)
    expect(opens(fault(busy, 30_010, moment(30_010, NOW + 30_000)), 30_010, NOW + 30_000)).toBe(30_510)
  })

  test('shares the overtime among them, less what the answer to the last one may take', () => {
    const last = (at: number, open: number) => afterStart(busy, { ...moment(at, NOW + 30_000), open })
    expect(opens(last(30_000, 10), 30_000, NOW + 30_000)).toBe(30_150)
    expect(opens(last(30_900, 6), 30_900, NOW + 30_000)).toBe(31_000)
    expect(opens(last(31_600, 1), 31_600, NOW + 30_000)).toBe(31_600)
  })

  test('is no hindrance for a server that is well, or well again', () => {
    expect(opens(HEALTHY, 30_000, NOW + 30_000)).toBe(30_000)
    const well = answer(busy, 20_000)
    expect(mostAtOnce(well, NOW + 30_000, NOW + 30_000)).toBe(Number.POSITIVE_INFINITY)
  })

  test('lets all of them go out at once where it is not', () => {
    const broken = fault(fault(HEALTHY, 0, { isBusy: false }), 10_000, { isBusy: false })
    expect(mostAtOnce(broken, NOW + 30_000, NOW + 30_000)).toBe(Number.POSITIVE_INFINITY)
    expect(opens(broken, 30_000, NOW + 30_000)).toBe(30_000)
  })
})

describe('a server is unreachable', () => {
  test('when it has been silent for the unreachable timeout, but not after a single fault', () => {
    const first = fault(HEALTHY, 0)
    const second = fault(first, 200_000)
    expect(isUnreachable(first, NOW + TIMEOUT, TIMEOUT)).toBe(false)
    expect(isUnreachable(second, NOW + TIMEOUT - 11, TIMEOUT)).toBe(false)
    expect(isUnreachable(second, NOW + TIMEOUT - 10, TIMEOUT)).toBe(true)
  })

  test('from when an answer was due on', () => {
    expect(fault(HEALTHY, 0, { owedSince: NOW - 7_000 }).silentSince).toBe(NOW - 7_000)
    expect(fault(fault(HEALTHY, 0), 5_000).silentSince).toBe(NOW - 10)
  })

  test('after a last try when the timeout is over', () => {
    const first = fault(HEALTHY, 0)
    const second = fault(first, TIMEOUT - 1_000)
    expect(opens(second, TIMEOUT - 1_000)).toBe(TIMEOUT - 10)
    expect(opens(afterStart(second, moment(TIMEOUT)), TIMEOUT)).toBe(TIMEOUT + 2_000)
  })

  test('after three tries where its name does not resolve at the start', () => {
    const unresolved = (health: Health, at: number): Health => fault(health, at, { isUnresolved: true, isBusy: false })
    const twice = unresolved(unresolved(HEALTHY, 0), 1_000)
    expect(isUnreachable(twice, NOW, TIMEOUT)).toBe(false)
    expect(isUnreachable(unresolved(twice, 3_000), NOW, TIMEOUT)).toBe(true)
    expect(isUnreachable(unresolved(fault(unresolved(HEALTHY, 0), 1_000), 3_000), NOW, TIMEOUT)).toBe(false)
    const known = [1_000, 3_000, 7_000].reduce((health, at) => unresolved(health, at), answer(HEALTHY, 0))
    expect(isUnreachable(known, NOW + 7_000, TIMEOUT)).toBe(false)
  })
})
