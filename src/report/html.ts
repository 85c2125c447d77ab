import { redact } from '../runner/toolkit.ts'
import { fitting } from '../text/fitting.ts'
import { escapeHtml } from '../text/html.ts'
import { plainText } from '../text/plain-text.ts'

/**
 * A server's words within an HTML block: one line, escaped, in `code`, where GitHub makes nothing of mentions, issue numbers,
 * addresses or emoji names; '' for no words. Long words may be broken, so that secrets are taken out here: they could not be
 * found any more later on.
 */
export function verbatim(text: string, longest?: number): string {
  const line = redact(plainText(text, longest))
  const breakable = line.replace(/[^\s/:.-]{30}|(?:[/:-]|\.(?!\d))+(?=[^\s/:.-])/gu, part => `${part}\n`)
  return line && `<code>${breakable.split('\n').map(escapeHtml).join('<wbr>')}</code>`
}

/** A column of a table: its title and an item's cell, both HTML. */
export type Column<Item> = readonly [title: string, cell: (item: Item) => string]

/** Of the first column beside notes, in pixels, where the page has the room: long notes would squeeze it. */
const FIRST_WIDTH = 400

/**
 * A table with one row per item, as many as fit into `room` bytes. What `noteOf` says of an item comes below its other cells,
 * across all columns but the first.
 */
export function tableOf<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  room: number,
  noteOf?: (item: Item) => string
): string {
  const { kept, left } = fitting(items, rowOf, room)
  const [first, ...others] = columns.map(([title]) => title)
  const width = noteOf === undefined ? '' : ` width="${FIRST_WIDTH}"`
  const titles = `<th${width}>${first}</th>${others.map(title => `<th>${title}</th>`).join('')}`
  return `<table>\n${[`<tr>${titles}</tr>`, ...kept].join('\n')}\n</table>${left === 0 ? '' : `\n<p>… and ${left} more, cut to fit.</p>`}`

  function rowOf(item: Item): string {
    const note = noteOf?.(item) ?? ''
    const [first = '', ...others] = columns.map(([, cell]) => cell(item))
    const cells = others.map(cell => `<td>${cell}</td>`).join('')
    if (note === '') return `<tr><td>${first}</td>${cells}</tr>`
    return `<tr><td rowspan="2">${first}</td>${cells}</tr>\n<tr><td colspan="${others.length}">${note}</td></tr>`
  }
}

export function listOf(items: readonly string[]): string {
  return `<ul>\n${items.map(item => `<li>${item}</li>`).join('\n')}\n</ul>`
}

export function folded(title: string, content: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>\n${content}\n</details>`
}

/** A block of code whose text cannot end it: its fence is longer than any run of backticks in it. */
export function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text}\n${fence}`
}
