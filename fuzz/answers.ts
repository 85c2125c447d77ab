import { type Api, canonicalKey } from '../src/jobs/api.ts'
import { apiNamed } from '../src/jobs/apis.ts'
import { createRenderer, detailsOf, lastChange, nextChange, type Reading } from './jobs.ts'
import { createLists, type Members } from './lists.ts'
import type { Draw } from './random.ts'
import { type Request, saying } from './request.ts'
import { hasId, OPERATIONS, resourcePath } from './resources.ts'
import type { Plan, Responses } from './responses.ts'
import type { ApiName, JobPlan, Scenario, Spell } from './scenario.ts'
import { createWeather } from './weather.ts'

/** What a request asks for. */
export interface Route {
  readonly list: boolean
  readonly details: boolean
  /** Whether it is about what shows an operation. */
  readonly beyond: boolean
  /** The jobs, by their numbers. */
  readonly about: readonly number[]
  /** What the server answers to a request that arrives then, with that hold. */
  readonly answer: (hold: number, arrivesAt: number) => Plan
}

const COLLECTIONS: Readonly<Record<ApiName, string>> = {
  'unified-manager': '/management-server/jobs',
  ontap: '/cluster/jobs',
  'ontap-select': '/jobs'
}
const KEY_FIELDS: Readonly<Record<ApiName, string>> = { 'unified-manager': 'key', ontap: 'uuid', 'ontap-select': 'id' }

/** What the server answers to each path. `clock` converts a time of the scenario to the server's epoch ms. */
export function createAnswers(scenario: Scenario, clock: (time: number) => number, responses: Responses, draw: Draw) {
  const { api: apiName, jobs, server, weather: spells } = scenario
  const api = apiNamed(apiName) as Api
  const roots = [...new Set(jobs.map(({ root }) => root))].sort((one, other) => other.length - one.length)
  const canonical = (key: string): string => canonicalKey(api, key)
  const numbers = new Map(jobs.map(({ key }, number) => [canonical(key), number]))
  const numberOf = (key: string): number => numbers.get(canonical(key)) ?? Number.NaN
  const resources = new Map(jobs.flatMap(resourceOf))
  const render = createRenderer(scenario, clock)
  const weather = createWeather(scenario, draw)
  const lists = new Map(
    membersOf(scenario).map(([path, members]) => {
      return [path, createLists(scenario, members, { canonical, render, weather, responses, draw })]
    })
  )
  const { wellDone, troubled, cutOff } = responses
  return { route, pagesBefore, bodyOf: (job: JobPlan, time: number) => render(job, time).body }

  function placeOf(path: string): { readonly url: URL; readonly root: string; readonly rest: string } {
    const url = new URL(path, 'https://server.example.com')
    const root = roots.find(one => url.pathname.startsWith(`${one}/`)) ?? ''
    return { url, root, rest: url.pathname.slice(root.length) }
  }

  function pagesBefore(request: Request, path: string): readonly Request[] {
    return lists.get(placeOf(path).rest)?.pagesBefore(request, path) ?? []
  }

  function route(path: string): Route {
    const { url, root, rest } = placeOf(path)
    const about = detailsAbout(rest, url.searchParams)
    const common = { list: false, details: about !== null, beyond: false }
    const list = about === null ? lists.get(rest) : undefined
    if (list !== undefined) {
      const wanted = list.wantedIn(url)
      const answer: Route['answer'] = (_, arrivesAt) => list.answerList(url, root, wanted, arrivesAt)
      return { ...common, list: true, beyond: rest !== COLLECTIONS[apiName], about: wanted, answer }
    }
    const resource = about === null ? resources.get(url.pathname) : undefined
    const number = resource?.number ?? numberOf(about ?? keyIn(rest))
    const job = jobs[number]
    if (job === undefined || (job.root !== root && resource === undefined)) {
      throw new Error(`a request went astray: ${path}`)
    }
    const plan = resource?.plan ?? job
    const answer: Route['answer'] = (hold, arrivesAt) =>
      about === null ? answerJob(plan, number, url, hold, arrivesAt) : answerDetails(job, number, arrivesAt)
    return { ...common, beyond: plan.resource !== null, about: [number], answer }
  }

  /** The key of the job whose details are asked for: the jobs that it spawned, or the results of a bulk call. */
  function detailsAbout(path: string, query: URLSearchParams): string | null {
    const results = query.get('parent_job_key') ?? query.get('job_results_uuid')
    return results ?? (path.endsWith('/results') ? keyIn(path.replace(/\/results$/, '')) : null)
  }

  /** The last segment of a path under the collection of jobs; '' for any other path. */
  function keyIn(path: string): string {
    const collection = `${COLLECTIONS[apiName]}/`
    return path.startsWith(collection) ? decodeURIComponent(path.slice(collection.length)) : ''
  }

  function answerJob(job: JobPlan, number: number, url: URL, hold: number, arrivesAt: number): Plan {
    const kinds = weather.troublesAt(arrivesAt)
    if (kinds !== null) return troubledAbout(job, number, kinds, arrivesAt)
    if (hold > 0 && server.longPolls === 'refused') return troubled(['refused'], [number], arrivesAt, () => ({}), null)
    const readAt = arrivesAt + (hold > 0 ? heldFor(job, url, hold, arrivesAt) : 0)
    const outage = spells.find(({ from, share }) => share === 1 && from > arrivesAt && from < readAt)
    if (outage !== undefined) return cutOff(number, outage.from, 'broken')
    if (hold > 0 && server.longPolls === 'cut' && readAt - arrivesAt > server.patience) {
      return cutOff(number, arrivesAt + server.patience, 'cut')
    }
    if (!weather.isVisible(job, readAt)) {
      return {
        ...troubled(['missingOnce'], [number], readAt, () => ({}), weather.blindness(readAt)),
        answersAt: readAt
      }
    }
    const { said, body } = render(job, readAt)
    return wellDone(body, new Map([[number, said]]), [number], readAt)
  }

  /** A resource without an id cannot be taken for another one; an object that says nothing shows no operation. */
  function troubledAbout(job: JobPlan, number: number, kinds: Spell['kinds'], at: number): Plan {
    const body = (): Reading['body'] => render(job, at).body
    if (job.resource === null || hasId(job)) return troubled(kinds, [number], at, body)
    const [kind = 'serverError', ...others] = kinds.filter(one => one !== 'anotherJob')
    const plan = troubled([kind, ...others], [number], at, body)
    return plan.trouble === 'jsonEmpty' ? { ...plan, said: saying([number], 'missing') } : plan
  }

  function answerDetails(job: JobPlan, number: number, arrivesAt: number): Plan {
    const kinds = weather.troublesAt(arrivesAt)
    if (kinds !== null) return troubledDetails(job, number, kinds, arrivesAt)
    const isForgotten = job.results !== null && !weather.isVisible(job, arrivesAt)
    if (isForgotten || (job.results === 'none' && job.style % 2 === 0)) {
      return troubled(['missingOnce'], [number], arrivesAt, () => ({}), weather.blindness(arrivesAt))
    }
    return wellDone(detailsOf(job), new Map([[number, 'details']]), [number], arrivesAt)
  }

  /** Details do not name their job. Where the server has not promised any, an object that holds none means that there are none. */
  function troubledDetails(job: JobPlan, number: number, kinds: Spell['kinds'], at: number): Plan {
    const plan = troubled(kinds, [number], at, () => detailsOf(job))
    const isPromised = job.results === 'linked' || job.results === null
    const isEmpty = plan.trouble === 'jsonEmpty' || plan.trouble === 'jsonError'
    const isUsable = plan.trouble === 'anotherJob' || (isEmpty && !isPromised)
    return isUsable ? { ...plan, said: saying([number], 'details') } : plan
  }

  /** ms that the server holds its answer. */
  function heldFor(job: JobPlan, url: URL, hold: number, arrivesAt: number): number {
    if (url.searchParams.get('poll_timeout') !== String(hold / 1_000)) throw new Error(`no such hold: ${url.search}`)
    if (server.longPolls === 'ignored') return 0
    if (!weather.isVisible(job, arrivesAt) || arrivesAt >= job.endsAt) return 0
    const since = url.searchParams.get('last_modified')
    if (since !== null && Date.parse(since.replace('>=', '')) < clock(lastChange(job, arrivesAt))) return 0
    const turn = server.longPolls === 'held-to-the-end' ? job.endsAt : nextChange(job, arrivesAt)
    const restless = server.longPolls === 'restless' ? draw.between(0, 1.5) : 1
    return Math.min(hold * Math.min(restless, 1), Math.min(turn, job.goneAt) - arrivesAt)
  }
}

/** What shows the operation of a job, or is awaited itself, by its path. */
function resourceOf(job: JobPlan, number: number): [string, { plan: JobPlan; number: number }][] {
  const plan = job.operation ?? job
  return plan.resource === null ? [] : [[`${plan.root}${resourcePath(plan)}`, { plan, number }]]
}

/** What each collection contains, by its path: the jobs, and the resources of each kind of operation that have an id. */
function membersOf({ api, jobs }: Scenario): [string, Members][] {
  const all = jobs.flatMap((job, number) => [job, job.operation].map(plan => ({ plan, number })))
  const plansOf = (isMember: (plan: JobPlan) => boolean): Members['plans'] =>
    new Map(all.flatMap(({ plan, number }) => (plan !== null && isMember(plan) ? [[number, plan]] : [])))
  const kinds = Object.entries(OPERATIONS).flatMap(([name, { path, idField }]): [string, Members][] => {
    return idField === null
      ? []
      : [[path, { keyField: idField, plans: plansOf(({ resource }) => resource?.name === name) }]]
  })
  return [
    [COLLECTIONS[api], { keyField: KEY_FIELDS[api], plans: plansOf(({ resource }) => resource === null) }],
    ...kinds
  ]
}
