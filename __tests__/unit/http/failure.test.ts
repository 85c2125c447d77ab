import { describe, expect, test } from '@jest/globals'
import { type Failure, failureOf } from '../../../src/http/failure.ts'

const anError = (code: string, message = 'detail') => Object.assign(new Error(message), { code })

describe('a failure', () => {
  test.each<[string, Failure['why'], RegExp]>([
    ['ECONNRESET', 'cut', /^the connection broke \(detail\)$/],
    ['EPIPE', 'cut', /^the connection broke/],
    ['ECONNABORTED', 'cut', /^the connection broke/],
    ['ERR_STREAM_PREMATURE_CLOSE', 'cut', /^the connection broke in the middle of the answer/],
    ['ENOTFOUND', 'unresolved', /^the host name does not resolve/],
    ['EAI_NODATA', 'unresolved', /^the host name does not resolve/],
    ['EAI_AGAIN', 'other', /^the host name cannot be resolved at the moment/],
    ['ECONNREFUSED', 'other', /^the connection was refused/],
    ['ETIMEDOUT', 'other', /^the connection could not be made in time/],
    ['EHOSTUNREACH', 'other', /^there is no route to the host/],
    ['ENETUNREACH', 'other', /^there is no route to the network/],
    ['ESOMETHING', 'other', /^the request failed: detail$/]
  ])('of %s is %s, in words', (code, why, what) => {
    expect(failureOf(anError(code), null)).toEqual({ why, what: expect.stringMatching(what), fatal: false, sent: true })
  })

  test('names the other end of the connection, and the proxy in between', () => {
    const proxy = 'the proxy http://proxy.example:3128'
    expect(failureOf(anError('ECONNREFUSED'), null, { peer: proxy, proxy }).what).toBe(
      `${proxy}: the connection was refused (detail)`
    )
    expect(failureOf(anError('ABORT_ERR'), 30_000, { proxy }).what).toBe(
      `no complete answer arrived within 30 s through ${proxy}`
    )
  })

  test.each([
    ['aborted', 'the connection broke in the middle of the answer'],
    ['socket hang up', 'the connection broke before there was an answer'],
    [
      'Client network socket disconnected before secure TLS connection was established',
      'the connection broke during the TLS handshake'
    ]
  ])("of a connection that broke is put in plainer words than Node's: %s", (message, what) => {
    expect(failureOf(anError('ECONNRESET', message), null)).toMatchObject({ why: 'cut', what })
  })

  test('for want of time before there was a connection says so', () => {
    expect(failureOf(anError('ABORT_ERR'), 30_000, { sent: false })).toMatchObject({
      what: 'no connection could be made within 30 s',
      sent: false
    })
  })

  test.each([
    'write EPROTO 40CD:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:record.c:354:',
    'write EPROTO 40CD:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:x.c:655:'
  ])('of a peer that does not speak TLS says so: %s', message => {
    expect(failureOf(anError('EPROTO', message), null)).toMatchObject({
      what: expect.stringMatching(/^what answered does not speak TLS: check the port/),
      fatal: true
    })
  })

  test('of several addresses is that of the first', () => {
    const error = new AggregateError([anError('ECONNREFUSED', 'first'), anError('ETIMEDOUT', 'second')])
    expect(failureOf(error, null).what).toBe('the connection was refused (first)')
  })

  test('for want of time says how much there was', () => {
    expect(failureOf(anError('ABORT_ERR'), 30_000)).toEqual({
      why: 'other',
      what: 'no complete answer arrived within 30 s',
      fatal: false,
      sent: true
    })
  })

  test.each([['a text'], [undefined], [null], [{}], [new AggregateError([])]])('of %p is one all the same', error => {
    expect(failureOf(error, null)).toMatchObject({
      why: 'other',
      what: expect.stringMatching(/./),
      fatal: false,
      sent: true
    })
  })

  test('shows text from the server only after cleaning', () => {
    expect(failureOf(anError('HPE_INVALID', 'a\n::error::b \u001b[31m'), null).what).not.toMatch(/\p{Cc}/u)
  })
})
