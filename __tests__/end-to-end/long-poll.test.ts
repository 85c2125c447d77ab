import { expect, test } from '@jest/globals'
import type { NewJob, Simulator } from '../../simulator/server.ts'
import { endOf, moveAtRequest, moveDuringHold, nameJob, queriesOf, runStep } from './support.ts'

const RUNNING = [{ after: 0, state: 'running' }]

/** A job that ends as the `nth` request arrives. */
function endingAt(nth: number, job: NewJob): (simulator: Simulator) => Record<string, string> {
  return simulator => {
    const added = simulator.addJob(job)
    moveAtRequest(simulator, nth, added.key, { state: 'success' })
    return nameJob(added, job)
  }
}

test.concurrent('Unified Manager that holds is asked twice in all: a look, and a request that it answers at the end', async () => {
  const job: NewJob = { api: 'unified-manager', script: RUNNING }
  const step = await runStep(simulator => {
    const added = simulator.addJob(job)
    moveDuringHold(simulator, 2, added.key, { state: 'success' })
    return nameJob(added, job)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(queriesOf(step)).toEqual(['', 'poll_timeout=30'])
})

test.concurrent('ONTAP Select gets the stamp of its last answer back each time', async () => {
  const job: NewJob = { api: 'ontap-select', script: RUNNING }
  const step = await runStep(simulator => {
    const added = simulator.addJob(job)
    moveDuringHold(simulator, 2, added.key, { state: 'running', message: 'Half way' })
    moveDuringHold(simulator, 3, added.key, { state: 'success' })
    return nameJob(added, job)
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'success' })
  const [look, first, second, ...others] = queriesOf(step)
  expect(look).not.toContain('poll_timeout')
  const held = /&poll_timeout=30&last_modified=>=(\d{4}-\d\d-\d\dT[\d:.]+\+00:00)$/
  const stamps = [first, second].map(query => held.exec(query ?? '')?.[1] ?? '')
  expect(Date.parse(stamps[1] ?? '')).toBeGreaterThan(Date.parse(stamps[0] ?? ''))
  expect(others).toEqual([])
})

test.concurrent('a hold is no longer than what is left of the time', async () => {
  const job: NewJob = { api: 'unified-manager', script: RUNNING }
  const step = await runStep(simulator => ({ ...nameJob(simulator.addJob(job), job), timeout: '3s' }))
  expect(endOf(step)).toEqual({ exitCode: 1, outcome: 'timeout', state: 'running' })
  const [look, held, ...others] = queriesOf(step)
  expect([look, held]).toEqual(['', expect.stringMatching(/^poll_timeout=[12]$/)])
  for (const query of others) expect(query).toBe('')
})

test.concurrent.each([
  ['10s', 10],
  ['10m', 120]
])('"long-poll" sets the hold: %s', async (longPoll, seconds) => {
  const arrange = endingAt(2, { api: 'unified-manager', script: RUNNING })
  const step = await runStep(simulator => ({ ...arrange(simulator), 'long-poll': longPoll }))
  expect(queriesOf(step)).toEqual(['', `poll_timeout=${seconds}`])
})

test.concurrent('six jobs are each held on a connection of their own', async () => {
  let connections = 0
  const step = await runStep(simulator => {
    const keys = Array.from({ length: 6 }, () => simulator.addJob({ api: 'unified-manager', script: RUNNING }).key)
    const held = new Set<string>()
    simulator.onArrival(({ path }) => {
      if (path.includes('poll_timeout')) held.add(path)
      if (held.size < keys.length) return
      connections = simulator.connections
      for (const key of keys) simulator.moveJob(key, { state: 'success' })
    })
    return { 'job-key': keys.join('\n') }
  })
  expect(endOf(step)).toMatchObject({ exitCode: 0, outcome: 'success' })
  expect(queriesOf(step).slice(1)).toEqual(Array.from({ length: 6 }, () => 'poll_timeout=30'))
  expect(connections).toBe(6)
})

test.concurrent('a server that ignores the parameter is no longer asked to hold after two early answers', async () => {
  const step = await runStep(endingAt(5, { api: 'unified-manager', script: RUNNING }), {
    server: { unifiedManager: { longPoll: 'ignored' } }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(queriesOf(step)).toEqual(['', 'poll_timeout=30', 'poll_timeout=30', '', ''])
})

test.concurrent('a server that refuses the parameter is asked at once without it, and never with it again', async () => {
  const step = await runStep(endingAt(4, { api: 'unified-manager', script: RUNNING }), {
    server: { unifiedManager: { longPoll: 'refused' } }
  })
  expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
  expect(queriesOf(step)).toEqual(['', 'poll_timeout=30', '', ''])
  expect(step.requests.map(({ status }) => status)).toEqual([200, 400, 200, 200])
})

test.concurrent('nobody is asked to hold with "long-poll" at 0s', async () => {
  const arrange = endingAt(3, { api: 'unified-manager', script: RUNNING })
  const step = await runStep(simulator => ({ ...arrange(simulator), 'long-poll': '0s' }))
  expect(queriesOf(step)).toEqual(['', '', ''])
})

test.concurrent('ONTAP is never asked to hold: it has no long poll', async () => {
  const step = await runStep(endingAt(3, { api: 'ontap', script: RUNNING }))
  expect(endOf(step).outcome).toBe('success')
  expect(queriesOf(step)).toEqual(['fields=*', 'fields=*', 'fields=*'])
})

test.concurrent.each(['reset', 502, 504] as const)(
  'a held request that a proxy cuts near its end is asked again, and no fault: %s',
  async how => {
    const step = await runStep(simulator => {
      const job: NewJob = { api: 'unified-manager', script: RUNNING }
      const added = simulator.addJob(job)
      simulator.fault({ kind: 'cut-hold', afterMs: 1_800, with: how, match: 'poll_timeout' })
      moveAtRequest(simulator, 3, added.key, { state: 'success' })
      return { ...nameJob(added, job), 'long-poll': '2s', 'unreachable-timeout': '1s' }
    })
    expect(endOf(step)).toEqual({ exitCode: 0, outcome: 'success', state: 'NORMAL' })
    const [look, held, ...again] = queriesOf(step)
    expect([look, held]).toEqual(['', 'poll_timeout=2'])
    expect(again).toHaveLength(1)
  }
)
