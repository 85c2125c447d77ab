import type { Api, HttpAnswer, Named } from './api.ts'
import { collect, type Found } from './found.ts'
import { type Job, UNKNOWN_JOB } from './job.ts'
import { asObject, asText, type JsonObject, saysError } from './json.ts'
import { linkIn, type Mention, type Place, type Referred, refer } from './place.ts'
import { quote, quoteJson } from './quote.ts'
import { hrefOf, pathOf } from './records.ts'

/** The jobs that the answer to an accepted call names. */
export function fromAnswer(answer: HttpAnswer, place: Place): Found {
  return collect(referAll(answer, place))
}

/** Whether an answer names a job, or has the form of one that does. */
export function namesJob(answer: HttpAnswer, place: Place): boolean {
  return mentionsIn(answer, place).length > 0
}

/** What failed, according to a body that reports what a call has done, as a job that ended so; null where nothing did. */
export function failedIn(body: JsonObject, apis: readonly Api[]): Job | null {
  const said = apis.map(api => api.details?.merge(done, body) ?? done).filter(job => job !== 'incomplete')
  return said.find(({ verdict }) => verdict !== 'NORMAL') ?? failedBeside(body, apis)
}

const done: Job = { ...UNKNOWN_JOB, over: true, verdict: 'NORMAL' }

/** The error that a body reports in addition to jobs; a job by itself has its own. */
function failedBeside(body: JsonObject, apis: readonly Api[]): Job | null {
  const answer = { status: 202, headers: {}, body }
  const named = apis.flatMap(({ naming }) => naming.accepted(answer))
  if (!saysError(body.error) || named.length === 0 || named.some(({ reported }) => reported?.source === body))
    return null
  const { message = '', code = '' } = apis.map(api => api.complaint(answer)).find(error => error !== null) ?? {}
  return {
    ...done,
    verdict: 'PARTIAL_FAILURES',
    message: message || asText(body.error) || quoteJson(body.error),
    errorCode: code
  }
}

/** Each job that an answer names, or what is wrong with the answer. `label`: what a person calls them. */
export function referAll(answer: HttpAnswer, place: Place, label?: string): Referred[] {
  const mentions = mentionsIn(answer, place)
  if (mentions.some(({ key }) => key !== '')) return mentions.map(mention => refer({ ...mention, label }, place))
  const message = place.apis.map(api => api.complaint(answer)?.message).find(Boolean)
  if (message !== undefined) return [{ fault: `is an error, not a job: the server said ${quote(message)}` }]
  const how = place.api?.naming.hint ?? 'a 202 answer has {"job": {…}} or {"jobs": […]}'
  const fault = `contains no job: ${how}, but this is ${quoteJson(answer.body)}`
  return [{ fault }]
}

/**
 * The jobs as the API has them whose link one of them has, else as the API that the inputs name, else as the first one that
 * finds a key.
 */
function mentionsIn(answer: HttpAnswer, { apis, api: given }: Place): Mention[] {
  const readings = apis.map(api => {
    const named = namedIn(api, answer).map(({ key, href, reported }) => {
      const link = linkIn(href, apis)
      return { key, reported, link: link?.api === api ? link : null }
    })
    return { api, named }
  })
  const reading =
    readings.find(({ named }) => named.some(({ link }) => link !== null)) ??
    readings.find(({ api, named }) => api === given && named.some(({ key }) => key !== '')) ??
    readings.find(({ named }) => named.some(({ key }) => key !== '')) ??
    readings.find(({ named }) => named.length > 0)
  if (reading === undefined) return []
  const { api, named } = reading
  return named.map(({ key, reported, link }) => ({
    api,
    reported,
    under: link?.under ?? '',
    key: key || (link?.key ?? '')
  }))
}

/** The jobs as the API names them; else the one to which the body's own link leads, as in the output `job` of an earlier step. */
function namedIn({ naming }: Api, answer: HttpAnswer): readonly Named[] {
  const named = naming.accepted(answer)
  const href = hrefOf(asObject(answer.body) ?? {}, 'self')
  return named.length === 0 && naming.link.test(pathOf(href)) ? [{ key: '', href, reported: null }] : named
}
