import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import type { JobReference } from '../../../src/jobs/reference.ts'
import type { Reported } from '../../../src/report/names.ts'
import {
  type Outputs,
  outputsOf,
  outputsOfDefect,
  outputsOfFaults,
  outputsWithoutJobs
} from '../../../src/report/outputs.ts'
import { OUTPUTS } from '../../../src/runner/outputs.ts'
import { sizeOf } from '../../../src/text/bounded-json.ts'
import { reference } from '../../support/answers.ts'
import { awaitedWith, concluded, failed, jobWith, KEY, succeeded } from './awaited.ts'
import { SERVER } from './play.ts'

const outputs = (...awaited: [Reported, ...Reported[]]): Outputs => outputsOf(concluded(...awaited), SERVER)
const sizeOfAll = (written: Outputs): number => Object.values(written).reduce((sum, value) => sum + sizeOf(value), 0)
const manyJobs = (count: number): [Reported, ...Reported[]] =>
  Array.from({ length: count }, (_, index) =>
    succeeded(
      { name: `vol${index}`, result: { resource: `/api/storage/volumes/${index}` } },
      { key: `${KEY}-${index}` }
    )
  ) as [Reported, ...Reported[]]

test('every output is written for any ending', () => {
  expect(Object.keys(outputs(awaitedWith({ outcome: 'timeout', job: null, reason: '', errorCode: '' })))).toEqual([
    ...OUTPUTS
  ])
})

test('without any job, those about jobs say that there was none', () => {
  expect(outputsWithoutJobs(1_600)).toEqual({ state: '', job: '{}', jobs: '[]', key: '', 'elapsed-seconds': '2' })
})

test('the outputs show the job', () => {
  const source = { uuid: KEY, state: 'failure' }
  const written = outputs(failed({ message: 'No space.', errorCode: '917845', source, result: { resource: '/api/x' } }))
  expect(written).toEqual({
    outcome: 'error',
    state: 'failure',
    result: '{"resource":"/api/x"}',
    job: JSON.stringify(source),
    jobs: JSON.stringify([
      {
        key: KEY,
        api: 'ontap',
        url: `https://storage.example.com/api/cluster/jobs/${KEY}`,
        outcome: 'error',
        state: 'failure',
        message: `Job ${KEY} failed (failure, code 917845): No space. (waited 1m 5s)`,
        'error-code': '917845',
        result: { resource: '/api/x' },
        'elapsed-seconds': 65,
        requests: 5
      }
    ]),
    key: KEY,
    message: `Job ${KEY} failed (failure, code 917845): No space. (waited 1m 5s)`,
    'error-code': '917845',
    'elapsed-seconds': '65',
    'status-code': ''
  })
})

test('of several jobs, the single outputs are those of the worst, the first among equals', () => {
  const written = outputs(
    succeeded(),
    { ...failed({ errorCode: '1' }, { key: 'first' }), handle: '#2' },
    { ...failed({ errorCode: '2' }, { key: 'second' }), handle: '#3' }
  )
  expect(written).toMatchObject({ outcome: 'error', 'error-code': '1', key: `${KEY}\nfirst\nsecond` })
  expect(written.message).toMatch(
    /^2 of 3 jobs failed: 1 succeeded, 2 failed in 1m 5s \(14:00:00 to 14:01:05 UTC\)\. The worst: #2 \(first\) /
  )
})

test('a label is in the entry of its job', () => {
  const [entry] = JSON.parse(outputs(succeeded({}, { label: 'vol_01' })).jobs ?? '')
  expect(Object.keys(entry).slice(0, 3)).toEqual(['key', 'label', 'api'])
  expect(entry).toMatchObject({
    key: KEY,
    label: 'vol_01',
    message: `vol_01 (${KEY}) succeeded (success): waited 1m 5s`
  })
})

test('a UUID is whole only once in a message', () => {
  const { message } = outputs(failed({ message: `Job ${KEY} was stopped.` }))
  expect(message).toBe(`Job ${KEY} failed (failure): Job 1cd8a442… was stopped. (waited 1m 5s)`)
})

test('wrong inputs are in the message', () => {
  expect(outputsOfFaults(['url: is not given', 'api: no'])).toEqual({
    outcome: 'invalid-input',
    message: 'url: is not given; api: no',
    'elapsed-seconds': '0'
  })
})

test('edge case 38: names and values from the server stay inside of JSON', () => {
  const result = { 'a\nb=c': 'x\noutcome=success', __proto__: 'y' }
  const written = outputs(failed({ result, message: 'no\noutcome=success' }))
  expect(Object.keys(written)).toEqual([...OUTPUTS])
  expect(JSON.parse(written.result ?? '')).toEqual(result)
  for (const name of ['result', 'job', 'jobs', 'message', 'state'] as const) expect(written[name]).not.toMatch(/[\r\n]/)
})

describe('what is too large is cut, and said to be', () => {
  test('a long text stays valid JSON', () => {
    const written = outputs(failed({ source: { uuid: KEY, text: 'x'.repeat(5_000_000) } }))
    expect(JSON.parse(written.job ?? '')).toMatchObject({ uuid: KEY })
    expect(written.message).toMatch(/ \(shortened to fit: job\)$/)
    expect(sizeOfAll(written)).toBeLessThan(1_000_000)
  })

  test.each([100, 1_000, 3_000])('every entry of %i jobs with long texts is kept', count => {
    const long = 'long '.repeat(2_000)
    const jobs = manyJobs(count).map(one => ({
      ...one,
      ending: { ...failed({ message: long, result: { long } }).ending }
    })) as [Reported, ...Reported[]]
    const written = outputs(...jobs)
    const entries = JSON.parse(written.jobs ?? '') as { key: string; outcome: string }[]
    expect(entries.map(({ key }) => key)).toEqual(jobs.map(({ reference }) => reference.key))
    expect(entries.every(({ outcome }) => outcome === 'error')).toBe(true)
    expect(written.message).toContain('shortened to fit: jobs')
    expect(sizeOfAll(written)).toBeLessThan(1_000_000)
  })

  test('of more jobs than fit, the first are shown', () => {
    const written = outputs(...manyJobs(20_000))
    const entries = JSON.parse(written.jobs ?? '') as { key: string }[]
    expect(entries.length).toBeGreaterThan(3_000)
    expect(entries[0]?.key).toBe(`${KEY}-0`)
    expect(written.key?.split('\n').every(key => /^1cd8a442-86d1-11e0-ae1c-123478563412-\d+$/.test(key))).toBe(true)
    expect(written.message).toMatch(/ \(shortened to fit: jobs, key\)$/)
    expect(sizeOfAll(written)).toBeLessThan(1_000_000)
  })

  test('a job that is nested without end is cut, and the other jobs stay', () => {
    const deep = JSON.parse(`${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`)
    const written = outputs(failed({ source: deep, result: { deep } }), succeeded({ result: { fine: true } }))
    expect(JSON.parse(written.job ?? '')).toHaveProperty('a')
    const entries = JSON.parse(written.jobs ?? '') as { result: object }[]
    expect(entries.map(({ result }) => Object.keys(result))).toEqual([['deep'], ['fine']])
    expect(written.message).toMatch(/ \(shortened to fit: jobs, job, result\)$/)
  })

  test('a text of few characters and many bytes counts by its bytes', () => {
    const written = outputs(failed({ source: { text: '容'.repeat(120_000) } }))
    expect(sizeOf(written.job ?? '')).toBeLessThan(200_000)
  })
})

test('the output "job" of jobs that are not awaited names them all', () => {
  const accepted = (key: string) =>
    awaitedWith({ outcome: 'accepted', job: jobWith({ source: { uuid: key } }), reason: '', errorCode: '' }, { key })
  expect(outputs(accepted('a')).job).toBe('{"uuid":"a"}')
  expect(outputs(accepted('a'), accepted('b')).job).toBe('{"jobs":[{"uuid":"a"},{"uuid":"b"}]}')
})

describe('of a step that broke off', () => {
  const outcomes = (count: number) =>
    new Map<JobReference, Outcome>(
      Array.from({ length: count }, (_, index) => [reference(`job-${index}`), index === 0 ? 'error' : 'unrecognized'])
    )

  test('name its jobs, and how the wait for each ended', () => {
    const { key, jobs } = outputsOfDefect(outcomes(2), 'https://um')
    expect([key, JSON.parse(jobs ?? '')]).toEqual([
      'job-0\njob-1',
      [
        { key: 'job-0', api: 'ontap', url: 'https://um/api/cluster/jobs/job-0', outcome: 'error' },
        { key: 'job-1', api: 'ontap', url: 'https://um/api/cluster/jobs/job-1', outcome: 'unrecognized' }
      ]
    ])
  })

  test('are bounded', () => {
    const { key = '', jobs = '' } = outputsOfDefect(outcomes(20_000), 'https://um')
    expect(sizeOf(key) + sizeOf(jobs)).toBeLessThan(1_000_000)
    expect(JSON.parse(jobs)[0]).toEqual({ key: 'job-0', outcome: 'error' })
  })
})

test('the code of an ending without a verdict is that of the error, or else of the job as last seen', () => {
  const codes = (errorCode: string, job: Job | null) => {
    const written = outputs(awaitedWith({ outcome: 'unauthorized', job, reason: 'no', errorCode }))
    return [written['error-code'], JSON.parse(written.jobs ?? '')[0]['error-code']]
  }
  expect(codes('6691623', null)).toEqual(['6691623', '6691623'])
  expect(codes('6691623', jobWith({ errorCode: '7' }))).toEqual(['6691623', '6691623'])
  expect(codes('', jobWith({ errorCode: '7' }))).toEqual(['7', '7'])
})
