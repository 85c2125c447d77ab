import { describe, expect, test } from '@jest/globals'
import { createLog } from '../../../src/report/log.ts'
import { createNames } from '../../../src/report/names.ts'
import type { Answer } from '../../../src/wait/ask.ts'
import { createRecorder, play, type Step, type Wait } from './play.ts'

const UUID = '1cd8a442-86d1-11e0-ae1c-123478563412'
const at = (after: number, state: string, message = ''): Step => ({
  after,
  job: { state, message, ...(['success', 'failure'].includes(state) ? { end_time: '2025-11-05T14:03:00Z' } : {}) }
})
const answer = (after: number, answer: Answer): Step => ({ after, answer })
const down = (after: number): Step =>
  answer(after, { kind: 'fault', why: 'other', what: 'the connection was refused', code: '' })

async function logOf(steps: readonly Step[], more: Partial<Wait> = {}): Promise<string[]> {
  const { log } = await play({ api: 'ontap', jobs: { [UUID]: steps }, ...more })
  return log.split('\n')
}
const manyJobs = (count: number, steps: (index: number) => readonly Step[]): Wait['jobs'] =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${UUID}-${index}`, steps(index)]))
/** The times of the lines, in seconds. */
const timesOf = (log: readonly string[]): number[] =>
  log.flatMap(line => {
    const [, h = 0, m = 0, s = 0] = /^\[(?:(\d+)h ?)?(?:(\d+)m ?)?(?:(\d+)s)?\]/.exec(line) ?? []
    return line.startsWith('[') ? [Number(h) * 3_600 + Number(m) * 60 + Number(s)] : []
  })

describe('a wait in which nothing changes', () => {
  test('has a heartbeat, at most once a minute', async () => {
    const times = timesOf(await logOf([at(0, 'running'), at(1_800, 'success')]))
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(20)
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(60)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(75)
  })

  test('says for how long the job has been in its state', async () => {
    const log = await logOf([at(0, 'queued'), at(40, 'running', 'Working.'), at(150, 'success')])
    expect(log.filter(line => line.includes('still'))).toEqual([
      expect.stringMatching(/^\[\S+ \S+\] The job is still running, for 1m \d+s: Working\.$/)
    ])
  })
})

test('says how long a job was in its state before, unless that was no time', async () => {
  const steps = [at(0, 'QUEUED'), at(0.2, 'RUNNING'), at(20, 'PAUSED')]
  const log = await logOf(steps, { api: 'unified-manager', holds: true })
  expect(log).toContain('[0s] The job is RUNNING')
  expect(log).toContain('[20s] The job is PAUSED, after 20s RUNNING')
})

test('a message that changes at every poll does not fill the log', async () => {
  const steps = Array.from({ length: 3_600 }, (_, index) => at(index, 'running', `${index} of 3600`))
  const log = await logOf([...steps, at(3_600, 'success')], { rules: { timeout: 7_200_000, pollInterval: 1_000 } })
  expect(timesOf(log).length).toBeLessThan(90)
})

test('the last message is printed, even if it came too soon after another', async () => {
  const log = await logOf([at(0, 'running', 'one'), at(1, 'running', 'two'), at(30, 'success')])
  expect(log.filter(line => line.includes('two'))).toHaveLength(1)
})

describe('faults', () => {
  test('are reported when they begin and when they end, not each', async () => {
    const log = await logOf([at(0, 'running'), down(5), at(50, 'running'), at(60, 'success')])
    expect(log.filter(line => /answer/.test(line)).map(line => line.replace(/\d+/g, 'N'))).toEqual([
      '[Ns] No usable answer: the connection was refused; retrying',
      expect.stringMatching(/^\[.*\] The server answers again after N+s$/)
    ])
  })

  test('that last are reported with the heartbeat', async () => {
    const log = await logOf([at(0, 'running'), down(5), at(200, 'success')])
    expect(log.filter(line => line.includes('Still no usable answer: the connection was refused')).length).toBe(3)
  })

  test('a job that cannot be found yet, and then can', async () => {
    const what = 'the server answered 404 Not Found'
    const log = await logOf([
      answer(0, { kind: 'missing', what, code: '', page: false }),
      at(3, 'running'),
      at(9, 'success')
    ])
    expect(log[2]).toBe(`[0s] The server does not know the job yet: ${what}; retrying`)
    expect(log[3]).toMatch(/^\[\ds\] The server knows the job after \ds$/)
    expect(log[4]).toMatch(/^\[\ds\] The job is running$/)
  })

  test('a job that is gone', async () => {
    const what = 'the server answered 404 Not Found'
    const log = await logOf([at(0, 'running'), answer(5, { kind: 'missing', what, code: '', page: false })])
    expect(log).toContainEqual(expect.stringMatching(/The server no longer knows the job: .*; checking again for 10s$/))
  })

  test('a job that may not be seen for a moment', async () => {
    const log = await logOf([
      at(0, 'running'),
      answer(5, { kind: 'denied', final: false, what: 'the server answered 403 Forbidden', code: '', page: false }),
      at(6, 'success')
    ])
    expect(log).toContainEqual(
      expect.stringMatching(/The server does not allow the job to be read: .*; checking once more$/)
    )
  })

  test('of many jobs are reported once', async () => {
    const log = await logOf([], {
      jobs: manyJobs(50, () => [at(0, 'running'), down(5), at(40, 'running'), at(150, 'success')])
    })
    expect(log.filter(line => line.includes('No usable answer'))).toHaveLength(1)
    expect(log.filter(line => line.includes('answers again after'))).toHaveLength(1)
  })
})

describe('edge cases 25 and 26: what may want a person is an annotation, once', () => {
  test('one warning for words that are not known', async () => {
    const log = await logOf([at(0, 'running'), at(3, 'pondering'), at(6, 'brooding'), at(9, 'success')])
    const warnings = log.filter(line => line.startsWith('::warning'))
    expect(warnings).toEqual([expect.stringContaining('ONTAP is not known to use the state "pondering"')])
    expect(log).toContainEqual(expect.stringContaining('The job is brooding'))
  })

  test('one notice for paused jobs', async () => {
    const jobs = manyJobs(3, () => [at(0, 'running'), at(5, 'paused'), at(9, 'success')])
    const log = await logOf([], { jobs })
    expect(log.filter(line => line.startsWith('::notice'))).toEqual([expect.stringContaining('is paused')])
  })

  test('one annotation at the end', async () => {
    const log = await logOf([], { jobs: manyJobs(30, () => [at(0, 'running'), at(5, 'failure')]) })
    expect(log.filter(line => line.startsWith('::error'))).toHaveLength(1)
    expect(log.filter(line => line.startsWith('::warning'))).toHaveLength(0)
  })
})

describe('the switch to standard polling is reported once', () => {
  const job = (after: number, state: string): Step => ({
    after,
    job: { state, ...(state === 'completed' ? { status: 'normal', complete_time: '2025-11-05T14:03:00Z' } : {}) }
  })
  const um = (steps: readonly Step[], more: Partial<Wait> = {}) =>
    logOf([], { api: 'unified-manager', jobs: { 'a:b': steps }, ...more })

  test('where the server does not hold', async () => {
    const log = await um([job(0, 'running'), job(90, 'completed')])
    expect(log.filter(line => line.includes('polling at intervals from now on'))).toEqual([
      expect.stringContaining('The server does not support long polls')
    ])
  })

  test.each<[string, number, Answer]>([
    ['The server does not accept long polls', 1, { kind: 'refused', what: 'the server answered 400', code: '' }],
    [
      'Something between here and the server cuts long polls',
      7,
      { kind: 'fault', why: 'cut', what: 'the connection broke', code: '' }
    ]
  ])('where a held request ends badly: %s', async (why, after, said) => {
    const steps = [job(0, 'running'), answer(after, said), job(after + 0.5, 'running'), job(after + 60, 'completed')]
    const log = await um(steps, { holds: true, rules: { longPoll: 8_000 } })
    expect(log.filter(line => line.includes('polling at intervals'))).toEqual([
      expect.stringContaining(`${why}: polling at intervals from now on`)
    ])
  })

  test('and not at all where it holds', async () => {
    const log = await um([job(0, 'running'), job(90, 'completed')], { holds: true })
    expect(log.filter(line => line.includes('polling at intervals'))).toEqual([])
  })
})

test('the words of a state are made harmless wherever they are printed', async () => {
  const log = await logOf([at(0, 'odd\n::error::x'), at(3, 'running'), at(9, 'success')])
  expect(log).toContainEqual(expect.stringMatching(/^\[3s\] The job is running, after 3s odd ::error::x$/))
  expect(log.filter(line => /^::error/.test(line))).toEqual([])
})

test('a shorter long poll is a detail for the debug log', () => {
  const debug: string[] = []
  const printer = { ...createRecorder(), debug: (line: string) => debug.push(line) }
  const answer: Answer = { kind: 'fault', why: 'cut', what: 'the connection broke', code: '' }
  createLog([], createNames(), printer)({ kind: 'long-poll', elapsed: 1, longPoll: { seconds: 15, unheld: 0 }, answer })
  expect(debug).toEqual(['A long poll was cut: long polls are limited to 15s from now on'])
  expect(printer.text()).toBe('')
})

test('a job that is accepted, but not shown yet, has its heartbeat too', async () => {
  const log = await logOf([answer(0, { kind: 'accepted' }), at(90, 'running'), at(100, 'success')])
  expect(log).toContainEqual(
    expect.stringMatching(/^\[1m.*\] The job is accepted, but the server does not show it yet$/)
  )
})

describe('a job that starts an operation', () => {
  const volume = '028baa66-41bd-11e9-81d5-00a0986138f7'
  const call = { description: `PATCH /api/storage/volumes/${volume}` }
  const job = [{ after: 0, job: { state: 'success', end_time: '2025-11-05T14:00:00Z', ...call } }]
  const move = (after: number, state: string): Step => ({ after, job: { name: 'vol_1', movement: { state } } })
  const until = (...steps: readonly Step[]) => ({ operation: 'volume-move', resources: { [volume]: steps } })

  test('is followed by the states of that operation', async () => {
    const log = await logOf(job, { until: until(move(0, 'replicating'), move(30, 'success')) })
    expect(log[2]).toBe('[0s] The job succeeded; now waiting for its volume move')
    expect(log[3]).toBe('[0s] The volume move (vol_1) is replicating: 0% moved')
    expect(log.at(-1)).toMatch(/^The volume move of job \S+ \(vol_1, PATCH .*\) succeeded \(success\): waited/)
  })

  test('is called by its number among several', async () => {
    const jobs = { [UUID]: job, [UUID.replace('1', '2')]: [at(0, 'running'), at(5, 'failure')] }
    const log = await logOf([], { jobs, until: until(move(0, 'replicating'), move(30, 'success')) })
    expect(log).toContain('[0s] #1 succeeded; now waiting for its volume move')
    expect(log).toContain('[0s] The volume move of #1 (vol_1) is replicating: 0% moved')
  })

  test('says what a person has to do, if the operation waits for one', async () => {
    const log = await logOf(job, {
      until: until(move(0, 'replicating'), move(9, 'cutover_wait')),
      rules: { timeout: 20_000 }
    })
    expect(log.filter(line => line.startsWith('::notice'))).toEqual([
      expect.stringMatching(
        /title=A volume move waits for a person::The volume move of job \S+ \(vol_1\) waits for a person: 0% moved; waits for someone to start the cutover/
      )
    ])
  })

  test('says that the operation has not started, as long as the server shows an earlier one', async () => {
    const earlier = { state: 'success', start_time: '2025-11-05T13:00:00Z' }
    const stale: Step = { after: 0, job: { name: 'vol_1', movement: earlier } }
    const started = job.map(step => ({ ...step, job: { ...step.job, start_time: '2025-11-05T14:00:00Z' } }))
    const log = await logOf(started, { until: until(stale, move(20, 'replicating'), move(30, 'success')) })
    expect(log).toContain('[0s] The volume move (vol_1) is not started: the server still shows an earlier move')
    expect(log.find(line => line.includes('replicating'))).toMatch(/is replicating, after \d+s not started: 0% moved$/)
  })

  test('says that its resource is not there yet, or no longer', async () => {
    const gone = answer(8, { kind: 'missing', what: '404', code: '', page: false })
    const log = await logOf(job, { until: until(move(4, 'replicating'), gone, move(12, 'success')) })
    expect(log.filter(line => line.includes('The server'))).toEqual([
      expect.stringContaining('The server does not show the volume move yet: '),
      expect.stringMatching(/The server shows the volume move after \ds$/),
      expect.stringContaining('The server no longer shows the volume move: 404; checking again for 10s'),
      expect.stringMatching(/The server shows the volume move after \ds$/)
    ])
  })
})

describe('a resource that was named by its link', () => {
  const volume = '4ea7a442-86d1-11e0-ae1c-123478563412'
  const move = (after: number, state: string, uuid = volume): Step => ({
    after,
    job: { uuid, name: 'vol_1', movement: { state } }
  })
  const shows = { operation: 'volume-move' }

  test('is called by the operation whose end it shows', async () => {
    const steps = [move(1, 'replicating'), move(9, 'paused')]
    const { log } = await play({ api: 'ontap', jobs: { [volume]: steps }, shows, rules: { timeout: 15_000 } })
    expect(log).not.toMatch(/(?<!await-)\bjob\b(?!-key|s:)/)
    expect(log).toContain('[0s] The server does not show the volume move yet: ')
    expect(log).toMatch(/\[\ds\] The volume move \(vol_1\) is replicating: 0% moved/)
    expect(log).toContain(`::The volume move ${volume} (vol_1) waits for a person: `)
    expect(log).toContain('::error title=Timed out before the volume move finished::')
  })

  test('is called by its number among several', async () => {
    const jobs = { [volume]: [move(0, 'replicating'), move(9, 'success')], other: [move(0, 'replicating', 'other')] }
    const { log } = await play({ api: 'ontap', jobs, shows, rules: { timeout: 15_000 } })
    expect(log).toContain('[0s] #1 (vol_1) is replicating: 0% moved')
    expect(log).toContain('::error title=1 of 2 volume moves timed out::')
  })
})

describe('several jobs', () => {
  test('of which some are not seen yet are counted with those', async () => {
    const jobs = manyJobs(12, index => [at(index === 0 ? 5 : 0, 'running'), at(30, 'success')])
    const log = await logOf([], { jobs })
    expect(log).toContainEqual(expect.stringContaining('0 of 12 jobs finished, 1 not seen yet, 11 running'))
  })

  test('up to ten are reported one by one, by their numbers', async () => {
    const log = await logOf([], { jobs: manyJobs(2, index => [at(0, 'running'), at(5 + index, 'success')]) })
    expect(log.slice(2, 4)).toEqual([`  #1 ${UUID}-0`, `  #2 ${UUID}-1`])
    expect(log).toContain('[0s] #1 is running')
    expect(log).toContainEqual(expect.stringMatching(/#2 \(.*\) succeeded \(success\): waited \ds$/))
    expect(log.at(-1)).toMatch(/^All 2 jobs succeeded in \ds \(.* UTC\)$/)
  })

  test('a thousand do not flood the log, but for the groups', async () => {
    const jobs = manyJobs(1_000, index => [at(0, 'queued'), at(index / 2, 'running'), at(10 + index, 'success')])
    const log = await logOf([], { jobs })
    const groups = [...log.keys()].filter(index => log[index]?.startsWith('::group'))
    expect(groups.map(index => log[index])).toEqual(['::group::The jobs', '::group::How each job ended'])
    expect(log.length - 2 * 1_002).toBeLessThan(80)
  })

  test('of many that fail, the first are reported at once', async () => {
    const log = await logOf([], { jobs: manyJobs(100, () => [at(0, 'running'), at(20, 'failure')]) })
    expect(log.filter(line => line.startsWith('[') && line.includes(' failed (failure)'))).toHaveLength(10)
    expect(log).toContainEqual(expect.stringContaining('(further ones are listed at the end)'))
  })

  test('that all time out are reported together', async () => {
    const jobs = manyJobs(30, () => [at(0, 'running')])
    const log = await logOf([], { jobs, rules: { timeout: 30_000 } })
    expect(log.filter(line => line.startsWith('[') && line.includes('did not finish'))).toEqual([])
    expect(log).toContainEqual(expect.stringMatching(/30 of 30 jobs finished \(30 timed out\)$/))
    expect(log).toContain('    To continue waiting, run the workflow in the log or the job summary.')
    expect(log.filter(line => line.startsWith(`              ${UUID}`))).toHaveLength(30)
  })
})

test('a cancelled wait shows what was seen last', async () => {
  const log = await logOf([at(0, 'running', 'Creating volume.')], { cancelledAt: 100 })
  expect(log.find(line => line.startsWith('::error'))).toMatch(
    /ended after 1m 40s, before the job finished: the workflow was cancelled\. Last seen running, \S+ earlier: Creating volume\.$/
  )
})
