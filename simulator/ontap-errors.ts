import { type Answer, failure } from './call.ts'

/** The error of a value that a field cannot have: 262197 for a `return_timeout` above 120, or an unknown name in `fields`. */
export function invalid(field: string, value: string, range: string): Answer {
  return failure(400, '262197', `The value "${value}" is invalid for field "${field}" (${range})`, field)
}

/** The documented answer to a job that was never there, or that was deleted 300 s after its end. */
export function noSuchEntry(): Answer {
  return failure(404, '4', "entry doesn't exist", 'uuid')
}

/** The error of a query parameter that is not a field. */
export function unexpected(name: string): Answer {
  return failure(400, '262179', `Unexpected argument "${name}".`, name)
}

/** The error of a call on a collection that changes every record that matches, without anything to match. */
export function noQuery(): Answer {
  return failure(400, '262198', 'A query is required.', 'name')
}

/** The answer to a role that lacks a right: that to read jobs is apart from that to create volumes. */
export function notAuthorized(): Answer {
  return failure(403, '6', 'not authorized for that command')
}
