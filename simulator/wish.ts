import { isObject } from './call.ts'
import type { Clock } from './clock.ts'
import type { Course } from './course.ts'
import type { Fields } from './list.ts'
import { operationOf } from './operation.ts'
import { checkScript, type Script } from './script.ts'

/** How what a call starts beyond its job is to go. Times are seconds of server time. */
export interface Wish {
  /** How long it takes. */
  seconds: number
  /** `success`, or the word of a failure. */
  ending: string
  /** The state in which it waits for somebody to continue it. */
  stop: string
  /** Its states, if the request says them outright. */
  states: Script | undefined
  /** For how long after the end of the job the state of an earlier call still shows. */
  late: number
  /** How long the job of the call takes. */
  job: number
  /** Whether that job fails, so that nothing is started. */
  jobFails: boolean
  /** For how long a new resource cannot be read. */
  hidden: number
  /** For how long a restart breaks connections. */
  restart: number
}

/**
 * Reads the wish from the body of a call: `"simulate": {"seconds": 30, "ending": "failed", "stop": "cutover_wait",
 * "late": 5, "job": "failure", "hidden": 3, "restart": 4}`, or `"states": [{"after": 0, "state": "queued"}, …]`.
 */
export function wishOf(body: Fields): Wish {
  const wish = isObject(body.simulate) ? body.simulate : {}
  const { seconds } = operationOf({ simulate: wish })
  const number = (name: string, otherwise: number) => {
    const value = wish[name]
    return typeof value === 'number' && value >= 0 ? value : otherwise
  }
  const text = (name: string) => (typeof wish[name] === 'string' ? wish[name] : '')
  return {
    seconds,
    ending: text('ending') || 'success',
    stop: text('stop'),
    states: Array.isArray(wish.states) ? checkScript(wish.states as Script) : undefined,
    late: number('late', Math.min(1, seconds * 0.1)),
    job: Math.min(2, seconds * 0.1),
    jobFails: text('job') === 'failure',
    hidden: number('hidden', 0),
    restart: number('restart', 0)
  }
}

/** A course by that wish. Its states begin to show once the job has ended, and a moment later. */
export function courseOf({ job, late, states }: Wish, clock: Clock, script: Script): Course {
  return { beginsAt: clock.now() + (job + late) * 1000, script: states ?? script }
}
