import { isCutNearHold, type JobRun } from './job-run.ts'
import type { Request } from './request.ts'
import type { Run } from './run.ts'
import { sleepsThrough } from './scenario.ts'

/** What the server answered to one question, whichever jobs it was about. Times are ms from the start of the wait. */
export interface Reply {
  readonly askedAt: number
  readonly landedAt: number
  /** `neutral`: a hold that was cut near its end says nothing of the server. */
  readonly kind: 'usable' | 'fault' | 'neutral'
  readonly isBusy: boolean
  readonly isUnresolved: boolean
  /** From when on the answer was due. */
  readonly dueAt: number
  /** ms that it asks to be left alone. */
  readonly floor: number
}

/** How well the server answers at a time. */
export interface Health {
  /** Faults in a row: requests that were under way together and fail are one. */
  readonly faults: number
  readonly failedAt: number
  /** Whether the last of them was overload. */
  readonly isBusy: boolean
  /** From when on it has owed a usable answer; null after one. */
  readonly silentSince: number | null
}

const BUSY: readonly Request['trouble'][] = ['tooMany', 'unavailable']

/** Every reply, in the order in which they landed; the pages of a list are one. */
export function repliesOf({ scenario, requests }: Run, jobs: readonly JobRun[]): Reply[] {
  const asks = jobs.flatMap(job => job.asks)
  const questions = Map.groupBy(
    requests.filter(({ landedAt, questionAt }) => {
      return landedAt !== null && !sleepsThrough(scenario, questionAt, landedAt)
    }),
    request =>
      request.list
        ? `list ${request.questionAt} ${listOf(request, requests)}`
        : `${request.askedAt} ${request.about.join()}`
  )
  const replies = [...questions.values()].map((pages): Reply => {
    const last = pages.at(-1) as Request
    const words = asks.filter(({ request }) => pages.includes(request)).map(({ word }) => word)
    const isFault = words.length > 0 && words.every(word => word === 'fault')
    return {
      askedAt: last.questionAt,
      landedAt: last.landedAt as number,
      kind: !isFault ? 'usable' : isCutNearHold(last) ? 'neutral' : 'fault',
      isBusy: BUSY.includes(last.trouble),
      isUnresolved: last.trouble === 'unresolved',
      dueAt: Math.min(last.questionAt + last.hold, last.landedAt as number),
      floor: Math.max(...pages.map(({ floor }) => floor))
    }
  })
  return replies.sort((one, other) => one.landedAt - other.landedAt)
}

/** How well the server answers after each of the replies. */
export function healthsAfter(replies: readonly Reply[]): Health[] {
  let health: Health = { faults: 0, failedAt: Number.NEGATIVE_INFINITY, isBusy: false, silentSince: null }
  return replies.map(({ kind, askedAt, landedAt, dueAt, isBusy }) => {
    const isStale = askedAt < health.failedAt
    if (kind === 'usable' && isStale && health.faults > 0) health = { ...health, silentSince: landedAt }
    else if (kind === 'usable') health = { ...health, faults: 0, isBusy: false, silentSince: null }
    else if (kind === 'fault' && !isStale) {
      const silentSince = health.silentSince ?? dueAt
      health = { faults: health.faults + 1, failedAt: landedAt, isBusy, silentSince }
    }
    return health
  })
}

/** The jobs of the list whose page a request asks for. */
function listOf({ questionAt, about }: Request, requests: readonly Request[]): string {
  const first = requests.find(
    other =>
      other.list && !other.more && other.askedAt === questionAt && about.every(number => other.about.includes(number))
  )
  return (first?.about ?? about).join()
}
