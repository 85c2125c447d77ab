import { randomBytes } from 'node:crypto'
import { type Answer, type Call, jsonObject, type Route } from './call.ts'
import type { Job } from './jobs.ts'
import type { Fields } from './list.ts'
import { operationOf, scriptOf } from './operation.ts'
import type { ConsoleOptions } from './options.ts'
import { isEnd, plainState } from './script.ts'
import type { World } from './world.ts'

/** What stands for "not closed yet" there: the least 32-bit number. */
const NOT_CLOSED = -2_147_483_648

const complaint = (status: number, message: string): Answer => ({ status, body: { message } })

/**
 * NetApp Console: calls under `/occm/api`, whose job's id is in a header of the answer, and `/occm/api/audit/activeTask/{id}`,
 * whose answer does not repeat it. A working environment takes one call at a time: another one is answered with 409.
 */
export function createConsole({ jobs }: World, { idHeader = 'OnCloud-Request-Id' }: ConsoleOptions): Route {
  const busy = new Map<string, Job>()

  function render(job: Job): Fields {
    const { step, ended } = jobs.moment(job)
    const failed = /^(failure|error)$/.test(plainState(step.state))
    return {
      status: isEnd(step) ? (failed ? -1 : 1) : 0,
      closeTime: ended === undefined ? NOT_CLOSED : Math.floor(job.acceptedAt + ended * 1000),
      actionName: job.name ?? 'Create Vsa Working Environment',
      error: failed ? (step.message ?? null) : null,
      ...step.body
    }
  }

  function start({ method, path, body: text }: Call): Answer {
    const body = jsonObject(text === '' ? '{}' : text)
    if (!body) return complaint(400, 'The request body must be a JSON object')
    const [provider = '', , id] = path
    const subject = id ?? String(body.name ?? '')
    const other = busy.get(subject)
    if (other !== undefined && jobs.moment(other).ended === undefined) {
      return complaint(409, 'Another operation is in progress on this working environment')
    }
    const { seconds, ending } = operationOf(body)
    const end = ending === 'failure' ? { state: 'failure', message: 'No host has enough capacity' } : { state: ending }
    const name = `${VERBS[method] ?? method} ${capitalized(provider)} Working Environment`
    const job = jobs.add({ api: 'netapp-console', name, script: scriptOf(seconds, '', end) })
    busy.set(subject, job)
    const publicId = id ?? `VsaWorkingEnvironment-${randomBytes(6).toString('base64url')}`
    const headers = idHeader === 'none' ? {} : { [idHeader]: job.key }
    return { status: 202, headers, body: { publicId, name: body.name ?? publicId, status: { status: 'INITIALIZING' } } }
  }

  return call => {
    const [collection, list, id] = call.path
    if (call.method !== 'GET') return start(call)
    const job = collection === 'audit' && list === 'activeTask' ? jobs.find('netapp-console', id ?? '') : undefined
    return job ? { status: 200, body: render(job) } : complaint(404, 'Resource not found')
  }
}

const VERBS: Readonly<Record<string, string>> = { POST: 'Create', PUT: 'Update', PATCH: 'Update', DELETE: 'Delete' }

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The link to a job. */
export function hrefOf(id: string): string {
  return `/occm/api/audit/activeTask/${encodeURIComponent(id)}`
}
