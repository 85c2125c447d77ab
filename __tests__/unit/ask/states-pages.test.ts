import { expect, test } from '@jest/globals'
import { createAsk } from '../../../src/ask/states.ts'
import type { Client } from '../../../src/http/client.ts'
import { ontap } from '../../../src/jobs/ontap.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import type { Reply } from '../../../src/wait/ask.ts'

const references = ['a', 'b'].map((key): JobReference => ({ api: ontap, key, root: '/api', reported: null }))

const [a, b] = ['a', 'b'].map(uuid => ({ uuid, state: 'running' }))
const next = { _links: { next: { href: '/api/cluster/jobs?start=2' } } }

/** Asks for both jobs of a list that comes in these pages. */
function askPages(...pages: { status?: number; body: object; retryAfter?: string }[]): Promise<Reply> {
  const send: Client['send'] = async () => {
    const { status = 200, body, retryAfter } = pages.shift() ?? { body: {} }
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
    return { ok: true, status, reason: '', headers, body: JSON.stringify(body) }
  }
  const ask = createAsk({ send, close: () => {} }, () => 0)
  return ask({ references, hold: null, settling: null }, new AbortController().signal)
}

test.each<[string[], number]>([
  [['16', '3'], 16_000],
  [['3', '16'], 16_000],
  [['16', ''], 16_000],
  [['', '16'], 16_000]
])(
  'Retry-After counts on any page of a list, and the largest of several: %j',
  async ([first = '', second = ''], ms) => {
    const { answers, retryAfter } = await askPages(
      { body: { records: [a], ...next }, retryAfter: first },
      { body: { records: [b] }, retryAfter: second }
    )
    expect(answers.map(({ kind }) => kind)).toEqual(['job', 'job'])
    expect(retryAfter).toBe(ms)
  }
)

test.each<[number, string]>([
  [503, 'fault'],
  [401, 'denied'],
  [404, 'unlisted']
])('what a page said of a job stands, though the next page is a %d', async (status, otherwise) => {
  const { answers } = await askPages({ body: { records: [a], ...next } }, { status, body: {} })
  expect(answers.map(({ kind }) => kind)).toEqual(['job', otherwise])
})

test('what a page said about a job counts, although the next page is not a list', async () => {
  const { answers, filtered } = await askPages({ body: { records: [a], ...next } }, { body: {} })
  expect(answers.map(({ kind }) => kind)).toEqual(['job', 'unlisted'])
  expect(filtered).toBe(false)
})
