import { createHash } from 'node:crypto'
import type { Job, Jobs } from './jobs.ts'
import type { Fields } from './list.ts'
import { plainState } from './script.ts'

/** What a job does to a volume once it has succeeded. */
export interface Effect {
  job: Job
  kind: 'create' | 'change' | 'delete'
  /** The body of the call. */
  body: Fields
}

/** The cluster's volumes: each is what the jobs that have succeeded made of it. */
export interface Volumes {
  /** Notes what a job will have done to the volume. */
  affect(uuid: string, effect: Effect): void
  /** The volume as it is now, if it exists. */
  find(uuid: string): Fields | undefined
  /** Every volume that exists now, the oldest first. */
  list(): Fields[]
}

export function createVolumes(jobs: Jobs): Volumes {
  const effects = new Map<string, Effect[]>()

  function hasSucceeded(job: Job): boolean {
    const { step, ended } = jobs.moment(job)
    return ended !== undefined && plainState(step.state) === 'success'
  }

  /** A volume that was changed without having been created here is one that was there before. */
  function find(uuid: string): Fields | undefined {
    const all = effects.get(uuid) ?? []
    let volume = all.length === 0 || all[0]?.kind === 'create' ? undefined : render(uuid, {})
    for (const { job, kind, body } of all) {
      if (hasSucceeded(job)) volume = kind === 'delete' ? undefined : render(uuid, { ...volume, ...body })
    }
    return volume
  }

  return {
    find,
    affect(uuid, effect) {
      effects.set(uuid, [...(effects.get(uuid) ?? []), effect])
    },
    list: () => [...effects.keys()].map(find).filter(volume => volume !== undefined)
  }
}

/** The SVM of that name: the same UUID for the same name. */
export function svmNamed(name: string): { name: string; uuid: string } {
  const hex = createHash('sha256').update(name).digest('hex')
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
  return { name, uuid }
}

function render(uuid: string, { simulate, svm, size = 21_474_836_480, ...body }: Fields): Fields {
  return {
    name: `vol_${uuid.slice(0, 8)}`,
    state: 'online',
    style: 'flexvol',
    type: 'rw',
    size,
    ...body,
    uuid,
    space: { ...(body.space as Fields | undefined), size },
    svm: svmNamed(String((svm as Fields | undefined)?.name ?? 'svm1'))
  }
}
