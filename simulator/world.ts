import { type Clock, startClock } from './clock.ts'
import { type Courses, createCourses } from './course.ts'
import { createJobs, type Jobs } from './jobs.ts'
import type { SimulatorOptions } from './options.ts'
import { createRestarts, type Restarts } from './restarts.ts'
import { createTokens, type Tokens } from './tokens.ts'
import { createVolumes, type Volumes } from './volumes.ts'

/** What servers that belong together share: the time, the jobs and what they start, the cluster's volumes, and tokens. */
export interface World {
  clock: Clock
  jobs: Jobs
  courses: Courses
  volumes: Volumes
  restarts: Restarts
  tokens: Tokens
}

/** A world without jobs. Its clock starts now, unless one is handed in. */
export function createWorld({
  speed = 1,
  clock = startClock(speed),
  ontap = {},
  tokens = {}
}: Pick<SimulatorOptions, 'speed' | 'clock' | 'ontap' | 'tokens'> = {}): World {
  const jobs = createJobs(clock, ontap.retention ?? 300)
  return {
    clock,
    jobs,
    courses: createCourses(clock),
    volumes: createVolumes(jobs),
    restarts: createRestarts(clock),
    tokens: createTokens(clock, tokens)
  }
}
