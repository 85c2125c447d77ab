import type { Reading } from './jobs.ts'
import type { Draw } from './random.ts'
import type { Request } from './request.ts'
import type { Plan, Responses } from './responses.ts'
import type { JobPlan, Scenario } from './scenario.ts'
import type { Said } from './trouble.ts'
import type { Weather } from './weather.ts'

/** How many jobs a page of a list holds, where lists are paged. */
export const PAGE = 7

/** What is in one list: jobs, or the resources of operations of one kind. */
export interface Members {
  readonly keyField: string
  /** By the numbers of the jobs. */
  readonly plans: ReadonlyMap<number, JobPlan>
}

export interface ListParts {
  readonly canonical: (key: string) => string
  readonly render: (job: JobPlan, time: number) => Reading
  readonly weather: Weather
  readonly responses: Responses
  readonly draw: Draw
}

/** The lists of one collection of the server. */
export function createLists({ server }: Scenario, { keyField, plans }: Members, parts: ListParts) {
  const { canonical, render, weather, responses, draw } = parts
  const numbers = new Map([...plans].map(([number, { key }]) => [canonical(key), number]))
  const numberOf = (key: string): number => numbers.get(canonical(key)) ?? Number.NaN
  /** The pages of each list so far, by its keys. */
  const pagesOf = new Map<string, readonly Request[]>()
  return { answerList, wantedIn, pagesBefore }

  function answerList(url: URL, root: string, wanted: readonly number[], arrivesAt: number): Plan {
    const query = decodeURIComponent(url.search)
    const keys = keysOf(url.search)
    const asked = keys.map(numberOf)
    if (asked.length < 2 || asked.includes(Number.NaN)) throw new Error(`a list of nothing: ${url.search}`)
    const isListed = (job: JobPlan): boolean => job.root === root && weather.isVisible(job, arrivesAt)
    const visible = [...plans].flatMap(([number, job]) => (isListed(job) ? [{ job, number }] : []))
    const start = startOf(query)
    const kinds = weather.troublesAt(arrivesAt)
    const body = (chosen: typeof visible): Reading['body'] => ({
      records: chosen.map(({ job }) => render(job, arrivesAt).body)
    })
    if (kinds !== null) return responses.troubled(kinds, wanted, arrivesAt, () => body(visible), undefined, true)
    if (server.lists === 'refused') return responses.troubled(['refused'], asked, arrivesAt, () => ({}), null, true)
    if (server.lists === 'forbidden') return responses.troubled(['denied'], asked, arrivesAt, () => ({}), null, true)
    const listed =
      server.lists === 'unfiltered' ? visible.slice(0, 20) : visible.filter(({ number }) => asked.includes(number))
    const kept = server.lists === 'forgetful' ? listed.filter(() => draw.chance(0.9)) : listed
    const page = server.lists === 'paged' ? kept.slice(start, start + PAGE) : kept
    const next = start + page.length < kept.length
    const said = new Map<number, Said>()
    const records = page.map(({ job, number }) => {
      const reading = render(job, arrivesAt)
      /**
       * A job that is on two pages, as another one appeared in between, is asked about by itself; and so is a resource that
       * shows no operation.
       */
      const isTold = wanted.includes(number) && reading.said !== 'missing'
      if (asked.includes(number)) said.set(number, isTold ? reading.said : 'unlisted')
      return reading.body
    })
    const later = next ? { next: { href: `https://elsewhere.example.com/x?${rest(query, start + page.length)}` } } : {}
    if (!next) for (const number of wanted) if (!said.has(number)) said.set(number, 'unlisted')
    const plan = responses.wellDone({ records, num_records: records.length, _links: later }, said, wanted, arrivesAt)
    return { ...plan, trouble: weather.blindness(arrivesAt) }
  }

  /** The jobs that are asked for, but for those on the pages before. */
  function wantedIn({ search }: URL): number[] {
    const keys = keysOf(search)
    const before = startOf(decodeURIComponent(search)) === 0 ? [] : (pagesOf.get(keys.join()) ?? [])
    return keys.map(numberOf).filter(number => !before.some(({ said }) => said.has(number)))
  }

  function startOf(query: string): number {
    return Number(/[?&]offset=(\d+)/.exec(query)?.[1] ?? 0)
  }

  /** The requests for the pages before: all of them are one question, which ends with the last page. */
  function pagesBefore(request: Request, path: string): readonly Request[] {
    if (!request.list) return []
    const keys = keysOf(path).join()
    const pages = request.more ? [...(pagesOf.get(keys) ?? [])] : []
    pagesOf.set(keys, [...pages, request])
    return pages
  }

  function keysOf(path: string): string[] {
    return new RegExp(`[?&]${keyField}=([^&]*)`).exec(decodeURIComponent(path))?.[1]?.split('|') ?? []
  }

  /** The link to the next page keeps the query. */
  function rest(query: string, offset: number): string {
    return `${query.replace(/^\?/, '').replace(/&offset=\d+/, '')}&offset=${offset}`
  }
}
