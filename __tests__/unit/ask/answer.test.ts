import { describe, expect, test } from '@jest/globals'
import { classifyJob, complaintIn, describeExchange } from '../../../src/ask/answer.ts'
import type { Exchange } from '../../../src/http/client.ts'
import type { Api } from '../../../src/jobs/api.ts'
import { ONTAP_OPERATIONS } from '../../../src/jobs/ontap-operations.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { api } from '../../support/apis.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

function received(status: number, body = '', headers: Record<string, string> = JSON_TYPE, reason = ''): Exchange {
  return { ok: true, status, reason, headers, body }
}

const classify = (exchange: Exchange, name = 'ontap', key = 'u'): Answer => classifyJob(exchange, api(name), key)
const whatOf = (answer: Answer): string => ('what' in answer ? answer.what : '')
const anError = (code: unknown, message = 'no') => JSON.stringify({ error: { message, code, target: 'uuid' } })

const JOB = '{"uuid": "u", "state": "success", "end_time": "2026-01-05T12:00:00Z"}'

describe('a 200', () => {
  test('with a whole job of that key is that job', () => {
    expect(classify(received(200, JOB))).toMatchObject({ kind: 'job', job: { key: 'u', verdict: 'NORMAL' } })
  })

  test.each([
    ['a byte-order mark', `\uFEFF${JOB}`],
    ['a byte-order mark and white space', `\uFEFF\n ${JOB}\n`]
  ])('with %s before it is that job', (_, body) => {
    expect(classify(received(200, body)).kind).toBe('job')
  })

  test('about a resource without what is waited for is like a 404', () => {
    const move = ONTAP_OPERATIONS[0]?.resource(null, null)
    expect(move && classifyJob(received(200, '{"uuid": "u"}'), move, 'u')).toEqual({
      kind: 'missing',
      what: 'the answer has none',
      code: '',
      page: false
    })
  })

  test('counts with any content type', () => {
    expect(classify(received(200, JOB, {})).kind).toBe('job')
  })

  test('with the key in another case is that job where keys are UUIDs', () => {
    expect(classify(received(200, JOB), 'ontap', 'U').kind).toBe('job')
  })

  test.each([
    ['nothing', ''],
    ['white space', ' \r\n'],
    ['HTML', '<html><body>Log in</body></html>'],
    ['truncated JSON', JOB.slice(0, -3)],
    ['two JSON documents', `${JOB}${JOB}`],
    ['null', 'null'],
    ['a list', `[${JOB}]`],
    ['a text', '"success"'],
    ['a number', '200'],
    ['an empty object', '{}'],
    ['an error', anError('4')],
    ['a wrapped job of another API', `{"record": ${JOB}}`],
    ['a job without a key', '{"state": "success"}'],
    ['a list of jobs', `{"records": [${JOB}], "num_records": 1}`],
    ['a job in its prototype', `{"__proto__": ${JOB}}`]
  ])('with %s is a fault', (_, body) => {
    expect(classify(received(200, body))).toMatchObject({ kind: 'fault', why: 'other' })
  })

  test('with another job is a fault that shows it', () => {
    const answer = classify(received(200, '{"uuid": "v\\n::error::x", "state": "success"}'))
    expect(answer).toEqual({
      kind: 'fault',
      why: 'other',
      code: '',
      what: expect.stringMatching(/^the answer does not describe this job: .*"v\\\\n::error::x/)
    })
  })

  test('with a login page shows its type and first 200 characters, cleaned', () => {
    const page = `<html>\n\u001b[31mPlease log in\u0000${' and wait'.repeat(100)}`
    const what = whatOf(classify(received(200, page, { 'content-type': 'text/html; charset=utf-8' })))
    expect(what).toMatch(/^the answer is not a JSON object: text\/html; charset=utf-8, "<html> Please log in and wait/)
    expect(what.length).toBeLessThan(300)
    expect(what).not.toMatch(/\p{Cc}/u)
  })

  test('without a content type says so', () => {
    expect(whatOf(classify(received(200, 'x', {})))).toContain('no content type, "x"')
  })

  test('with JSON that is not a job shows what it is instead', () => {
    expect(whatOf(classify(received(200, '{"a": 1}')))).toBe(
      'the answer does not describe this job: application/json, "{\\"a\\": 1}"'
    )
  })

  test('with white space alone is reported as empty', () => {
    expect(whatOf(classify(received(200, ' \r\n')))).toBe('the server answered 200 OK with an empty body')
  })

  test('with a byte-order mark inside is no JSON', () => {
    expect(classify(received(200, `{\uFEFF${JOB.slice(1)}`)).kind).toBe('fault')
  })

  test('with duplicate keys, lone surrogates and deep nesting does no harm', () => {
    expect(classify(received(200, '{"uuid": "v", "uuid": "u", "state": "running", "message": "\\ud800"}')).kind).toBe(
      'job'
    )
    expect(classify(received(200, `{"uuid": "u", "x": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).kind).toMatch(
      /job|fault/
    )
    expect(classify(received(200, '['.repeat(100_000))).kind).toBe('fault')
  })
})

describe('a status', () => {
  test.each<[number, Answer['kind']]>([
    [201, 'fault'],
    [203, 'fault'],
    [204, 'fault'],
    [205, 'fault'],
    [206, 'fault'],
    [300, 'fault'],
    [304, 'fault'],
    [408, 'fault'],
    [425, 'fault'],
    [429, 'fault'],
    [500, 'fault'],
    [502, 'fault'],
    [503, 'fault'],
    [504, 'fault'],
    [520, 'fault'],
    [524, 'fault'],
    [599, 'fault'],
    [202, 'accepted'],
    [404, 'missing'],
    [410, 'missing'],
    [400, 'refused'],
    [402, 'refused'],
    [405, 'refused'],
    [406, 'refused'],
    [409, 'refused'],
    [451, 'refused'],
    [301, 'fatal'],
    [302, 'fatal'],
    [303, 'fatal'],
    [307, 'fatal'],
    [308, 'fatal'],
    [407, 'fatal'],
    [501, 'fatal'],
    [505, 'fatal']
  ])('of %p is %s, for any body', (status, kind) => {
    expect(classify(received(status)).kind).toBe(kind)
    expect(classify(received(status, JOB)).kind).toBe(kind)
  })

  test.each([
    [401, true],
    [403, false]
  ])('of %p is denied, for good: %p', (status, final) => {
    expect(classify(received(status))).toMatchObject({ kind: 'denied', final })
    expect(classify(received(status, '<html>'))).toMatchObject({ kind: 'denied', final })
  })

  test.each([
    [502, 'cut'],
    [504, 'cut'],
    [503, 'busy'],
    [429, 'busy'],
    [500, 'other'],
    [408, 'other'],
    [520, 'other']
  ])('of %p may be a hold that was too long for a proxy, or overload: %s', (status, why) => {
    expect(classify(received(status))).toMatchObject({ why })
  })

  test('of a redirect names its target, which is not followed', () => {
    const to = (location: string) => whatOf(classify(received(302, '', { location })))
    expect(to('https://other:8443/login')).toBe(
      'the server answered 302 Found, a redirect to https://other:8443/login, which is not followed'
    )
    expect(to('\u001b]0;x\u0007/login')).not.toMatch(/\p{Cc}/u)
    expect(whatOf(classify(received(301)))).toContain('a redirect to nowhere')
  })

  test('of 407 says that a proxy requires credentials', () => {
    expect(whatOf(classify(received(407)))).toContain('a proxy requires credentials')
  })

  test.each([502, 503, 504])('of %p with HTML says that a proxy answered', status => {
    const page = '<html><head><title>Bad Gateway</title></head></html>'
    expect(whatOf(classify(received(status, page, { 'content-type': 'text/html' })))).toMatch(/^a proxy answered 50\d/)
    expect(whatOf(classify(received(status, anError('1'))))).toMatch(/^the server answered 50\d/)
    expect(whatOf(classify(received(status)))).toMatch(/^the server answered 50\d/)
    expect(whatOf(classify(received(status, page, { 'content-type': 'x-text/html' })))).toMatch(/^the server answered/)
  })

  test.each([
    [
      received(404, anError('4', "entry doesn't exist")),
      "the server answered 404 Not Found: entry doesn't exist (code 4, target uuid)"
    ],
    [received(404, anError(4, 'gone')), 'the server answered 404 Not Found: gone (code 4, target uuid)'],
    [received(500, anError(undefined, 'a\nb')), 'the server answered 500 Internal Server Error: a b (target uuid)'],
    [received(400, anError('3', 'bad field')), 'the server answered 400 Bad Request: bad field (code 3, target uuid)'],
    [received(500, '{"error": {"message": "broken"}}'), 'the server answered 500 Internal Server Error: broken'],
    [received(500, ' \n'), 'the server answered 500 Internal Server Error'],
    [received(500, '', {}, 'Out of\tOrder'), 'the server answered 500 Out of Order'],
    [received(599), 'the server answered 599'],
    [received(500, 'oops', {}), 'the server answered 500 Internal Server Error: no content type, "oops"'],
    [received(204), 'the server answered 204 No Content with an empty body'],
    [received(201, JOB), 'the server answered 201 Created']
  ])('is reported with what the server said: %#', (exchange, what) => {
    expect(whatOf(classify(exchange))).toBe(what)
  })

  test('is reported in a text of limited length, however much the server said', () => {
    expect(whatOf(classify(received(500, anError('c'.repeat(1e5), 'm'.repeat(1e5))))).length).toBeLessThan(700)
    expect(whatOf(classify(received(500, 'x'.repeat(1e6), {}, 'r'.repeat(1e5)))).length).toBeLessThan(700)
  })
})

describe('a page of something in front of the server', () => {
  const PAGES = ['', '<html>Not here</html>', 'default backend - 404', '{"message": "no Route matched"}', '[]']

  test.each([403, 404, 410, 301, 302, 307, 501])('is %p without an error in the form of the API', status => {
    for (const page of PAGES) expect(classify(received(status, page))).toMatchObject({ page: true })
    expect(classify(received(status, anError('4')))).toMatchObject({ page: false })
    expect(classify(received(status, anError('')))).toMatchObject({ page: false })
  })

  test.each([401, 407, 505])('is never %p, which counts no matter who says it', status => {
    expect(classify(received(status, '<html>'))).toMatchObject({ page: false })
  })
})

describe('the code of an error', () => {
  test.each([401, 403, 404, 410, 400, 409, 429, 500, 503, 501])('comes with the answer: %p', status => {
    expect(classify(received(status, anError(6691700)))).toMatchObject({ code: '6691700' })
    expect(classify(received(status, '<html>'))).toMatchObject({ code: '' })
  })
})

describe('a code of ONTAP', () => {
  test.each(['7', '8', '262160', '65541', '65552', '65562', 7, 262160])(
    'of %p means later, whatever the status',
    code => {
      for (const status of [400, 403, 404, 409, 500]) {
        expect(classify(received(status, anError(code)))).toMatchObject({ kind: 'fault', why: 'busy' })
      }
    }
  )

  test.each(['6691623', 6691623])('of %p is denied, after one recheck', code => {
    expect(classify(received(400, anError(code)))).toMatchObject({ kind: 'denied', final: false })
  })

  test('has its meaning in one of several APIs, whichever is the first', () => {
    const exchange = received(409, anError('262160'))
    for (const names of [
      ['unified-manager', 'ontap'],
      ['ontap', 'unified-manager']
    ]) {
      expect(exchange.ok && complaintIn(exchange, names.map(api))).toMatchObject({ means: 'not-taken' })
    }
  })

  test('makes no second try of a 401: accounts lock', () => {
    for (const code of ['7', '6691623']) {
      expect(classify(received(401, anError(code)))).toMatchObject({ kind: 'denied', final: true })
    }
  })

  test('says nothing in a good answer, nor in the answer of another API', () => {
    expect(classify(received(200, '{"uuid": "u", "state": "failure", "error": {"code": "7"}}')).kind).toBe('job')
    expect(classify(received(400, anError('7')), 'unified-manager').kind).toBe('refused')
  })
})

describe('an error in the form of several APIs', () => {
  const [um, ontap] = [api('unified-manager'), api('ontap')]
  const complain = (code: string, apis: readonly Api[]) =>
    complaintIn({ ok: true, status: 500, reason: '', headers: {}, body: anError(code) }, apis)?.means

  test('is that of the API in which its code has a meaning, else of the first', () => {
    expect(complain('7', [um, ontap])).toBe('later')
    expect(complain('7', [ontap, um])).toBe('later')
    expect(complain('7', [um])).toBe('other')
    expect(complain('9', [um, ontap])).toBe('other')
    expect(complain('7', [])).toBeUndefined()
  })
})

describe('no answer', () => {
  const failed = (fatal: boolean): Exchange => ({
    ok: false,
    failure: { why: 'cut', what: 'the connection broke', fatal, sent: true }
  })

  test('is a fault with the reason', () => {
    expect(classify(failed(false))).toEqual({ kind: 'fault', why: 'cut', what: 'the connection broke', code: '' })
  })

  test('is fatal where another try cannot help', () => {
    expect(classify(failed(true))).toEqual({ kind: 'fatal', page: false, what: 'the connection broke', code: '' })
  })

  test('is final where access was denied before anything was sent, with the code of whoever did', () => {
    const failure = { why: 'denied', what: 'no such client', fatal: true, sent: false } as const
    const denied = { kind: 'denied', final: true, page: false, what: 'no such client' }
    expect(classify({ ok: false, failure })).toEqual({ ...denied, code: '' })
    expect(classify({ ok: false, failure: { ...failure, code: 'invalid_client' } })).toEqual({
      ...denied,
      code: 'invalid_client'
    })
  })

  test('is described by its reason, and an answer by its status', () => {
    expect(describeExchange(failed(false), [])).toBe('the connection broke')
    expect(describeExchange(received(200), [])).toBe('the server answered 200 OK')
  })
})
