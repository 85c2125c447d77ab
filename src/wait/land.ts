import type { Ending } from '../jobs/endings.ts'
import type { Answer, Question, Reply } from './ask.ts'
import type { Deadline } from './deadline.ts'
import { judge, type Landing, meaningOf } from './judge.ts'
import { holdFor } from './plan.ts'
import { end, endAll, noticeSleep, type Run } from './run.ts'
import { afterHold, afterList } from './traits.ts'
import { expire, jobOf, type Watch } from './watch.ts'

/** Takes in one reply: what it says of each of its jobs. */
export function land(run: Run, question: Question, reply: Reply, askedAt: number): void {
  noticeSleep(run)
  const { clock, deadline, open, startedAt } = run
  const now = clock.now()
  const { references, hold } = question
  const { retryAfter, serverNow } = reply
  if (references.length > 1) run.traits = afterList(run.traits, reply.filtered)
  const holdNext = (watch: Watch): boolean =>
    holdFor(watch, { now, deadline: deadline.at, longPoll: run.traits.longPoll, open: open.size }) > 0
  const landing: Landing = { askedAt, now, hold, retryAfter, serverNow, holdNext }
  const endings = references.map((reference, index) =>
    hear(run, open.get(reference) as Watch, reply.answers[index] as Answer, landing)
  )
  run.observe({ kind: 'replied', elapsed: now - startedAt })
  if (endings.some(ending => ending !== null && run.isFinal(ending))) {
    endAll(run, 'another job failed, and "fail-fast" is set')
  }
}

/** Takes in what a reply says of one job; its ending, if that is one. */
function hear(run: Run, before: Watch, received: Answer, landing: Landing): Ending | null {
  const { deadline, open, rules, random, observe, startedAt } = run
  const { askedAt, now } = landing
  const answer = meaningOf(received, before)
  const isStale = deadline.isBeforeSleep(askedAt)
  if (isStale && answer.kind !== 'job' && answer.kind !== 'details') return null
  teach(run, before, answer, landing)
  const step = judge(before, answer, landing, rules, random)
  const after = 'watch' in step ? step.watch : null
  observe({ kind: 'answer', elapsed: now - startedAt, answer, before, after })
  if (after !== null && (isStale || !isSettled(deadline, answer, before, after, askedAt))) {
    if (after.about !== before.about) open.delete(before.about)
    open.set(after.about, after)
    return null
  }
  const ending = 'ending' in step ? step.ending : expire(step.watch)
  end(run, after ?? before, ending)
  return ending
}

/** Learns from the answer to a held request. */
function teach(run: Run, before: Watch, answer: Answer, { hold, askedAt, now }: Landing): void {
  if (hold === null) return
  const known = run.traits.longPoll
  run.traits = afterHold(run.traits, answer, jobOf(before), hold, now - askedAt)
  const { longPoll } = run.traits
  if (longPoll.seconds !== known.seconds) {
    run.observe({ kind: 'long-poll', elapsed: now - run.startedAt, longPoll, answer })
  }
}

/** Whether the last question about a job is answered: until then it is put again, although the deadline has struck. */
function isSettled(deadline: Deadline, answer: Answer, before: Watch, after: Watch, askedAt: number): boolean {
  if (!deadline.hasStruck() || answer.kind === 'unlisted') return false
  if (after.about !== before.about) return false
  if (after.phase.kind === 'settling') return before.phase.kind === 'settling'
  if (after.phase.kind === 'confirming' && answer.kind === 'job') return before.phase.kind === 'confirming'
  return askedAt >= deadline.at || answer.kind === 'job' || answer.kind === 'accepted'
}
