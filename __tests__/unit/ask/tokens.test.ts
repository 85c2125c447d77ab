import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { withTokens } from '../../../src/ask/tokens.ts'
import type { Client, Exchange, Request } from '../../../src/http/client.ts'
import type { Failure } from '../../../src/http/failure.ts'
import type { OAuthClient } from '../../../src/http/oauth.ts'
import { type VirtualClock, virtualClock } from '../../support/virtual-clock.ts'

const OAUTH: OAuthClient = {
  origin: 'https://login.example.com',
  path: '/oauth/token',
  proxy: null,
  id: 'await-job',
  secret: 's3cret+',
  scope: '',
  audience: ''
}
const SERVER = 'the token server https://login.example.com'
const NEVER = new AbortController().signal
const DOWN: Failure = { why: 'other', what: `${SERVER}: the connection was refused`, fatal: false, sent: false }

type Answer = (request: Request) => Exchange | Promise<Exchange>

let clock: VirtualClock
/** What the servers got, in order, and what was kept secret. */
let events: string[]
let closed: string[]

beforeEach(() => {
  clock = virtualClock()
  events = []
  closed = []
})

const received = (status: number, body: unknown = {}, headers = {}): Exchange => ({
  ok: true,
  status,
  reason: '',
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body)
})
const granted =
  (token: string, expires_in?: unknown): Answer =>
  () =>
    received(200, { access_token: token, token_type: 'Bearer', expires_in })
const refused =
  (status: number, error?: string, error_description?: string): Answer =>
  () =>
    received(status, { error, error_description })
const failed = (failure: Failure): Exchange => ({ ok: false, failure })
const isInForm = ({ body }: Request) => new URLSearchParams(body ?? '').has('client_secret')

/** Grants one token after the other. */
function numbered(expires_in?: number): Answer {
  let count = 0
  return request => {
    count += 1
    return granted(`t${count}`, expires_in)(request)
  }
}

/** Answers with these in turn, the last for ever. */
function inTurn(...answers: Answer[]): Answer {
  let count = 0
  return request => {
    const answer = answers[Math.min(count, answers.length - 1)] as Answer
    count += 1
    return answer(request)
  }
}

function aClient(tokenServer: Answer, server: Answer = () => received(200), oauth = OAUTH): Client {
  const client = (name: string, answer: Answer): Client => ({
    send: async request => {
      const where = name === 'token' ? (isInForm(request) ? 'in the form' : 'by Basic') : ''
      events.push(`${name} ${where || request.headers?.authorization}`)
      return answer(request)
    },
    close: () => closed.push(name)
  })
  const tokenClient = client('token', tokenServer)
  return withTokens(client('server', server), oauth, {
    tokenClient,
    clock,
    keepSecret: token => events.push(`keep ${token}`)
  })
}

const ask = (client: Client, signal = NEVER): Promise<Exchange> =>
  client.send({ method: 'GET', path: '/api/cluster/jobs/1', hold: 0 }, signal)
const pass = (ms: number): Promise<void> => clock.sleep(ms, NEVER)

describe('a request', () => {
  test('carries a token that is kept secret before it is used', async () => {
    expect(await ask(aClient(granted('t1')))).toMatchObject({ ok: true, status: 200 })
    expect(events).toEqual(['token by Basic', 'keep t1', 'server Bearer t1'])
  })

  test('takes a token without a type for a bearer token', async () => {
    await ask(aClient(() => received(200, { access_token: 't1' })))
    expect(events.at(-1)).toBe('server Bearer t1')
  })

  test('keeps its other headers', async () => {
    let headers: Request['headers']
    const client = aClient(granted('t1'), request => {
      headers = request.headers
      return received(200)
    })
    await client.send({ method: 'GET', path: '/', hold: 0, headers: { accept: 'text/plain' } }, NEVER)
    expect(headers).toEqual({ accept: 'text/plain', authorization: 'Bearer t1' })
  })

  test('shares its token with those that are sent at the same time', async () => {
    const client = aClient(granted('t1'))
    await Promise.all([ask(client), ask(client), ask(client)])
    expect(events.filter(event => event.startsWith('token'))).toHaveLength(1)
  })

  test('is given up at once when the wait is over, though the token server hangs', async () => {
    const stop = new AbortController()
    const client = aClient(() => new Promise(() => {}))
    const pending = ask(client, stop.signal)
    stop.abort()
    expect(await pending).toMatchObject({ ok: false, failure: { fatal: false, sent: false } })
    expect(await ask(client, stop.signal)).toMatchObject({ ok: false })
  })

  test('leaves no connection to either server when all is closed', () => {
    aClient(granted('t1')).close()
    expect(closed).toEqual(['server', 'token'])
  })
})

describe('a token is renewed', () => {
  test.each([
    ['a fifth of its life before it expires', 10, 7_999, 8_001],
    ['a minute before it expires, if it lives long', '3600', 3_539_999, 3_540_001]
  ])('%s', async (_, life, before, after) => {
    const client = aClient(inTurn(granted('t1', life), granted('t2', life)))
    await ask(client)
    await pass(before)
    await ask(client)
    await pass(after - before)
    await ask(client)
    await ask(client)
    expect(events.filter(event => !event.startsWith('keep'))).toEqual([
      'token by Basic',
      'server Bearer t1',
      'server Bearer t1',
      'token by Basic',
      'server Bearer t1',
      'server Bearer t2'
    ])
  })

  test.each([undefined, null, 'soon', -1, ''])('only when it is refused if its life is %j', async life => {
    const client = aClient(granted('t1', life))
    await ask(client)
    await pass(1e9)
    await ask(client)
    expect(events.filter(event => event.startsWith('token'))).toHaveLength(1)
  })

  test('for each request if it does not live at all', async () => {
    const client = aClient(inTurn(granted('t1', 0), granted('t2', 0)))
    await ask(client)
    await ask(client)
    expect(events.at(-1)).toBe('server Bearer t2')
  })

  test('once after a 401, and the request is made again', async () => {
    const client = aClient(
      inTurn(granted('t1'), granted('t2')),
      inTurn(
        () => received(200),
        () => received(401),
        () => received(200)
      )
    )
    await ask(client)
    expect(await ask(client)).toMatchObject({ status: 200 })
    expect(events.filter(event => !event.startsWith('keep'))).toEqual([
      'token by Basic',
      'server Bearer t1',
      'server Bearer t1',
      'token by Basic',
      'server Bearer t2'
    ])
  })

  test('once and not twice: a second 401 counts', async () => {
    const client = aClient(inTurn(granted('t1'), granted('t2')), () => received(401))
    expect(await ask(client)).toMatchObject({ status: 401 })
    expect(events.filter(event => event.startsWith('server'))).toEqual(['server Bearer t1', 'server Bearer t2'])
  })

  test('after the 401 to a long poll, which is a fault and not made again', async () => {
    const client = aClient(numbered(), () => received(401))
    const poll = { method: 'GET', path: '/api/jobs/1', hold: 30_000 } as const
    const exchange = await client.send(poll, NEVER)
    expect(exchange).toMatchObject({ ok: false, failure: { why: 'other', fatal: false, sent: false } })
    expect(events.filter(event => event.startsWith('server'))).toEqual(['server Bearer t1'])
    expect(await client.send({ ...poll, hold: 0 }, NEVER)).toMatchObject({ status: 401 })
    expect(await client.send({ ...poll, method: 'POST' }, NEVER)).toMatchObject({ status: 401 })
  })

  test('once for all requests that were refused with it', async () => {
    const client = aClient(inTurn(granted('t1'), granted('t2')), ({ headers }) =>
      received(headers?.authorization === 'Bearer t1' ? 401 : 200)
    )
    const exchanges = await Promise.all([ask(client), ask(client)])
    expect(exchanges).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(events.filter(event => event.startsWith('token'))).toHaveLength(2)
  })

  test('while requests go on with it, as long as it lives', async () => {
    const client = aClient(inTurn(granted('t1', 10), () => new Promise(() => {})))
    await ask(client)
    await pass(8_001)
    expect(await ask(client)).toMatchObject({ status: 200 })
    await pass(1_999)
    const stop = new AbortController()
    const waiting = ask(client, stop.signal)
    stop.abort()
    expect(await waiting).toMatchObject({ ok: false })
    expect(events.filter(event => event.startsWith('server'))).toEqual(['server Bearer t1', 'server Bearer t1'])
  })

  test('at its end, even just after the token server was in trouble', async () => {
    const client = aClient(inTurn(granted('t1', 10), () => failed(DOWN), granted('t2', 10)))
    await ask(client)
    await pass(8_001)
    await ask(client)
    await pass(2_000)
    await ask(client)
    expect(events.slice(-4)).toEqual(['server Bearer t1', 'token by Basic', 'keep t2', 'server Bearer t2'])
  })

  test('later if the token server is in trouble and it has not expired', async () => {
    const client = aClient(
      inTurn(
        granted('t1', 60),
        () => failed(DOWN),
        () => failed(DOWN),
        granted('t2', 60)
      )
    )
    await ask(client)
    await pass(48_001)
    expect(await ask(client)).toMatchObject({ status: 200 })
    expect(await ask(client)).toMatchObject({ status: 200 })
    expect(events.slice(-3)).toEqual(['token by Basic', 'server Bearer t1', 'server Bearer t1'])
    await pass(12_000)
    expect(await ask(client)).toEqual(failed(DOWN))
    expect(await ask(client)).toMatchObject({ status: 200 })
    expect(events.at(-1)).toBe('server Bearer t2')
  })
})

describe('a 401 is a fault', () => {
  const UNAUTHORIZED = { ok: true, status: 401 }
  const EXPIRED = { ok: false, failure: { why: 'other', fatal: false, sent: false } }
  const carries = ({ headers }: Request, ...tokens: string[]) =>
    tokens.some(token => headers?.authorization === `Bearer ${token}`)
  const serverEvents = () => events.filter(event => event.startsWith('server'))

  test('at first where an old token is refused, and then a new one: it counts for the next new one', async () => {
    const client = aClient(
      numbered(),
      inTurn(
        () => received(200),
        () => received(401)
      )
    )
    await ask(client)
    await pass(1)
    expect(await ask(client)).toMatchObject(EXPIRED)
    expect(serverEvents()).toEqual(['server Bearer t1', 'server Bearer t1', 'server Bearer t2'])
    expect(await ask(client)).toMatchObject(UNAUTHORIZED)
    expect(serverEvents().slice(3)).toEqual(['server Bearer t3'])
  })

  test('again once the server has accepted a token', async () => {
    const client = aClient(numbered(), inTurn(...[200, 401, 401, 200, 401, 401].map(status => () => received(status))))
    for (const expected of [{ status: 200 }, EXPIRED, { status: 200 }, EXPIRED]) {
      expect(await ask(client)).toMatchObject(expected)
      await pass(1)
    }
  })

  test('where the token may have expired on the way', async () => {
    const client = aClient(numbered(2), async () => {
      await pass(2_500)
      return received(401)
    })
    for (let count = 0; count < 5; count += 1) expect(await ask(client)).toMatchObject(EXPIRED)
  })

  test('where the next token was there before the refusal, and is refused for the same reason', async () => {
    let isRevoked = false
    const client = aClient(numbered(10), async request => {
      await pass(1_000)
      return received(isRevoked && carries(request, 't1', 't2') ? 401 : 200)
    })
    await ask(client)
    await pass(7_001)
    const pending = ask(client)
    isRevoked = true
    expect(await pending).toMatchObject(EXPIRED)
    expect(serverEvents()).toEqual(['server Bearer t1', 'server Bearer t1', 'server Bearer t2'])
    expect(await ask(client)).toMatchObject({ status: 200 })
  })

  test('where several requests are refused with the same new token', async () => {
    const client = aClient(numbered(), request => received(carries(request, 't1') ? 401 : 200))
    const exchanges = await Promise.all(Array.from({ length: 6 }, () => ask(client)))
    expect(exchanges).toMatchObject(exchanges.map(() => ({ status: 200 })))
  })

  test('where only tokens that were used before are refused, and nothing comes of the requests with new ones', async () => {
    const client = aClient(
      numbered(),
      inTurn(...[200, 401, 0, 401, 0, 401, 0].map(status => () => (status === 0 ? failed(DOWN) : received(status))))
    )
    await ask(client)
    for (let count = 0; count < 3; count += 1) {
      await pass(1)
      expect(await ask(client)).toEqual(failed(DOWN))
    }
  })

  test('to a long poll, whose token may have expired meanwhile', async () => {
    const client = aClient(numbered(), () => received(401))
    const poll = { method: 'GET', path: '/api/jobs/1', hold: 30_000 } as const
    for (let count = 0; count < 5; count += 1) expect(await client.send(poll, NEVER)).toMatchObject(EXPIRED)
  })
})

describe('the client says who it is', () => {
  async function requestsTo(answer: Answer, oauth: Partial<OAuthClient> = {}): Promise<Request[]> {
    const requests: Request[] = []
    const client = aClient(
      request => {
        requests.push(request)
        return answer(request)
      },
      undefined,
      { ...OAUTH, ...oauth }
    )
    await ask(client)
    return requests
  }

  test('by HTTP Basic, with a form that names the grant', async () => {
    expect(await requestsTo(granted('t1'))).toEqual([
      {
        method: 'POST',
        path: '/oauth/token',
        hold: 0,
        body: 'grant_type=client_credentials',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('await-job:s3cret%2B').toString('base64')}`
        }
      }
    ])
  })

  test('with the scope and the audience that were given', async () => {
    const [request] = await requestsTo(granted('t1'), { scope: 'a b', audience: 'https://ontap' })
    expect(request?.body).toBe('grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fontap')
  })

  test.each([
    [401, 'invalid_client'],
    [401, undefined],
    [400, 'invalid_client'],
    [400, 'invalid_request'],
    [400, undefined]
  ])('in the form where that is refused with %i %s, and from then on', async (status, error) => {
    const server: Answer = request => (isInForm(request) ? granted('t1', 0) : refused(status, error))(request)
    const client = aClient(server)
    await ask(client)
    await ask(client)
    expect(events.filter(event => event.startsWith('token'))).toEqual([
      'token by Basic',
      'token in the form',
      'token in the form'
    ])
    const [, inForm] = await requestsTo(server)
    expect(inForm?.body).toBe('grant_type=client_credentials&client_id=await-job&client_secret=s3cret%2B')
    expect(inForm?.headers).not.toHaveProperty('authorization')
  })

  test.each([
    [400, 'invalid_scope'],
    [400, 'unsupported_grant_type'],
    [400, 'temporarily_unavailable'],
    [403, 'access_denied'],
    [500, undefined]
  ])('by HTTP Basic alone where something else is wrong: %i %s', async (status, error) => {
    expect(await requestsTo(refused(status, error))).toHaveLength(1)
  })
})

const denied = (what: string, code: string) => failed({ why: 'denied', what, fatal: true, sent: false, code })

describe('a client that is refused ends the wait, with what the token server says', () => {
  const CHECK = 'check "client-id" and "client-secret"'
  const ALLOW = 'allow the client-credentials grant for this client on the token server'

  test.each([
    [401, 'invalid_client', 'No such client', `401 Unauthorized: No such client (invalid_client): ${CHECK}`],
    [401, undefined, undefined, `401 Unauthorized: ${CHECK}`],
    [400, 'invalid_scope', undefined, '400 Bad Request: (invalid_scope): set or correct "token-scope"'],
    [400, 'invalid_target', undefined, '400 Bad Request: (invalid_target): set or correct "token-audience"'],
    [400, 'unauthorized_client', 'Not this', `400 Bad Request: Not this (unauthorized_client): ${ALLOW}`],
    [400, 'unsupported_grant_type', undefined, `400 Bad Request: (unsupported_grant_type): ${ALLOW}`],
    [
      400,
      'invalid_request',
      'The audience is\r\nmissing',
      '400 Bad Request: The audience is missing (invalid_request)'
    ],
    [403, 'access_denied', undefined, '403 Forbidden: (access_denied)']
  ])('%i %s', async (status, error, description, what) => {
    expect(await ask(aClient(refused(status, error, description)))).toEqual(
      denied(`${SERVER} answered ${what}`, error ?? '')
    )
  })

  test.each([
    ['the form', refused(401, 'invalid_client', 'Basic'), refused(400, 'invalid_client', 'form'), 'form'],
    ['Basic', refused(401, 'invalid_client', 'Basic'), refused(400, 'invalid_request', 'form'), 'Basic'],
    ['Basic', refused(401, 'invalid_client', 'Basic'), refused(400), 'Basic']
  ])('by the answer that says more: the one to %s', async (_, toBasic, toForm, words) => {
    const exchange = await ask(aClient(request => (isInForm(request) ? toForm : toBasic)(request)))
    expect(exchange).toMatchObject({ failure: { why: 'denied', what: expect.stringContaining(`: ${words} (`) } })
  })
})

const fault = (what: string) => failed({ why: 'other', what, fatal: false, sent: false })
const fatal = (what: string) => failed({ why: 'other', what, fatal: true, sent: false })

describe('trouble of the token server is worth another try', () => {
  test.each<[string, Answer, string]>([
    ['503', refused(503), '503 Service Unavailable'],
    ['429', refused(429), '429 Too Many Requests'],
    [
      'an error that may pass',
      refused(400, 'temporarily_unavailable', 'Later'),
      '400 Bad Request: Later (temporarily_unavailable)'
    ],
    ['a login page', () => received(200, '<html>'), '200 OK without a token'],
    ['a token with a line break', granted('t\n1'), '200 OK without a token'],
    ['no token, but a secret', () => received(200, { accessToken: 'shh' }), '200 OK without a token'],
    ['a status without a name', () => received(299), '299 without a token']
  ])('%s', async (_, answer, what) => {
    expect(await ask(aClient(answer))).toEqual(fault(`${SERVER} answered ${what}`))
  })

  test.each([408, 429, 500, 503])('that only the form meets, after HTTP Basic was refused: %i', async status => {
    const inForm = inTurn(refused(status), granted('t1'))
    const client = aClient(request => (isInForm(request) ? inForm : refused(401, 'invalid_client'))(request))
    expect(await ask(client)).toMatchObject({ ok: false, failure: { why: 'other', fatal: false } })
    expect(await ask(client)).toMatchObject({ status: 200 })
  })

  test('that is no answer, as the connection has it', async () => {
    expect(await ask(aClient(() => failed(DOWN)))).toEqual(failed(DOWN))
  })

  test.each([404, 405, 403])('%i, once it has granted a token', async status => {
    const client = aClient(inTurn(granted('t1', 0), () => received(status, '<html>')))
    await ask(client)
    expect(await ask(client)).toMatchObject({ failure: { why: 'other', fatal: false } })
  })

  test('and is left alone for as long as it wants', async () => {
    const client = aClient(inTurn(() => received(429, {}, { 'retry-after': '7' }), granted('t1')))
    const first = await ask(client)
    await pass(6_999)
    expect(await ask(client)).toEqual(first)
    expect(events).toEqual(['token by Basic'])
    await pass(1)
    expect(await ask(client)).toMatchObject({ status: 200 })
  })
})

describe('what is no token server ends the wait', () => {
  test.each<[string, Answer, string]>([
    ['404', refused(404), '404 Not Found: check "token-url"'],
    ['403 of a firewall', () => received(403, '<html>'), '403 Forbidden: check "token-url"'],
    [
      'a redirect, which is not followed',
      () => received(302, '', { location: 'https://elsewhere.example/token' }),
      '302 Found, a redirect to https://elsewhere.example/token, which is not followed: correct "token-url"'
    ],
    [
      'a redirect to nowhere',
      () => received(307),
      '307 Temporary Redirect, a redirect to nowhere, which is not followed: correct "token-url"'
    ],
    [
      'a token of another type',
      () => received(200, { access_token: 'x', token_type: 'DPoP' }),
      '200 OK with a token of the type dpop, but only Bearer is supported'
    ]
  ])('%s', async (_, answer, what) => {
    expect(await ask(aClient(answer))).toEqual(fatal(`${SERVER} answered ${what}`))
  })
})

test('a defect in keeping the token secret is not swallowed', async () => {
  const tokenClient: Client = { send: async () => granted('t1')({} as Request), close: () => {} }
  const client = withTokens(tokenClient, OAUTH, {
    tokenClient,
    clock,
    keepSecret: () => {
      throw new Error('no mask')
    }
  })
  await expect(ask(client)).rejects.toThrow('no mask')
  await setImmediate()
})
