import { type Course, waitAt } from './course.ts'
import type { Fields } from './list.ts'
import type { Script } from './script.ts'
import { courseOf, type Wish } from './wish.ts'
import type { World } from './world.ts'

const UPDATE = 'the update of the cluster'
const DOWNLOAD = 'the download of a package'
const NODES = ['node-1', 'node-2']
/** What real clusters put into `issue` while nothing is wrong. */
const INSTALLING = { code: 10551400, message: 'Installing software image.' }
const ISSUE = { code: 10551319, message: 'Giveback of aggregate "aggr1" is vetoed: CIFS sessions are active.' }

/** Starts an update: one node after the other restarts, in the middle for `restart` seconds. */
export function startUpdate({ clock, courses, restarts }: World, version: string, wish: Wish): void {
  const { seconds, ending, restart, job, late } = wish
  const inProgress = (after: number, done: number) => ({
    after,
    state: 'in_progress',
    body: { status_details: detailsOf(done) }
  })
  const script: Script = [inProgress(0, 0), inProgress(seconds * 0.5, 1)]
  const end =
    ending === 'success'
      ? { after: seconds, state: 'completed', body: { status_details: detailsOf(2) } }
      : { after: seconds, state: ending, body: { status_details: failedDetails() }, ended: true }
  const course = courseOf(wish, clock, [...script, end])
  const constant = { pending_version: version, estimated_duration: Math.round(seconds) }
  const reported = course.script.map(step => ({ ...step, body: { ...constant, ...step.body } }))
  courses.add(UPDATE, stopped({ ...course, script: reported }, wish))
  if (restart > 0) restarts.plan(job + late + seconds * 0.4, restart)
}

function stopped(course: Course, { seconds, stop }: Wish): Course {
  if (stop === '') return course
  const waiting = waitAt(course, seconds * 0.5, stop)
  if (stop !== 'paused_on_error') return waiting
  const script = waiting.script.map(step =>
    step.state === stop ? { ...step, body: { ...step.body, status_details: failedDetails() } } : step
  )
  return { ...waiting, script }
}

function detailsOf(done: number): Fields[] {
  return NODES.map((name, index) => ({
    name: 'do-download-job',
    node: { name },
    state: index < done ? 'completed' : index === done ? 'in_progress' : 'waiting',
    issue: INSTALLING
  }))
}

function failedDetails(): Fields[] {
  return [...detailsOf(1), { name: 'do-giveback', node: { name: 'node-1' }, state: 'failed', issue: ISSUE }]
}

/** Pauses, resumes or cancels the update, if one is under way. */
export function steerUpdate({ courses }: World, action: string): void {
  const view = courses.now(UPDATE)
  if (view === undefined || view.ended !== undefined) return
  const { step } = view
  const through = (pending: string, state: string) => [
    { ...step, after: 0, state: pending },
    { ...step, after: 1, state }
  ]
  if (action === 'resume') courses.proceed(view)
  else if (action === 'pause') courses.turn(view, through('pause_pending', 'paused_by_user'), true)
  else courses.turn(view, through('cancel_pending', 'canceled'), false)
}

/** The cluster's software; without an update so far, there is no state. */
export function renderUpdate({ courses }: World): Fields {
  const view = courses.now(UPDATE)
  const nodes = NODES.map(name => ({ name, version: '9.16.1' }))
  if (view === undefined) return { version: '9.16.1', nodes }
  const { step, fields, ended, age } = view
  return { version: '9.16.1', nodes, ...fields, state: step.state, elapsed_duration: Math.round(ended ?? age) }
}

/** Starts a download. */
export function startDownload({ clock, courses }: World, wish: Wish): void {
  const { seconds, ending } = wish
  const failed = { code: 10551383, message: 'Operation took longer than the maximum 1 hour time limit.' }
  const done = { code: 10551497, message: 'Package download completed.' }
  const script: Script = [
    { after: 0, state: 'not_started', body: { message: 'Package download has not started.' } },
    { after: seconds * 0.1, state: 'running', body: { code: 10551382, message: 'Package download in progress' } },
    ending === 'success'
      ? { after: seconds, state: 'success', body: done }
      : { after: seconds, state: ending, body: failed }
  ]
  courses.add(DOWNLOAD, courseOf(wish, clock, script))
}

export function renderDownload({ courses }: World): Fields {
  const view = courses.now(DOWNLOAD)
  return view ? { ...view.fields, state: view.step.state } : { state: 'not_started', code: 0, message: '' }
}
