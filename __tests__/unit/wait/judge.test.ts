import { describe, expect, test } from '@jest/globals'
import type { Hold } from '../../../src/jobs/api.ts'
import type { Job } from '../../../src/jobs/job.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { discountPage, judge } from '../../../src/wait/judge.ts'
import type { Landing } from '../../../src/wait/step.ts'
import { NO_ERRORS, startWatch, type Watch, watchOperation } from '../../../src/wait/watch.ts'
import { RULES } from '../../support/a-wait.ts'
import {
  ACCEPTED,
  aJob,
  BUSY,
  CUT,
  EMPTY,
  erring,
  FORBIDDEN,
  MISSING,
  NO_ROUTE,
  over,
  reference,
  running,
  seen,
  settling,
  UNLISTED,
  undated
} from '../../support/answers.ts'

const START = 1_000_000
const hold: Hold = { seconds: 30, lastModified: null }

/** A request that was asked 200 s after the start and answered at once, if nothing else is said. */
function landing(changes: Partial<Landing> = {}): Landing {
  return {
    askedAt: START + 200_000,
    now: START + 200_000,
    hold: null,
    serverNow: null,
    count: 1,
    isLast: false,
    holdNext: () => false,
    ...changes
  }
}

/** What follows for a job that was seen running before. */
function following(answer: Answer, changes: Partial<Landing> = {}, known: Partial<Watch> = {}): Watch {
  const watch = { ...startWatch(reference(), START), ...seen(), requests: 5, resolved: true, ...known }
  const step = judge(watch, answer, landing(changes), RULES, () => 1)
  if ('ending' in step) throw new Error(`it ended as ${step.ending.outcome}`)
  return step.watch
}

/** When the job is to be asked about, and from when on along with others: ms after the answer. */
const timing = ({ dueAt, askableAt }: Watch) => [dueAt - START - 200_000, askableAt - START - 200_000]

describe('how soon a job may be asked about along with others', () => {
  const young = { serverNow: 500, answer: running({ startedAt: 0 }) }

  test('is after half of its pause', () => {
    expect(timing(following(running()))).toEqual([15_000, 7_500])
  })

  test('is after nine tenths of a second at least', () => {
    expect(timing(following(young.answer, { serverNow: young.serverNow }))).toEqual([1_000, 900])
  })

  test('is at once where it is due at once', () => {
    expect(timing(following(running(), { holdNext: () => true }))).toEqual([0, 0])
  })

  test('is not before the second after which an end is to be confirmed', () => {
    expect(timing(following(undated()))).toEqual([1_000, 1_000])
  })

  test('is after half of its back-off', () => {
    expect(timing(following(BUSY))).toEqual([1_000, 900])
    expect(timing(following(BUSY, {}, erring({ faults: 2 })))).toEqual([4_000, 2_000])
  })
})

describe('a fault of one job', () => {
  const failing = (faults: number) => erring({ faults, failingSince: START })
  const outcomeAfter = (answer: Answer, faults: number): string => {
    const watch = { ...startWatch(reference(), START), ...failing(faults) }
    const step = judge(watch, answer, landing({ now: START + 300_000 }), RULES, () => 1)
    return 'ending' in step ? step.ending.outcome : 'asked again'
  }

  test('is the fourth in a row at least where it ends the wait, after the unreachable timeout', () => {
    expect([outcomeAfter(CUT, 2), outcomeAfter(CUT, 3)]).toEqual(['asked again', 'unreachable'])
  })

  test('never ends the wait where the server is only overloaded', () => {
    expect(outcomeAfter(BUSY, 100)).toBe('asked again')
  })

  test.each([
    [0, 5_000],
    [49_000, 5_000],
    [80_000, 8_000],
    [200_000, 15_000]
  ])('is followed by a pause that fits a job of %p ms: at most %p ms', (elapsed, most) => {
    const now = START + elapsed
    expect(following(BUSY, { now, askedAt: now }, erring({ faults: 9 })).dueAt).toBe(now + most)
  })

  test('is followed by a pause of 30 s at most', () => {
    const startedAt = 0
    const known = { ...seen(aJob({ startedAt })), ...erring({ faults: 9 }) }
    const rules = { ...RULES, pollInterval: 600_000 }
    const watch = { ...startWatch(reference(), START), ...known }
    const step = judge(watch, BUSY, landing({ serverNow: 3_600_000 }), rules, () => 1)
    expect('watch' in step && step.watch.dueAt).toBe(START + 230_000)
  })
})

describe('a cut hold', () => {
  const cutAfter = (took: number) => following(CUT, { hold, askedAt: START + 200_000 - took })

  test('is not a fault near its end', () => {
    expect(cutAfter(24_000)).toMatchObject({ errors: NO_ERRORS, dueAt: START + 200_000 })
  })

  test('is a fault before, and the server owed nothing until its end', () => {
    expect(cutAfter(23_000)).toMatchObject({
      errors: { faults: 1, failingSince: START + 200_000 },
      dueAt: START + 201_000
    })
  })
})

describe('an outage', () => {
  test('began when the request went out, and lasts until a good answer', () => {
    const first = following(BUSY, { askedAt: START + 170_000 })
    expect(first.errors.failingSince).toBe(START + 170_000)
    const second = following(BUSY, {}, first)
    expect(second.errors).toMatchObject({ failingSince: START + 170_000, faults: 2 })
    expect(following(running(), {}, second).errors).toEqual(NO_ERRORS)
  })

  test('in a held request began when the hold ended', () => {
    expect(following(BUSY, { hold, askedAt: START + 150_000 }).errors.failingSince).toBe(START + 180_000)
  })

  test('with permissions is counted', () => {
    expect(following(FORBIDDEN).errors).toMatchObject({
      denials: 1,
      last: { what: 'the server answered 403', code: '6' }
    })
  })
})

describe('a pause', () => {
  const first: Partial<Watch> = { phase: { kind: 'unseen' } }

  test('is that of a new job where the server says that the job has only begun', () => {
    expect(timing(following(running({ startedAt: 500 }), { serverNow: 500 }))).toEqual([1_000, 900])
  })

  test('is the time waited if no job has been seen yet, whatever the clock of the server says', () => {
    expect(timing(following(ACCEPTED, { serverNow: 500 }, first))).toEqual([15_000, 7_500])
  })

  test.each([RULES.unreachableTimeout, RULES.unreachableTimeout + 100_000])(
    'follows a first fault that took %p ms, as long as the server may be unreachable',
    took => {
      expect(timing(following(BUSY, { askedAt: START + 200_000 - took }))).toEqual([1_000, 900])
    }
  )

  test.each([10_000, 200_000])(
    'follows a first 404 that arrives after %p ms, when the grace period has ended',
    elapsed => {
      expect(following(MISSING, { now: START + elapsed }, first).dueAt).toBe(START + elapsed + 1_000)
    }
  )
})

describe('a first 404', () => {
  const about = { ...reference(), done: { ...aJob({ verdict: 'NORMAL' }), verdict: 'NORMAL', over: true } as const }
  const after404 = (known: Partial<Watch>) => {
    const watch = { ...startWatch(about, START), ...known }
    const step = judge(watch, MISSING, landing(), RULES, () => 0)
    return 'watch' in step && timing(step.watch)
  }

  test('about a call that was done at once is confirmed by the job alone, no less than a second later', () => {
    expect(after404({})).toEqual([1_000, 1_000])
  })

  test('about a job that was seen after such a call is one like any other', () => {
    expect(after404(seen())).toEqual([500, 500])
  })
})

describe('a page of something in front of the server', () => {
  const page = { what: 'the server answered 404: text/html', code: '' }
  const fault = { kind: 'fault', why: 'other', ...page }
  const watch = startWatch(reference(), START)
  const list: Answer = { kind: 'unlisted', isEmpty: false, page }

  test('says nothing of a job that was seen, whether it comes instead of the job or of a list', () => {
    expect(discountPage(NO_ROUTE, { ...watch, ...seen() })).toEqual(fault)
    expect(discountPage(list, { ...watch, ...seen() })).toEqual(fault)
  })

  test('says nothing of the operation of a job that has succeeded', () => {
    const operation = watchOperation(watch, aJob({ verdict: 'NORMAL' }), reference('volume'), START)
    expect(discountPage(NO_ROUTE, operation)).toEqual(fault)
  })

  test('counts as the answer about a job that was never seen', () => {
    expect(discountPage(NO_ROUTE, watch)).toBe(NO_ROUTE)
  })
})

describe('a list that is empty', () => {
  const many = (sinceMs: number) =>
    following(EMPTY, { count: 7 }, { listed: true, ...erring({ misses: 1, missingSince: START + 200_000 - sinceMs }) })

  test('leaves many jobs ten seconds before each is asked about by itself', () => {
    expect([many(9_999).alone, many(10_000).alone]).toEqual([false, true])
  })

  test('is what is wrong with them until then', () => {
    expect(many(5_000).errors.last.what).toMatch(/lists none/)
  })
})

test('a job is known to be listed once a list has shown it', () => {
  expect([1, 2].map(count => following(running(), { count }).listed)).toEqual([false, true])
})

describe('a job that lists leave out', () => {
  test('is asked about by itself at once', () => {
    const once = following(UNLISTED)
    expect([once.alone, ...timing(once)]).toEqual([true, 0, 0])
  })

  test('goes along in them again once it is shown, unless that was the second time', () => {
    const first = following(running(), {}, following(UNLISTED))
    const second = following(running(), {}, following(UNLISTED, {}, first))
    expect([first.alone, second.alone]).toEqual([false, true])
  })
})

describe('answers to long polls that come early', () => {
  test('one after the other are followed by longer pauses, up to the standard one', () => {
    let watch = startWatch(reference(), START)
    const pauses = [1, 2, 3, 4, 5, 6].map(() => {
      watch = following(running(), { hold }, watch)
      return timing(watch)[0]
    })
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  })

  test.each<[string, Partial<Landing>]>([
    ['a held answer', { hold, askedAt: START + 190_000 }],
    ['a plain answer', {}]
  ])('are forgotten after %s', (_, changes) => {
    const once = following(running(), { hold })
    expect(once.early).toBe(1)
    expect(following(running(), changes, once).early).toBe(0)
  })
})

describe('a job that has finished in an unknown way', () => {
  const step = (answer: Answer, known: Partial<Watch> = {}) =>
    judge({ ...startWatch(reference(), START), ...known }, answer, landing(), RULES, () => 1)
  const job = (changes: Partial<Job> = {}): Job => aJob({ state: 'COMPLETED', over: true, dated: true, ...changes })
  const reason = 'the state "COMPLETED" does not say how it ended'

  test('ends as unrecognized at once, in the words of the server', () => {
    expect(step({ kind: 'job', job: job() })).toEqual({
      ending: { outcome: 'unrecognized', job: job(), reason, errorCode: '' }
    })
  })

  test('is read once more where it does not say when it ended', () => {
    const undated = job({ dated: false })
    const first = step({ kind: 'job', job: undated })
    expect(first).toMatchObject({ watch: { phase: { kind: 'confirming', job: undated } } })
    const watch = 'watch' in first ? first.watch : undefined
    expect(step({ kind: 'job', job: undated }, watch)).toMatchObject({ ending: { outcome: 'unrecognized', reason } })
    expect(step(over('NORMAL'), watch)).toMatchObject({ ending: { outcome: 'success' } })
  })

  test('ends as the body that named it says, once the server has forgotten it', () => {
    const reported = { ...reference(), reported: job() }
    expect(step(MISSING, { reference: reported, about: reported })).toMatchObject({
      ending: { outcome: 'unrecognized', reason }
    })
  })

  test('does not benefit from the details of its end', () => {
    expect(step({ kind: 'details', job: job() })).toMatchObject({ ending: { outcome: 'unrecognized', reason } })
  })
})

test('a 202 takes back a verdict that was to be confirmed', () => {
  const job = aJob({ verdict: 'NORMAL' })
  expect(following(ACCEPTED, {}, { phase: { kind: 'confirming', job, from: 0 } }).phase).toEqual({
    kind: 'pending',
    job
  })
})

test('a 202 says nothing of a job that was never seen, and nothing against one that has ended', () => {
  for (const known of [startWatch(reference(), START), settling(aJob({ verdict: 'NORMAL' }))]) {
    expect(following(ACCEPTED, {}, known).phase).toEqual(known.phase)
  }
})

test('a job whose verdict is withdrawn is not asked about again at once, even by a long poll', () => {
  const confirming = { kind: 'confirming', job: aJob({ verdict: 'NORMAL' }), from: 0 } as const
  expect(timing(following(running(), { holdNext: () => true }, { phase: confirming }))).toEqual([15_000, 7_500])
})
