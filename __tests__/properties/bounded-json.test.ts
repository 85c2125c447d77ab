import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Job } from '../../src/jobs/job.ts'
import { ontap } from '../../src/jobs/ontap.ts'
import { conclude } from '../../src/report/conclusion.ts'
import type { Reported } from '../../src/report/names.ts'
import { outputsOf } from '../../src/report/outputs.ts'
import { boundedJson, boundedList, sizeOf } from '../../src/text/bounded-json.ts'
import { anyJsonObject, hostileText } from './texts.ts'

const NAMED = { handle: '', resource: '', progress: '' }

describe('bounded JSON', () => {
  test('of any object is valid and within its size; what fits is whole', () => {
    fc.assert(
      fc.property(anyJsonObject, fc.integer({ min: 4, max: 2_000 }), (value, longest) => {
        const { json, cut } = boundedJson(value, longest)
        expect(sizeOf(json)).toBeLessThanOrEqual(longest)
        expect(() => JSON.parse(json)).not.toThrow()
        const whole = JSON.stringify(value)
        expect(cut).toBe(sizeOf(whole) > longest)
        if (!cut) expect(json).toBe(whole)
      }),
      { numRuns: 1_000 }
    )
  })

  test('of a list keeps the first entries that fit, in the longest form in which they do', () => {
    const forms = [(entry: object) => entry, (entry: object) => ({ members: Object.keys(entry).length })]
    fc.assert(
      fc.property(
        fc.array(anyJsonObject, { maxLength: 20 }),
        fc.integer({ min: 4, max: 1_000 }),
        (entries, longest) => {
          const { json, cut } = boundedList(entries, forms, longest)
          expect(sizeOf(json)).toBeLessThanOrEqual(longest)
          const kept: unknown[] = JSON.parse(json)
          expect(kept.length).toBeLessThanOrEqual(entries.length)
          if (!cut) expect(json).toBe(JSON.stringify(entries))
          if (kept.length < entries.length) expect(cut).toBe(true)
        }
      ),
      { numRuns: 500 }
    )
  })

  test('of long texts and lists keeps what can be kept: the members and their kinds', () => {
    const long = fc
      .integer({ min: 1_000, max: 20_000 })
      .chain(length => hostileText.map(text => text.padEnd(length, '“')))
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), long, { minKeys: 1, maxKeys: 5 }), value => {
        const { json } = boundedJson(value, 2_000)
        expect(sizeOf(json)).toBeLessThanOrEqual(2_000)
        expect(Object.keys(JSON.parse(json))).toEqual(Object.keys(value))
      }),
      { numRuns: 200 }
    )
  })

  test('of what is nested too deeply is still JSON', () => {
    let deep: object = {}
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
    const { json, cut } = boundedJson(deep, 1_000)
    expect(() => JSON.parse(json)).not.toThrow()
    expect(cut).toBe(true)
  })
})

describe('the outputs', () => {
  const SERVER = { origin: 'https://server.example.com', root: '/api', isPrivate: true }
  const filler = fc
    .tuple(hostileText, fc.integer({ min: 0, max: 300_000 }))
    .map(([text, length]) => text.padEnd(length, '“'))
  const job = fc.record({
    key: fc.uuid(),
    state: filler,
    message: filler,
    errorCode: filler,
    source: fc.dictionary(hostileText, filler, { maxKeys: 3 })
  })

  test('fit into the 1 MB that a whole job has, the JSON among them valid, for anything that the server sent', () => {
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 60 }), jobs => {
        const all = jobs.map(({ key, source, ...texts }): Reported => {
          const read: Job = {
            ...texts,
            key,
            source,
            name: '',
            verdict: 'ERROR',
            over: true,
            recognized: true,
            idle: null,
            dated: true,
            failures: [],
            result: source,
            startedAt: null,
            endedAt: null,
            lastModified: null
          }
          const reference = { api: ontap, key, root: '/api', reported: null } as const
          return {
            reference,
            ending: { outcome: 'error', job: read },
            elapsed: 1_000,
            requests: 3,
            seenAt: 900,
            ...NAMED
          }
        }) as [Reported, ...Reported[]]
        const outputs = outputsOf(conclude(all, new Set(), { startedAt: 0, elapsed: 1_000, given: [] }), SERVER)
        const total = Object.values(outputs).reduce((sum, output) => sum + sizeOf(output), 0)
        expect(total).toBeLessThan(1_000_000)
        for (const name of ['jobs', 'job', 'result'] as const)
          expect(() => JSON.parse(outputs[name] ?? '')).not.toThrow()
        expect(JSON.parse(outputs.jobs ?? '')).toHaveLength(all.length)
        expect(outputs.message).not.toMatch(/[\r\n]/)
      }),
      { numRuns: 30 }
    )
  })
})
