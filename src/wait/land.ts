import type { Ending } from '../jobs/endings.ts'
import type { Answer, Problem, Question, Reply } from './ask.ts'
import type { Deadline } from './deadline.ts'
import { afterAnswer, afterFault, isUnreachable, sparedFor } from './health.ts'
import { discountPage, judge } from './judge.ts'
import { isCutNearHold } from './long-poll.ts'
import type { Random } from './pace.ts'
import { holdFor } from './plan.ts'
import { end, endAll, momentOf, noticeSleep, type Run } from './run.ts'
import { type Landing, longestPauseAfterFault, owedSince } from './step.ts'
import { afterHold, afterList, afterSingleFault } from './traits.ts'
import { because, expire, jobOf, type Watch } from './watch.ts'

/** Takes in one reply: what it says of each of its jobs. */
export function land(run: Run, question: Question, reply: Reply, askedAt: number): void {
  noticeSleep(run)
  const { clock, deadline, open, startedAt } = run
  const now = clock.now()
  const { references, hold } = question
  const { retryAfter, serverNow } = reply
  const asked = references.map(reference => open.get(reference) as Watch)
  if (references.length > 1) run.traits = afterList(run.traits, reply.filtered)
  const holdNext = (watch: Watch): boolean =>
    holdFor(watch, { now, deadline: deadline.at, longPoll: run.traits.longPoll, open: open.size }) > 0
  const landing: Landing = {
    askedAt,
    now,
    hold,
    serverNow,
    count: references.length,
    isLast: deadline.hasStruck(),
    holdNext
  }
  /** One draw for all jobs of a reply: those that are asked about together stay together. */
  const draw = run.random()
  const random = (): number => draw
  const answers = asked.map((watch, index) => discountPage(reply.answers[index] as Answer, watch))
  const silence = diagnose(run, asked, answers, landing, retryAfter, random)
  const endings = asked.map((watch, index) => hear(run, watch, answers[index] as Answer, landing, random))
  run.observe({ kind: 'replied', elapsed: now - startedAt })
  if (silence !== null) endAll(run, 'unreachable', silence)
  if (endings.some(ending => ending !== null && run.isFinal(ending))) {
    endAll(run, 'cancelled', because('another job failed, and "fail-fast" is set'))
  }
}

/** What a reply shows of the server's health; why the server counts as unreachable, if it does. */
function diagnose(
  run: Run,
  asked: readonly Watch[],
  answers: readonly Answer[],
  landing: Landing,
  retryAfter: number | null,
  random: Random
): Problem | null {
  const { askedAt, now, hold } = landing
  if (run.deadline.isBeforeSleep(askedAt)) return null
  const sign = { ...momentOf(run), askedAt }
  if (retryAfter !== null) run.health = sparedFor(run.health, now, retryAfter)
  const faults = answers.filter(answer => answer.kind === 'fault')
  const [fault] = faults
  if (fault === undefined || faults.length < answers.length) {
    run.health = afterAnswer(run.health, sign)
    return null
  }
  if (isCutNearHold(fault, hold, now - askedAt)) return null
  if (asked.length === 1) run.traits = afterSingleFault(run.traits)
  const longest = Math.min(...asked.map(watch => longestPauseAfterFault(watch, landing, run.rules)))
  const isUnresolved = fault.why === 'unresolved'
  const owed = { owedSince: owedSince(landing), longest, isBusy: fault.why === 'busy', isUnresolved }
  run.health = afterFault(run.health, { ...sign, ...owed }, run.rules.unreachableTimeout, random)
  return isUnreachable(run.health, now, run.rules.unreachableTimeout) ? fault : null
}

/** Takes in what a reply says of one job; its ending, if that is one. */
function hear(run: Run, before: Watch, answer: Answer, landing: Landing, random: Random): Ending | null {
  const { deadline, open, rules, observe, startedAt } = run
  const { askedAt, now } = landing
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
  if (after.phase.kind === 'confirming' && answer.kind === 'job') return false
  return askedAt >= deadline.at || answer.kind === 'job' || answer.kind === 'accepted'
}
