import { beyond } from './beyond.ts'
import { type Check, type JobRun, stagesOf } from './job-run.ts'
import { repliesOf } from './replies.ts'
import type { Run } from './run.ts'
import { gaps, holds, lanes, thrift } from './thrift.ts'
import { end, lastPoll, lateness } from './timeliness.ts'
import { tokens } from './token-rules.ts'
import { moderation, recovery, restraint, trouble } from './trouble-rules.ts'
import { patience, truth } from './truth.ts'

export interface Findings {
  /** Each invariant that is broken, as a sentence. */
  readonly violations: readonly string[]
  /** How often each invariant was put to the test: one whose premise never holds proves nothing. */
  readonly checked: ReadonlyMap<string, number>
}

/** Checks every invariant of `docs/internals/assurance.md` against what happened. */
export function check(run: Run): Findings {
  const violations: string[] = []
  const checked = new Map<string, number>()
  const note: Check = (invariant, holds, otherwise) => {
    checked.set(invariant, (checked.get(invariant) ?? 0) + 1)
    if (!holds) violations.push(`${invariant}: ${otherwise()}`)
  }
  const jobs = run.awaited.map((awaited, number) => stagesOf(run, number, awaited))
  const replies = repliesOf(run, jobs.flat())
  run.awaited.forEach((awaited, number) => {
    const stages = jobs[number] as JobRun[]
    const about: Check = (invariant, holds, otherwise) =>
      note(invariant, holds, () => `${otherwise()} (job ${run.scenario.jobs[number]?.key}, ${awaited.ending.outcome})`)
    for (const stage of stages) {
      for (const invariant of [truth, lastPoll]) invariant(stage, replies, about)
      for (const invariant of [lateness, thrift, gaps, patience, recovery]) invariant(stage, about)
    }
    beyond(run, number, stages, about)
    const sent = run.requests.filter(({ more, about }) => !more && about.includes(number)).length
    about('5 requests are counted', awaited.requests === sent, () => `${awaited.requests} of ${sent}`)
  })
  for (const invariant of [end, holds, lanes, moderation, tokens]) invariant(run, note)
  for (const invariant of [trouble, restraint]) invariant(run, replies, note)
  note('7 nothing is left over', run.leftovers.length === 0, () => run.leftovers.join(', '))
  return { violations, checked }
}
