import { STATUS_CODES } from 'node:http'
import type { Client, Exchange } from '../src/http/client.ts'
import { failureOf } from '../src/http/failure.ts'
import { type Api, canonicalKey } from '../src/jobs/api.ts'
import { apiNamed } from '../src/jobs/apis.ts'
import { createRenderer, detailsOf, lastChange, nextChange, type Reading } from './jobs.ts'
import type { Draw } from './random.ts'
import { drawRetryAfter, type RetryAfter } from './retry-after.ts'
import { type ApiName, isWithin, type JobPlan, type Scenario, type ServerPlan, type Spell } from './scenario.ts'
import { type Said, type Trouble, type TroubleName, troubleNamed } from './trouble.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** One request as the server saw it. Times are ms from the start of the wait. */
export interface Request {
  readonly askedAt: number
  /** When the question was put that it is part of: earlier for a further page of a list. */
  questionAt: number
  /** When the state in its answer was read. */
  readonly readAt: number
  /** ms that the server was asked to hold its answer. */
  readonly hold: number
  readonly list: boolean
  /** Whether it asks for the details of an end. */
  readonly details: boolean
  /** The jobs that it asks about, by their numbers. */
  readonly about: readonly number[]
  /** What its answer says of each job that it asks about, by the job's number. */
  readonly said: ReadonlyMap<number, Said>
  /** Whether the server did as it should: it answered in time, truthfully and whole. */
  readonly well: boolean
  readonly trouble: TroubleName | 'cut' | 'broken' | 'timed out' | 'blind' | null
  /** Whether something in front of the server answered instead of it. */
  readonly page: boolean
  /** The connection broke, or a gateway gave up. */
  readonly cut: boolean
  /** Whether it asks for more of a list. */
  readonly more: boolean
  /** Whether its answer contains the server's time. */
  readonly dated: boolean
  /** When it ended; null while it has not, and forever if the client dropped it. */
  landedAt: number | null
  /** When it ended, answered or dropped. */
  overAt: number
  /** ms that its answer asks to be left alone, from when it landed. */
  floor: number
}

export interface ModelServer {
  readonly client: Client
  /** Every request, in the order in which they came. */
  readonly requests: readonly Request[]
  /** Requests that are under way: each holds a listener. */
  readonly open: () => number
  /** A job's body at a time. */
  readonly bodyOf: (job: JobPlan, time: number) => Readonly<Record<string, unknown>>
  /** The server's clock at a time, in epoch ms. */
  readonly clock: (time: number) => number
}

/** What the server is about to send. */
interface Plan {
  readonly answersAt: number
  readonly exchange: Exchange | 'hang'
  readonly said: Map<number, Said>
  /** Every job that it was to tell of. */
  readonly about: readonly number[]
  readonly readAt: number
  readonly trouble: Request['trouble']
  readonly page?: true
  readonly retry: RetryAfter | null
}

/** How many jobs a page of a list holds, where lists are paged. */
export const PAGE = 7

const BROKEN = failureOf(Object.assign(new Error('simulated'), { code: 'ECONNRESET' }), null)

const COLLECTIONS: Readonly<Record<ApiName, string>> = {
  'unified-manager': '/management-server/jobs',
  ontap: '/cluster/jobs',
  'ontap-select': '/jobs'
}
const KEY_FIELDS: Readonly<Record<ApiName, string>> = { 'unified-manager': 'key', ontap: 'uuid', 'ontap-select': 'id' }

/** A server as the scenario has it. `origin` is the clock's time at the start of the wait; `epoch` the server's then. */
export function createServer(scenario: Scenario, clock: VirtualClock, epoch: number, draw: Draw): ModelServer {
  const { api: apiName, jobs, server, root, requestTimeout, weather } = scenario
  const api = apiNamed(apiName) as Api
  const origin = clock.now()
  const collection = `${root}${COLLECTIONS[apiName]}`
  const numbers = new Map(jobs.map(({ key }, number) => [canonicalKey(api, key), number]))
  const numberOf = (key: string): number => numbers.get(canonicalKey(api, key)) ?? Number.NaN
  /** The pages of each list so far, by its keys. */
  const pagesOf = new Map<string, readonly Request[]>()
  const requests: Request[] = []
  let open = 0
  let tokens = server.limit?.burst ?? 0
  let filledAt = 0

  const serverClock = (time: number): number => {
    const stepped = server.dateSteps.filter(({ at }) => at <= time).reduce((sum, { by }) => sum + by, 0)
    return Math.floor(epoch + server.skew + time + stepped)
  }
  const render = createRenderer(scenario, serverClock)

  return {
    requests,
    open: () => open,
    clock: serverClock,
    bodyOf: (job, time) => render(job, time).body,
    client: { send, close: () => {} }
  }

  function send({ path, hold }: { path: string; hold: number }, signal: AbortSignal): Promise<Exchange> {
    const askedAt = clock.now() - origin
    const roundTrip = server.latency * draw.between(1, 1.3)
    const { plan, list, details } = answer(path, hold, askedAt + roundTrip / 2)
    const landsAt = plan.exchange === 'hang' ? Number.POSITIVE_INFINITY : plan.answersAt + roundTrip / 2
    const limit = hold + requestTimeout
    const timesOut = landsAt > askedAt + limit
    const failed = timesOut || plan.exchange === 'hang' || !plan.exchange.ok
    const request: Request = {
      askedAt,
      questionAt: askedAt,
      readAt: plan.readAt,
      hold,
      list,
      details,
      about: plan.about,
      said: timesOut ? saying(plan.about, 'fault') : plan.said,
      well: plan.trouble === null && !failed,
      trouble: timesOut ? 'timed out' : plan.trouble,
      cut: !timesOut && isCut(plan.exchange),
      page: !timesOut && plan.page === true,
      more: list && path.includes('offset='),
      dated: server.dates && !failed,
      landedAt: null,
      overAt: Number.POSITIVE_INFINITY,
      floor: 0
    }
    requests.push(request)
    open += 1
    const earlier = pagesBefore(request, path)
    for (const page of earlier) Object.assign(page, { landedAt: null, overAt: Number.POSITIVE_INFINITY })
    request.questionAt = earlier[0]?.askedAt ?? askedAt
    return new Promise(resolve => {
      const settle = (exchange: Exchange): void => {
        open -= 1
        request.overAt = clock.now() - origin
        const { landedAt, floor, overAt } = request
        for (const page of earlier) Object.assign(page, { landedAt, overAt, floor: Math.max(page.floor, floor) })
        forget()
        signal.removeEventListener('abort', callOff)
        resolve(exchange)
      }
      const callOff = (): void => settle({ ok: false, failure: BROKEN })
      const land = (): void => {
        request.landedAt = clock.now() - origin
        if (overslept(request.landedAt, Math.min(landsAt, askedAt + limit))) breakOff(request, plan)
        if (request.trouble === 'broken') settle({ ok: false, failure: BROKEN })
        else if (timesOut) settle({ ok: false, failure: failureOf(null, limit) })
        else {
          request.floor = Math.max(floorOf(plan), ...earlier.map(({ floor }) => floor))
          settle(plan.exchange as Exchange)
        }
      }
      const forget = clock.at(origin + Math.min(landsAt, askedAt + limit), land)
      signal.addEventListener('abort', callOff)
      if (signal.aborted) callOff()
    })
  }

  /** The requests for the pages before: all of them are one question, which ends with the last page. */
  function pagesBefore(request: Request, path: string): readonly Request[] {
    if (!request.list) return []
    const keys = keysOf(path).join()
    const pages = request.more ? [...(pagesOf.get(keys) ?? [])] : []
    pagesOf.set(keys, [...pages, request])
    return pages
  }

  /** Whether the machine slept when the answer should have come: the connection did not live that long. */
  function overslept(landedAt: number, due: number): boolean {
    return landedAt - due > 10_000
  }

  function breakOff(request: Request, plan: Plan): void {
    const said = saying(plan.about, 'fault')
    Object.assign(request, { said, well: false, trouble: 'broken', page: false, cut: true, dated: false })
  }

  function answer(path: string, hold: number, arrivesAt: number): { plan: Plan; list: boolean; details: boolean } {
    const url = new URL(path, 'https://server.example.com')
    const parent = url.searchParams.get('parent_job_key')
    if (url.pathname === collection && parent === null)
      return { plan: answerList(url, arrivesAt), list: true, details: false }
    const [key = '', ...rest] =
      parent === null ? url.pathname.slice(collection.length + 1).split('/') : [parent, 'jobs']
    const number = numberOf(decodeURIComponent(key))
    const job = jobs[number]
    if (job === undefined || !/^[/?]/.test(path.slice(collection.length))) {
      throw new Error(`a request went astray: ${path}`)
    }
    const details = rest.length > 0
    const plan = details ? answerDetails(job, number, arrivesAt) : answerJob(job, number, url, hold, arrivesAt)
    return { plan, list: false, details }
  }

  /** What may go wrong with a request that arrives now: it is one too many, or comes in bad weather. */
  function troublesAt(arrivesAt: number): Spell['kinds'] | null {
    if (server.limit !== null && !bucket(server.limit, arrivesAt)) return [server.limit.refusal]
    const spell = weather.find(({ from, to, share }) => arrivesAt >= from && arrivesAt < to && draw.chance(share))
    return spell?.kinds ?? null
  }

  /** A token bucket: whether a request may pass. */
  function bucket({ rate, burst }: NonNullable<ServerPlan['limit']>, time: number): boolean {
    tokens = Math.min(burst, tokens + ((time - filledAt) / 1_000) * rate)
    filledAt = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  function answerJob(job: JobPlan, number: number, url: URL, hold: number, arrivesAt: number): Plan {
    const kinds = troublesAt(arrivesAt)
    if (kinds !== null) return troubled(kinds, [number], arrivesAt, () => render(job, arrivesAt).body)
    if (hold > 0 && server.longPolls === 'refused') return troubled(['refused'], [number], arrivesAt, () => ({}), null)
    const readAt = arrivesAt + (hold > 0 ? heldFor(job, url, hold, arrivesAt) : 0)
    const outage = weather.find(({ from, share }) => share === 1 && from > arrivesAt && from < readAt)
    if (outage !== undefined) return cutOff(number, outage.from, 'broken')
    if (hold > 0 && server.longPolls === 'cut' && readAt - arrivesAt > server.patience) {
      return cutOff(number, arrivesAt + server.patience, 'cut')
    }
    if (!isVisible(job, readAt)) {
      return { ...troubled(['missingOnce'], [number], readAt, () => ({}), blindness(readAt)), answersAt: readAt }
    }
    const { said, body } = render(job, readAt)
    return wellDone(body, new Map([[number, said]]), [number], readAt)
  }

  function answerDetails(job: JobPlan, number: number, arrivesAt: number): Plan {
    const kinds = troublesAt(arrivesAt)
    if (kinds !== null) return troubled(kinds, [number], arrivesAt, () => detailsOf(job))
    if (job.bulk && !isVisible(job, arrivesAt)) {
      return troubled(['missingOnce'], [number], arrivesAt, () => ({}), blindness(arrivesAt))
    }
    return wellDone(detailsOf(job), new Map([[number, 'details']]), [number], arrivesAt)
  }

  function cutOff(number: number, at: number, trouble: 'cut' | 'broken'): Plan {
    const said = saying([number], 'fault')
    const exchange: Exchange = draw.chance(0.5)
      ? { ok: false, failure: BROKEN }
      : received(draw.pick([502, 504]), '<h1>Gateway</h1>', at, null)
    return { answersAt: at, readAt: at, exchange, said, about: [number], trouble, retry: null }
  }

  /** ms that the server holds its answer. */
  function heldFor(job: JobPlan, url: URL, hold: number, arrivesAt: number): number {
    if (url.searchParams.get('poll_timeout') !== String(hold / 1_000)) throw new Error(`no such hold: ${url.search}`)
    if (server.longPolls === 'ignored') return 0
    if (!isVisible(job, arrivesAt) || arrivesAt >= job.endsAt) return 0
    const since = url.searchParams.get('last_modified')
    if (since !== null && Date.parse(since.replace('>=', '')) < serverClock(lastChange(job, arrivesAt))) return 0
    const turn = server.longPolls === 'held-to-the-end' ? job.endsAt : nextChange(job, arrivesAt)
    const restless = server.longPolls === 'restless' ? draw.between(0, 1.5) : 1
    return Math.min(hold * Math.min(restless, 1), Math.min(turn, job.goneAt) - arrivesAt)
  }

  function answerList(url: URL, arrivesAt: number): Plan {
    const query = decodeURIComponent(url.search)
    const keys = keysOf(url.search)
    const asked = keys.map(numberOf)
    if (asked.length < 2 || asked.includes(Number.NaN)) throw new Error(`a list of nothing: ${url.search}`)
    const visible = jobs.flatMap((job, number) => (isVisible(job, arrivesAt) ? [{ job, number }] : []))
    const start = Number(/[?&]offset=(\d+)/.exec(query)?.[1] ?? 0)
    const before = start === 0 ? [] : (pagesOf.get(keys.join()) ?? [])
    const wanted = asked.filter(number => !before.some(({ said }) => said.has(number)))
    const kinds = troublesAt(arrivesAt)
    const body = (chosen: typeof visible): Reading['body'] => ({
      records: chosen.map(({ job }) => render(job, arrivesAt).body)
    })
    if (kinds !== null) return troubled(kinds, wanted, arrivesAt, () => body(visible), undefined, true)
    if (server.lists === 'refused') return troubled(['refused'], asked, arrivesAt, () => ({}), null, true)
    if (server.lists === 'forbidden') return troubled(['denied'], asked, arrivesAt, () => ({}), null, true)
    const listed =
      server.lists === 'unfiltered' ? visible.slice(0, 20) : visible.filter(({ number }) => asked.includes(number))
    const kept = server.lists === 'forgetful' ? listed.filter(() => draw.chance(0.9)) : listed
    const page = server.lists === 'paged' ? kept.slice(start, start + PAGE) : kept
    const next = start + page.length < kept.length
    const said = new Map<number, Said>()
    const records = page.map(({ job, number }) => {
      const reading = render(job, arrivesAt)
      if (asked.includes(number)) said.set(number, reading.said)
      return reading.body
    })
    const later = next ? { next: { href: `https://elsewhere.example.com/x?${rest(query, start + page.length)}` } } : {}
    if (!next) for (const number of wanted) if (!said.has(number)) said.set(number, 'unlisted')
    const plan = wellDone({ records, num_records: records.length, _links: later }, said, wanted, arrivesAt)
    return { ...plan, trouble: blindness(arrivesAt) }
  }

  function isVisible({ visibleAt, goneAt }: JobPlan, time: number): boolean {
    return time >= visibleAt && time < goneAt && (server.blind === null || !isWithin(server.blind, time))
  }

  /** What is wrong where a job is not visible. */
  function blindness(time: number): 'blind' | null {
    return server.blind !== null && isWithin(server.blind, time) ? 'blind' : null
  }

  function keysOf(path: string): string[] {
    return new RegExp(`[?&]${KEY_FIELDS[apiName]}=([^&]*)`).exec(decodeURIComponent(path))?.[1]?.split('|') ?? []
  }

  /** The link to the next page keeps the query. */
  function rest(query: string, offset: number): string {
    return `${query.replace(/^\?/, '').replace(/&offset=\d+/, '')}&offset=${offset}`
  }

  function wellDone(body: Reading['body'], said: Plan['said'], about: Plan['about'], readAt: number): Plan {
    const retry = draw.chance(server.retryAfter) ? drawRetryAfter(draw, dateAt(readAt) ?? clock.wall()) : null
    const text = `${draw.chance(0.02) ? '\uFEFF' : ''}${JSON.stringify(body)}`
    const exchange = received(200, text, readAt, retry)
    return { answersAt: readAt, readAt, exchange, said, about, trouble: null, retry }
  }

  /** `name`: what to record as the trouble, by default its kind; null: the server works as it should. */
  function troubled(
    kinds: readonly [TroubleName, ...TroubleName[]],
    numbers: readonly number[],
    at: number,
    well: () => Reading['body'],
    name?: 'blind' | null,
    list = false
  ): Plan {
    const kind = draw.pick(kinds)
    const trouble: Trouble = troubleNamed(kind)
    const said = saying(numbers, list ? (trouble.ofList ?? trouble.said) : trouble.said)
    const note = name === undefined ? kind : name
    const page = trouble.page === undefined ? {} : { page: trouble.page }
    const common = { answersAt: at, readAt: at, said, about: numbers, trouble: note, ...page }
    if (trouble.failure === 'hang') return { ...common, exchange: 'hang', retry: null }
    if (trouble.failure !== undefined) {
      return { ...common, exchange: { ok: false, failure: trouble.failure }, retry: null }
    }
    const retry = note !== null && draw.chance(0.4) ? drawRetryAfter(draw, dateAt(at) ?? clock.wall()) : null
    const body = trouble.body?.(JSON.stringify(well()), draw) ?? ''
    return { ...common, exchange: received(trouble.status ?? 500, body, at, retry, trouble.headers), retry }
  }

  /** The answer's `Date`, in epoch ms: whole seconds. */
  function dateAt(time: number): number | null {
    return server.dates ? Math.floor(serverClock(time) / 1_000) * 1_000 : null
  }

  /** What an answer that lands now asks for: a date counts from the answer's own `Date`, else from the client's clock. */
  function floorOf({ retry, readAt }: Plan): number {
    if (retry === null) return 0
    return retry.until === undefined ? retry.ms : Math.max(0, retry.until - (dateAt(readAt) ?? clock.wall()))
  }

  function received(
    status: number,
    body: string,
    at: number,
    retry: RetryAfter | null,
    headers: Readonly<Record<string, string>> = {}
  ): Exchange {
    const date = dateAt(at)
    return {
      ok: true,
      status,
      reason: STATUS_CODES[status] ?? '',
      headers: {
        'content-type': 'application/json',
        ...(date === null ? {} : { date: new Date(date).toUTCString() }),
        ...(retry === null ? {} : { 'retry-after': retry.header }),
        ...headers
      },
      body
    }
  }
}

function saying(numbers: Iterable<number>, said: Said): Map<number, Said> {
  return new Map([...numbers].map(number => [number, said]))
}

function isCut(exchange: Exchange | 'hang'): boolean {
  if (exchange === 'hang') return false
  return exchange.ok ? exchange.status === 502 || exchange.status === 504 : exchange.failure.why === 'cut'
}
