import { describe, expect, test } from '@jest/globals'
import type { TokenOptions } from '../../simulator/server.ts'
import { ask, start } from './start.ts'

const GRANT = 'grant_type=client_credentials'

const oauth = (tokens: TokenOptions = {}) => start({ tokens })
const basic = (pair: string) => ({ Authorization: `Basic ${Buffer.from(pair).toString('base64')}` })
const fetchToken = (url: string, body: string, headers: Record<string, string> = {}) =>
  ask(`${url}/oauth/token`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }
  })
const readJobs = async (url: string, token: string) =>
  (await ask(`${url}/api/cluster/jobs`, { headers: { Authorization: `Bearer ${token}` } })).status

describe('the token server', () => {
  test('issues tokens, which alone open the other servers until they expire', async () => {
    const { url } = await oauth({ lifetime: 1 })
    const { status, body } = await fetchToken(url, GRANT, basic('client:secret'))
    expect([status, body]).toEqual([200, { access_token: expect.any(String), token_type: 'Bearer', expires_in: 1 }])
    expect(await readJobs(url, body.access_token)).toBe(200)
    expect(await readJobs(url, 'another')).toBe(401)
    await new Promise(resolve => setTimeout(resolve, 1_100))
    expect(await readJobs(url, body.access_token)).toBe(401)
  })

  test('takes tokens back', async () => {
    const { url, tokens } = await oauth()
    const { body } = await fetchToken(url, GRANT, basic('client:secret'))
    await fetch(`${url}/simulator/tokens`, { method: 'DELETE' })
    expect([await readJobs(url, body.access_token), tokens.count]).toEqual([401, 1])
  })

  test('need not say how long a token lives', async () => {
    const { url } = await oauth({ announced: false })
    expect((await fetchToken(url, GRANT, basic('client:secret'))).body.expires_in).toBeUndefined()
  })

  test.each([
    { clientIn: 'either', statuses: [200, 200] },
    { clientIn: 'header', statuses: [200, 401] },
    { clientIn: 'body', statuses: [401, 200] }
  ] as const)('takes the client in $clientIn', async ({ clientIn, statuses }) => {
    const { url } = await oauth({ clientIn, clientId: 'a b', clientSecret: 'c:d' })
    const inHeader = await fetchToken(url, GRANT, basic('a+b:c%3Ad'))
    const inBody = await fetchToken(url, `${GRANT}&client_id=a+b&client_secret=c%3Ad`)
    expect([inHeader.status, inBody.status]).toEqual(statuses)
  })

  test.each([
    { body: GRANT, login: 'client:wrong', status: 401, error: 'invalid_client' },
    { body: 'grant_type=password', login: 'client:secret', status: 400, error: 'unsupported_grant_type' },
    { body: `${GRANT}&audience=x`, login: 'client:secret', status: 400, error: 'invalid_request' }
  ])('refuses $body of $login: $error', async ({ body, login, status, error }) => {
    const { url } = await oauth({ audience: 'https://api.example.com' })
    expect(await fetchToken(url, body, basic(login))).toMatchObject({
      status,
      body: { error, error_description: expect.any(String) }
    })
  })
})

describe('the control of the simulator', () => {
  test('orders faults, and removes them', async () => {
    const { url } = await start()
    const order = (body: string) => ask(`${url}/simulator/faults`, { method: 'POST', body })
    const look = async () => (await ask(`${url}/api/cluster/jobs`).catch(() => ({ status: 0 }))).status
    expect((await order('{"kind":"answer","status":503,"body":{},"times":2,"match":"jobs"}')).status).toBe(201)
    expect([await look(), await look(), await look()]).toEqual([503, 503, 200])
    await order('{"kind":"reset","times":9}')
    const broken = await look()
    await fetch(`${url}/simulator/faults`, { method: 'DELETE' })
    expect([broken, await look()]).toEqual([0, 200])
    expect(await order('{"kind":"fire"}')).toMatchObject({ status: 400, body: { error: { code: 'simulator' } } })
  })
})
