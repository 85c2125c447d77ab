import { asWord } from '../jobs/json.ts'
import type { Place } from '../jobs/place.ts'
import type { Until } from '../jobs/reference.ts'

/** The `until` input, `volume-move` or `snapmirror=broken_off`, or what is wrong with it: a sentence. */
export function parseUntil(text: string, { apis, api }: Pick<Place, 'apis' | 'api'>): Until | string {
  const [name, ...rest] = text.split('=').map(part => part.trim().toLowerCase())
  const able = apis.filter(({ operations }) => operations !== undefined)
  if (api !== null && api.operations === undefined) {
    return `is only for jobs of ${able.map(({ title }) => title).join(', ')}, but "api" says ${api.name}`
  }
  const operations = apis.flatMap(one => one.operations ?? [])
  const operation = operations.find(one => one.name === name)
  if (operation === undefined) {
    const names = operations.map(one => one.name).join(', ')
    return `${JSON.stringify(text)} is not an operation that can be awaited: use one of ${names}`
  }
  if (rest.length === 0) return { operation, target: null, key: null, since: null }
  if (operation.targets === undefined) return `${name} takes no state: leave out what follows it`
  const state = rest.join('=')
  const target = operation.targets.find(one => one === asWord(state))
  if (target === undefined) {
    const states = operation.targets.join(', ')
    return `${JSON.stringify(state)} is not a state of a ${operation.title}: use one of ${states}`
  }
  return { operation, target, key: null, since: null }
}
