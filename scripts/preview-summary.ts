/**
 * Renders the job summaries of typical waits as GitHub does, by a real Markdown renderer and a real Mermaid in headless
 * Chromium, and writes HTML and PNG files, in light and dark, wide and narrow, to look at. Fails where a chart does not
 * parse, something is wider than the page, or text from the server became markup.
 *
 * `npm run preview-summary [folder] [title]`, by default of all waits; `CHROMIUM` names the browser. The README's pictures
 * are `four-jobs-light.png` and `four-jobs-dark.png`, with a palette of 128 colours (`pngquant`).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { play } from '../__tests__/unit/report/play.ts'
import { PREVIEWED_WAITS } from '../__tests__/unit/report/typical-waits.ts'
import { MERMAID, renderSummary, SUMMARY_STYLE } from '../simulator/summary-page.ts'
import type { Apart } from '../src/ask/find-jobs.ts'
import { summaryOfApart } from '../src/report/apart.ts'
import { summaryOfFaults } from '../src/report/summary.ts'

const FOLDER = process.argv[2] ?? 'preview'
const TITLE = process.argv[3] ?? ''
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** The width of a summary on GitHub, and on a telephone, in pixels. */
const WIDTHS = { wide: 1_000, narrow: 420 }

/** Steps that end before there is a job: the outcome, in other words after it which of several, and the message. */
const APART = {
  success: 'The server completed POST /api/storage/volumes at once',
  'success of a gate': 'No job that matches "job-query" is pending',
  'partial-failures':
    'POST /api/storage/volumes: Failed to create the volume "vol_2": The name is already in use. (code 917888)',
  refused:
    'POST /api/storage/volumes: the server answered 400 Bad Request: Field "svm" is required. (code 262186, svm.name)',
  'unauthorized with 401':
    'POST /api/storage/volumes: the server answered 401 Unauthorized: User is not authorized. (code 6691623). Nothing was started',
  'unauthorized with 403':
    'POST /api/storage/volumes: the server answered 403 Forbidden: not authorized for that command (code 6). Nothing was started',
  'unauthorized by the token server':
    'POST /api/storage/volumes: the call was not sent: the token server https://login.example.com answered 401 Unauthorized: The client secret has expired (invalid_client): check "client-id" and "client-secret"',
  unrecognized:
    'POST /api/storage/volumes: the server answered 202 Accepted, and the body contains no job: a 202 answer has {"job": {…}} or {"jobs": […]}, but this is {"num_records":0}. Check the server before you repeat the call.',
  unreachable:
    'POST /api/storage/volumes: the connection broke before there was an answer. The server may have executed the call. No job from that time was found at /api/cluster/jobs: check there before you repeat the call.',
  timeout: 'job-query: 3 job(s) are still pending',
  cancelled: 'POST /api/storage/volumes: the call was not executed: the workflow was cancelled',
  'invalid-input': 'job-query: the server answered 400 Bad Request: Unexpected argument "stat". (code 262179)'
}
const FAULTS = [
  'url: is not set: use the address of the server, such as https://um.example.com',
  'timeout: "60" is not a valid duration: write a number with a unit, such as 90s, 30m, 2h or 1h30m'
]

/** What a rendered page holds that it must not. */
interface Findings {
  readonly charts: number
  readonly errors: readonly string[]
}

if (!existsSync(CHROMIUM)) {
  console.error(
    `There is no browser at ${CHROMIUM}. Install Chromium and a font with emoji (Debian: apt-get install chromium ` +
      'fonts-noto-color-emoji), or set CHROMIUM to the path of one.'
  )
  process.exit(1)
}
mkdirSync(FOLDER, { recursive: true })
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
try {
  for (const [title, wait] of Object.entries(PREVIEWED_WAITS)) {
    if (!title.startsWith(TITLE)) continue
    const { summary, log } = await play(wait)
    writeFileSync(`${fileOf(title)}.log`, log)
    await preview(title, summary)
  }
  for (const [name, message] of Object.entries(APART)) {
    const title = `without a job, ${name}`
    if (!title.startsWith(TITLE)) continue
    const outcome = name.replace(/ .*/, '') as Apart['outcome']
    const result = name === 'success' ? { uuid: '028baa66-41bd-11e9-81d5-00a0986138f7', name: 'vol_1' } : {}
    await preview(title, summaryOfApart({ outcome, message, errorCode: '', result }))
  }
  if ('invalid inputs'.startsWith(TITLE)) await preview('invalid inputs', summaryOfFaults(FAULTS))
} finally {
  await browser.close()
}

function fileOf(title: string): string {
  return join(FOLDER, title.replace(/\W+/g, '-'))
}

async function preview(title: string, summary: string): Promise<void> {
  writeFileSync(`${fileOf(title)}.md`, summary)
  const looks = [
    ['light', 'wide'],
    ['dark', 'wide'],
    ['light', 'narrow'],
    ['dark', 'narrow']
  ] as const
  for (const [theme, width] of looks) {
    const look = width === 'wide' ? theme : `${theme}-${width}`
    const { charts, errors } = await render(browser, summary, theme, WIDTHS[width], `${fileOf(title)}-${look}`)
    console.log(`${title}, ${look}: ${charts} chart(s)${errors.map(error => `\n  ${error}`).join('')}`)
    if (errors.length > 0) process.exitCode = 1
  }
}

async function render(
  browser: Browser,
  summary: string,
  theme: 'light' | 'dark',
  width: number,
  file: string
): Promise<Findings> {
  const page = await browser.newPage({ viewport: { width, height: 100 }, deviceScaleFactor: 1.5 })
  try {
    await page.setContent(
      `<!doctype html><html class="${theme}"><meta charset="utf-8"><style>${SUMMARY_STYLE}</style>` +
        `<body>${await renderSummary(summary)}</body></html>`
    )
    await page.addScriptTag({ path: MERMAID })
    const findings = await page.evaluate(inspect, theme === 'dark' ? 'dark' : 'default')
    writeFileSync(`${file}.html`, await page.content())
    await page.screenshot({ path: `${file}.png`, fullPage: true })
    return findings
  } finally {
    await page.close()
  }
}

/** Runs in the page: draws the charts as GitHub does, and looks for what should not be there. */
async function inspect(theme: string): Promise<Findings> {
  // biome-ignore lint/suspicious/noExplicitAny: Node's types know nothing of a page
  type Page = any
  const { document, mermaid }: Page = globalThis
  const errors: string[] = []
  const all = (selector: string, root = document): Page[] => [...root.querySelectorAll(selector)]
  const links = all('a').map(({ href }) => String(href))
  for (const href of links) if (!href.startsWith('https://storage.example.com/api/')) errors.push(`a link to ${href}`)
  for (const element of all('img, script:not([src]), iframe, form, input, svg, h1, h2, del, em')) {
    if (!element.textContent.includes('mermaid')) errors.push(`an element ${element.outerHTML.slice(0, 100)}`)
  }
  const charts = all('pre > code.language-mermaid')
  mermaid.initialize({ startOnLoad: false, securityLevel: 'antiscript', gantt: { useWidth: 1_200 }, theme })
  for (const code of charts) {
    const chart = document.createElement('pre')
    chart.className = 'mermaid'
    chart.textContent = code.textContent
    code.parentElement.replaceWith(chart)
    try {
      await mermaid.run({ nodes: [chart] })
    } catch (error) {
      errors.push(`a chart that does not parse: ${error}`)
      continue
    }
    const { right, left } = chart.querySelector('svg').getBoundingClientRect()
    const texts = all('text', chart).filter(text => text.textContent.trim() !== '')
    for (const text of texts) {
      const box = text.getBoundingClientRect()
      if (box.width > 0 && (box.right > right + 1 || box.left < left - 1))
        errors.push(`beyond the chart: ${text.textContent}`)
    }
  }
  for (const script of all('script')) script.remove()
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) errors.push('wider than the page')
  return { charts: charts.length, errors }
}
