import type { Query } from './query.ts'

/** A request, as a server's route sees it. */
export interface Call {
  method: string
  /** The decoded segments of the path after `/api`, or another root. */
  path: readonly string[]
  query: Query
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** The `Accept` header. */
  accept: string
  body: string
  /** Aborts when the client is gone. */
  signal: AbortSignal
}

/** What is answered: `body` is sent as JSON. */
export interface Answer {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: unknown
}

/** A server's routes. A path that it does not have is answered with 404. */
export type Route = (call: Call) => Answer | Promise<Answer>

export const ok = (body: unknown): Answer => ({ status: 200, body })

/** An error in the form that the three servers share: `{"error": {"message", "code", "target"}}`. */
export function failure(status: number, code: string, message: string, target?: string): Answer {
  return { status, body: { error: { message, code, ...(target === undefined ? {} : { target }) } } }
}

export const noSuchPath = (): Answer => failure(404, '3', 'API not found')

export const wrongMethod = (allowed: string): Answer => ({
  ...failure(405, '4', `The method is not allowed here: use ${allowed}`),
  headers: { Allow: allowed }
})

/** The request's body, where it is a JSON object. */
export function jsonObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
