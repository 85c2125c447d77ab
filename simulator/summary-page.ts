import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { marked } from 'marked'

/** As much of GitHub's style as decides what fits. The class `dark` is its dark theme. */
export const SUMMARY_STYLE = `
  :root { --text: #1f2328; --page: #ffffff; --line: #d1d9e0; --code: #818b981f; --row: #f6f8fa; --link: #0969da }
  .dark { --text: #f0f6fc; --page: #0d1117; --line: #3d444d; --code: #656c7633; --row: #151b23; --link: #4493f8 }
  body { margin: 0; padding: 24px; color: var(--text); background: var(--page); overflow-wrap: break-word;
    font: 16px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji" }
  sub { font-size: 75%; line-height: 0; position: relative; bottom: -.25em; vertical-align: baseline }
  a { color: var(--link) } h3 { font-size: 1.25em; margin: 0 0 16px }
  p, ul, table, pre, details { margin: 0 0 16px } details > table { margin-top: 8px }
  code { font: 85% ui-monospace, Menlo, "DejaVu Sans Mono", monospace; background: var(--code); padding: .2em .4em;
    border-radius: 6px; white-space: break-spaces }
  pre { background: var(--row); padding: 16px; border-radius: 6px; overflow: auto }
  pre code { background: none; padding: 0; white-space: pre }
  table { border-collapse: collapse; display: block; width: max-content; max-width: 100%; overflow: auto }
  th, td { border: 1px solid var(--line); padding: 6px 13px } tr:nth-child(2n) { background: var(--row) }
  pre.mermaid { background: none; padding: 0 }`

/** The library that draws the charts: a script for browsers. */
export const MERMAID = createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js')

/** The HTML of a job summary's Markdown. */
export function renderSummary(markdown: string): Promise<string> {
  return Promise.resolve(marked.parse(markdown, { gfm: true }))
}

/** A page with the summaries of several steps, in the theme of the browser, to be opened as a file. */
export async function summaryPage(
  title: string,
  steps: readonly { title: string; summary: string }[]
): Promise<string> {
  const sections = await Promise.all(
    steps.map(async step => `<section><h2>${escaped(step.title)}</h2>${await renderSummary(step.summary)}</section>`)
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>${SUMMARY_STYLE}
  main { max-width: 1000px; margin: 0 auto } h1 { font-size: 1.5em } h2 { font-size: 1.1em; opacity: .7 }
  section { border: 1px solid var(--line); border-radius: 6px; padding: 16px 24px; margin: 0 0 24px }
</style></head>
<body><main><h1>${escaped(title)}</h1>${sections.join('\n')}</main>
<script src="${pathToFileURL(MERMAID)}"></script>
<script>
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.classList.toggle('dark', dark)
  for (const code of document.querySelectorAll('pre > code.language-mermaid')) {
    code.parentElement.className = 'mermaid'
    code.parentElement.textContent = code.textContent
  }
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'default' })
  mermaid.run()
</script></body></html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
