import type { Api } from '../../src/jobs/api.ts'
import { APIS, apiNamed } from '../../src/jobs/apis.ts'
import type { Job } from '../../src/jobs/job.ts'
import type { JsonObject } from '../../src/jobs/json.ts'
import type { Place } from '../../src/jobs/place.ts'

/** The API of this name; throws if there is none. */
export function api(name: string): Api {
  const found = apiNamed(name)
  if (found === undefined) throw new Error(`no API is called ${name}`)
  return found
}

/** What the inputs `api` and `url` say of where the jobs are. */
export function placeOf(name = 'auto', root = '/api'): Place {
  return { apis: APIS, api: name === 'auto' ? null : api(name), root }
}

const KEY_FIELDS: Readonly<Record<string, string>> = { 'unified-manager': 'key', ontap: 'uuid', 'ontap-select': 'id' }

/** The member of a job's body that identifies it. */
export function keyField(name: string): string {
  return KEY_FIELDS[name] as string
}

/** The job in a 200 with this body, which is asked for by the key that the body has. */
export function jobOf(name: string, body: JsonObject): Job | null {
  const record = (body.record ?? body) as JsonObject
  return api(name).read({ status: 200, headers: {}, body }, String(record[keyField(name)]).trim())
}
