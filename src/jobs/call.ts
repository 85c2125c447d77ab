import type { Api } from './api.ts'
import { leadsBack } from './encode.ts'
import { apiOfRoot, type Place } from './place.ts'

/** An asynchronous call, as the `request` input has it. */
export interface Call {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Path and query, encoded, the API's root included. */
  readonly path: string
  /** JSON text. */
  readonly body: string | null
  /** ms that the server may take to finish before it answers with a job. */
  readonly hold: number
}

/** Two slashes in a row, or one at the end of the path: what an expression without a value leaves behind. */
const EMPTY_PART = /^[^?]*\/(\/|\?|$)/

/** `POST /storage-provider/luns` as method and path under the API's root, or what is wrong with it: a sentence. */
export function parseCall(text: string, place: Place): Pick<Call, 'method' | 'path'> | string {
  const shown = JSON.stringify(text.replace(/\?.*/s, '?…').slice(0, 200))
  const match = /^(POST|PATCH|PUT|DELETE)\s+(\/[^\s#\\]*)$/.exec(text)
  if (match === null) {
    return `${shown} is not a valid call: write the method and the path under the API's root, such as POST /storage-provider/luns`
  }
  const [, method, path = ''] = match
  const under = path.startsWith(`${place.root}/`) ? path.slice(place.root.length) : path
  if (leadsBack(under) || under.startsWith('//')) return `${shown} has a path outside the API`
  if (EMPTY_PART.test(under)) return `${shown} has an empty part in its path: is a variable in it not set?`
  return { method: method as Call['method'], path: `${place.root}${under}` }
}

/** The API that a call belongs to, as far as the inputs tell. */
export function apiOfCall({ path }: Pick<Call, 'path'>, place: Place): Api | undefined {
  const under = path.slice(place.root.length)
  return place.api ?? apiOfRoot(place) ?? place.apis.find(({ naming }) => naming.calls?.test(under))
}
