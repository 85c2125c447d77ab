import type { Clock } from './clock.ts'
import type { Fields } from './list.ts'
import { divert, type Moment, momentAt, remainder, resume, type Script } from './script.ts'

/** What a call starts and its job does not wait for: the states of a resource, from a moment on. */
export interface Course {
  /** When its first state shows: server time, ms since the epoch. */
  readonly beginsAt: number
  /** `body` of a step has the fields that the resource shows in addition to its state. */
  script: Script
  /** What is left of the script while it waits for somebody to continue it. */
  left?: Script | undefined
}

/** A course at this moment. */
export interface View extends Moment {
  readonly course: Course
  readonly fields: Fields
  /** Seconds of server time since the course began. */
  readonly age: number
}

/** The courses of resources. What a resource shows is the last one that has begun: until then, that of an earlier call. */
export interface Courses {
  add(resource: string, course: Course): void
  now(resource: string): View | undefined
  /** Replaces the rest of the course, with times from now on; with `keepRest`, until somebody continues it. */
  turn(view: View, script: Script, keepRest: boolean): void
  /** Continues a course that waits for somebody. */
  proceed(view: View): void
  forget(resource: string): void
}

export function createCourses(clock: Clock): Courses {
  const courses = new Map<string, Course[]>()
  return {
    add(resource, course) {
      courses.set(resource, [...(courses.get(resource) ?? []), course])
    },
    now(resource) {
      const now = clock.now()
      const course = courses.get(resource)?.findLast(({ beginsAt }) => beginsAt <= now)
      if (course === undefined) return undefined
      const age = (now - course.beginsAt) / 1000
      const moment = momentAt(course.script, age)
      return { ...moment, course, age, fields: { ...moment.step.body } }
    },
    turn({ course, age }, next, keepRest) {
      const { script, left } = course
      course.left = keepRest ? (left ?? remainder(script, age)) : undefined
      course.script = resume(script, age, next)
    },
    proceed({ course, age }) {
      if (course.left === undefined) return
      course.script = resume(course.script, age, course.left)
      course.left = undefined
    },
    forget: resource => void courses.delete(resource)
  }
}

/** The course that waits in `state` from `at` seconds on, until somebody continues it. */
export function waitAt(course: Course, at: number, state: string): Course {
  const { step } = momentAt(course.script, at)
  return { ...course, script: divert(course.script, at, { ...step, state }), left: remainder(course.script, at) }
}
