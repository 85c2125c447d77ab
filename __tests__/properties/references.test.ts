import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { APIS } from '../../src/jobs/apis.ts'
import { fromBodies } from '../../src/jobs/bodies.ts'
import { encodeQuery } from '../../src/jobs/encode.ts'
import type { Found } from '../../src/jobs/found.ts'
import { fromKeys } from '../../src/jobs/keys.ts'
import { ontap } from '../../src/jobs/ontap.ts'
import { ontapSelect } from '../../src/jobs/ontap-select.ts'
import type { Place } from '../../src/jobs/place.ts'
import { type JobReference, statusPath } from '../../src/jobs/reference.ts'
import { unifiedManager } from '../../src/jobs/unified-manager.ts'
import { keyField, placeOf } from '../support/apis.ts'
import { anyJson, hostileText } from './texts.ts'

const ORIGIN = 'https://um.example.com'

const api = fc.constantFrom(...APIS)
const place = fc.record<Place>({
  apis: fc.constant(APIS),
  api: fc.oneof(api, fc.constant(null)),
  root: fc.constantFrom('/api', '/api/v2', '/proxy/api', '/api/gateways/4c1f-aa')
})

/** Any key that can be one: what is refused is left to the properties that are about refusing. */
const key = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.uuid(),
    fc.stringMatching(/^[a-z0-9:%/?#|*\\;@&=+ -]{1,40}$/)
  )
  .filter(text => text.trim() === text && !/\p{Cc}/u.test(text) && text !== '.' && text !== '..' && text.isWellFormed())

const hexadecimal = fc.stringMatching(/^[0-9a-f]{1,16}$/)
const managerKey = fc.array(hexadecimal, { minLength: 2, maxLength: 4 }).map(parts => parts.join(':-'))
const selectKey = key.filter(text => /^[^\s\p{Cf}"'`“”‘’,;][^\s\p{Cf}]*[^\s\p{Cf}"'`“”‘’,;]$/u.test(text))

/** An API, and a key that one of its jobs could have. */
const namedJob = fc.oneof(
  fc.tuple(fc.constant(unifiedManager), managerKey),
  fc.tuple(fc.constant(ontap), fc.uuid()),
  fc.tuple(fc.constant(ontapSelect), selectKey)
)

const segment = fc.constantFrom(
  '..',
  '.',
  '%2e%2e',
  '//',
  '\\\\evil',
  'api',
  'cluster',
  'jobs',
  'job',
  '?',
  '#',
  '@',
  'x'
)
const linkLike = fc
  .array(fc.oneof(segment, hostileText, fc.constantFrom(...APIS.map(api => api.status('', null)))), { maxLength: 8 })
  .chain(parts =>
    fc
      .constantFrom('', '/', 'https://evil.example.com/', '//evil/', '\\\\evil/', ' /')
      .map(start => start + parts.join('/'))
  )

/** JSON that is nearly a body: its members have the right names, and anything for values. */
const nearlyBody = fc.letrec(tie => ({
  value: fc.oneof(hostileText, linkLike, anyJson, tie('object'), fc.array(tie('object'), { maxLength: 4 })),
  object: fc.dictionary(
    fc.constantFrom(
      'job',
      'jobs',
      'job_key',
      'key',
      'uuid',
      'id',
      'state',
      'status',
      '_links',
      'self',
      'href',
      'record',
      'error',
      'message',
      '__proto__'
    ),
    tie('value'),
    { maxKeys: 5 }
  )
})).object

/** What holds of whatever an input names: nothing thrown, something found or something to say, and only safe places. */
function expectSound({ references, faults }: Found, { api, root }: Place): void {
  expect(references.length + faults.length).toBeGreaterThan(0)
  for (const reference of references) expectSafe(reference, root)
  for (const reference of references) if (api !== null) expect(reference.api).toBe(api)
  const identities = references.map(({ root, key }) => `${root} ${key}`)
  expect(new Set(identities).size).toBe(identities.length)
}

function expectSafe(reference: JobReference, root: string): void {
  const { key } = reference
  expect(key).not.toBe('')
  expect(key).not.toMatch(/^\.{1,2}$|\p{Cc}/u)
  const path = statusPath(reference)
  const url = new URL(path, ORIGIN)
  expect(url.origin).toBe(ORIGIN)
  expect([url.search, url.hash, url.username, url.password]).toEqual(['', '', '', ''])
  expect(`${url.pathname}`.startsWith(`${root}/`)).toBe(true)
  expect(decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))).toBe(key)
}

describe('what an input names', () => {
  test('of any lines is found in a safe place, or said to be wrong', () => {
    const text = fc.array(fc.oneof(hostileText, linkLike, key), { maxLength: 5 }).map(lines => lines.join('\n'))
    fc.assert(
      fc.property(text, place, (text, place) => expectSound(fromKeys(text, place), place)),
      { numRuns: 1_000 }
    )
  })

  test('of any text or JSON as a body likewise', () => {
    const text = fc.oneof(
      hostileText,
      anyJson.map(value => JSON.stringify(value)),
      nearlyBody.map(value => JSON.stringify(value)),
      fc.array(nearlyBody, { maxLength: 3 }).map(all => all.map(one => JSON.stringify(one)).join('\n'))
    )
    fc.assert(
      fc.property(text, place, (text, place) => expectSound(fromBodies(text, place), place)),
      { numRuns: 1_000 }
    )
  })

  test('is the same by its key, by a link in either encoding, and by a body', () => {
    fc.assert(
      fc.property(namedJob, fc.boolean(), ([api, key], encoded) => {
        const place = placeOf(api.name)
        const collection = api.status('', null).replace(/\/(\?.*)?$/, '')
        const field = keyField(api.name)
        const link = `/api${collection}/${encodeURIComponent(key)}`
        fc.pre(encodeURIComponent(key) !== '.' && !key.includes('%'))
        const href = encoded || /[/?#\\]/.test(key) ? link : `/api${collection}/${key}`
        const found = [
          fromKeys(link, place),
          fromKeys(`https://anywhere.example.com${link}/?x=1#y`, place),
          fromBodies(JSON.stringify({ job: { [field]: key } }), place),
          fromBodies(JSON.stringify({ job: { _links: { self: { href } } } }), place),
          fromBodies(JSON.stringify({ jobs: [{ [field]: key, _links: { self: { href } } }] }), place)
        ]
        expect(found.map(({ references }) => references.map(({ api, root, key }) => ({ api, root, key })))).toEqual(
          found.map(() => [{ api, root: '/api', key }])
        )
      })
    )
  })

  test('in a query cannot mean "or", "anything" or the next parameter', () => {
    fc.assert(
      fc.property(key, key => {
        const value = encodeQuery(key)
        expect(value).not.toMatch(/[|*&=#?\s+]/)
        expect(new URLSearchParams(`key=${value}`).get('key')).toBe(key)
      })
    )
  })
})
