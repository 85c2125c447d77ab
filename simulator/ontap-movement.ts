import { type Course, type Courses, waitAt } from './course.ts'
import type { Fields } from './list.ts'
import type { Script } from './script.ts'
import { stamp } from './stamp.ts'
import { courseOf, type Wish } from './wish.ts'
import type { World } from './world.ts'

/** What is shown while the data is copied, at every tenth of it. */
const TENTHS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]

const keyOf = (uuid: string): string => `movement of ${uuid}`

/** Starts to move a volume: its `movement` then shows how far it has come. */
export function startMove({ clock, courses }: World, uuid: string, movement: Fields, wish: Wish): void {
  const { destination_aggregate } = movement
  const course = courseOf(wish, clock, scriptOfMove(wish))
  const steps = course.script.map(step => ({ ...step, body: { destination_aggregate, ...step.body } }))
  courses.add(keyOf(uuid), halted({ ...course, script: steps }, wish))
}

/** Copying takes four fifths of the time; the cutover follows. */
function scriptOfMove({ seconds, ending }: Wish): Script {
  const copying = TENTHS.map(percent => ({
    after: seconds * (0.05 + percent * 0.0075),
    state: 'replicating',
    body: { percent_complete: percent }
  }))
  const end = (after: number, percent: number, state: string) => ({ after, state, body: { percent_complete: percent } })
  const start = end(0, 0, 'queued')
  if (ending !== 'success') return [start, ...copying.slice(0, 6), { ...end(seconds * 0.5, 60, ending), ended: true }]
  return [
    start,
    ...copying,
    end(seconds * 0.8, 100, 'cutover_pending'),
    end(seconds * 0.9, 100, 'cutover'),
    end(seconds, 100, 'success')
  ]
}

function halted(course: Course, { seconds, stop }: Wish): Course {
  if (stop === '') return course
  return waitAt(course, seconds * (stop === 'cutover_wait' ? 0.8 : 0.4), stop)
}

/** Pauses, continues, cuts over or aborts a move, by the `state` that it is given. */
export function steerMove(courses: Courses, uuid: string, state: string): void {
  const view = courses.now(keyOf(uuid))
  if (view === undefined || view.ended !== undefined) return
  if (state === 'replicating' || state === 'cutover') courses.proceed(view)
  else courses.turn(view, [{ ...view.step, after: 0, state }], state !== 'aborted')
}

/** The `movement` of a volume; empty for one that has never moved. */
export function movementOf({ courses }: World, uuid: string): Fields {
  const view = courses.now(keyOf(uuid))
  if (view === undefined) return {}
  const { course, step, fields } = view
  const start_time = stamp(course.beginsAt, 0, -5)
  return { movement: { ...fields, state: step.state, start_time, cutover_window: 30 } }
}
