import { type Answer, type Call, type Route, wrongMethod } from './call.ts'
import type { Fields } from './list.ts'
import { noSuchEntry } from './ontap-errors.ts'
import { answerRecord, answerRecords, type Collection } from './ontap-records.ts'
import { svmNamed } from './volumes.ts'
import type { World } from './world.ts'

const FIELDS = new Set(['name', 'uuid', 'state', 'subtype', 'comment', 'language', 'aggregates', 'ipspace'])
const SVMS: Collection = {
  path: '/api/svm/svms',
  isField: name => FIELDS.has(name.split('.')[0] ?? ''),
  keys: ['uuid', 'name']
}

/** `/api/svm/svms`: the SVMs of the volumes, and `svm1`. One that is asked for by its name is taken to exist. */
export function createSvms({ volumes }: World, isLinked: (call: Call) => boolean): Route {
  function all(asked: string): string[] {
    const ofVolumes = volumes.list().map(({ svm }) => String((svm as Fields).name))
    return [...new Set(['svm1', ...ofVolumes, ...(/^[\w.-]+$/.test(asked) ? [asked] : [])])]
  }

  function render(name: string, linked: boolean): Fields {
    const svm = svmNamed(name)
    const links = linked ? { _links: { self: { href: `${SVMS.path}/${svm.uuid}` } } } : {}
    return { ...svm, state: 'running', subtype: 'default', ...links }
  }

  function read(call: Call): Answer {
    const uuid = call.path[2]
    const linked = isLinked(call)
    const svms = all(call.query.get('name') ?? '').map(name => render(name, linked))
    if (uuid === undefined) return answerRecords(SVMS, svms, call, linked)
    const svm = svms.find(svm => svm.uuid === uuid)
    return svm ? answerRecord(SVMS, svm, call) : noSuchEntry()
  }

  return call => (call.method === 'GET' ? read(call) : wrongMethod('GET'))
}
