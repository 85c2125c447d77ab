import type { Problem } from './ask.ts'
import { backoff, upTo } from './pace.ts'
import { believe, CONFIRMING, isTimed, settle } from './settle.ts'
import { again, type Case, type Step } from './step.ts'
import { because, concede } from './watch.ts'

/** A 404 just after the 202 is common, and so it is in a failover: the job is given this long to appear, in ms. */
const GRACE = 10_000

/** So many jobs cost little to ask about one by one. */
const FEW = 6

/** A list has left the job out: it is asked about by itself. */
export function omit(here: Case): Step {
  return again(here, { omissions: here.watch.omissions + 1, alone: true }, 0)
}

/** Whether an empty list can mean a failover: for a few jobs, and at the deadline, each is asked about by itself at once. */
export function hasVanished({ watch, landing }: Case): boolean {
  return watch.listed && landing.count > FEW && !landing.isLast
}

/**
 * A list has none of the many jobs that lists have shown before, as in a failover: they are asked about together again, and
 * each by itself before it counts as lost.
 */
export function vanish(here: Case): Step {
  const { watch, landing, random } = here
  const { errors } = watch
  const misses = errors.misses + 1
  const missingSince = errors.missingSince ?? landing.now
  const graceLeft = missingSince + GRACE - landing.now
  if (graceLeft <= 0) return again(here, { alone: true }, 0)
  const last = because('the server lists none of the jobs')
  return again(
    here,
    { errors: { ...errors, misses, missingSince, last } },
    upTo(graceLeft, backoff(misses, GRACE, random))
  )
}

/** The server does not know the job: not yet, or no longer. A list that left it out was right. */
export function miss(here: Case, last: Problem): Step {
  const { watch, landing, random } = here
  const { about, startedAt, phase, errors } = watch
  const { reported, done, api } = about
  const isReported = reported?.over && (reported.verdict !== 'NORMAL' || isTimed(reported, api))
  if (phase.kind === 'unseen' && isReported) return settle(here, reported, watch.alone)
  const misses = errors.misses + 1
  if (phase.kind === 'unseen' && done !== undefined && misses > 1) return believe(here, done, last)
  const missingSince = errors.missingSince ?? landing.now
  const graceLeft = (phase.kind === 'unseen' ? startedAt : missingSince) + GRACE - landing.now
  if (graceLeft <= 0 && misses > 1) {
    return { ending: concede(watch, phase.kind === 'unseen' ? 'not-found' : 'lost', last) }
  }
  const pause = backoff(misses, GRACE, random)
  const changes = { errors: { ...errors, misses, missingSince, last }, omissions: 0 }
  if (phase.kind === 'unseen' && done !== undefined) return again(here, changes, Math.max(pause, CONFIRMING), 1)
  return again(here, changes, upTo(graceLeft, pause))
}

/** The server does not show the job to this user. `final`: asking again could lock the account. */
export function deny(here: Case, last: Problem, final: boolean): Step {
  const { watch, random } = here
  const { about, phase } = watch
  if (!final && phase.kind === 'unseen' && about.done !== undefined) return believe(here, about.done, last)
  if (final || watch.errors.denials > 0) return { ending: concede(watch, 'unauthorized', last) }
  return again(here, { errors: { ...watch.errors, denials: 1, last } }, backoff(1, GRACE, random))
}
