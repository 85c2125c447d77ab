import { expect, test } from '@jest/globals'
import { limit, openGate, outage, type Passage, type Rule } from '../../bench/gate.ts'
import { type Inputs, runStep, type Step } from './support.ts'

type Service = 'ontap' | 'unified-manager' | 'ontap-select'

/** Awaits so many jobs that run for some seconds, behind a gate that turns requests away by this rule. */
async function awaitBehind(
  rule: Rule,
  count: number,
  { api, seconds }: { api: Service; seconds: number },
  inputs: Inputs = {}
): Promise<{ step: Step; passages: readonly Passage[] }> {
  let close = async (): Promise<void> => {}
  let passages: readonly Passage[] = []
  const script = [
    { after: 0, state: 'running' },
    { after: seconds, state: 'success' }
  ]
  const step = await runStep(
    async simulator => {
      const gate = await openGate(simulator.url, rule)
      close = gate.close
      passages = gate.passages
      const keys = Array.from({ length: count }, () => simulator.addJob({ api, script }).key)
      return { url: gate.url, api, 'job-key': keys.join('\n'), ...inputs }
    },
    { server: { plays: api } }
  ).finally(() => close())
  return { step, passages }
}

test.concurrent.each<[Service, number]>([
  ['ontap', 150],
  ['unified-manager', 150],
  ['ontap-select', 30]
])('an outage of 4 s costs a few requests, however many jobs of %s there are', async (api, count) => {
  const { step, passages } = await awaitBehind(outage(1_500, 5_500), count, { api, seconds: 3 })
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  const first = passages.find(({ refused }) => refused)?.answeredAt ?? Number.NaN
  // Requests that were under way when the first was refused may still arrive.
  const later = passages.filter(({ at }) => at > first + 1_000 && at < 5_500)
  expect(later.length).toBeLessThanOrEqual(6)
})

test.concurrent.each<[Service, number]>([
  ['ontap', 150],
  ['unified-manager', 150],
  ['ontap-select', 9]
])('a limit of one request a second lets every job of %s succeed, and refuses few requests', async (api, count) => {
  const inputs = { 'unreachable-timeout': '3s' }
  const { step, passages } = await awaitBehind(limit(1, 2), count, { api, seconds: 5 }, inputs)
  expect([step.exitCode, step.outputs.outcome]).toEqual([0, 'success'])
  const refused = passages.filter(passage => passage.refused).length
  expect(refused).toBeLessThanOrEqual(8 + 0.5 * (passages.length - refused))
})
