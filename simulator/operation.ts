import { isObject } from './call.ts'
import type { Script, Step } from './script.ts'

/** How long an operation takes unless its request says otherwise, in seconds of server time. */
const SECONDS = 10

/** How a dry run's operation goes. */
export interface Operation {
  seconds: number
  ending: 'success' | 'warning' | 'partial_failures' | 'failure'
}

/**
 * Reads how an operation is to go from its request's body: a `name` that holds `partial`, `warn` or `fail` ends so, and
 * `"simulate": {"seconds": 30, "ending": "failure"}`, which no real server knows, says it outright.
 */
export function operationOf(body: Readonly<Record<string, unknown>>): Operation {
  const wish = isObject(body.simulate) ? body.simulate : {}
  const seconds = typeof wish.seconds === 'number' && wish.seconds >= 0 ? wish.seconds : SECONDS
  const text = typeof wish.ending === 'string' ? wish.ending : String(body.name ?? '')
  const ending = /partial/i.test(text)
    ? 'partial_failures'
    : /warn/i.test(text)
      ? 'warning'
      : /fail|error/i.test(text)
        ? 'failure'
        : 'success'
  return { seconds, ending }
}

/** The script of an operation: it is queued for a tenth of its time, and then runs to its end. */
export function scriptOf(seconds: number, progress: string, end: Omit<Step, 'after'>): Script {
  return [
    { after: 0, state: 'queued' },
    { after: seconds * 0.1, state: 'running', message: progress },
    { ...end, after: seconds }
  ]
}
