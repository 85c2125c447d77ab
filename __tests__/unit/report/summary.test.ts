import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { marked } from 'marked'
import { ENDINGS } from '../../../src/jobs/endings.ts'
import type { Job } from '../../../src/jobs/job.ts'
import { continuationOf } from '../../../src/report/continuation.ts'
import type { Reported } from '../../../src/report/names.ts'
import { summaryOf, summaryOfFaults } from '../../../src/report/summary.ts'
import { createTimeline } from '../../../src/report/timeline.ts'
import { protect } from '../../../src/runner/toolkit.ts'
import { escapeHtml } from '../../../src/text/html.ts'
import { startWatch } from '../../../src/wait/watch.ts'
import { seen } from '../../support/answers.ts'
import { awaitedWith, concluded, failed, jobWith, KEY, succeeded } from './awaited.ts'
import { diagramTypeOf } from './chart-syntax.ts'
import { play, SERVER } from './play.ts'
import { HOSTILE, PREVIEWED_WAITS, TYPICAL_WAITS } from './typical-waits.ts'

const MIB = 1_048_576
const summary = (...awaited: [Reported, ...Reported[]]): string =>
  summaryOf(concluded(...awaited), {
    server: SERVER,
    timeline: createTimeline(),
    continuation: continuationOf(awaited, SERVER, [])
  })
const render = (markdown: string): string => marked.parse(markdown, { async: false, gfm: true })
const tagsOf = (html: string): Set<string> => new Set([...html.matchAll(/<([a-z]\w*)/gi)].map(([, tag = '']) => tag))
const chartOf = (markdown: string): string => /```mermaid\n([\s\S]*?)\n```/.exec(markdown)?.[1] ?? ''
/** Whether every element is closed where it should be. */
function isWellFormed(html: string): boolean {
  const open: string[] = []
  for (const [, end, tag = ''] of html.matchAll(/<(\/?)([a-z]\w*)[^>]*>/gi)) {
    if (['br', 'wbr'].includes(tag)) continue
    if (end === '') open.push(tag)
    else if (open.pop() !== tag) return false
  }
  return open.length === 0
}

test.each(['partial failures', 'time-out of a paused job', 'six jobs'])(
  'the whole summary of a wait: %s',
  async title => {
    const wait = TYPICAL_WAITS[title]
    expect(wait && `\n${(await play(wait)).summary}`).toMatchSnapshot()
  }
)

describe.each(Object.entries(PREVIEWED_WAITS).filter(([title]) => title !== 'a thousand jobs'))(
  'the summary of a wait: %s',
  (_title, wait) => {
    const played = play(wait)

    test('has a chart, if any, that Mermaid can read', async () => {
      const chart = chartOf((await played).summary)
      expect(chart === '' || (await diagramTypeOf(chart))).toBe(chart === '' || 'gantt')
    })

    test('is well-formed, and of no other elements than its own', async () => {
      const html = render((await played).summary)
      expect(isWellFormed(html)).toBe(true)
      const own = ['h3', 'p', 'strong', 'b', 'table', 'tr', 'th', 'td', 'sub', 'br', 'wbr', 'a', 'ul', 'li', 'details']
      expect([...tagsOf(html)].filter(tag => ![...own, 'summary', 'pre', 'code'].includes(tag))).toEqual([])
    })

    test('says in words how every job ended, not by colours or signs alone', async () => {
      const { summary, conclusion } = await played
      for (const { ending } of conclusion.awaited) expect(summary).toContain(`&nbsp;${ENDINGS[ending.outcome].did}<br>`)
    })
  }
)

describe('edge case 39: Markdown and HTML from the server are text', () => {
  const hostile = {
    name: HOSTILE,
    message: HOSTILE,
    state: HOSTILE,
    errorCode: HOSTILE,
    result: { [HOSTILE]: HOSTILE }
  }
  const failures = [{ task: HOSTILE, reason: `${HOSTILE} once more` }]
  const reason = HOSTILE
  const summaries = [
    summary(failed({ ...hostile, failures }, { key: HOSTILE.slice(0, 80) })),
    summary(failed({ ...hostile, failures }), succeeded(hostile), awaitedWith({ outcome: 'lost', job: null, reason })),
    summaryOfFaults([HOSTILE])
  ]

  test.each(summaries)('no link, image, heading or script comes of it', markdown => {
    const html = render(markdown)
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
    expect(hrefs.filter(href => !href?.startsWith('https://storage.example.com/api/'))).toEqual([])
    for (const tag of ['img', 'script', 'h1', 'em']) expect([...tagsOf(html)]).not.toContain(tag)
    expect(isWellFormed(html)).toBe(true)
  })

  test.each(summaries)('all of it stands in code, where no mention, number or emoji is made of it', markdown => {
    const outside = render(markdown)
      .replace(/<code[\s\S]*?<\/code>/g, '')
      .replace(/ href="[^"]*"/g, '')
    for (const sign of ['octocat', '#1 ', 'evil', ':tada:', '$x', '**']) expect(outside).not.toContain(sign)
  })

  test('it is shown as it came', () => {
    const html = render(summary(failed({ message: '<b>**no** & "no"' })))
    expect(html.replaceAll('<wbr>', '')).toContain('<code>&lt;b&gt;**no** &amp; &quot;no&quot;</code>')
  })

  test.each([
    [
      '10,000 jobs that failed',
      Array.from({ length: 10_000 }, (_, index) => failed({ ...hostile, failures }, { key: `${index}` }))
    ],
    [
      '10,000 jobs that succeeded',
      Array.from({ length: 10_000 }, (_, index) => succeeded(hostile, { key: `${index}` }))
    ],
    [
      '10,000 jobs timed out',
      Array.from({ length: 10_000 }, (_, index) =>
        awaitedWith({ outcome: 'timeout', job: null, reason }, { key: `${KEY}-${index}` })
      )
    ],
    ['10,000 failed tasks', [failed({ failures: Array(10_000).fill(failures[0]) })]],
    [
      '10,000 results',
      [succeeded({ result: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${index}`, HOSTILE])) })]
    ]
  ])('a summary above 1 MiB is cut, and still well formed: %s', (_title, awaited) => {
    const markdown = summary(...(awaited as [Reported]))
    expect(Buffer.byteLength(markdown)).toBeLessThan(MIB)
    expect(markdown).toMatch(/… and \d+ more, cut to fit/)
    expect(isWellFormed(render(markdown))).toBe(true)
  })
})

describe('the jobs', () => {
  const passed = (count: number): Reported[] =>
    Array.from({ length: count }, (_, index) => ({
      ...succeeded({}, { key: `job-${index}` }),
      handle: `#${index + 1}`
    }))

  test('that failed come first, with the reason below', () => {
    const broken = failed({ message: 'No space.', errorCode: '917845' }, { key: 'broken' })
    const text = summary(...(passed(2) as [Reported]), broken)
    expect(text.replaceAll('<wbr>', '').indexOf('broken')).toBeLessThan(text.replaceAll('<wbr>', '').indexOf('job-0'))
    expect(text).toMatch(/<tr>.*broken.*failed.*\n.*No space\..*code <code>917845<\/code>.*<\/tr>/)
  })

  test('that succeeded are folded from the fifth on', () => {
    expect(summary(...(passed(4) as [Reported]))).not.toContain('more that succeeded')
    const text = summary(...(passed(20) as [Reported]), failed({}, { key: 'broken' }))
    const [unfolded = '', folded = ''] = text.split('<summary>16 more that succeeded</summary>')
    expect(unfolded.replaceAll('<wbr>', '')).toMatch(/broken[\s\S]*job-0<[\s\S]*job-3</)
    expect(unfolded.replaceAll('<wbr>', '')).not.toContain('job-4<')
    expect(folded.replaceAll('<wbr>', '')).toContain('job-19<')
  })

  test('without a verdict have what was last seen', () => {
    const job = { ...succeeded().ending.job, state: 'running', over: false, verdict: null, message: 'Creating.' } as Job
    const text = summary(awaitedWith({ outcome: 'timeout', job, reason: '' }))
    expect(text).toContain('>Last seen <code>running</code>, 5s earlier: <code>Creating.</code></td>')
    expect(summary(awaitedWith({ outcome: 'not-found', job: null, reason: 'a 404' }))).toContain(
      '><code>a 404</code></td>'
    )
  })

  test('that were read only in the answer to their call have the reason', () => {
    const { ending } = succeeded()
    const unread = { outcome: 'success', job: ending.job as Job, unread: 'a 404' } as const
    expect(summary(awaitedWith(unread))).toContain('>The job could not be read: <code>a 404</code></td>')
  })

  test('have the time that they ran, where the server gave it', () => {
    expect(summary(succeeded({ startedAt: 1_000, endedAt: 15_000 }), succeeded())).toContain(
      '<td>14s</td><td>1m&nbsp;5s</td>'
    )
    expect(summary(succeeded())).not.toContain('<th>Ran</th>')
  })

  test('have the progress that names the resource, before what the server calls them', () => {
    const named = { ...failed({ name: 'POST /x' }), handle: '#3', progress: 'Creating "v1".' }
    expect(summary(named).replaceAll('<wbr>', '')).toContain(
      '><b><code>#3</code></b> <code>Creating &quot;v1&quot;.</code><br><sub><code>POST /x</code></sub><br><sub><code>'
    )
  })
})

describe('the failed tasks of a job', () => {
  const tasks = (count: number) => Array.from({ length: count }, (_, index) => ({ task: `T${index}`, reason: 'no' }))

  test('are below it, if they are few', () => {
    const text = summary(failed({ failures: [...tasks(2), { task: '', reason: 'why' }] }))
    expect(text).toContain('><code>T0: no</code><br><code>T1: no</code><br><code>why</code></td>')
    expect(text).not.toContain('failed tasks')
  })

  test('are listed below, if they are many', () => {
    const text = summary(failed({ failures: tasks(5) }))
    expect(text).toContain('<code>T2: no</code><br>… and 2 more, listed below</td>')
    expect(text).toContain('<summary>5 failed tasks</summary>')
    expect(text).not.toMatch(/<th>Job<\/th><th>Task/)
    expect(summary(failed({ failures: tasks(5) }), succeeded())).toMatch(/<th>Job<\/th><th>Task/)
  })
})

test('a job that is not awaited has no state and no time, but a workflow that waits for it', () => {
  const text = summary(awaitedWith({ outcome: 'accepted', job: null, reason: '' }))
  expect(text).toContain('<p>Not awaited. ONTAP at')
  expect(text).toContain('accepted<br><sub> <a href')
  expect(text).toContain('<li>Wait for the job in a later step.</li>')
  expect(text).toContain('on: workflow_dispatch')
  expect(text).not.toContain('<th>Waited</th>')
})

test('jobs that are not awaited have the symbol of one that is not', () => {
  const left = awaitedWith({ outcome: 'accepted', job: null, reason: '' })
  expect(summary(left, left)).toMatch(/^### 📨 The server accepted the call; its 2 jobs are not awaited/)
})

test('of a job that has ended, but not how, nothing was last seen', () => {
  const job = jobWith({ over: true, verdict: null })
  const text = summary(awaitedWith({ outcome: 'unrecognized', job, reason: 'why' }))
  expect(text).toMatch(/^### ❓ The result of the job is unknown/)
  expect(text).not.toContain('Last seen')
})

test('what passes with a warning has the symbol of a warning', () => {
  const unread = { outcome: 'success', job: jobWith({ verdict: 'NORMAL' }), unread: 'no' } as const
  expect(summary(awaitedWith(unread))).toMatch(/^### ⚠️ The call is done/)
})

test('a workflow that has no room for all jobs says for which it continues', () => {
  const late = (count: number): [Reported] =>
    Array.from({ length: count }, (_, index) =>
      awaitedWith({ outcome: 'timeout', job: null, reason: '' }, { key: `${KEY}-${index}` })
    ) as [Reported]
  expect(summary(...late(2))).toContain('To continue waiting, run this workflow:')
  expect(summary(...late(5_000))).toMatch(/To continue waiting, run this workflow, which has the first \d+ jobs:/)
})

test('what a job produced is shown only if it did not fail', () => {
  const result = { resource: '/api/storage/volumes/1' }
  expect(summary(succeeded({ result }))).toContain('What the job produced')
  expect(summary(failed({ result }))).not.toContain('What the job produced')
})

test('what a job produced is shown as text, or else as JSON', () => {
  const text = summary(succeeded({ result: { resource: '/api/x', records: [{ name: 'v1' }] } }))
  expect(render(text).replaceAll('<wbr>', '')).toContain('<code>[{&quot;name&quot;:&quot;v1&quot;}]</code>')
})

test('a key that is too long for a link has none', () => {
  expect(summary(failed({}, { key: 'a' }))).toContain('>JSON</a>')
  expect(summary(failed({}, { key: 'a'.repeat(1_000) }))).not.toContain('<a ')
})

test('wrong inputs are listed', () => {
  expect(summaryOfFaults(['url: is not given', 'api: no'])).toMatchInlineSnapshot(`
"### ❌ Invalid inputs

<p>Nothing was sent to the server.</p>
<ul>
<li><code>url: is not given</code></li>
<li><code>api: no</code></li>
</ul>
"
`)
})

describe('edge case 36: no secret is in the summary, though its words may be broken and escaped there', () => {
  afterEach(() => protect([]))

  const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

  test.each(['pass-word_of:some.length', 'a&b<c>"d\'e', 'x'.repeat(100), 'p@ss w0rd', uuid])('%s', secret => {
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    protect([secret])
    stdout.mockRestore()
    const said = `it said ${secret} to me`
    const job = { name: said, message: said, state: said, errorCode: secret, result: { [said]: said } }
    const failures = [{ task: said, reason: `${said} again` }]
    const awaited = failed({ ...job, failures }, { key: 'a' })
    const reason = said
    const timeline = createTimeline()
    const before = startWatch(awaited.reference, 0)
    const last = awaited.ending.job
    const after = last === null ? before : { ...before, ...seen({ ...last, over: false, verdict: null }) }
    timeline.observe({ kind: 'answer', elapsed: 0, answer: { kind: 'accepted' }, before, after: before })
    timeline.observe({ kind: 'answer', elapsed: 20_000, answer: { kind: 'accepted' }, before, after })
    timeline.observe({ kind: 'ended', awaited })
    const lost = awaitedWith({ outcome: 'lost', job: null, reason })
    const text = summaryOf(concluded(awaited, lost, succeeded(job)), { server: SERVER, timeline, continuation: null })
    expect(text).toContain('```mermaid')
    const shown = render(text).replaceAll('<wbr>', '').replaceAll('∶', ':')
    expect(shown).toContain('it said *** to me')
    expect(shown).not.toContain(escapeHtml(secret))
    expect(chartOf(text).replaceAll('∶', ':')).not.toContain(secret.slice(0, 8).replace(/[&<>"'@]+/g, ' '))
  })
})
