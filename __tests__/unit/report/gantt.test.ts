import { describe, expect, test } from '@jest/globals'
import { ganttOf, type Row } from '../../../src/report/gantt.ts'
import type { Span } from '../../../src/report/timeline.ts'
import { diagramTypeOf } from './chart-syntax.ts'

const SECOND = 1_000
const HOUR = 3_600_000

const span = (state: string, from: number, to: number, known = true): Span => ({
  state,
  active: known && state !== 'queued' && state !== 'paused',
  from,
  to
})
const row = (spans: readonly Span[], more: Partial<Row> = {}): Row => ({
  handle: '',
  name: 'POST /api/x',
  spans,
  outcome: 'success',
  fails: false,
  end: spans.at(-1)?.to ?? 0,
  ...more
})
const lines = (...rows: readonly Row[]): string[] =>
  (ganttOf(rows) ?? '').split('\n').map(line => line.replaceAll('\u200B', '').trim())
const tasks = (...rows: readonly Row[]): string[] => lines(...rows).filter(line => line.includes('2001-01-'))

describe('each state is a bar, the end of the wait a diamond without words', () => {
  const spans = [span('queued', 0, 20_000), span('no answer', 20_000, 50_000, false), span('running', 50_000, 80_000)]
  const bars = [
    'queued 20s :done, 2001-01-01T00:00:00.000, 2001-01-01T00:00:20.000',
    'no answer 30s :done, 2001-01-01T00:00:20.000, 2001-01-01T00:00:50.000'
  ]

  test.each([
    ['a job that succeeded', {}, 'active', ''],
    ['a job that failed is red at its end', { outcome: 'error', fails: true }, 'crit', 'crit, '],
    ['so is one that partially failed', { outcome: 'partial-failures', fails: true }, 'crit', 'crit, '],
    ['not so a failure that passes', { outcome: 'error', fails: false }, 'active', ''],
    ['nor a job that timed out: its diamond is', { outcome: 'timeout', fails: true }, 'active', 'crit, ']
  ] as const)('%s', (_title, more, last, diamond) => {
    expect(tasks(row(spans, more))).toEqual([
      ...bars,
      `running 30s :${last}, 2001-01-01T00:00:50.000, 2001-01-01T00:01:20.000`,
      `:${diamond}milestone, 2001-01-01T00:01:20.000, 0ms`
    ])
  })
})

test('a bar that is too short for its words has none, so that they do not cover the next', () => {
  const [first, second] = tasks(row([span('queued', 0, 1_000), span('running', 1_000, 60_000)]))
  expect(first).toMatch(/^:done, /)
  expect(second).toMatch(/^running 59s :/)
})

const busy = (end: number): Row => row([span('queued', 0, end / 10), span('running', end / 10, end)])

test.each([
  [45 * SECOND, '10second', '%-Ss'],
  [180 * SECOND, '30second', '%-Mm %Ss'],
  [1_200 * SECOND, '5minute', '%-Mm'],
  [3 * HOUR, '30minute', '%-Hh %Mm'],
  [20 * HOUR, '3hour', '%-Hh %Mm'],
  [72 * HOUR, '12hour', 'day %-j, %-Hh'],
  [90 * 24 * HOUR, '1month', 'day %-j, %-Hh'],
  [5 * 365 * 24 * HOUR, '12month', 'day %-j, %-Hh']
])('the axis of a wait of %i ms has few ticks, in a unit that fits', async (end, tick, format) => {
  const chart = lines(busy(end))
  expect(chart).toContain(`tickInterval ${tick}`)
  expect(chart).toContain(`axisFormat ${format}`)
  expect(await diagramTypeOf(ganttOf([busy(end)]) ?? '')).toBe('gantt')
})

test('Mermaid paints no section in a colour that means nothing', () => {
  expect(lines(busy(60_000))).toContain('numberSectionStyles: 2')
})

describe('there is no chart that would show nothing', () => {
  const plain = (end: number): Row => row([span('running', 0, end)])

  test.each<[string, readonly Row[]]>([
    ['a wait of a few seconds', [busy(14_000)]],
    ['a wait that saw nothing', [row([], { end: 60_000 })]],
    ['a job in one state', [plain(60_000)]],
    ['jobs in one state that took as long as each other', [plain(60_000), plain(58_000)]]
  ])('%s', (_title, rows) => {
    expect(ganttOf(rows)).toBeNull()
  })

  test('jobs in one state that took longer than others are shown', () => {
    expect(ganttOf([plain(60_000), plain(30_000)])).not.toBeNull()
  })
})

test('names that begin alike are distinguished by their ends', () => {
  const spans = [span('queued', 0, 10_000), span('running', 10_000, 60_000)]
  const names = ['vol1', 'vol2'].map(name => `POST /api/storage/volumes?name=${name}`)
  const sections = lines(...names.map((name, index) => row(spans, { handle: `#${index + 1}`, name }))).filter(line =>
    line.startsWith('section')
  )
  expect(sections).toEqual(['section #1 …vol1', 'section #2 …vol2'])
})

test('of a job that changes without end, the middle is drawn as one', () => {
  const spans = Array.from({ length: 200 }, (_, index) =>
    span(index % 2 === 0 ? 'running' : 'queued', index * SECOND, (index + 1) * SECOND)
  )
  const drawn = tasks(row(spans))
  expect(drawn).toHaveLength(13)
  expect(drawn[6]).toMatch(/^189 more states 3m 9s :done, /)
})

test.each([
  'section x',
  'title x',
  'click x href "javascript:alert(1)"',
  'call x()',
  'dateFormat ss',
  'gantt',
  '2001-01-01',
  'end',
  '%%{init: {"theme": "forest"}}%%',
  '%% comment',
  '---',
  '```',
  '#58; &#58; &lt;b&gt; <b>x</b>',
  'a: b; c # d',
  ':::',
  '\n\nsection y',
  '😀 容量不足',
  ''
])('text that Mermaid could read as its own is text: %j', async text => {
  const one = row([span(text, 0, 50_000), span('queued', 50_000, 60_000)], { handle: text, name: text })
  const chart = ganttOf([one]) ?? ''
  expect(await diagramTypeOf(chart)).toBe('gantt')
  expect(chart.match(/^ {2}section \u200B/gm)).toHaveLength(1)
  expect(chart.match(/^ {2}\u200B.* :.*2001-01-01T/gm)).toHaveLength(3)
  expect(chart.split('\n')).toHaveLength(19)
  expect(chart.slice(chart.indexOf('section'))).not.toMatch(/[<>;%&"`{}]/)
})
