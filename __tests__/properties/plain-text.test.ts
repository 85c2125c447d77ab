import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Job } from '../../src/jobs/job.ts'
import type { JobReference } from '../../src/jobs/reference.ts'
import { unifiedManager } from '../../src/jobs/unified-manager.ts'
import { annotationOf } from '../../src/report/annotation.ts'
import { conclude } from '../../src/report/conclusion.ts'
import { continuationOf } from '../../src/report/continuation.ts'
import { createLog } from '../../src/report/log.ts'
import { createNames, type Reported } from '../../src/report/names.ts'
import { sentenceOf } from '../../src/report/wording.ts'
import { plainText, shorten } from '../../src/text/plain-text.ts'
import { startWatch } from '../../src/wait/watch.ts'
import { erring, seen } from '../support/answers.ts'
import { hostileText } from './texts.ts'

/** What the runner takes for a command, and what no terminal should get. */
function expectHarmless(line: string): void {
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  expect(line).not.toMatch(/^\s*::/)
  expect(line).not.toContain('##[')
  expect(line.isWellFormed()).toBe(true)
}

const SERVER = { origin: 'https://server.example.com', root: '/api', isPrivate: true }

const reference = fc
  .record({ key: hostileText, label: hostileText })
  .map((texts): JobReference => ({ ...texts, api: unifiedManager, root: '/api', reported: null }))

const job = fc
  .record({ key: hostileText, name: hostileText, state: hostileText, message: hostileText, errorCode: hostileText })
  .chain(texts =>
    fc.record({ task: hostileText, reason: hostileText }).map(
      (failure): Job => ({
        ...texts,
        verdict: 'ERROR',
        over: true,
        recognized: false,
        idle: null,
        dated: true,
        failures: [failure],
        result: {},
        startedAt: null,
        endedAt: null,
        lastModified: null,
        source: {}
      })
    )
  )

const awaited = fc
  .record({
    reference,
    job,
    reason: hostileText,
    progress: hostileText,
    outcome: fc.constantFrom('error', 'timeout', 'lost', 'unreachable')
  })
  .map(({ reference, job, reason, progress, outcome }): Reported => {
    const ending =
      outcome === 'error' ? { outcome, job } : { outcome: outcome as 'timeout' | 'lost' | 'unreachable', job, reason }
    return {
      reference,
      ending: ending as Reported['ending'],
      elapsed: 1_000,
      requests: 1,
      seenAt: 500,
      ...names(reference, progress)
    }
  })

function names(reference: JobReference, progress: string): Pick<Reported, 'handle' | 'resource' | 'progress'> {
  const all = createNames()
  all.add([reference])
  return { handle: all.handleOf(reference), resource: '', progress: plainText(progress) }
}

describe('plainText, of any text', () => {
  test('is one harmless line within its length', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 200 }), (text, longest) => {
        const line = plainText(text, longest)
        expectHarmless(line)
        expect(line.length).toBeLessThanOrEqual(longest)
      }),
      { numRuns: 2_000 }
    )
  })

  test('changes nothing in what it has made plain', () => {
    fc.assert(fc.property(hostileText, text => expect(plainText(plainText(text))).toBe(plainText(text))))
  })

  test('leaves harmless text alone', () => {
    const harmless = fc.stringMatching(/^[a-zA-Z0-9äöü](?:[a-zA-Z0-9äöü (),.;-]{0,60}[a-z])?$/)
    fc.assert(
      fc.property(harmless, text => {
        fc.pre(!/\s\s/.test(text))
        expect(plainText(text)).toBe(text)
      })
    )
  })
})

test('shorten never ends inside a surrogate pair and never grows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, longest) => {
      const short = shorten(text, longest)
      expect(short.length).toBeLessThanOrEqual(Math.max(longest, 1))
      expect(short.isWellFormed()).toBe(true)
      if (text.length <= longest) expect(short).toBe(text)
    })
  )
})

describe('for anything that the server says', () => {
  test('the sentence of an ending is harmless', () => {
    fc.assert(fc.property(awaited, one => expectHarmless(sentenceOf(one))))
  })

  test('so is every line of the annotation, which keeps within what GitHub keeps', () => {
    fc.assert(
      fc.property(fc.array(awaited, { minLength: 1, maxLength: 5 }), all => {
        const text = annotationOf(
          conclude(all as [Reported, ...Reported[]], new Set(['ERROR']), { startedAt: 0, elapsed: 1_000, given: [] }),
          continuationOf(all, SERVER, [])
        )
        for (const line of text.split('\n')) expectHarmless(line)
        expect(text.length).toBeLessThanOrEqual(4_096)
      })
    )
  })

  test('so is every line of the log', () => {
    fc.assert(
      fc.property(reference, job, hostileText, hostileText, (reference, job, what, state) => {
        const lines: string[] = []
        const print = (text: string): void => {
          lines.push(...text.split('\n'))
        }
        const printer = {
          debug: print,
          info: print,
          notice: print,
          warning: print,
          error: print,
          startGroup: print,
          endGroup: () => {}
        }
        const names = createNames()
        const other = { ...reference }
        names.add([reference, other])
        const log = createLog([reference, other], names, printer)
        const before = startWatch(reference, 0)
        const pending = { ...job, over: false, verdict: null }
        const known = { ...before, ...seen(pending) }
        const trouble = plainText(what)
        const after = { ...known, ...erring({ faults: 1, last: { what: trouble, code: '' } }) }
        log({ kind: 'answer', elapsed: 1_000, answer: { kind: 'job', job: pending }, before, after: known })
        log({ kind: 'replied', elapsed: 1_000 })
        const later = { ...pending, state: `${state} later` }
        const changed = { ...before, ...seen(later) }
        log({ kind: 'answer', elapsed: 1_500, answer: { kind: 'job', job: later }, before: known, after: changed })
        log({
          kind: 'answer',
          elapsed: 2_000,
          answer: { kind: 'fault', what: trouble, why: 'other', code: '' },
          before: known,
          after
        })
        log({ kind: 'replied', elapsed: 2_000 })
        const ending = { outcome: 'lost', job, reason: trouble, errorCode: '' } as const
        log({ kind: 'ended', awaited: { reference, ending, elapsed: 3_000, requests: 3, seenAt: 1_000 } })
        log({ kind: 'replied', elapsed: 3_000 })
        expect(lines.length).toBeGreaterThan(2)
        for (const line of lines) expectHarmless(line)
      })
    )
  })
})
