import type { Client } from '../http/client.ts'
import type { Hold } from '../jobs/api.ts'
import { type JobReference, withTold } from '../jobs/reference.ts'
import type { Ask, Reply } from '../wait/ask.ts'
import { classifyJob } from './answer.ts'
import { askDetails } from './details.ts'
import { type Read, readPages, timing } from './pages.ts'
import { askTogether } from './together.ts'

/** Asks the jobs endpoint over HTTP; `wall` is the wall clock (epoch ms) for answers without a `Date`. */
export function createAsk(client: Client, wall: () => number): Ask {
  const read: Read = (api, path, signal, take) => readPages(client, wall, api, path, signal, take)
  return async ({ references, hold, settling }, signal) => {
    const [first, ...others] = references
    if (first === undefined) return { answers: [], retryAfter: null, serverNow: null, filtered: true }
    if (settling !== null) return askDetails(read, first, settling, signal)
    const { list } = first.api
    if (others.length === 0 || list === undefined) return askOne(first, hold, signal)
    return askTogether(read, list, [first, ...others], signal)
  }

  async function askOne(reference: JobReference, hold: Hold | null, signal: AbortSignal): Promise<Reply> {
    const { api, key, root } = reference
    const path = `${root}${api.status(key, hold)}`
    const exchange = await client.send({ method: 'GET', path, hold: (hold?.seconds ?? 0) * 1_000 }, signal)
    const answer = classifyJob(exchange, api, key)
    const answers = [answer.kind === 'job' ? { ...answer, job: withTold(answer.job, reference) } : answer]
    return { answers, ...timing(exchange, wall), filtered: true }
  }
}
