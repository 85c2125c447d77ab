import { describe, expect, test } from '@jest/globals'
import type { Clock } from '../../simulator/clock.ts'
import { ask, type Body, post, start } from './start.ts'

const VOLUME = '/api/storage/volumes/4ea7a442-86d1-11e0-ae1c-123478563412'
const RELATIONSHIPS = '/api/snapmirror/relationships'
const SOFTWARE = '/api/cluster/software'
const REQUESTS = '/api/security/multi-admin-verify/requests'
const MOVE = { movement: { destination_aggregate: { name: 'aggr2' } } }

/** The servers' time in ms: it stands still between the readings. */
let time = Date.now()
const BETWEEN_READINGS = 250
const clock: Clock = { now: () => time, realNow: () => time, toReal: moment => moment, realSpan: span => span }

const ontap = () => start({ plays: 'ontap', clock })
const patch = (url: string, body: object) => ask(url, { method: 'PATCH', body: JSON.stringify(body) })

/** Every reading until `isLast` says that it is the last, each once. */
async function readings(url: string, isLast: (body: Body) => boolean): Promise<Body[]> {
  const seen: Body[] = []
  for (;;) {
    const { body } = await ask(url)
    if (JSON.stringify(body) !== JSON.stringify(seen.at(-1))) seen.push(body)
    if (isLast(body)) return seen
    time += BETWEEN_READINGS
  }
}

const isIn =
  (...states: string[]) =>
  ({ state, movement }: Body) =>
    states.includes(movement?.state ?? state)

describe('a volume move', () => {
  const FIELDS = `${VOLUME}?fields=name,svm.name,movement`

  test('continues after its job, and counts up to 100 per cent', async () => {
    const { url } = await ontap()
    const accepted = await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 40, late: 60 } })
    expect([accepted.status, (await ask(url + FIELDS)).body.movement]).toEqual([202, undefined])
    const seen = await readings(url + FIELDS, isIn('success'))
    expect(seen.at(-1)).toMatchObject({
      svm: { name: 'svm1' },
      movement: {
        state: 'success',
        percent_complete: 100,
        destination_aggregate: { name: 'aggr2' },
        start_time: expect.stringMatching(/-05:00$/)
      }
    })
    const percents = seen.flatMap(({ movement }) => movement?.percent_complete ?? [])
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    const { body } = await ask(`${url}${accepted.body.job._links.self.href}?fields=*`)
    expect(body).toMatchObject({ state: 'success', description: `PATCH ${VOLUME}` })
  })

  test('shows the success of the move before until it begins', async () => {
    const { url } = await ontap()
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 1 } })
    await readings(url + FIELDS, isIn('success'))
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 40, late: 30 } })
    const [first, ...later] = await readings(url + FIELDS, isIn('queued', 'replicating'))
    expect(first?.movement.state).toBe('success')
    const starts = [first, later.at(-1)].map(body => Date.parse(body?.movement.start_time))
    expect(starts[1]).toBeGreaterThan(starts[0] as number)
  })

  test.each([
    { stop: 'cutover_wait', next: 'cutover', percent: 100 },
    { stop: 'paused', next: 'replicating', percent: 40 }
  ])('that waits in $stop continues when asked to', async ({ stop, next, percent }) => {
    const { url } = await ontap()
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 30, stop } })
    const seen = await readings(url + FIELDS, isIn(stop))
    expect(seen.at(-1)?.movement.percent_complete).toBe(percent)
    expect((await patch(url + VOLUME, { movement: { state: next } })).status).toBe(202)
    await readings(url + FIELDS, isIn('success'))
  })

  test('can be paused, continued and aborted', async () => {
    const { url } = await ontap()
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 50 } })
    await readings(url + FIELDS, isIn('replicating'))
    const states: string[] = []
    for (const state of ['paused', 'replicating', 'aborted']) {
      await patch(url + VOLUME, { movement: { state } })
      states.push((await ask(url + FIELDS)).body.movement.state)
    }
    expect(states).toEqual(['paused', 'replicating', 'aborted'])
  })

  test('is not started if its job fails', async () => {
    const { url } = await start({ plays: 'ontap', speed: 100 })
    const failed = await patch(`${url}${VOLUME}?return_timeout=60`, { ...MOVE, simulate: { job: 'failure' } })
    expect([failed.status, (await ask(url + FIELDS)).body.movement]).toEqual([500, undefined])
  })

  test.each(['failed', 'aborted'])('ends as %s on request', async ending => {
    const { url } = await ontap()
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 5, ending } })
    const seen = await readings(url + FIELDS, isIn(ending))
    expect(seen.at(-1)?.movement.percent_complete).toBe(60)
  })

  test('takes its states from the request', async () => {
    const { url } = await ontap()
    const states = [{ after: 0, state: 'defragmenting', body: { percent_complete: 7 } }]
    await patch(url + VOLUME, { ...MOVE, simulate: { seconds: 1, states } })
    const seen = await readings(url + FIELDS, isIn('defragmenting'))
    expect(seen.at(-1)?.movement).toMatchObject({ percent_complete: 7, destination_aggregate: { name: 'aggr2' } })
  })
})

describe('a SnapMirror relationship', () => {
  const ENDS = { source: { path: 'svm1:vol1' }, destination: { path: 'svm2:vol1' } }
  const hrefOf = async (url: string, { body }: Body) => {
    const { description } = (await ask(`${url}${body.job._links.self.href}?fields=*`)).body
    return url + description.split(' ')[1]
  }

  test('cannot be read for a few seconds, and is mirrored by a transfer', async () => {
    const { url } = await ontap()
    const href = await hrefOf(url, await post(url + RELATIONSHIPS, { ...ENDS, state: 'snapmirrored' }))
    expect((await ask(href)).status).toBe(404)
    const seen = await readings(`${href}?fields=*`, isIn('snapmirrored'))
    const shown = seen.map(({ error, state, transfer }) => `${error ? 404 : `${state} ${transfer.state}`}`)
    expect(shown[0]).toBe('404')
    expect(shown.slice(-2)).toEqual(['uninitialized transferring', 'snapmirrored success'])
    expect(seen.at(-1)).toMatchObject({ ...ENDS, healthy: true })
    expect((await ask(url + RELATIONSHIPS)).body.num_records).toBe(1)
  })

  test('is broken off without a transfer, and resynchronized in the wanted state', async () => {
    const { url } = await ontap()
    const href = `${url}${RELATIONSHIPS}/5ea7a442-86d1-11e0-ae1c-123478563412`
    await patch(href, { state: 'broken_off', simulate: { seconds: 3 } })
    const broken = await readings(`${href}?fields=*`, isIn('broken_off'))
    expect([broken[0]?.state, broken.at(-1)?.transfer]).toEqual(['snapmirrored', undefined])
    await patch(href, { state: 'snapmirrored', simulate: { seconds: 20 } })
    const seen = await readings(`${href}?fields=*`, ({ transfer }) => transfer?.state === 'success')
    expect(seen.at(-2)).toMatchObject({ state: 'snapmirrored', transfer: { state: 'transferring' } })
  })

  test.each(['failed', 'aborted', 'hard_aborted', 'unhealthy'])('can end as %s', async ending => {
    const { url } = await ontap()
    const href = `${url}${RELATIONSHIPS}/5ea7a442-86d1-11e0-ae1c-123478563412`
    await patch(href, { state: 'snapmirrored', simulate: { seconds: 3, ending } })
    const seen = await readings(`${href}?fields=*`, ({ healthy }) => healthy === false)
    expect(seen.at(-1)).toMatchObject({
      transfer: { state: ending === 'unhealthy' ? 'success' : ending },
      unhealthy_reason: [{ message: 'The destination volume is full.' }]
    })
  })

  test('is updated by a transfer, and can be deleted', async () => {
    const { url } = await ontap()
    const href = `${url}${RELATIONSHIPS}/5ea7a442-86d1-11e0-ae1c-123478563412`
    await post(`${href}/transfers`, { simulate: { seconds: 3 } })
    const seen = await readings(`${href}?fields=*`, ({ transfer }) => transfer?.state === 'success')
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['snapmirrored']))
    expect((await ask(href, { method: 'DELETE' })).status).toBe(202)
    expect((await ask(href)).status).toBe(404)
  })
})

describe('a cluster update', () => {
  const FIELDS = `${SOFTWARE}?fields=state,elapsed_duration,estimated_duration,status_details,validation_results`

  test('counts the seconds, and breaks connections while a node restarts', async () => {
    const { url, requests } = await ontap()
    expect((await ask(`${url}${SOFTWARE}?fields=*`)).body.state).toBeUndefined()
    await patch(url + SOFTWARE, { version: '9.17.1', simulate: { seconds: 30, restart: 10 } })
    let broken = 0
    const states = new Set<string>()
    for (let body: Body = {}; body.state !== 'completed'; ) {
      const answer = await ask(url + FIELDS).catch(() => null)
      if (answer === null) broken += 1
      else body = answer.body
      states.add(body.state)
      if (body.state !== undefined) expect(body.estimated_duration).toBe(30)
      time += BETWEEN_READINGS
    }
    expect(broken).toBeGreaterThan(0)
    expect(requests.filter(({ status }) => status === 0)).toHaveLength(broken)
    expect([...states].slice(-2)).toEqual(['in_progress', 'completed'])
    expect((await ask(url + FIELDS)).body.elapsed_duration).toBe(30)
  })

  test('that met an error waits to be resumed', async () => {
    const { url } = await ontap()
    await patch(url + SOFTWARE, { version: '9.17.1', simulate: { seconds: 10, stop: 'paused_on_error' } })
    const seen = await readings(url + FIELDS, isIn('paused_on_error'))
    expect(seen.at(-1)?.status_details.at(-1).issue.message).toMatch(/^Giveback/)
    await ask(`${url}${SOFTWARE}?action=resume`, { method: 'PATCH' })
    await readings(url + FIELDS, isIn('completed'))
  })

  test.each([
    { action: 'pause', states: ['pause_pending', 'paused_by_user'] },
    { action: 'cancel', states: ['cancel_pending', 'canceled'] }
  ])('takes the action $action', async ({ action, states }) => {
    const { url } = await ontap()
    await patch(url + SOFTWARE, { version: '9.17.1', simulate: { seconds: 60, late: 0 } })
    await readings(url + FIELDS, isIn('in_progress'))
    await ask(`${url}${SOFTWARE}?action=${action}`, { method: 'PATCH' })
    const seen = await readings(url + FIELDS, isIn(states[1] as string))
    expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(states))
  })

  test.each([
    { query: '', body: {}, code: '10551315' },
    { query: '?action=undo', body: {}, code: '262197' }
  ])('without a version or with an unknown action is refused: $code', async ({ query, body, code }) => {
    const { url } = await ontap()
    expect(await patch(`${url}${SOFTWARE}${query}`, body)).toMatchObject({ status: 400, body: { error: { code } } })
  })
})

test.each(['success', 'failure'])('a package is downloaded: %s', async ending => {
  const { url } = await ontap()
  const path = `${url}${SOFTWARE}/download`
  expect((await post(path, {})).status).toBe(400)
  expect((await post(path, { url: 'https://files/image.tgz', simulate: { seconds: 20, ending } })).status).toBe(202)
  const seen = await readings(path, isIn(ending))
  expect([...new Set(seen.map(({ state }) => state))].slice(-2)).toEqual(['running', ending])
  expect(seen.at(-1)?.message).toMatch(ending === 'success' ? /completed/ : /1 hour/)
})

describe('a request for approval', () => {
  const REQUEST = { operation: 'volume delete', query: '-vserver svm1 -volume vol1' }

  test('is approved by two administrators, or vetoed by one', async () => {
    const { url } = await ontap()
    const one = `${url}${REQUESTS}/1`
    const created = await post(`${url}${REQUESTS}?return_records=true`, { ...REQUEST, simulate: { stop: 'pending' } })
    expect(created).toMatchObject({ status: 201, body: { records: [{ index: 1, state: 'pending', ...REQUEST }] } })
    const states: unknown[] = []
    for (const state of ['approved', 'approved', 'vetoed']) {
      states.push((await patch(one, { state })).status)
      const { body } = await ask(`${one}?fields=*`)
      states.push(body.state, body.pending_approvers)
    }
    expect(states).toEqual([200, 'pending', 1, 200, 'approved', 0, 400, 'approved', 0])
    await post(url + REQUESTS, { ...REQUEST, simulate: { stop: 'pending' } })
    await patch(`${url}${REQUESTS}/2`, { state: 'vetoed' })
    expect((await ask(`${url}${REQUESTS}/2?fields=state`)).body.state).toBe('vetoed')
    expect((await ask(url + REQUESTS)).body.num_records).toBe(2)
    expect((await ask(`${url}${REQUESTS}/3`)).status).toBe(404)
  })

  test.each(['executed', 'expired'])('is %s by itself', async ending => {
    const { url } = await ontap()
    await post(url + REQUESTS, { ...REQUEST, simulate: { seconds: 4, ending } })
    await readings(`${url}${REQUESTS}/1?fields=*`, isIn(ending))
  })

  test('is made by a protected call, which is executed once when it is approved', async () => {
    const { url } = await ontap()
    const volume = `${url}${VOLUME}`
    const remove = async () => {
      const answer = await fetch(volume, { method: 'DELETE' })
      const { error } = (await answer.json()) as { error?: object }
      return [answer.status, error]
    }
    const rules = `${url}/api/security/multi-admin-verify/rules`
    expect((await post(rules, { operation: 'volume delete', simulate: { stop: 'pending' } })).status).toBe(201)
    expect((await ask(rules)).body.records).toEqual([{ operation: 'volume delete' }])
    const refused = (index: number) => [
      400,
      { code: '262325', message: `The security multi-admin-verify request (index ${index}) requires approval.` }
    ]
    expect([await remove(), await remove()]).toEqual([refused(1), refused(1)])
    for (const _ of [1, 2]) await patch(`${url}${REQUESTS}/1`, { state: 'approved' })
    expect(await remove()).toEqual([202, undefined])
    expect((await ask(`${url}${REQUESTS}/1?fields=state`)).body.state).toBe('executed')
    expect(await remove()).toEqual(refused(2))
    expect((await patch(volume, { size: 1 })).status).toBe(202)
  })

  test('cannot be ordered for an operation that is not known', async () => {
    const { url } = await ontap()
    const rules = `${url}/api/security/multi-admin-verify/rules`
    expect((await post(rules, { operation: 'set' })).status).toBe(400)
    expect((await patch(rules, {})).status).toBe(405)
  })
})
