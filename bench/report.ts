import { readFileSync, writeFileSync } from 'node:fs'
import { THEMES, type Theme } from './chart.ts'

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A figure that was to be reached, and whether it was. */
export interface Target {
  readonly what: string
  readonly limit: string
  readonly measured: string
  readonly reached: boolean
}

export interface Chart {
  /** The start of the names of its files in `docs/images/`: one for each theme follows. */
  readonly name: string
  /** What it shows, for those who do not see it. */
  readonly text: string
  readonly svg: (theme: Theme) => string
}

/** What one part of the benchmarks found. */
export interface Findings {
  readonly tables: readonly Table[]
  readonly targets: readonly Target[]
  readonly charts: readonly Chart[]
}

const DOCUMENT = 'docs/internals/benchmarks.md'

/** Writes the findings of a part into their place in the document, and its charts next to it. */
export function publish(part: string, findings: Findings): void {
  for (const { name, svg } of findings.charts) {
    for (const theme of THEMES) writeFileSync(`docs/images/${name}-${theme}.svg`, `${svg(theme)}\n`)
  }
  const document = readFileSync(DOCUMENT, 'utf8')
  const place = new RegExp(`(<!-- ${part} -->\n)[^]*?(<!-- /${part} -->)`)
  if (!place.test(document)) throw new Error(`${DOCUMENT} has no place for ${part}`)
  writeFileSync(
    DOCUMENT,
    document.replace(place, (_, begin, end) => `${begin}\n${toMarkdown(findings)}\n${end}`)
  )
}

/** The findings as Markdown, which is what the screen shows too. */
export function toMarkdown({ tables, targets, charts }: Findings): string {
  const goals: Table = {
    title: 'To reach',
    columns: ['', 'at most', 'measured', ''],
    rows: targets.map(({ what, limit, measured, reached }) => [what, limit, measured, reached ? 'reached' : 'missed'])
  }
  const shown = targets.length === 0 ? tables : [...tables, goals]
  const pictures = charts.map(picture)
  return [...pictures, ...shown.map(markdownTable)].join('\n')
}

function picture({ name, text }: Chart): string {
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="../images/${name}-dark.svg">`,
    `  <img alt="${text}" src="../images/${name}-light.svg">`,
    '</picture>\n'
  ].join('\n')
}

function markdownTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, index) => Math.max(column.length, 3, ...rows.map(row => row[index]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, index) => (index === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [`**${title}**`, '', line(columns), rule, ...rows.map(line), ''].join('\n')
}

/** A number with about three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value >= 100) return String(Math.round(value))
  return value.toFixed(value >= 10 ? 1 : 2)
}

/** ms as `12 ms`, `1.23 s`. */
export function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${figure(ms / 1_000)} s`
}

/** A share of 1 as a percentage. */
export function percent(share: number): string {
  return `${figure(share * 100)} %`
}
