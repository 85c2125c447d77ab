import { type Answer, type Call, failure, jsonObject, type Route, wrongMethod } from './call.ts'
import type { Fields } from './list.ts'
import { invalid } from './ontap-errors.ts'
import { answerRecord, type Collection } from './ontap-records.ts'
import { createSettle, startingJob, wrongTimeout } from './ontap-settle.ts'
import type { OntapOptions } from './options.ts'
import { renderDownload, renderUpdate, startDownload, startUpdate, steerUpdate } from './software-course.ts'
import { wishOf } from './wish.ts'
import type { World } from './world.ts'

const FIELDS = new Set(
  `action elapsed_duration estimated_duration metrocluster nodes pending_version post_update_checks state status_details
  update_details validation_results version`.split(/\s+/)
)
const SOFTWARE: Collection = {
  path: '/api/cluster/software',
  isField: name => FIELDS.has(name.split('.')[0] ?? ''),
  keys: []
}
const DOWNLOAD: Collection = {
  path: '/api/cluster/software/download',
  isField: name => ['code', 'message', 'state'].includes(name),
  keys: ['code', 'message', 'state']
}

/** `/api/cluster/software`: updates the cluster, and downloads packages. A job only starts either of them. */
export function createSoftware(world: World, options: OntapOptions, isLinked: (call: Call) => boolean): Route {
  const settle = createSettle(world, options)

  function update(call: Call, body: Fields): Answer | Promise<Answer> {
    const wish = wishOf(body)
    const action = call.query.get('action')
    if (action !== undefined && !['pause', 'resume', 'cancel'].includes(action)) {
      return invalid('action', action, 'pause|resume|cancel')
    }
    if (action !== undefined) steerUpdate(world, action)
    else if (typeof body.version !== 'string')
      return failure(400, '10551315', 'Version is a required field.', 'version')
    else if (!wish.jobFails) startUpdate(world, body.version, wish)
    return settle(call, startingJob(world, `PATCH ${SOFTWARE.path}`, wish))
  }

  function download(call: Call, body: Fields): Answer | Promise<Answer> {
    if (typeof body.url !== 'string') return failure(400, '10551495', 'URL is a required field.', 'url')
    const wish = wishOf(body)
    if (!wish.jobFails) startDownload(world, wish)
    return settle(call, startingJob(world, `POST ${DOWNLOAD.path}`, wish))
  }

  return call => {
    const isDownload = call.path[2] === 'download'
    if (call.method === 'GET') {
      const links = isLinked(call) ? { _links: { self: { href: isDownload ? DOWNLOAD.path : SOFTWARE.path } } } : {}
      return isDownload
        ? answerRecord(DOWNLOAD, { ...renderDownload(world), ...links }, call)
        : answerRecord(SOFTWARE, { ...renderUpdate(world), ...links }, call)
    }
    const method = isDownload ? 'POST' : 'PATCH'
    if (call.method !== method) return wrongMethod(`GET, ${method}`)
    const wrong = wrongTimeout(call)
    if (wrong) return wrong
    const body = jsonObject(call.body === '' ? '{}' : call.body)
    if (!body) return failure(400, '262254', 'The request body is not a JSON object.')
    return isDownload ? download(call, body) : update(call, body)
  }
}
