import { type Clock, startClock } from './clock.ts'
import { createJobs, type Jobs } from './jobs.ts'
import type { SimulatorOptions } from './options.ts'
import { createVolumes, type Volumes } from './volumes.ts'

/** What servers that belong together share: the time, the jobs, and the cluster's volumes. */
export interface World {
  clock: Clock
  jobs: Jobs
  volumes: Volumes
}

/** A world without jobs. Its clock starts now. */
export function createWorld({ speed = 1, ontap = {} }: Pick<SimulatorOptions, 'speed' | 'ontap'> = {}): World {
  const clock = startClock(speed)
  const jobs = createJobs(clock, ontap.retention ?? 300)
  return { clock, jobs, volumes: createVolumes(jobs) }
}
