import { describe, expect, test } from '@jest/globals'
import type { ConsoleOptions } from '../../simulator/server.ts'
import { ask, type Body, post, start } from './start.ts'

const CALL = '/occm/api/vsa/working-environments'
const BACKUP = '/account/account-1/providers/cloudmanager_cbs/api'

const console = (netappConsole: ConsoleOptions = {}) => start({ plays: 'netapp-console', netappConsole })

async function call(url: string, body: object) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
}

describe('NetApp Console', () => {
  test.each(['OnCloud-Request-Id', 'X-Response_Id'] as const)('names the job in the header %s', async idHeader => {
    const { url, moveJob } = await console({ idHeader })
    const { status, headers, body } = await call(url + CALL, { name: 'cvo1' })
    const id = headers.get(idHeader) ?? ''
    expect([status, body.name, body.publicId]).toEqual([202, 'cvo1', expect.stringMatching(/^VsaWorkingEnvironment-/)])
    const task = `${url}/occm/api/audit/activeTask/${id}`
    expect((await ask(task)).body).toEqual({
      status: 0,
      closeTime: -2147483648,
      actionName: 'Create Vsa Working Environment',
      error: null
    })
    moveJob(id, { state: 'success' })
    expect((await ask(task)).body).toMatchObject({ status: 1, closeTime: expect.any(Number), error: null })
    moveJob(id, { state: 'failure', message: 'No capacity' })
    expect((await ask(task)).body).toMatchObject({ status: -1, error: 'No capacity' })
  })

  test('can leave the header out', async () => {
    const { url } = await console({ idHeader: 'none' })
    const { headers } = await call(url + CALL, { name: 'cvo1' })
    expect([...headers.keys()].filter(name => /id$/i.test(name))).toEqual([])
  })

  test('refuses a second call on a working environment while the first is in progress', async () => {
    const { url, moveJob } = await console()
    const first = await call(url + CALL, { name: 'cvo1' })
    expect((await call(url + CALL, { name: 'cvo1' })).status).toBe(409)
    expect((await call(url + CALL, { name: 'cvo2' })).status).toBe(202)
    moveJob(first.headers.get('OnCloud-Request-Id') ?? '', { state: 'failure' })
    expect((await call(url + CALL, { name: 'cvo1' })).status).toBe(202)
  })

  test('does not know other tasks', async () => {
    const { url } = await console()
    expect(await ask(`${url}/occm/api/audit/activeTask/x`)).toMatchObject({
      status: 404,
      body: { message: 'Resource not found' }
    })
  })
})

describe('its backup service', () => {
  test.each([
    { state: 'queued', status: 'PENDING', error: '' },
    { state: 'running', status: 'IN_PROGRESS', error: '' },
    { state: 'success', status: 'COMPLETED', error: '' },
    { state: 'failure', status: 'FAILED', error: 'The bucket cannot be reached' }
  ])('shows a job that is $status among others', async ({ state, status, error }) => {
    const { url, moveJob } = await console()
    const accepted = await post(`${url}${BACKUP}/v3/backup/working-environment/VsaWorkingEnvironment-1`, {})
    const id = accepted.body['job-id']
    moveJob(id, { state })
    const { body } = await ask(`${url}${BACKUP}/v1/job/${id}`)
    expect([accepted.status, body.job.length]).toEqual([202, 2])
    expect(body.job[1]).toMatchObject({ id, status, error })
    expect((await ask(`${url}${BACKUP}/v2/job/${id}`)).status).toBe(404)
  })

  test('completes a job of which a volume has failed', async () => {
    const { url, moveJob, addJob } = await console()
    const { key, href } = addJob({ api: 'netapp-backup', script: [] })
    moveJob(key, { state: 'partial_failures' })
    const { body } = await ask(url + href)
    expect(body.job[1]).toMatchObject({
      status: 'COMPLETED',
      data: { 'multi-volume-backup': { volume: [{ status: 'COMPLETED' }, { id: 'vol2', status: 'FAILED' }] } }
    })
  })
})
